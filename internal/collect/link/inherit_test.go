package link

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestInherit(t *testing.T) {
	seen := evidence.Snapshot{Manifests: []evidence.Manifest{
		{Path: "Cargo.toml", Ecosystem: evidence.Cargo, Dependencies: []evidence.Dependency{{Name: "serde", Requirement: "1", Class: evidence.Range, Group: "workspace.dependencies"}}},
		{Path: "crates/a/Cargo.toml", Ecosystem: evidence.Cargo, Dependencies: []evidence.Dependency{{Name: "serde", Inherits: true}, {Name: "other", Inherits: true}}},
		{Path: "b/b.csproj", Ecosystem: evidence.NuGet, Dependencies: []evidence.Dependency{{Name: "serde", Inherits: true}}},
	}}
	Inherit(&seen)
	if d := seen.Manifests[1].Dependencies[0]; d.Requirement != "1" || d.Class != evidence.Range {
		t.Errorf("%+v", d)
	}
	if d := seen.Manifests[1].Dependencies[1]; d.Requirement != "" || d.Class != "" {
		t.Errorf("%+v", d)
	}
	if d := seen.Manifests[2].Dependencies[0]; d.Class != "" {
		t.Errorf("another ecosystem's: %+v", d)
	}
}

func TestInheritProperties(t *testing.T) {
	seen := evidence.Snapshot{Manifests: []evidence.Manifest{
		{Path: "pom.xml", Ecosystem: evidence.Maven, Properties: []evidence.Variable{{Name: "mcp.version", Value: "0.9.0"}}},
		{Path: "core/pom.xml", Ecosystem: evidence.Maven, Dependencies: []evidence.Dependency{
			{Name: "io.example:mcp", Requirement: "${mcp.version}"}, {Name: "a:far", Requirement: "${far}"},
		}},
	}}
	Inherit(&seen)
	if d := seen.Manifests[1].Dependencies[0]; d.Requirement != "0.9.0" || d.Class != evidence.Exact {
		t.Errorf("%+v", d)
	}
	if d := seen.Manifests[1].Dependencies[1]; d.Requirement != "${far}" || d.Class != "" {
		t.Errorf("%+v", d)
	}
}
