package provenance

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed server_identity_mismatch.md
var serverIdentityMismatchDoc string

// ServerIdentityMismatch finds entries of the MCP registry that disagree with
// their packages and their repository about who they are.
var ServerIdentityMismatch = &audit.Check{
	ID:       "server-identity-mismatch",
	Title:    "server.json disagrees with its packages or repository about its name",
	Family:   audit.Provenance,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs: []evidence.Kind{
		evidence.ServerManifests, evidence.Manifests, evidence.Documents, evidence.Images,
		evidence.Publications, evidence.PublishedImages, evidence.RegistryEntries,
	},
	Doc:      serverIdentityMismatchDoc,
	Controls: []string{"OSPS-BR-02.01", "CIS-SSC-4.1.1", "SSDF-PS.2.1", "CICD-SEC-9", "OWASP-MCP04", "OWASP-MCP09"},
	Inspect:  inspectServerIdentityMismatch,
}

func inspectServerIdentityMismatch(seen *evidence.Snapshot, record *audit.Record) {
	labels := labels(seen)
	for _, server := range seen.ServerManifests {
		i := identity{seen: seen, record: record, labels: labels, server: server}
		i.inspect()
	}
}

// identity compares one server.json with all that speaks of the same server.
type identity struct {
	seen   *evidence.Snapshot
	record *audit.Record
	labels []evidence.Text // of all images
	server evidence.ServerManifest
	agreed bool // something was compared, and nothing disagreed
}

func (i *identity) inspect() {
	name := i.server.Name.Value
	if name == "" {
		return // invalid-mcp-manifest says so
	}
	if strings.ContainsAny(name, "${}<>%") {
		i.record.Doubt(audit.Doubt{Subject: i.server.Path, Location: i.server.Name.At, Reason: "a release fills in its name"})
		return
	}
	for _, offered := range i.server.Packages {
		i.offered(offered)
	}
	i.repository()
	i.handedOut()
	if i.agreed {
		i.record.Pass(i.server.Path, i.server.Name.At)
	}
}

// offered compares the name with the mark by which a package proves to be one of
// the entry's. What a package of another repository holds is not in this tree.
func (i *identity) offered(offered evidence.ServerPackage) {
	switch offered.Registry {
	case "npm":
		if m, ours := i.manifest(evidence.NPM, offered); ours {
			i.mark(m.Path, "mcpName", m.MCPName, offered)
		}
	case "pypi", "nuget", "cargo":
		if m, ours := i.manifest(ecosystems[offered.Registry], offered); ours {
			marks, readme := i.readmes(m)
			i.marks(readme, "mcp-name", marks, offered)
		}
	case "oci":
		if len(i.seen.Dockerfiles) > 0 {
			i.marks("no Dockerfile", "the label "+nameLabel, i.labels, offered)
		}
	}
}

const nameLabel = "io.modelcontextprotocol.server.name"

// marks compares the name with several places of which one is enough.
func (i *identity) marks(where, what string, marks []evidence.Text, offered evidence.ServerPackage) {
	if len(marks) == 0 {
		i.mark(where, what, evidence.Text{}, offered)
		return
	}
	for _, mark := range marks {
		if mark.Value == i.server.Name.Value || left(mark.Value) {
			i.agreed = true
			return
		}
	}
	i.mark(marks[0].At.Path, what, marks[0], offered)
}

func (i *identity) mark(where, what string, found evidence.Text, offered evidence.ServerPackage) {
	switch found.Value {
	case i.server.Name.Value:
		i.agreed = true
	case "":
		i.record.Doubt(audit.Doubt{
			Subject: i.server.Path, Location: offered.Identifier.At,
			Reason: fmt.Sprintf("%s does not hold %s, without which the registry refuses %s unless a release adds it", where, what, offered.Identifier.Value),
		})
	default:
		i.disagree(found, offered.Anchor, fmt.Sprintf("%s says in %s that %s is %s, and %s is of %s; write the same name in both", where, what, offered.Identifier.Value, found.Value, i.server.Path, i.server.Name.Value))
	}
}

func (i *identity) disagree(at evidence.Text, anchor, message string) {
	i.record.Defect(audit.Finding{
		Subject: i.server.Name.Value + " " + at.Value, Thing: i.server.Path, Anchor: anchor, Location: at.At, Message: message,
		Related: []audit.Related{{Location: i.server.Name.At, Message: "the name in " + i.server.Path}},
	})
}

// left tells a value that a build fills in.
func left(value string) bool { return strings.ContainsAny(value, "${}<>%") }

// manifest is the manifest in this tree from which an offered package is made.
func (i *identity) manifest(ecosystem string, offered evidence.ServerPackage) (evidence.Manifest, bool) {
	for _, m := range i.seen.Manifests {
		if m.Ecosystem == ecosystem && sameName(ecosystem, m.Name, offered.Identifier.Value) {
			return m, true
		}
	}
	return evidence.Manifest{}, false
}

// readmes lists the marks of the README files beside a manifest, else of the
// root; and the folder that was looked at, as people name it.
func (i *identity) readmes(m evidence.Manifest) (marks []evidence.Text, where string) {
	for _, dir := range []string{path.Dir(m.Path), "."} {
		for _, mark := range i.seen.NameMarks {
			if mark.Where == "readme" && path.Dir(mark.Name.At.Path) == dir {
				marks = append(marks, mark.Name)
			}
		}
		if len(marks) > 0 {
			break
		}
	}
	return marks, "the README of " + m.Path
}

// labels lists the values of the image label: of Dockerfiles, and of the inputs
// and commands that label what they build.
func labels(seen *evidence.Snapshot) []evidence.Text {
	var all []evidence.Text
	for _, mark := range seen.NameMarks {
		if mark.Where == "image-label" {
			all = append(all, mark.Name)
		}
	}
	take := func(value string, at evidence.Location) {
		if _, after, found := strings.Cut(value, nameLabel+"="); found {
			after, _, _ = strings.Cut(after, "\n")
			all = append(all, evidence.Text{Value: strings.Trim(strings.TrimSpace(after), `"'`), At: at})
		}
	}
	for _, workflow := range seen.Workflows {
		for _, job := range workflow.Jobs {
			for _, step := range job.Steps {
				for _, v := range step.With {
					take(v.Value, v.At)
				}
			}
		}
	}
	for _, script := range seen.Scripts {
		for _, command := range script.Commands {
			for _, word := range command.Words {
				take(word.Value, word.At)
			}
		}
	}
	return all
}
