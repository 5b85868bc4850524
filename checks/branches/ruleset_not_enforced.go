package branches

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed ruleset_not_enforced.md
var rulesetNotEnforcedDoc string

// RulesetNotEnforced finds rules that were written down and hold for nobody.
var RulesetNotEnforced = &audit.Check{
	ID:       "ruleset-not-enforced",
	Title:    "Ruleset is written down and not in force",
	Family:   audit.Branches,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      rulesetNotEnforcedDoc,
	Controls: []string{"SLSA-SOURCE-L3", "CIS-SSC-1.1.15", "SSDF-PO.5.1", "CICD-SEC-1"},
	Inspect:  inspectRulesetNotEnforced,
}

func inspectRulesetNotEnforced(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host == nil {
		return
	}
	for i := range host.Rulesets {
		r := &host.Rulesets[i]
		subject := "ruleset " + r.Name
		switch r.Enforcement {
		case "active":
			record.Pass(subject, evidence.Location{})
		case "evaluate":
			record.Defect(notEnforced(r, "is only evaluated: it counts what it would refuse, and refuses nothing"))
		case "disabled":
			record.Defect(notEnforced(r, "is disabled, and protects nothing while it looks as if it did"))
		default:
			record.Unseen(subject, host.Why("rulesets/"+r.ID+"/enforcement"))
		}
	}
	if why, refused := unseen(host, "rulesets"); refused {
		record.Unseen("rulesets", why)
	}
}

func notEnforced(r *evidence.Ruleset, wrong string) audit.Finding {
	return audit.Finding{
		Subject: "ruleset " + r.Name, Thing: "ruleset " + r.ID, Anchor: "host/rulesets/" + r.ID,
		Message: fmt.Sprintf("ruleset %s of %s %s; set it active, or delete it%s", r.Name, r.Source, wrong, at(r.Link)),
	}
}

// unseen tells whether one of these parts of the host was refused.
func unseen(host *evidence.Host, paths ...string) (evidence.Unseen, bool) {
	for _, u := range host.Unseen {
		if slices.Contains(paths, u.What) {
			return u, true
		}
	}
	return evidence.Unseen{}, false
}
