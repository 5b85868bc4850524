// Package installscript reads the settings by which package managers let
// dependencies run code of their own when they are installed, or forbid it.
package installscript

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/ini"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var readers = map[string]func(*text.Source, *evidence.Snapshot) error{
	".npmrc":              readNPMRC,
	".yarnrc":             readYarnRC,
	".yarnrc.yml":         readYarnRCYML,
	"pnpm-workspace.yaml": readWorkspace,
	"package.json":        readManifest,
}

// Takes knows the files by their names.
func Takes(name string) bool { return readers[path.Base(name)] != nil }

// Read reads one of them. What is broken in it, others report.
func Read(src *text.Source, out *evidence.Snapshot) error {
	return readers[path.Base(src.Path())](src, out)
}

func readNPMRC(src *text.Source, out *evidence.Snapshot) error {
	for _, entry := range ini.Read(src) {
		switch entry.Name.Value {
		case "ignore-scripts":
			add(out, "npm", "ignore-scripts", entry.Value, entry.Value.Value != "true")
		case "dangerously-allow-all-scripts":
			add(out, "npm", "dangerously-allow-all-scripts", entry.Value, entry.Value.Value == "true")
		case "strict-allow-scripts":
			add(out, "npm", "strict-allow-scripts", entry.Value, entry.Value.Value != "true")
		case "dangerously-allow-all-builds":
			add(out, "pnpm", "dangerously-allow-all-builds", entry.Value, entry.Value.Value == "true")
		}
	}
	return nil
}

// readYarnRC reads yarn 1's: --install.ignore-scripts true.
func readYarnRC(src *text.Source, out *evidence.Snapshot) error {
	for line := range src.Text(0, src.Len()).Lines() {
		name, value, found := line.TrimSpace().Cut(" ")
		if found && (name.Value == "ignore-scripts" || name.Value == "--ignore-scripts" || name.Value == "--install.ignore-scripts") {
			add(out, "yarn", "ignore-scripts", name, strings.Trim(value.Value, `" `) != "true")
		}
	}
	return nil
}

func readYarnRCYML(src *text.Source, out *evidence.Snapshot) error {
	documents, _ := doc.YAML(src)
	for _, root := range documents {
		if runs, said := root.Get("enableScripts").Bool(); said {
			add(out, "yarn", "enableScripts", root.Get("enableScripts").Text, runs)
		}
	}
	return nil
}

func readWorkspace(src *text.Source, out *evidence.Snapshot) error {
	documents, _ := doc.YAML(src)
	for _, root := range documents {
		readPNPM(root, out)
	}
	return nil
}

func readManifest(src *text.Source, out *evidence.Snapshot) error {
	root, _ := doc.JSON(src)
	readPNPM(root.Get("pnpm"), out)
	allowed(out, "npm", "allowScripts", root.Get("allowScripts"))
	if trusted := root.Get("trustedDependencies"); trusted != nil && trusted.Kind == doc.List {
		list(out, "bun", "trustedDependencies", trusted)
	}
	return nil
}

// readPNPM reads the settings of pnpm, which stand in its workspace file or in
// package.json.
func readPNPM(n *doc.Node, out *evidence.Snapshot) {
	if ignore, said := n.Get("ignoreScripts").Bool(); said {
		add(out, "pnpm", "ignoreScripts", n.Get("ignoreScripts").Text, !ignore)
	}
	if all, said := n.Get("dangerouslyAllowAllBuilds").Bool(); said && all {
		add(out, "pnpm", "dangerouslyAllowAllBuilds", n.Get("dangerouslyAllowAllBuilds").Text, true)
	}
	if only := n.Get("onlyBuiltDependencies"); only != nil && only.Kind == doc.List {
		list(out, "pnpm", "onlyBuiltDependencies", only)
	}
	if never := n.Get("neverBuiltDependencies"); never != nil && never.Kind == doc.List && len(never.Items) == 0 {
		at := never.At()
		out.ScriptPolicies = append(out.ScriptPolicies, evidence.ScriptPolicy{Path: at.Path, Tool: "pnpm", Setting: "neverBuiltDependencies", Runs: evidence.Yes, At: at})
	}
	allowed(out, "pnpm", "allowBuilds", n.Get("allowBuilds"))
}

// allowed notes a map of those who may and those who may not.
func allowed(out *evidence.Snapshot, tool, setting string, n *doc.Node) {
	if n == nil || n.Kind != doc.Map {
		return
	}
	policy := evidence.ScriptPolicy{Path: n.At().Path, Tool: tool, Setting: setting, At: n.At()}
	for name, value := range n.All() {
		if may, _ := value.Bool(); may {
			policy.Allowed = append(policy.Allowed, name.Value)
		}
	}
	out.ScriptPolicies = append(out.ScriptPolicies, policy)
}

func add(out *evidence.Snapshot, tool, setting string, value text.Text, runs bool) {
	at := value.At()
	out.ScriptPolicies = append(out.ScriptPolicies, evidence.ScriptPolicy{
		Path: at.Path, Tool: tool, Setting: setting, Runs: evidence.Known(runs), At: at,
	})
}

// list notes a list of those who may.
func list(out *evidence.Snapshot, tool, setting string, n *doc.Node) {
	policy := evidence.ScriptPolicy{Path: n.At().Path, Tool: tool, Setting: setting, At: n.At()}
	for _, name := range n.Strings() {
		policy.Allowed = append(policy.Allowed, name.Value)
	}
	out.ScriptPolicies = append(out.ScriptPolicies, policy)
}
