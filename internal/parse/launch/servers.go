package launch

import (
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// serverKeys lead to the servers of a configuration, in the dialects of the
// clients. The longer path of two that begin alike stands first.
var serverKeys = [][]string{
	{"mcpServers"},                 // Claude, Cursor, Gemini, Windsurf, Cline, plugins
	{"servers"},                    // VS Code
	{"mcp_servers"},                // Codex
	{"mcp-servers"},                // agents of GitHub Copilot
	{"context_servers"},            // Zed
	{"mcp", "servers"},             // VS Code's settings.json
	{"mcp"},                        // opencode
	{"mcp.servers"},                // VS Code's settings.json, flat
	{"amp.mcpServers"},             // Amp
	{"settings", "mcp", "servers"}, // a workspace of VS Code
	{"extensions"},                 // Goose
	{"customizations", "vscode", "mcp", "servers"},             // a dev container
	{"customizations", "vscode", "settings", "mcp", "servers"}, // an older one
}

// Servers reads every server of a configuration in any dialect, and tells
// whether it found one.
func Servers(root *doc.Node, place Place, out *evidence.Snapshot) bool {
	found := false
	for _, path := range serverKeys {
		here := place
		here.Anchor = join(place.Anchor, strings.Join(path, "/"))
		found = group(root.Get(path...), here, out) || found
	}
	return found
}

// Bare reads a map whose fields are the servers themselves, or that is one
// server by itself.
func Bare(root *doc.Node, place Place, out *evidence.Snapshot) bool {
	if Looks(root) {
		if name := root.Get("name").String(); name != "" && place.Server == "" {
			place.Server = name
		}
		Entry(root, place, out)
		return true
	}
	return group(root, place, out)
}

// group reads the servers of a map by name, or of a list of maps with names.
func group(node *doc.Node, place Place, out *evidence.Snapshot) bool {
	found := false
	for name, entry := range node.All() {
		if Looks(entry) {
			here := place
			here.Server, here.Anchor = name.Value, join(place.Anchor, name.Value)
			Entry(entry, here, out)
			found = true
		}
	}
	for i, entry := range node.List() {
		if name := entry.Get("name").String(); name != "" && Looks(entry) {
			here := place
			here.Server, here.Anchor = name, join(place.Anchor, strconv.Itoa(i))
			Entry(entry, here, out)
			found = true
		}
	}
	return found
}

func join(anchor, name string) string {
	if anchor == "" {
		return name
	}
	return anchor + "/" + name
}

// Inline reads JSON that stands in another language: a word of a command line,
// an input of a workflow, the address of an install link. All it holds is
// placed at the place of the whole.
func Inline(value string, at evidence.Location, place Place, out *evidence.Snapshot) bool {
	var part evidence.Snapshot
	root, _ := doc.JSON(text.NewSource(at.Path, []byte(value)))
	found := Servers(root, place, &part) || Bare(root, place, &part)
	Move(&part, func(evidence.Location) evidence.Location { return at })
	out.Launches = append(out.Launches, part.Launches...)
	out.Remotes = append(out.Remotes, part.Remotes...)
	return found
}

// InlineText is Inline for JSON whose place in the file is known byte for byte.
func InlineText(code text.Text, place Place, out *evidence.Snapshot) bool {
	var part evidence.Snapshot
	source := text.NewSource(place.Path, []byte(code.Value))
	root, _ := doc.JSON(source)
	found := Servers(root, place, &part) || Bare(root, place, &part)
	Move(&part, Within(code, source, 0))
	out.Launches = append(out.Launches, part.Launches...)
	out.Remotes = append(out.Remotes, part.Remotes...)
	return found
}

// Within maps the places of a source that was made of a text, and of that many
// bytes in front, to where the text stands.
func Within(code text.Text, source *text.Source, front int) func(evidence.Location) evidence.Location {
	clamp := func(offset int) int { return min(max(offset-front, 0), len(code.Value)) }
	return func(at evidence.Location) evidence.Location {
		start := clamp(source.Offset(at.Line, at.Column))
		return code.Span(start, max(start, clamp(source.Offset(at.EndLine, at.EndColumn))))
	}
}

// Move puts every launch and remote of a part elsewhere.
func Move(part *evidence.Snapshot, to func(evidence.Location) evidence.Location) {
	for i := range part.Launches {
		l := &part.Launches[i]
		l.At = to(l.At)
		for j := range l.Words {
			l.Words[j].At = to(l.Words[j].At)
		}
		for j := range l.Fetches {
			l.Fetches[j].At = to(l.Fetches[j].At)
		}
		for j := range l.Env {
			l.Env[j].Value.At = to(l.Env[j].Value.At)
		}
		l.Approves = movedTexts(l.Approves, to)
	}
	for i := range part.Remotes {
		r := &part.Remotes[i]
		r.At, r.URL.At = to(r.At), to(r.URL.At)
		r.Approves = movedTexts(r.Approves, to)
	}
}

// movedTexts is a copy: a launch and the remote of one entry share the slice.
func movedTexts(texts []evidence.Text, to func(evidence.Location) evidence.Location) []evidence.Text {
	var moved []evidence.Text
	for _, t := range texts {
		moved = append(moved, evidence.Text{Value: t.Value, At: to(t.At)})
	}
	return moved
}
