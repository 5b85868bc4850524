package policy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// people is a check that names members.
var people = &audit.Check{
	ID: "member-without-mfa", Family: audit.Access, Severity: audit.High, Source: audit.FromHost,
	Inspect: func(_ *evidence.Snapshot, r *audit.Record) {
		for _, name := range []string{"planted-ada", "planted-bob", "planted-carl"} {
			r.Defect(audit.Finding{
				Subject: "member " + name, Private: "a member of acme", Anchor: "host/organisation/withoutMfa",
				Message: "member " + name + " has no second factor; ask member " + name + " to set one up",
			})
		}
		r.Defect(audit.Finding{Subject: "branch main", Anchor: "host/branches/main", Message: "branch main is open; close it"})
		r.Doubt(audit.Doubt{Subject: "secret PLANTED_TOKEN", Private: "a secret", Reason: "when secret PLANTED_TOKEN was written is not known"})
	},
}

func judged(t *testing.T, rules *policy.Policy, known *policy.Known) policy.Verdict {
	t.Helper()
	seen := &evidence.Snapshot{}
	return policy.Judge(audit.Run([]*audit.Check{people}, seen), seen, rules, known, time.Unix(1, 0))
}

func TestWithheldVerdictsNameNobody(t *testing.T) {
	rules := policy.Default()
	rules.Checks = map[string]policy.Setting{people.ID: {Allow: []string{"member planted-carl"}}}
	whole := judged(t, rules, nil)
	public := whole.Withhold()
	told, err := json.Marshal(struct{ F, A, R any }{strip(public.Findings), strip(public.Aside), public.Results[0].Doubts})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(string(told)), "planted") {
		t.Errorf("names are left: %s", told)
	}
	if public.Met != whole.Met || len(public.Findings) != len(whole.Findings) || public.Summary.Open != whole.Summary.Open {
		t.Error("the verdict is another")
	}
	fingerprints := make(map[string]bool)
	for i, f := range public.Findings {
		fingerprints[f.Fingerprint] = true
		same := f.Fingerprint == whole.Findings[i].Fingerprint
		if private := whole.Findings[i].Private != ""; private == same {
			t.Errorf("%s: fingerprint %s before, %s after", f.Subject, whole.Findings[i].Fingerprint, f.Fingerprint)
		}
	}
	if len(fingerprints) != 4 {
		t.Errorf("%d fingerprints of 4 findings", len(fingerprints))
	}
	if !strings.HasPrefix(whole.Findings[0].Subject, "member planted") && !strings.HasPrefix(whole.Findings[1].Subject, "member planted") {
		t.Error("the verdict itself was changed")
	}
}

// strip leaves out the check, whose function has no JSON.
func strip(findings []policy.Judged) []policy.Judged {
	for i := range findings {
		findings[i].Rule = nil
	}
	return findings
}

// A baseline that was written from a private sight still knows the findings of a public one.
func TestBaselinesMatchBeforeNamesAreWithheld(t *testing.T) {
	data, err := policy.WriteBaseline(judged(t, policy.Default(), nil))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "planted") {
		t.Errorf("the baseline, which is committed, names people: %s", data)
	}
	known, err := policy.LoadBaseline("baseline.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if public := judged(t, policy.Default(), known).Withhold(); public.Summary.Open != 0 || public.Summary.Baseline != 4 {
		t.Errorf("open %d, in the baseline %d", public.Summary.Open, public.Summary.Baseline)
	}
}
