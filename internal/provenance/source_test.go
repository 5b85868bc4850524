package provenance

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestSourceOf(t *testing.T) {
	const ours, theirs = "https://github.com/Acme/Weather", "git+https://github.com/mallory/weather@refs/heads/main"
	for _, c := range []struct {
		name   string
		claims evidence.Claims
		source string
		tells  bool
	}{
		{"the certificate's word", evidence.Claims{Issuer: IssuerGitHub, Source: ours, ClaimedSource: theirs}, "github.com/acme/weather", true},
		{"a person's word", evidence.Claims{Issuer: "https://accounts.example.com", Identity: "mallory@example.com", ClaimedSource: ours, Builder: "https://github.com/actions/runner"}, "", false},
		{"a trusted key's word", evidence.Claims{Key: "SHA256:x", ClaimedSource: ours}, "github.com/acme/weather", true},
		{"a trusted key's builder", evidence.Claims{Key: "SHA256:x", Builder: "https://cloudbuild.googleapis.com/GoogleHostedWorker"}, "", true},
		{"a key alone", evidence.Claims{Key: "SHA256:x"}, "", false},
		{"the code host's word on a release", evidence.Claims{Identity: "https://dotcom.releases.github.com", ClaimedSource: ours, PredicateType: predicateRelease + "v0.1"}, "github.com/acme/weather", false},
		{"nothing", evidence.Claims{}, "", false},
	} {
		if got := SourceOf(c.claims); got != c.source {
			t.Errorf("%s: source %q, want %q", c.name, got, c.source)
		}
		if got := TellsOrigin(c.claims); got != c.tells {
			t.Errorf("%s: tells the origin: %v", c.name, got)
		}
	}
}

func TestTagOf(t *testing.T) {
	seen := &evidence.Snapshot{
		Releases:  []evidence.Release{{Tag: "v2.0.0", Commit: "22"}, {Tag: "v3.0.0"}},
		Histories: []evidence.History{{Tags: []evidence.GitObject{{Name: "weather@1.0.0", Target: "11"}, {Name: "v3.0.0", Target: "33"}, {Name: "v12.0.0", Target: "44"}}}},
	}
	for _, c := range []struct{ name, version, tag, commit string }{
		{"@acme/weather", "2.0.0", "v2.0.0", "22"},
		{"acme/weather", "v2.0.0", "v2.0.0", "22"},
		{"@acme/weather", "1.0.0", "weather@1.0.0", "11"},
		{"@acme/weather", "3.0.0", "v3.0.0", "33"},
		{"@acme/weather", "4.0.0", "", ""},
		{"@acme/weather", "", "", ""},
	} {
		tag, commit := TagOf(seen, evidence.Publication{Name: c.name, Version: c.version})
		if tag != c.tag || commit != c.commit {
			t.Errorf("%s@%s: %s %s, want %s %s", c.name, c.version, tag, commit, c.tag, c.commit)
		}
	}
}

func TestSameRepository(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"github.com/acme/weather", "github.com/acme/weather", true},
		{"github.com/acme/weather/tree/main/server", "github.com/acme/weather", true},
		{"github.com/acme/weather", "github.com/acme/weather-tools", false},
		{"", "", false},
	} {
		if SameRepository(c.a, c.b) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}
