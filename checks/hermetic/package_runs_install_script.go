package hermetic

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed package_runs_install_script.md
var packageRunsInstallScriptDoc string

// PackageRunsInstallScript finds published packages that run code on the
// machines of those who install them.
var PackageRunsInstallScript = &audit.Check{
	ID:       "package-runs-install-script",
	Title:    "Published package runs code when it is installed",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Manifests, evidence.Commands},
	Doc:      packageRunsInstallScriptDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.1", "SSDF-PW.6.1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectPackageRunsInstallScript,
}

// installHooks run on the machines of users. prepare does not: it runs where the
// package is packed, or installed from git.
var installHooks = []string{"preinstall", "install", "postinstall"}

func inspectPackageRunsInstallScript(seen *evidence.Snapshot, record *audit.Record) {
	hooks, guarded := make(map[string][]*evidence.Script), make(map[string]bool)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		name, is := strings.CutPrefix(script.Anchor, "scripts/")
		switch {
		case script.Origin != evidence.FromNPM || !is:
		case slices.Contains(installHooks, name):
			hooks[script.Path] = append(hooks[script.Path], script)
			guarded[script.Path] = guarded[script.Path] || name != "postinstall"
		}
	}
	files := make(map[string]evidence.Location)
	for _, file := range seen.Files {
		if path.Base(file.Path) == "binding.gyp" {
			files[path.Dir(file.Path)] = evidence.Location{Path: file.Path}
		}
	}
	for _, manifest := range seen.Manifests {
		if path.Base(manifest.Path) != "package.json" || manifest.Private || manifest.Name == "" || manifest.Version.Value == "" {
			continue // npm publishes nothing that is private or lacks a name or a version
		}
		binding, native := files[path.Dir(manifest.Path)]
		native = native && !guarded[manifest.Path] // a hook of its own takes the place of node-gyp
		switch {
		case len(hooks[manifest.Path]) == 0 && !native:
			record.Pass(manifest.Name, manifest.At)
			continue
		case native:
			judgeHook(record, manifest, "install", binding, "node-gyp rebuild, because of binding.gyp")
		}
		for _, script := range hooks[manifest.Path] {
			if harmlessHook(script) {
				record.Pass(manifest.Name, script.At)
				continue
			}
			judgeHook(record, manifest, strings.TrimPrefix(script.Anchor, "scripts/"), script.At, hookLine(script))
		}
	}
}

// harmlessHook tells what runs nothing but an echo.
func harmlessHook(script *evidence.Script) bool {
	return !slices.ContainsFunc(script.Commands, func(c evidence.Command) bool { return !says(&c) })
}

func says(command *evidence.Command) bool {
	switch command.Program() {
	case "", "echo", "true", "exit", ":":
		return true
	}
	return false
}

// hookLine is the first command that is more than an echo.
func hookLine(script *evidence.Script) string {
	for i := range script.Commands {
		if command := &script.Commands[i]; !says(command) {
			return trace.Line(command, 60)
		}
	}
	return "what it says"
}

func judgeHook(record *audit.Record, manifest evidence.Manifest, hook string, at evidence.Location, runs string) {
	record.Defect(audit.Finding{
		Subject: manifest.Name + " " + hook, Thing: manifest.Name + " " + hook, Anchor: "scripts/" + hook, Location: at,
		Message: fmt.Sprintf("%s runs code on the machine of everybody who installs it: %s is %s; do that when the package is built, or when the server starts", manifest.Name, hook, runs),
	})
}
