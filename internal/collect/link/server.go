package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Servers adds what only all files together say about MCP servers: launches that
// stand in workflows, which configurations are shipped with a plugin, and the
// names that images carry.
func Servers(seen *evidence.Snapshot) {
	shippedConfigs(seen)
	workflowLaunches(seen)
	imageNames(seen)
}

// shippedConfigs: a .mcp.json beside a plugin's manifest goes to the users of
// the plugin.
func shippedConfigs(seen *evidence.Snapshot) {
	plugins := make(map[string]bool) // folders
	for _, file := range seen.Files {
		if path.Base(file.Path) == "plugin.json" {
			switch folder := path.Dir(file.Path); path.Base(folder) {
			case ".claude-plugin", ".cursor-plugin", ".codex-plugin", ".plugin":
				plugins[path.Dir(folder)] = true
			default:
				plugins[folder] = true
			}
		}
	}
	for i := range seen.Launches {
		if l := &seen.Launches[i]; l.Origin == evidence.LaunchConfig && isPluginConfig(plugins, l.Path) {
			l.Origin = evidence.LaunchPlugin
		}
	}
	for i := range seen.Remotes {
		if r := &seen.Remotes[i]; r.Origin == evidence.LaunchConfig && isPluginConfig(plugins, r.Path) {
			r.Origin = evidence.LaunchPlugin
		}
	}
}

func isPluginConfig(plugins map[string]bool, file string) bool {
	name := path.Base(file)
	return plugins[path.Dir(file)] && (name == ".mcp.json" || name == "mcp.json")
}

const (
	nameLabel = "io.modelcontextprotocol.server.name"
	quotes    = "\"'"
)

// imageNames finds the label by which an image proves to belong to an entry of
// the registry.
func imageNames(seen *evidence.Snapshot) {
	for _, dockerfile := range seen.Dockerfiles {
		for _, stage := range dockerfile.Stages {
			for _, instruction := range stage.Instructions {
				if instruction.Name != "LABEL" {
					continue
				}
				if name := labelValue(instruction.Args); name.Value != "" {
					seen.NameMarks = append(seen.NameMarks, evidence.NameMark{Where: "image-label", Name: name})
				}
			}
		}
	}
}

// labelValue is the value of the label, written key=value or as two words.
func labelValue(args []evidence.Text) evidence.Text {
	for i, arg := range args {
		key, value, found := strings.Cut(arg.Value, "=")
		switch {
		case strings.Trim(key, quotes) != nameLabel:
		case found:
			return evidence.Text{Value: strings.Trim(value, quotes), At: arg.At}
		case i+1 < len(args):
			return evidence.Text{Value: strings.Trim(args[i+1].Value, quotes), At: args[i+1].At}
		}
	}
	return evidence.Text{}
}
