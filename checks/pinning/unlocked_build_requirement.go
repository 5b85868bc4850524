package pinning

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unlocked_build_requirement.md
var unlockedBuildRequirementDoc string

// UnlockedBuildRequirement finds what builds a Python package and is taken
// anew at every build, because no lock of Python tools holds it.
var UnlockedBuildRequirement = &audit.Check{
	ID:       "unlocked-build-requirement",
	Title:    "Python build requirements that nothing pins",
	Family:   audit.Pinning,
	Severity: audit.Low,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Manifests},
	Doc:      unlockedBuildRequirementDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PW.6.1", "S2C2F-REB-1", "CICD-SEC-3"},
	Strict:   true,
	Inspect:  inspectUnlockedBuildRequirement,
}

// inspectUnlockedBuildRequirement gives one finding a repository, and one more
// for each role of files: a fixture must not hide what is shipped.
func inspectUnlockedBuildRequirement(seen *evidence.Snapshot, record *audit.Record) {
	roles := seen.Roles()
	loose := make(map[evidence.Role][]*evidence.Dependency)
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		if m.Ecosystem != evidence.PyPI {
			continue
		}
		pinned := buildConstraints(m)
		for j := range m.Dependencies {
			d := &m.Dependencies[j]
			switch {
			case d.Group != "build-system":
				continue // the lock's business
			case d.Class == evidence.Exact, d.Class == evidence.PathClass, d.Commit != "", d.Hashed, pinned[evidence.FiledName(evidence.PyPI, d.Name)]:
				record.Pass(d.Name, d.At)
			default:
				loose[roles[m.Path]] = append(loose[roles[m.Path]], d)
			}
		}
	}
	for _, role := range []evidence.Role{evidence.Source, evidence.Fixture, evidence.Example, evidence.Vendored} {
		if all := loose[role]; len(all) > 0 {
			record.Defect(unlockedBuild(all))
		}
	}
}

// relatedAtMost keeps a finding about a monorepo readable.
const relatedAtMost = 10

func unlockedBuild(all []*evidence.Dependency) audit.Finding {
	first := all[0]
	message := first.Name + " builds the package and is taken anew at every build"
	if len(all) > 1 {
		message = fmt.Sprintf("%s and %s build the packages of this repository and are taken anew at every build",
			first.Name, count(len(all)-1, "other requirement", "other requirements"))
	}
	f := audit.Finding{
		Subject: "build-system.requires", Anchor: "build-system/requires", Location: first.At,
		Message: message + "; pin the version with ==, or in tool.uv.build-constraint-dependencies",
	}
	for _, d := range all[1:min(len(all), relatedAtMost+1)] {
		f.Related = append(f.Related, audit.Related{Location: d.At, Message: d.Name + " is not pinned either"})
	}
	return f
}

// buildConstraints are the names that the manifest fixes for uv's builds.
func buildConstraints(m *evidence.Manifest) map[string]bool {
	pinned := make(map[string]bool)
	for i := range m.Dependencies {
		if d := &m.Dependencies[i]; d.Group == "build-constraints" && d.Class == evidence.Exact {
			pinned[evidence.FiledName(evidence.PyPI, d.Name)] = true
		}
	}
	return pinned
}
