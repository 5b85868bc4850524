package link

import (
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/gitlab"
)

// maxMatches bounds includes times files: GitLab takes 150 includes in all.
const maxMatches = 10_000_000

// Includes notes each file that is part of a GitLab pipeline by being included,
// and that nobody has read because its name does not say so.
func Includes(seen *evidence.Snapshot) {
	told := make(map[string]bool)
	matches := 0
	for _, include := range seen.Includes {
		if include.Kind != evidence.IncludeLocal {
			continue // another project's file: what it holds is not in this tree
		}
		if matches += len(seen.Files); matches > maxMatches {
			break // GitLab refuses such a pipeline
		}
		pattern := strings.TrimPrefix(include.Name.Value, "/")
		for _, file := range seen.Files {
			if told[file.Path] || gitlab.Takes(file.Path) || !doublestar.MatchUnvalidated(pattern, file.Path) {
				continue
			}
			told[file.Path] = true
			for _, kind := range []evidence.Kind{evidence.Images, evidence.Commands} {
				seen.Gaps = append(seen.Gaps, evidence.Gap{
					Kind: kind, Subject: file.Path, At: include.At,
					Reason: file.Path + " is part of the pipeline and is not read: its name does not say that it is one",
					Unlock: "name it NAME.gitlab-ci.yml, or keep it in .gitlab/",
				})
			}
		}
	}
}
