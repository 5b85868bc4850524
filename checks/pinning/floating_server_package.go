package pinning

import (
	"cmp"
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed floating_server_package.md
var floatingServerPackageDoc string

// FloatingServerPackage finds entries of server.json that name no one version,
// image or file.
var FloatingServerPackage = &audit.Check{
	ID:       "floating-server-package",
	Title:    "server.json names a package that can change under the same entry",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.ServerManifests},
	Doc:      floatingServerPackageDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.7", "SSDF-PW.4.1", "S2C2F-ENF-1", "OWASP-MCP04"},
	Inspect:  inspectFloatingServerPackage,
}

func inspectFloatingServerPackage(seen *evidence.Snapshot, record *audit.Record) {
	for _, manifest := range seen.ServerManifests {
		for _, one := range manifest.Packages {
			subject := cmp.Or(one.Identifier.Value, one.Anchor)
			switch one.Pin {
			case evidence.PinExact, evidence.PinLocal, evidence.PinLocked:
				record.Pass(subject, one.At)
			case evidence.PinUnknown:
				record.Doubt(audit.Doubt{Subject: subject, Location: one.At, Reason: fmt.Sprintf("which %s it is, only a release knows", subject)})
			case evidence.PinFloating:
				record.Defect(floatingPackage(one, subject))
			}
		}
	}
}

func floatingPackage(one evidence.ServerPackage, subject string) audit.Finding {
	finding := audit.Finding{Subject: subject, Thing: subject, Anchor: one.Anchor}
	switch one.Registry {
	case "oci":
		name, tag := imageName(subject)
		tag = cmp.Or(tag, one.Version.Value) // where the first schemas wrote it
		finding.Thing = name
		finding.Location = placeOf(one.Identifier, one.At)
		finding.Message = fmt.Sprintf("the image %s is named without its digest (%s), so the entry can come to mean another image; add @sha256:...", subject, one.Why)
		if tag != "" && tag != "latest" {
			finding.Severity = audit.Medium // a tag for one version is moved by intent only
		}
	case "mcpb":
		finding.Location = placeOf(one.Identifier, one.At)
		finding.Message = fmt.Sprintf("the bundle %s has no fileSha256, so nobody can tell whether the file was replaced; add the SHA-256 of the release asset", subject)
	default:
		finding.Location = placeOf(one.Version, placeOf(one.Identifier, one.At))
		finding.Message = fmt.Sprintf("the %s package %s is offered without one exact version (%s); write the version that this entry was published for", one.Registry, subject, one.Why)
	}
	return finding
}

// imageName is an image without its tag, and the tag.
func imageName(identifier string) (name, tag string) {
	name, _, _ = strings.Cut(identifier, "@")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		return name[:colon], name[colon+1:]
	}
	return name, ""
}

// placeOf is the place of a text that is there, else another.
func placeOf(text evidence.Text, other evidence.Location) evidence.Location {
	if text.Value == "" {
		return other
	}
	return text.At
}
