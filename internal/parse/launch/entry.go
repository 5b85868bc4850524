package launch

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/input"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// remoteKeys name the address of a remote server, in the dialects of the
// clients: Gemini writes httpUrl, Windsurf serverUrl.
var remoteKeys = []string{"url", "httpUrl", "serverUrl", "uri"}

// Entry reads one server of a configuration: {command, args, env} or {url,
// headers}, in any client's dialect. An entry that is neither gives nothing.
func Entry(node *doc.Node, place Place, out *evidence.Snapshot) {
	approves := approvals(node)
	if words := commandWords(program(node), node.Get("args")); len(words) > 0 {
		l, remotes := Words(words, node.At(), place)
		l.Env = append(environment(node), l.Env...)
		l.Approves = approves
		out.Launches = append(out.Launches, l)
		out.Remotes = append(out.Remotes, remotes...)
	}
	for _, key := range remoteKeys {
		address := node.Get(key)
		if address.String() == "" {
			continue
		}
		out.Remotes = append(out.Remotes, evidence.Remote{
			Path: place.Path, Origin: place.Origin, Server: place.Server, Anchor: place.Anchor,
			URL: address.Text.Located(), Auth: authenticated(node), Shown: shown(place.Origin),
			Approves: approves, At: node.At(),
		})
		return
	}
}

// Override reads an entry whose command or arguments another map replaces.
func Override(node, with *doc.Node, place Place, out *evidence.Snapshot) {
	command, args := with.Get("command"), with.Get("args")
	if command == nil {
		command = node.Get("command")
	}
	if args == nil {
		args = node.Get("args")
	}
	if words := commandWords(command, args); len(words) > 0 {
		l, remotes := Words(words, with.At(), place)
		l.Env = append(environment(with), l.Env...)
		out.Launches = append(out.Launches, l)
		out.Remotes = append(out.Remotes, remotes...)
	}
}

// program is what an entry starts; Goose calls it cmd.
func program(node *doc.Node) *doc.Node {
	if command := node.Get("command"); command != nil {
		return command
	}
	return node.Get("cmd")
}

// Looks tells whether a value has the shape of an entry.
func Looks(node *doc.Node) bool {
	command := program(node)
	if command.String() != "" || len(command.List()) > 0 || command.Get("path").String() != "" {
		return true
	}
	for _, key := range remoteKeys {
		if address := node.Get(key).String(); address != "" && (isURL(address) || symbolic(address)) {
			return true
		}
	}
	return false
}

// commandWords are the words of an entry. A list is the whole command (opencode);
// a map holds path and args (older Zed); a string is a program, or a whole line
// where nothing else gives the arguments.
func commandWords(command, args *doc.Node) []evidence.Word {
	if command != nil && command.Kind == doc.Map {
		command, args = command.Get("path"), command.Get("args")
	}
	if command == nil || command.Kind == doc.Null {
		return nil
	}
	var words []evidence.Word
	switch {
	case command.Kind == doc.List:
		words = wordsOf(command)
	case command.Text.Value == "":
		return nil
	case args == nil && isLine(command.Text):
		l, _ := Split(command.Text, Place{})
		words = l.Words
	default:
		words = []evidence.Word{Word(command.Text)}
	}
	return append(words, wordsOf(args)...)
}

// isLine tells a command line from the path of one program, which may hold
// spaces as well.
func isLine(command text.Text) bool {
	first, rest, found := command.TrimSpace().Cut(" ")
	return found && rest.TrimSpace().Value != "" && !containsSeparator(first.Value)
}

func containsSeparator(s string) bool {
	for _, c := range s {
		if c == '/' || c == '\\' {
			return true
		}
	}
	return false
}

func wordsOf(node *doc.Node) []evidence.Word {
	var words []evidence.Word
	for _, t := range node.Strings() {
		words = append(words, Word(t))
	}
	return words
}

func environment(node *doc.Node) []evidence.Assign {
	var env []evidence.Assign
	for _, key := range []string{"env", "environment"} {
		for name, value := range node.Get(key).All() {
			if value.String() == "" {
				continue
			}
			word := Word(value.Text)
			if word.Known && input.Looks(name.Value, "") {
				word.Value = input.Redacted
			}
			env = append(env, evidence.Assign{Name: name.Value, Value: word})
		}
	}
	return env
}

// authenticated says whether an entry sets something that identifies the
// client. Without it nobody can tell: OAuth is negotiated when it connects.
func authenticated(node *doc.Node) evidence.Answer {
	for _, key := range []string{"headers", "http_headers", "env_http_headers", "requestInit", "auth", "oauth", "bearer_token_env_var", "authProviderType"} {
		if node.Has(key) {
			return evidence.Yes
		}
	}
	return evidence.Unknown
}

// approvals are the settings that let tools run without asking.
func approvals(node *doc.Node) []evidence.Text {
	var found []evidence.Text
	for _, key := range []string{"autoApprove", "alwaysAllow", "auto_approve", "always_allow"} {
		for _, t := range node.Get(key).Strings() {
			found = append(found, t.Located())
		}
	}
	if field := node.Field("trust"); field != nil {
		if yes, _ := field.Value.Bool(); yes {
			found = append(found, field.Name.Located())
		}
	}
	return found
}
