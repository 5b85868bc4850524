// Package launch reads how an MCP server is started: the words of a command
// line, or an entry of a client's configuration. It is the one reader for
// configurations, manifests, documents and install links; each caller brings
// its own file format and says what kind of place it reads.
//
// The package knows how clients write a launch. Which packages a command brings
// in is fetch's to know, where words end is the shell's.
package launch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/fetch"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Place says where a launch is written.
type Place struct {
	Path   string
	Origin evidence.LaunchOrigin
	Server string // its name there
	Anchor string
}

// Words reads a launch from its words, program first. A remote server that the
// program is only a bridge to (mcp-remote) is given too.
func Words(words []evidence.Word, at evidence.Location, place Place) (evidence.Launch, []evidence.Remote) {
	l := evidence.Launch{
		Path: place.Path, Origin: place.Origin, Server: place.Server, Anchor: place.Anchor,
		Command: Line(words), Words: words, At: at,
	}
	inner := unwrap(words)
	l.Env = append(l.Env, inner.env...)
	if inner.script != nil {
		l.Fetches = scriptFetches(*inner.script)
	} else {
		l.Fetches = fetch.Packages(inner.words)
	}
	return l, bridged(l, inner.words, place)
}

// Split reads a launch from one command line, as a shell would.
func Split(line text.Text, place Place) (evidence.Launch, []evidence.Remote) {
	words, err := shell.Words(line)
	if err != nil || len(words) == 0 {
		words = []evidence.Word{Word(line)}
	}
	for i := range words {
		if symbolic(words[i].Value) {
			words[i].Known = false
		}
	}
	return Words(words, line.At(), place)
}

// Word is one argument as a client passes it on. What the client puts in
// (${VAR}, ${input:key}, ${workspaceFolder}) stays as written.
func Word(t text.Text) evidence.Word {
	return evidence.Word{Value: t.Value, Known: !symbolic(t.Value), At: t.At()}
}

// symbolic tells whether something is left for the client to put in: ${name} in
// any dialect, or $NAME at the start or behind a separator.
func symbolic(value string) bool {
	for i := 0; i+1 < len(value); i++ {
		if value[i] != '$' {
			continue
		}
		next := value[i+1]
		if next == '{' || next == '(' || next == '_' || 'A' <= next && next <= 'Z' || 'a' <= next && next <= 'z' {
			return true
		}
	}
	return strings.Contains(value, "{{") && strings.Contains(value, "}}")
}

// Line is the words in one line, for people.
func Line(words []evidence.Word) string {
	parts := make([]string, len(words))
	for i, word := range words {
		parts[i] = word.Value
		if word.Value == "" || strings.ContainsAny(word.Value, " \t\n\"") {
			parts[i] = "'" + strings.Join(strings.Fields(word.Value), " ") + "'"
		}
	}
	return strings.Join(parts, " ")
}
