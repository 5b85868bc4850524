package review

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed broken_codeowners.md
var brokenCodeownersDoc string

// BrokenCodeowners finds lines of CODEOWNERS that the host skips, and files that
// it does not read at all.
var BrokenCodeowners = &audit.Check{
	ID:       "broken-codeowners",
	Title:    "CODEOWNERS says something that the host does not take",
	Family:   audit.Review,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.CodeOwners},
	Doc:      brokenCodeownersDoc,
	Controls: []string{"CIS-SSC-1.1.6", "SSDF-PS.1.1", "CICD-SEC-1"},
	Inspect:  inspectBrokenCodeowners,
}

func inspectBrokenCodeowners(seen *evidence.Snapshot, record *audit.Record) {
	host := hostOf(seen)
	file := readOwners(seen, host)
	for _, other := range seen.Owners {
		if file == nil || other.Path == file.Path || mirrored(seen, other.Path, host) {
			continue // the one that is read, or that the host of a mirror reads
		}
		record.Defect(audit.Finding{
			Subject: other.Path, Location: evidence.Location{Path: other.Path},
			Message: fmt.Sprintf("%s is not read, because the host takes %s; keep one of them", other.Path, file.Path),
		})
	}
	if file == nil {
		for _, other := range seen.Owners {
			record.Defect(audit.Finding{
				Subject: other.Path, Location: evidence.Location{Path: other.Path},
				Message: fmt.Sprintf("%s lies where this host does not look; move it to %s", other.Path, evidence.OwnersPlaces[host][0]),
			})
		}
		return
	}
	problems := file.GitHubProblems
	if host == evidence.OwnersGitLab {
		problems = file.GitLabProblems
	}
	if host == evidence.OwnersGitHub && file.Size > maxGitHubSize {
		record.Defect(audit.Finding{
			Subject: file.Path, Location: evidence.Location{Path: file.Path},
			Message: fmt.Sprintf("%s is larger than 3 MB, so GitHub does not load it and nobody owns anything; make it shorter with patterns", file.Path),
		})
	}
	for _, problem := range problems {
		record.Defect(audit.Finding{
			Subject: problem.What, Location: problem.At,
			Message: problem.What + "; " + consequence(host),
		})
	}
	if askHostOfOwners(seen, file, problems, record) && len(problems) == 0 {
		record.Pass(file.Path, evidence.Location{Path: file.Path})
	}
}

// mirrored tells a file that another host reads, where the repository is on both.
func mirrored(seen *evidence.Snapshot, place string, host evidence.OwnersHost) bool {
	if slices.Contains(evidence.OwnersPlaces[host], place) {
		return false
	}
	return slices.ContainsFunc(seen.Files, func(file evidence.File) bool {
		if host == evidence.OwnersGitHub {
			return file.Path == ".gitlab-ci.yml"
		}
		return strings.HasPrefix(file.Path, ".github/workflows/")
	})
}

func consequence(host evidence.OwnersHost) string {
	if host == evidence.OwnersGitLab {
		return "mend the line, for it asks nobody for approval as it stands"
	}
	return "mend the line, for GitHub skips all of it as it stands"
}
