package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

var slsaRegister = []*audit.Check{
	{ID: "built-alone", Severity: audit.Low, Controls: []string{"SLSA-BUILD-L3", "CIS-SSC-2.1.12", "CIS-SSC-2.1.3"}, Strict: true, Inspect: images.Inspect, Needs: images.Needs},
	{ID: "proved", Severity: audit.Low, Controls: []string{"SLSA-BUILD-L2"}, Inspect: images.Inspect, Needs: images.Needs},
	{ID: "other", Severity: audit.Critical, Controls: []string{"SSDF-PS.1.1"}, Inspect: images.Inspect, Needs: images.Needs},
	{ID: "expired-waiver", Severity: audit.Medium, Controls: []string{"SSDF-PO.3.3"}},
}

// A framework asks its own checks, strict ones too, and grades them up.
func TestProfileSelectsAndGrades(t *testing.T) {
	seen := &evidence.Snapshot{Images: []evidence.Image{image("Dockerfile", "node:22", 1)}}
	for profile, want := range map[string]string{
		"profile: slsa":             "built-alone=medium proved=high",
		"profile: [standard, slsa]": "built-alone=medium proved=high other=critical",
		"profile: strict":           "built-alone=low proved=low other=critical",
		"profile: standard":         "proved=low other=critical",
		"profile: cis-ssc":          "built-alone=medium",
		"{profile: slsa, checks: {proved: {severity: note}}}": "built-alone=medium proved=note",
	} {
		rules, err := Load(Name, []byte(profile), slsaRegister, now)
		if err != nil {
			t.Fatal(err)
		}
		verdict := Judge(audit.Run(slsaRegister, seen), seen, rules, nil, now)
		var got []string
		for _, check := range slsaRegister {
			for _, f := range verdict.Findings {
				if f.Check == check.ID {
					got = append(got, f.Check+"="+f.Severity.String())
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", profile, got, want)
		}
	}
}

func TestCover(t *testing.T) {
	var got []string
	name, rows := Cover("cis-ssc", slsaRegister)
	for _, row := range rows {
		got = append(got, row.Control+" "+row.Checks[0].ID)
	}
	if name == "" || !slices.Equal(got, []string{"CIS-SSC-2.1.3 built-alone", "CIS-SSC-2.1.12 built-alone"}) {
		t.Errorf("%s: %q", name, got)
	}
	if name, rows := Cover("strict", slsaRegister); name != "" || rows != nil {
		t.Errorf("strict is a framework: %s %v", name, rows)
	}
}
