package launch

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// adders are the programs with a command "mcp add" that writes a server into
// their own configuration.
var adders = []string{"claude", "codex", "gemini", "qwen", "amp", "droid", "copilot", "auggie", "opencode", "crush", "cursor-agent", "kiro-cli", "q", "kimi", "vibe", "grok", "coderabbit", "mistral"}

// editors take a server as JSON behind --add-mcp.
var editors = []string{"code", "code-insiders", "codium", "cursor", "windsurf"}

// valueFlags are the flags of "mcp add" that take the next word.
var valueFlags = []string{
	"-s", "--scope", "-t", "--transport", "--type", "-e", "--env", "-H", "--header", "--headers", "--url", "--timeout", "--description",
	"--bearer-token-env-var", "--client-id", "--callback-port", "--include-tools", "--exclude-tools", "--name", "--agent",
}

// Add reads a command that adds a server to a client: claude mcp add, code
// --add-mcp and their like. It tells whether the command is one.
func Add(words []evidence.Word, at evidence.Location, place Place, out *evidence.Snapshot) bool {
	if len(words) < 2 {
		return false
	}
	program := Program(words[0].Value)
	if slices.Contains(editors, program) {
		for i, word := range words[1 : len(words)-1] {
			if word.Value == "--add-mcp" {
				return Inline(words[i+2].Value, words[i+2].At, place, out)
			}
		}
		return false
	}
	if !slices.Contains(adders, program) || len(words) < 4 || words[1].Value != "mcp" {
		return false
	}
	switch words[2].Value {
	case "add":
		return addWords(words[3:], at, place, out)
	case "add-json":
		for _, word := range words[3:] {
			if strings.HasPrefix(strings.TrimSpace(word.Value), "{") {
				return Inline(word.Value, word.At, place, out)
			}
		}
	}
	return false
}

// addWords reads what stands behind "mcp add": flags, the server's name, then
// its command or address.
func addWords(words []evidence.Word, at evidence.Location, place Place, out *evidence.Snapshot) bool {
	var positional []evidence.Word
	auth := evidence.Unknown
	for len(words) > 0 && len(positional) < 2 {
		word := words[0]
		words = words[1:]
		flag, value, joined := strings.Cut(word.Value, "=")
		switch {
		case word.Value == "--":
			if len(words) > 0 {
				positional = append(positional[:min(len(positional), 1)], words[0])
				words = words[1:]
				return addLaunch(positional, words, at, place, auth, out)
			}
		case !strings.HasPrefix(word.Value, "-"):
			positional = append(positional, word)
		case flag == "--command" && !joined && len(words) > 0:
			return addLaunch(words[:1:1], flagArguments(words[1:]), at, place, auth, out)
		default:
			if slices.Contains([]string{"-H", "--header", "--headers", "--bearer-token-env-var"}, flag) {
				auth = evidence.Yes
			}
			if slices.Contains(valueFlags, flag) && !joined && len(words) > 0 {
				word, words = words[0], words[1:]
				value = word.Value
			}
			if flag == "--url" && isURL(value) {
				positional = append(positional, evidence.Word{Value: value, Known: word.Known, At: word.At})
			}
		}
	}
	if len(positional) == 0 {
		return false
	}
	if len(words) > 0 && words[0].Value == "--" { // gemini mcp add NAME COMMAND -- ARGUMENTS
		words = words[1:]
	}
	return addLaunch(positional, words, at, place, auth, out)
}

// addLaunch puts the server into the snapshot. The last positional is its
// command or address, the one before its name.
func addLaunch(positional, rest []evidence.Word, at evidence.Location, place Place, auth evidence.Answer, out *evidence.Snapshot) bool {
	last := positional[len(positional)-1]
	if len(positional) > 1 {
		place.Server = positional[0].Value
	}
	if isURL(last.Value) {
		for _, word := range rest {
			if word.Value == "--header" || word.Value == "-H" {
				auth = evidence.Yes
			}
		}
		out.Remotes = append(out.Remotes, evidence.Remote{
			Path: place.Path, Origin: place.Origin, Server: place.Server, Anchor: place.Anchor,
			URL: evidence.Text{Value: last.Value, At: last.At}, Auth: auth, Shown: shown(place.Origin), At: at,
		})
		return true
	}
	words := append([]evidence.Word{last}, rest...)
	if strings.Contains(strings.TrimSpace(last.Value), " ") { // the whole command as one word
		words = nil
		for field := range strings.FieldsSeq(last.Value) {
			words = append(words, evidence.Word{Value: field, Known: !symbolic(field), At: last.At})
		}
	}
	l, remotes := Words(words, at, place)
	out.Launches = append(out.Launches, l)
	out.Remotes = append(out.Remotes, remotes...)
	return true
}

// flagArguments are the words behind --args, which may be joined by commas.
func flagArguments(words []evidence.Word) []evidence.Word {
	for i, word := range words {
		if word.Value != "--args" || i+1 == len(words) {
			continue
		}
		next := words[i+1]
		var arguments []evidence.Word
		for argument := range strings.SplitSeq(next.Value, ",") {
			arguments = append(arguments, evidence.Word{Value: strings.TrimSpace(argument), Known: next.Known, At: next.At})
		}
		return arguments
	}
	return nil
}

// runners are programs, with the word behind them where there is one, that
// bring a package in and run it.
var runners = map[string][]string{
	"npx": nil, "bunx": nil, "uvx": nil, "dnx": nil, "jbang": nil,
	"pnpm": {"dlx", "exec"}, "yarn": {"dlx"}, "bun": {"x"}, "npm": {"exec", "x"}, "uv": {"tool", "run"}, "pipx": {"run"},
	"docker": {"run"}, "podman": {"run"}, "nerdctl": {"run"}, "go": {"run"}, "deno": {"run"}, "dotnet": {"tool", "dnx"}, "nix": {"run"},
}

// Runs tells whether a command runs what it brings in, as npx does and npm
// install does not.
func Runs(words []evidence.Word) bool {
	if len(words) < 2 {
		return false
	}
	second, known := runners[Program(words[0].Value)]
	switch {
	case !known || second != nil && !slices.Contains(second, words[1].Value):
		return false
	case words[1].Value == "tool" && len(words) > 2: // uv tool install keeps, uv tool run runs
		return slices.Contains([]string{"run", "exec", "execute"}, words[2].Value)
	}
	return true
}
