package tools

import (
	_ "embed"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unlocked_tool_manifest.md
var unlockedToolManifestDoc string

// UnlockedToolManifest finds servers whose tools can change without a file that
// shows it.
var UnlockedToolManifest = &audit.Check{
	ID:       "unlocked-tool-manifest",
	Title:    "No file holds what the server's tools say of themselves",
	Family:   audit.Tools,
	Severity: audit.Note,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Files, evidence.ServerManifests},
	Doc:      unlockedToolManifestDoc,
	Controls: []string{"SSDF-PS.1.1", "OWASP-MCP03"},
	Inspect:  inspectUnlockedToolManifest,
}

func inspectUnlockedToolManifest(seen *evidence.Snapshot, record *audit.Record) {
	if !seen.IsServer() {
		return // no tools of its own
	}
	var shown *evidence.File
	for i := range seen.Files {
		file := &seen.Files[i]
		switch {
		case !isToolList(file.Path):
			continue
		case file.Role == evidence.Example || file.Role == evidence.Vendored:
			shown = file
			continue
		}
		record.Pass(file.Path, evidence.Location{Path: file.Path}) // tests compare it: a fixture counts
		return
	}
	if shown != nil {
		record.Doubt(audit.Doubt{Subject: shown.Path, Location: evidence.Location{Path: shown.Path}, Reason: "it lists tools, and whether they are those of this server is not known", Unlock: "keep the list beside the server's sources"})
		return
	}
	at := seen.Signals[0].At
	record.Defect(audit.Finding{
		Subject: "tool definitions", Location: at,
		Message: "no file of this repository holds what the server's tools say of themselves, so a change of what the model is told shows in no review; keep a snapshot of tools/list and compare it in the tests",
	})
}

// isToolList tells a file that holds the definitions of tools.
func isToolList(file string) bool {
	name := strings.ToLower(path.Base(file))
	switch {
	case path.Base(path.Dir(file)) == "__toolsnaps__" && strings.HasSuffix(name, ".snap"):
		return true
	case name == "tools.json", name == "mcp-tools.json", name == "tools.lock", name == "tools.lock.json", name == "tool-definitions.json", name == "mcp-tools.lock":
		return true
	}
	return strings.HasPrefix(name, "toolsets-") && strings.HasSuffix(name, "-tools.json")
}
