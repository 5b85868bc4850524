package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed floating_dependency.md
var floatingDependencyDoc string

// FloatingDependency finds dependencies whose requirement names no version at
// all: anything, a branch, an address.
var FloatingDependency = &audit.Check{
	ID:       "floating-dependency",
	Title:    "Dependency is asked for without a version",
	Family:   audit.Pinning,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Manifests},
	Doc:      floatingDependencyDoc,
	Controls: []string{"CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-UPD-2", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectFloatingDependency,
}

func inspectFloatingDependency(seen *evidence.Snapshot, record *audit.Record) {
	siblings := siblingsOf(seen)
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		told := make(map[evidence.Location]bool) // a source named once may stand for a name in several groups
		for j := range m.Dependencies {
			d := &m.Dependencies[j]
			if isElsewhere(d) || told[d.At] || siblings[sibling{m.Ecosystem, workspaceOf(m), d.Name}] {
				continue // the last: a package of this tree is taken, whatever the requirement says
			}
			told[d.At] = true
			judgeDependency(d, record)
		}
	}
}

// sibling names a package of a workspace.
type sibling struct{ ecosystem, root, name string }

func siblingsOf(seen *evidence.Snapshot) map[sibling]bool {
	siblings := make(map[sibling]bool)
	for i := range seen.Manifests {
		if m := &seen.Manifests[i]; m.Name != "" {
			siblings[sibling{m.Ecosystem, workspaceOf(m), m.Name}] = true
		}
	}
	return siblings
}

// workspaceOf is the manifest at the root of the workspace, be it the manifest
// itself. The modules of a Maven build know each other without one.
func workspaceOf(m *evidence.Manifest) string {
	switch {
	case m.Ecosystem == evidence.Maven:
		return ""
	case m.Member != "":
		return m.Member
	}
	return m.Path
}

// isElsewhere lets go what another line, another check or nobody here decides.
func isElsewhere(d *evidence.Dependency) bool {
	switch {
	case d.Class == evidence.PathClass:
		return true // this tree: the commit under audit holds it
	case d.Inherits, strings.HasPrefix(d.Requirement, "catalog:"), d.Group == "overrides" && strings.HasPrefix(d.Requirement, "$"):
		return true // judged where the requirement stands
	}
	switch d.Group {
	case "peerDependencies":
		return true // whoever installs the package chooses
	case "constraints", "build-constraints":
		return true // narrows what others ask for
	case "build-system":
		return true // unlocked-build-requirement looks at it
	}
	return false
}

func judgeDependency(d *evidence.Dependency, record *audit.Record) {
	subject := d.Name
	if d.Requirement != "" {
		subject += " " + brief(d.Requirement)
	}
	message := ""
	switch d.Class {
	case "":
		record.Doubt(audit.Doubt{
			Subject: subject, Location: d.At,
			Reason: fmt.Sprintf("what %s asks for (%s) could not be read as a version", d.Name, brief(d.Requirement)),
			Unlock: "write the version out",
		})
		return
	case evidence.Unbounded:
		message = anyRelease(d)
	case evidence.Git:
		if d.Commit == "" {
			message = fmt.Sprintf("%s comes from %s, which holds other code after the next push; name a full commit SHA", d.Name, brief(d.Requirement))
		}
	case evidence.URL:
		message = fmt.Sprintf("%s comes from %s, which can serve other bytes tomorrow; take it from a registry, or put its hash beside it", d.Name, brief(d.Requirement))
	}
	if message == "" || d.Hashed {
		record.Pass(subject, d.At) // a version, a range, a commit or a hash
		return
	}
	f := audit.Finding{Subject: subject, Thing: d.Name, Anchor: d.Anchor, Location: d.At, Message: message}
	if held := heldBy(d); held != "" {
		f.Severity = audit.Low
		f.Message += fmt.Sprintf(" (%s holds %s for now)", d.Locked.Lock, held)
	}
	record.Defect(f)
}

func anyRelease(d *evidence.Dependency) string {
	what := "no version"
	switch d.Requirement {
	case "", "*":
	case "latest", "LATEST", "RELEASE":
		what = d.Requirement
	default:
		if strings.HasSuffix(d.Requirement, "-SNAPSHOT") {
			return fmt.Sprintf("%s asks for %s, which its owner can replace at any time; ask for a release", d.Name, brief(d.Requirement))
		}
		what = brief(d.Requirement) + ", which every version meets"
	}
	return fmt.Sprintf("%s asks for %s, so the newest release is taken, whatever it is; ask for a version or a range", d.Name, what)
}

// heldBy says what the lock fixes a dependency to, if it does so by its bytes.
func heldBy(d *evidence.Dependency) string {
	switch {
	case d.Locked == nil:
		return ""
	case d.Locked.Source == evidence.Git:
		_, commit, _ := strings.Cut(d.Locked.Resolved, "#")
		if len(commit) < fullCommit {
			return ""
		}
		return "commit " + commit[:7]
	case len(d.Locked.Integrity) == 0:
		return ""
	case d.Locked.Version == "":
		return "a hash"
	}
	return d.Locked.Version
}

// brief keeps a message readable, and leaves out names and passwords that
// stand in an address.
func brief(requirement string) string {
	_, clean := evidence.AddressHost(requirement)
	if len(clean) > 100 {
		return strings.ToValidUTF8(clean[:100], "") + "…"
	}
	return clean
}
