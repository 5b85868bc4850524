package pinning

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// inspectIncludes looks at what a GitLab pipeline takes in from elsewhere: its
// word for `uses:`.
func inspectIncludes(seen *evidence.Snapshot, record *audit.Record) {
	for _, include := range seen.Includes {
		switch {
		case include.Kind == evidence.IncludeLocal, include.Kind == evidence.IncludeTemplate:
			continue // this repository's own, or GitLab's, which runs the pipeline anyway
		case include.Kind == evidence.IncludeProject && strings.Trim(include.Name.Value, "${}") == "CI_PROJECT_PATH":
			continue // this repository under its other name
		}
		subject := include.Name.Value
		if include.Ref.Value != "" {
			subject += "@" + include.Ref.Value
		}
		switch include.Pin {
		case evidence.PinExact, evidence.PinLocked, evidence.PinLocal:
			record.Pass(subject, include.At)
		case evidence.PinUnknown:
			record.Doubt(audit.Doubt{Subject: subject, Location: include.At, Reason: include.Why, Unlock: "write a full commit SHA into the pipeline"})
		case evidence.PinFloating:
			record.Defect(audit.Finding{
				Subject: subject, Thing: include.Name.Value, Anchor: include.Anchor, Location: include.At,
				Message: fmt.Sprintf("the pipeline includes %s (%s); %s", subject, include.Why, includeMend(include)),
			})
		}
	}
}

func includeMend(include evidence.Include) string {
	if include.Kind == evidence.IncludeRemote {
		return "add integrity: sha256-..., or include a project's file at a full commit SHA"
	}
	return "name a full commit SHA"
}
