// Package client reads the configurations in which MCP clients, plugins and
// extensions say which servers they start: JSON, JSON with comments, TOML, YAML
// and the front matter of agents. It knows where such files lie and in which
// language they are; what one entry means is launch's to know.
package client

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// names are files that are a configuration wherever they lie.
var names = []string{
	".mcp.json", "mcp.json", "mcp_config.json", "mcp-config.json", "mcp_settings.json", "cline_mcp_settings.json",
	"gemini-extension.json", "qwen-extension.json", "opencode.json", "opencode.jsonc", ".opencode.json", "crush.json",
	"claude_desktop_config.json", "devcontainer.json", ".devcontainer.json",
}

// folders are those in which a file of a common name is a configuration.
var folders = map[string][]string{
	"settings.json":       {".vscode", ".gemini", ".zed", ".qwen", ".claude", ".amp", ".factory"},
	"settings.local.json": {".claude"},
	"config.toml":         {".codex"},
	"plugin.json":         {".claude-plugin", ".cursor-plugin", ".codex-plugin", ".plugin", "plugin"},
	"marketplace.json":    {".claude-plugin", ".cursor-plugin", ".codex-plugin", "plugin", "plugins"},
}

// Takes a file by the name that its client looks for.
func Takes(file string) bool {
	name, folder := strings.ToLower(path.Base(file)), path.Base(path.Dir(file))
	switch {
	case slices.Contains(names, name), slices.Contains(folders[name], folder):
		return true
	case strings.HasPrefix(name, "claude_desktop_config") && strings.HasSuffix(name, ".json"):
		return true
	case name == "plugin.json":
		return shipped(file)
	}
	return strings.HasSuffix(name, ".code-workspace") || isAgent(file)
}

// Guesses takes a file that only its name makes likely: what it holds decides.
func Guesses(file string) bool {
	if Takes(file) {
		return false
	}
	name := strings.ToLower(path.Base(file))
	likely := strings.Contains(name, "mcp") || path.Base(path.Dir(file)) == "mcpServers"
	return likely && slices.Contains([]string{".json", ".jsonc", ".json5", ".yaml", ".yml", ".toml"}, path.Ext(name))
}

// isAgent takes the agents and agentic workflows that carry servers in their
// front matter.
func isAgent(file string) bool {
	if path.Ext(file) != ".md" {
		return false
	}
	folder := path.Dir(file)
	return strings.HasSuffix(file, ".agent.md") || strings.HasSuffix(file, ".chatmode.md") ||
		folder == ".github/agents" || folder == ".github/workflows" || folder == ".claude/agents" || path.Base(folder) == "agents" && shipped(file)
}

// origin is Plugin for what is shipped to the users of a plugin or extension.
func origin(file string) evidence.LaunchOrigin {
	if shipped(file) {
		return evidence.LaunchPlugin
	}
	return evidence.LaunchConfig
}

// shippedFolders hold plugins, powers and skills: files for other people.
var shippedFolders = []string{".claude-plugin", ".cursor-plugin", ".codex-plugin", ".plugin", "plugin", "plugins", "kiro_power", "skills", "powers", "extensions"}

func shipped(file string) bool {
	switch path.Base(file) {
	case "gemini-extension.json", "qwen-extension.json":
		return true
	}
	for folder := range strings.SplitSeq(path.Dir(file), "/") {
		if slices.Contains(shippedFolders, folder) || strings.HasSuffix(folder, "-power") {
			return true
		}
	}
	return false
}
