package access_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

func TestEveryCheckThatAsksTheHostSaysWhatItNeeds(t *testing.T) {
	for _, check := range checks.All {
		if check.Source != audit.FromHost {
			continue
		}
		deciding := access.Deciding(check.ID)
		if len(deciding) == 0 {
			t.Errorf("%s: say in need.go which parts of the host decide it", check.ID)
		}
		for _, name := range deciding {
			if _, known := access.Find(name); !known {
				t.Errorf("%s needs %s, which is no right that is known", check.ID, name)
			}
		}
	}
}

// Whatever a field of Host is called, some right shows it.
func TestEveryPartOfTheHostHasARight(t *testing.T) {
	free := []string{ // of the repository's own answer, or about the scan itself
		"system", "at", "address", "name", "id", "visibility", "archived", "defaultBranch", "asker", "personal", "unseen", "cost",
	}
	typ := reflect.TypeFor[evidence.Host]()
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if !slices.Contains(free, name) && len(access.Showing(name)) == 0 {
			t.Errorf("%s: say in place.go which right shows it", name)
		}
	}
}

func TestShowing(t *testing.T) {
	for path, want := range map[string]string{
		"branches":                          "administration:read",
		"branches/main/approvals":           "administration:read",
		"branches/release/1.0/bypass":       "administration:write",
		"rulesets/12":                       "metadata:read",
		"rulesets/12/bypass":                "administration:write",
		"secrets/environment/prod/x":        "environments:read",
		"secrets":                           "secrets:read environments:read dependabot_secrets:read",
		"organisation/withoutMfa":           "members:read",
		"organisation/mfaRequired":          "organization_administration:read",
		"environments/prod/branchesBound":   "actions:read",
		"webhooks/organisation/7/hasSecret": "organization_hooks:read",
		"nowhere":                           "",
	} {
		if got := strings.Join(access.Showing(path), " "); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestWordsOfEachKindOfToken(t *testing.T) {
	for _, test := range []struct {
		right string
		kind  access.Kind
		want  string
	}{
		{"administration:read", access.Job, access.Never},
		{"administration:read", access.FineGrained, "repository permission Administration: read, of an administrator of the repository"},
		{"administration:read", access.Installation, "repository permission Administration: read"},
		{"administration:read", access.Classic, "scope repo, of an administrator of the repository"},
		{"members:read", access.Installation, "organisation permission Members: read"},
		{"pull_requests:read", access.Job, "pull-requests: read"},
	} {
		right, known := access.Find(test.right)
		if got := right.For(test.kind); !known || got != test.want {
			t.Errorf("%s for a %s: %q, want %q", test.right, test.kind, got, test.want)
		}
	}
}

func TestNames(t *testing.T) {
	for unlock, want := range map[string]string{
		"administration:read": "administration:read",
		"secrets:read and environments:read, or administration:write":           "secrets:read environments:read",
		"a token with metadata:read on acme/tool":                               "metadata:read",
		"administration:read or repository_hooks:read":                          "administration:read",
		"a run that goes to its end":                                            "",
		"a token that is authorised for the single sign-on of the organisation": "",
		"": "",
	} {
		if got := strings.Join(access.Names(unlock), " "); got != want {
			t.Errorf("%q: %q, want %q", unlock, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	check := func(id string) *audit.Check { return &audit.Check{ID: id, Source: audit.FromHost} }
	doubt := func(unlock string) audit.Doubt { return audit.Doubt{Subject: "x", Reason: "why", Unlock: unlock} }
	rows := access.Table([]audit.Result{
		{Check: check("stale-secret"), Outcome: audit.NotAssessed, Doubts: []audit.Doubt{doubt("secrets:read"), doubt("environments:read"), doubt("secrets:read")}},
		{Check: check("protection-bypass-allowed"), Outcome: audit.NotAssessed, Doubts: []audit.Doubt{doubt("administration:read"), doubt("administration:write and organization_administration:write")}},
		{Check: check("short-log-retention"), Outcome: audit.NotAssessed, Doubts: []audit.Doubt{doubt("administration:read")}},
		{Check: check("any-action-allowed"), Outcome: audit.Failed, Findings: make([]audit.Finding, 1), Doubts: []audit.Doubt{doubt("administration:read")}},
		{Check: check("direct-push"), Outcome: audit.Passed, Passes: make([]audit.Pass, 1)},
		{Check: check("mfa-not-required"), Outcome: audit.NotApplicable},
		{Check: check("too-many-owners"), Outcome: audit.NotAssessed, Doubts: []audit.Doubt{doubt("single sign-on")}},
		{Check: check("member-without-mfa"), Outcome: audit.NotAssessed, Gaps: []evidence.Gap{{Kind: evidence.Hosts, Reason: "--offline"}}},
		{Check: &audit.Check{ID: "unpinned-action", Source: audit.FromTree}, Outcome: audit.Failed},
	})
	var got []string
	for _, r := range rows {
		got = append(got, strings.Join([]string{r.Check.ID, string(r.Decides), strings.Join(r.Missing, "+"), strings.Join(r.Else, "+")}, " | "))
	}
	want := []string{
		"stale-secret | no | secrets:read+environments:read | ",
		"protection-bypass-allowed | no | organization_administration:write+administration:write | ",
		"short-log-retention | no | administration:read | ",
		"any-action-allowed | partly | administration:read | ",
		"direct-push | yes |  | ",
		"mfa-not-required | nothing to decide |  | ",
		"too-many-owners | no |  | single sign-on",
		"member-without-mfa | no | members:read | --offline",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	gains := access.Gains(rows)
	if first := gains[0]; first.Right != "administration:read" || first.Alone != 2 || access.Open(rows) != 6 {
		t.Errorf("gains %+v, open %d", gains, access.Open(rows))
	}
}
