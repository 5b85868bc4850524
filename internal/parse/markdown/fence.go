package markdown

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// shells are the names of fences that hold commands.
var shells = map[string]evidence.Shell{
	"bash": evidence.Bash, "sh": evidence.Bash, "shell": evidence.Bash, "zsh": evidence.Bash, "console": evidence.Bash,
	"shell-session": evidence.Bash, "shellsession": evidence.Bash, "terminal": evidence.Bash, "text": evidence.Bash, "txt": evidence.Bash, "": evidence.Bash,
	"powershell": evidence.PowerShell, "pwsh": evidence.PowerShell, "ps1": evidence.PowerShell, "ps": evidence.PowerShell,
	"cmd": evidence.Cmd, "bat": evidence.Cmd, "batch": evidence.Cmd,
}

// read reads what a fence holds, by its language or, without one, by how it begins.
func (f fence) read(out *evidence.Snapshot) {
	code := f.text()
	switch language := f.guess(code.Value); {
	case slices.Contains([]string{"json", "jsonc", "json5"}, language):
		f.config(code, doc.JSON, out)
	case language == "toml":
		f.config(code, doc.TOML, out)
	case language == "yaml" || language == "yml":
		f.config(code, firstYAML, out)
	default:
		if kind, known := shells[language]; known {
			f.commands(kind, out)
		}
	}
}

func (f fence) guess(code string) string {
	if _, plain := shells[f.language]; !plain || shells[f.language] != evidence.Bash {
		return f.language
	}
	switch start := strings.TrimLeft(code, " \t\r\n"); {
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, `"`):
		return "json"
	case strings.HasPrefix(start, "[mcp_servers"):
		return "toml"
	}
	return f.language
}

func firstYAML(src *text.Source) (*doc.Node, error) {
	roots, err := doc.YAML(src)
	if len(roots) == 0 {
		return nil, err
	}
	return roots[0], err
}

// config reads the code as a file of its own, and puts what it holds back to
// where it stands in the page. What does not parse is prose to the reader: pages
// show parts of files, and dots for the rest.
func (f fence) config(code text.Text, parse func(*text.Source) (*doc.Node, error), out *evidence.Snapshot) {
	if !strings.Contains(code.Value, "command") && !strings.Contains(code.Value, "cmd") && !strings.Contains(strings.ToLower(code.Value), "url") {
		return
	}
	var part evidence.Snapshot
	place := launch.Place{Path: f.source.Path(), Origin: evidence.LaunchDocs}
	source := text.NewSource(place.Path, []byte(code.Value))
	root, _ := parse(source)
	front := ""
	if !launch.Servers(root, place, &part) && !launch.Bare(root, place, &part) && strings.HasPrefix(strings.TrimSpace(code.Value), `"`) {
		// A part of a JSON file: "name": {...} without the braces around it.
		front = "{"
		source = text.NewSource(place.Path, []byte(front+code.Value+"}"))
		if root, _ = doc.JSON(source); !launch.Servers(root, place, &part) {
			launch.Bare(root, place, &part)
		}
	}
	launch.Move(&part, launch.Within(code, source, len(front)))
	out.Launches = append(out.Launches, part.Launches...)
	out.Remotes = append(out.Remotes, part.Remotes...)
}

// commands reads the commands that start a server or add one to a client.
func (f fence) commands(kind evidence.Shell, out *evidence.Snapshot) {
	code := f.unprompted()
	if !startsServer(code.Value) {
		return
	}
	script, _ := shell.Read(code, shell.Context{Path: f.source.Path(), Shell: kind})
	place := launch.Place{Path: f.source.Path(), Origin: evidence.LaunchDocs}
	for _, command := range script.Commands {
		if launch.Add(command.Words, command.At, place, out) {
			continue
		}
		if !launch.Runs(command.Words) || !slices.ContainsFunc(command.Fetches, namesServer) {
			continue
		}
		l, remotes := launch.Words(command.Words, command.At, place)
		out.Launches = append(out.Launches, l)
		out.Remotes = append(out.Remotes, remotes...)
	}
}

// namesServer: of all that a page lets its readers run, a package with mcp in
// its name is a server, and a linter is not.
func namesServer(one evidence.Fetch) bool {
	name := strings.ToLower(one.Name)
	return strings.Contains(name, "mcp") && !strings.HasPrefix(name, "@modelcontextprotocol/inspector")
}

func startsServer(code string) bool {
	lower := strings.ToLower(code)
	if !strings.Contains(lower, "mcp") {
		return false
	}
	for _, word := range []string{"npx", "bunx", "dlx", "uvx", "uv ", "pipx", "docker", "podman", "nerdctl", "go run", "deno", "dnx", "dotnet", "jbang", "npm exec", "bun x", "nix run", "mcp add", "add-mcp"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// unprompted is the code without the prompts of a shell. Where there are
// prompts, lines without one are output.
func (f fence) unprompted() text.Text {
	if !slices.ContainsFunc(f.lines, func(line text.Text) bool { _, found := prompt(line); return found }) {
		return f.text()
	}
	var b text.Builder
	continued := false
	for _, line := range f.lines {
		rest, found := prompt(line)
		if found || continued {
			b.Append(rest.Value, rest)
			continued = strings.HasSuffix(strings.TrimRight(rest.Value, "\r\n"), "\\")
		}
	}
	return b.Text()
}

func prompt(line text.Text) (text.Text, bool) {
	trimmed := strings.TrimLeft(line.Value, " \t")
	for _, mark := range []string{"$ ", "% ", "PS> ", "> "} {
		if strings.HasPrefix(trimmed, mark) {
			return line.Slice(len(line.Value)-len(trimmed)+len(mark), len(line.Value)), true
		}
	}
	return line, false
}
