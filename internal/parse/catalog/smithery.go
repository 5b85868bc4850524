package catalog

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// smithery reads how Smithery starts the server: the command that a JavaScript
// function makes out of the user's configuration.
func smithery(file string, root *doc.Node, out *evidence.Snapshot) {
	start := root.Get("startCommand")
	place := launch.Place{Path: file, Origin: evidence.LaunchCatalog, Anchor: "startCommand"}
	if function := start.Get("commandFunction"); function != nil && function.Kind == doc.String {
		if words := returned(function.Text); len(words) > 0 {
			l, remotes := launch.Words(words, words[0].At, place)
			out.Launches = append(out.Launches, l)
			out.Remotes = append(out.Remotes, remotes...)
		}
		return
	}
	if launch.Looks(start) {
		launch.Entry(start, place, out)
	}
}

// returned are the command and the arguments of the object that the function
// returns: the string literals behind command: and inside the brackets behind
// args:. What is computed there is known to the run only.
func returned(function text.Text) []evidence.Word {
	var words []evidence.Word
	tokens := scan(function)
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i+1].Value != ":" {
			continue
		}
		switch name := tokens[i].Value; {
		case name == "command" && words == nil && quoted(tokens[i+2]):
			words = []evidence.Word{word(tokens[i+2])}
		case name == "args" && words != nil && tokens[i+2].Value == "[":
			return append(words, list(tokens[i+3:])...)
		}
	}
	return words
}

// list are the elements up to the closing bracket.
func list(tokens []token) []evidence.Word {
	var words []evidence.Word
	depth := 0
	for i, t := range tokens {
		switch {
		case t.Value == "]" && depth == 0:
			return words
		case strings.Contains("[({", t.Value) && !quoted(t):
			depth++
		case strings.Contains("])}", t.Value) && !quoted(t):
			depth--
		case depth == 0 && quoted(t):
			one := word(t)
			if i+1 < len(tokens) && tokens[i+1].Value != "," && tokens[i+1].Value != "]" {
				one.Known = false // the first part of an expression
			}
			words = append(words, one)
		}
	}
	return words
}

// token is a name, a string or a sign of JavaScript.
type token struct {
	text.Text
	quote byte // of a string, else 0
}

func quoted(t token) bool { return t.quote != 0 }

func word(t token) evidence.Word {
	one := launch.Word(t.Text)
	if t.quote != '`' && one.Value != "" && !strings.Contains(one.Value, "\\") {
		one.Known = true // only backticks put values in
	}
	return one
}

// scan splits JavaScript into tokens, far enough to find the strings.
func scan(code text.Text) []token {
	var tokens []token
	s := code.Value
	for i := 0; i < len(s); {
		start := i
		switch c := s[i]; {
		case c == '"' || c == '\'' || c == '`':
			for i++; i < len(s) && s[i] != c; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			i = min(i, len(s))
			tokens = append(tokens, token{code.Slice(start+1, max(i, start+1)), c})
			i++
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case isName(c):
			for i < len(s) && isName(s[i]) {
				i++
			}
			tokens = append(tokens, token{code.Slice(start, i), 0})
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default:
			i++
			tokens = append(tokens, token{code.Slice(start, i), 0})
		}
	}
	return tokens
}

func isName(c byte) bool {
	return c == '_' || c == '$' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
