package client

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/schema"
)

// strict are the files whose form their clients agree on.
var strict = map[string]string{
	".mcp.json": "mcpServers", "mcp.json": "mcpServers", "gemini-extension.json": "mcpServers", "mcp_config.json": "mcpServers",
}

// types are the transports that clients know.
var types = []string{"stdio", "http", "sse", "streamable-http", "streamableHttp", "streamable_http", "ws", "local", "remote"}

// problems notes what a client would refuse of a configuration. It asks for no
// more than all of them do.
func problems(file string, root *doc.Node, out *evidence.Snapshot) {
	key, known := strict[path.Base(file)]
	if path.Base(path.Dir(file)) == ".vscode" {
		key = "servers"
	}
	if !known || !root.Has(key) {
		return
	}
	servers := root.Get(key)
	if servers.Kind != doc.Map {
		refuse(key, servers, "must be a map of servers by their names", out)
		return
	}
	for name, entry := range servers.All() {
		if what := wrong(entry); what != "" {
			refuse(key+"/"+name.Value, entry, what, out)
		}
	}
}

// wrong says what is wrong with one server, if anything.
func wrong(entry *doc.Node) string {
	if entry.Kind != doc.Map {
		return "must be a map"
	}
	kind := entry.Get("type").String()
	disabled, _ := entry.Get("disabled").Bool()
	switch {
	case kind != "" && !slices.Contains(types, kind) && !strings.Contains(kind, "${"):
		return `has a type that is none of "stdio", "http" and "sse"`
	case !launch.Looks(entry) && !disabled:
		return "names neither a command nor an address"
	case kind == "stdio" && entry.Get("command") == nil:
		return `has the type "stdio" and no command`
	case (kind == "http" || kind == "sse") && entry.Get("command") != nil && !entry.Has("url"):
		return "has the type " + kind + " and no address"
	case entry.Get("args") != nil && entry.Get("args").Kind != doc.List:
		return "has arguments that are no list"
	case entry.Get("env") != nil && entry.Get("env").Kind != doc.Map:
		return "has an environment that is no map"
	}
	return ""
}

func refuse(anchor string, node *doc.Node, what string, out *evidence.Snapshot) {
	out.ConfigProblems = append(out.ConfigProblems, evidence.Problem{Anchor: anchor, What: what, Rule: "client that reads it", At: schema.Opening(node)})
}
