package evidence

import (
	"encoding/json"
	"strings"
	"testing"
)

// private is a host with a planted name in every field that only insiders may read.
func private() Host {
	people := []Person{{Login: "planted-login", Email: "planted@example.com"}}
	bypass := []Bypass{{Source: "ruleset 1", Kind: "team", Name: "planted-team"}}
	return Host{
		Name: "acme/tool", Visibility: "public",
		Branches:     []Branch{{Name: "main", Bypass: bypass}},
		Rulesets:     []Ruleset{{ID: "1", Bypass: bypass}},
		Organisation: &Organisation{Name: "acme", WithoutMFA: people, OutsideWithoutMFA: people, InsecureMFA: people},
		Secrets:      []Secret{{Name: "PLANTED_A", Level: "repository"}, {Name: "PLANTED_B", Level: "repository"}},
		DeployKeys:   []DeployKey{{ID: "7", Title: "planted title"}, {ID: "8"}},
		Webhooks:     []Webhook{{ID: "9", Host: "planted.example.com"}},
		Runners:      []HostRunner{{Name: "planted-runner"}},
	}
}

func TestASnapshotForThePublicNamesNobody(t *testing.T) {
	before := private()
	seen := &Snapshot{Hosts: []Host{before}}
	if !seen.Withhold() {
		t.Error("nothing withheld")
	}
	told, _ := json.Marshal(seen)
	if strings.Contains(strings.ToLower(string(told)), "planted") {
		t.Errorf("names are left: %s", told)
	}
	h := seen.Hosts[0]
	if len(h.Secrets) != 2 || h.Secrets[0].Name == h.Secrets[1].Name || h.DeployKeys[1].Title != "" || len(h.Organisation.WithoutMFA) != 1 {
		t.Errorf("the numbers changed: %+v", h)
	}
	if before.Secrets[0].Name != "PLANTED_A" || before.Organisation.WithoutMFA[0].Login != "planted-login" || before.Branches[0].Bypass[0].Name != "planted-team" {
		t.Error("the evidence of the scan itself was changed")
	}
	if (&Snapshot{Hosts: []Host{{Name: "acme/tool"}}}).Withhold() {
		t.Error("withheld what is not there")
	}
}

func TestWhoCanSeeTheRepository(t *testing.T) {
	for visibility, want := range map[string]bool{"public": true, "": true, "private": false, "internal": false} {
		if (&Host{Visibility: visibility}).Public() != want {
			t.Errorf("%q: public is not %v", visibility, want)
		}
	}
}
