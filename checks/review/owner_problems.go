package review

import (
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// askHostOfOwners adds what only the host can say of the file that it reads: owners that
// do not exist or may not write. It tells whether the host said so of the whole file. A
// line that the tree already speaks of is not spoken of twice.
func askHostOfOwners(seen *evidence.Snapshot, file *evidence.Owners, known []evidence.Problem, record *audit.Record) bool {
	host := seen.Host()
	if host == nil {
		return unaskedOwners(seen, file, record)
	}
	whole := true
	for _, why := range host.Missing("ownerProblems") {
		whole = false
		record.Doubt(audit.Doubt{Subject: file.Path, Location: evidence.Location{Path: file.Path}, Reason: "whether the owners exist was not told: " + why.Reason, Unlock: why.Unlock})
	}
	for _, problem := range host.OwnerProblems {
		whole = false
		spoken := func(k evidence.Problem) bool { return k.At.Line == problem.At.Line }
		if problem.At.Path != "" && problem.At.Path != file.Path || problem.At.Line > 0 && slices.ContainsFunc(known, spoken) {
			continue
		}
		record.Defect(audit.Finding{
			Subject: problem.What, Location: ruleAt(file, problem.At.Line), Anchor: "host/ownerProblems",
			Message: problem.What + "; name an owner that exists and may write to the repository",
		})
	}
	return whole
}

// ruleAt is the place of the rule on a line as the tree has it: what the host looked at may
// be another version of the file.
func ruleAt(file *evidence.Owners, line int) evidence.Location {
	for _, rules := range [][]evidence.OwnerRule{file.ByGitHub, file.ByGitLab} {
		for _, rule := range rules {
			if rule.At.Line == line {
				return rule.At
			}
		}
	}
	return evidence.Location{Path: file.Path}
}

// unaskedOwners doubts the owners where somebody wanted the host to be asked and it was not.
func unaskedOwners(seen *evidence.Snapshot, file *evidence.Owners, record *audit.Record) bool {
	whole := true
	for _, gap := range seen.Gaps {
		if gap.Kind == evidence.Hosts {
			whole = false
			record.Doubt(audit.Doubt{Subject: file.Path, Location: evidence.Location{Path: file.Path}, Reason: "whether the owners exist only the host knows: " + gap.Reason, Unlock: gap.Unlock})
		}
	}
	return whole
}
