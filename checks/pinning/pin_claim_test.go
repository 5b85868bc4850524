package pinning

import "testing"

func TestReadClaim(t *testing.T) {
	for comment, want := range map[string]string{
		"v4.1.0":                         "v4.1.0",
		"4.1.0":                          "4.1.0",
		"v4":                             "v4",
		"tag=v4.1":                       "v4.1",
		"pin@v4":                         "v4",
		"renovate: tag=v3":               "v3",
		"ratchet:actions/checkout@v4":    "v4",
		"version 4.1.0 (2024-06-12)":     "4.1.0",
		"v4.1.7, newest":                 "v4.1.7",
		"codeql-bundle-v2.19.0":          "codeql-bundle-v2.19.0",
		"release/v1":                     "release/v1",
		"":                               "",
		"4":                              "",
		"2024-01-01":                     "",
		"main":                           "",
		"needs node 20.1":                "",
		"zizmor: ignore[unpinned-uses]":  "",
		"sealvet: ignore[x] until=1.2.3": "",
	} {
		claimed, claims := readClaim(comment)
		if claimed.tag != want || claims != (want != "") {
			t.Errorf("%q claims %q (%v), want %q", comment, claimed.tag, claims, want)
		}
	}
}

func TestClaimHeldByTags(t *testing.T) {
	for _, one := range []struct {
		comment string
		tags    []string
		want    bool
	}{
		{"v4.1.0", []string{"v4", "v4.1.0"}, true},
		{"4.1.0", []string{"v4.1.0"}, true},
		{"v4", []string{"v4.1.0"}, true},
		{"v4.1", []string{"v4.1.0"}, true},
		{"v4.1", []string{"v4.10.0"}, false},
		{"v4.1.0", []string{"v4.1.0-rc1"}, false},
		{"v4.1.0", []string{"v4.1.1", "v4"}, false},
		{"v4.1.0", nil, false},
		{"v2.1", []string{"codeql-bundle-v2.1.3"}, true},
		{"release/v1", []string{"release/v1"}, true},
	} {
		claimed, _ := readClaim(one.comment)
		if got := claimed.heldBy(one.tags); got != one.want {
			t.Errorf("%q held by %q: %v", one.comment, one.tags, got)
		}
	}
}
