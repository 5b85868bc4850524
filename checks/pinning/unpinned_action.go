package pinning

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unpinned_action.md
var unpinnedActionDoc string

// UnpinnedAction finds actions and reusable workflows whose code can change
// under the name they are called by.
var UnpinnedAction = &audit.Check{
	ID:       "unpinned-action",
	Title:    "Workflow uses an action by a ref that can move",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.ActionLocks},
	Doc:      unpinnedActionDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "SSDF-PO.3.2", "S2C2F-ENF-1", "CICD-SEC-3", "CICD-SEC-8", "OWASP-MCP04"},
	Inspect:  inspectUnpinnedAction,
}

func inspectUnpinnedAction(seen *evidence.Snapshot, record *audit.Record) {
	inspectIncludes(seen, record)
	locks := actionLocksOf(seen)
	for call := range seen.Calls() {
		uses := evidence.SplitUses(call.Uses.Value)
		switch uses.Kind {
		case evidence.UsesLocal:
			continue // the repository's own code is pinned by the commit under audit
		case evidence.UsesImage:
			continue // an image: unpinned-image looks at it
		case evidence.UsesSymbolic:
			record.Doubt(audit.Doubt{
				Subject:  call.Uses.Value,
				Location: call.Uses.At,
				Reason:   "which action runs is decided by an expression",
				Unlock:   "name the action and a full commit SHA instead of the expression",
			})
			continue
		case evidence.UsesRemote:
		}
		if uses.FullSHA() || locks.commit(call) != "" {
			record.Pass(call.Uses.Value, call.Uses.At)
			continue
		}
		finding := audit.Finding{
			Subject:  call.Uses.Value,
			Thing:    uses.Name(),
			Anchor:   call.Anchor,
			Location: call.Uses.At,
			Message:  movingRef(call.Uses.Value, uses),
		}
		if calledByTag(uses) {
			finding.Severity = audit.Note
		}
		if locks.unread {
			finding.Confidence = audit.Likely // the lock that may pin it could not be read
		}
		record.Defect(finding)
	}
}

// movingRef says why the ref can come to mean other code.
func movingRef(written string, uses evidence.Uses) string {
	switch {
	case uses.Ref == "":
		return fmt.Sprintf("%s names no ref, so nothing says which code runs; pin it to a full commit SHA", written)
	case calledByTag(uses):
		return fmt.Sprintf("%s must be called by a version tag, because it proves itself by that tag; accept the tag only as long as you verify the provenance it makes", written)
	case builder(uses):
		return fmt.Sprintf("%s can change under the same name; call it by a full version tag as vX.Y.Z, the only ref it accepts", written)
	case uses.Is("pypa", "gh-action-pypi-publish") && strings.HasPrefix(uses.Ref, "release/"):
		return fmt.Sprintf("%s follows a branch; its documentation shows that branch, but a full commit SHA works as well, so pin it to one", written)
	case uses.ShortSHA():
		return fmt.Sprintf("%s names its commit by a short SHA, which another commit, tag or branch can come to match; write the full commit SHA", written)
	case uses.Ref == "main" || uses.Ref == "master" || uses.Ref == "HEAD":
		return fmt.Sprintf("%s runs whatever stands on %s when the job starts; pin it to a full commit SHA", written, uses.Ref)
	}
	return fmt.Sprintf("%s can change under the same name; pin it to a full commit SHA", written)
}

// builder tells whether it is one of the builders that read the ref they are
// called by to prove which builder they are, and refuse a commit.
func builder(uses evidence.Uses) bool {
	return uses.Is("slsa-framework", "slsa-github-generator") && strings.HasPrefix(uses.Path, ".github/workflows/")
}

var versionTag = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

func calledByTag(uses evidence.Uses) bool { return builder(uses) && versionTag.MatchString(uses.Ref) }
