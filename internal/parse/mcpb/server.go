package mcpb

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/input"
	"github.com/sealvet/sealvet/internal/parse/launch"
)

// launches reads how the client starts the bundle's server, on each platform
// that has its own way.
func launches(path, server string, config *doc.Node, out *evidence.Snapshot) {
	if config == nil || config.Kind != doc.Map {
		return
	}
	place := launch.Place{Path: path, Origin: evidence.LaunchBundle, Server: server, Anchor: "server/mcp_config"}
	launch.Entry(config, place, out)
	for platform, override := range config.Get("platform_overrides").All() {
		if !override.Has("command") && !override.Has("args") {
			continue // only the environment differs
		}
		place.Anchor = "server/mcp_config/platform_overrides/" + platform.Value
		launch.Override(config, override, place, out)
	}
}

// inputs are the values the user is asked for, and secrets that the manifest
// gives the server by itself.
func inputs(root *doc.Node) []evidence.UserInput {
	var all []evidence.UserInput
	for name, node := range root.Get("user_config").All() {
		yes, _ := node.Get("sensitive").Bool()
		one := evidence.UserInput{
			Name: name.Value, Anchor: "user_config/" + name.Value, At: name.At(), Secret: evidence.Known(yes),
			Looks: node.Get("type").String() == "string" && (input.Looks(name.Value, node.Get("description").String()) || input.Looks("", node.Get("title").String())),
			Value: located(node.Get("default")),
		}
		if one.Value.Value != "" && (one.Looks || yes) && !strings.Contains(one.Value.Value, "${") {
			one.Value.Value = input.Redacted
		}
		all = append(all, one)
	}
	for name, value := range root.Get("server", "mcp_config", "env").All() {
		if value.String() == "" || strings.Contains(value.String(), "${") || !input.Looks(name.Value, "") {
			continue // nothing, the user's own answer, or no secret
		}
		given := located(value)
		given.Value = input.Redacted
		all = append(all, evidence.UserInput{
			Name: name.Value, Anchor: "server/mcp_config/env/" + name.Value, At: name.At(), Secret: evidence.No, Looks: true, Value: given,
		})
	}
	return all
}
