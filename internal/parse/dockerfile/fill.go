package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	maxWord   = 1 << 10 // bytes of a word or value that variables are put into
	maxFilled = 4 << 20 // bytes of values put in, in one file
)

// variable is a build argument or environment variable with a known value.
type variable struct {
	value string
	at    evidence.Location // where the value is written
}

// variables are those that are set at a place of the file. One without a known
// value is not in it.
type variables map[string]variable

// Get and Keys let the word parser ask.
func (v variables) Get(name string) (string, bool) {
	one, found := v[name]
	return one.value, found
}

func (v variables) Keys() []string { return nil }

// filler puts variables into words.
type filler struct {
	lex    *shell.Lex
	filled int
}

func newFiller(escape rune) *filler { return &filler{lex: shell.NewLex(escape)} }

// filled is a word with what is known put in.
type filled struct {
	value string
	open  string          // the first variable that has no value, "" when all have
	used  []evidence.Text // the values that were put in
}

// word fills one word. Where a variable has no value, the word stays as it is
// written there; ${X:-default} needs none.
func (f *filler) word(word string, known variables) filled {
	if len(word) > maxWord || f.filled > maxFilled {
		return filled{value: word, open: openVariable(word)}
	}
	f.lex.SkipUnsetEnv = true
	result, err := f.lex.ProcessWordWithMatches(word, known)
	if err != nil {
		return filled{value: word, open: openVariable(word)}
	}
	f.filled += len(result.Result)
	got := filled{value: result.Result, open: openVariable(result.Result)}
	for _, name := range variablesOf(word) {
		if one, found := known[name]; found && one.at.Line > 0 {
			got.used = append(got.used, evidence.Text{Value: one.value, At: one.at})
		}
	}
	if got.open == "" && strings.Contains(got.value, "$") { // defaults for what is not set
		f.lex.SkipUnsetEnv = false
		if result, err = f.lex.ProcessWordWithMatches(word, known); err == nil {
			got.value = result.Result
		}
	}
	return got
}

// openVariable is the first variable of a word that has no default beside it.
func openVariable(word string) string {
	for name, operator := range references(word) {
		switch operator {
		case "-", "+":
			continue // an unset variable is provided for
		}
		return name
	}
	return ""
}

// variablesOf are the variables a word names, each once, in order.
func variablesOf(word string) []string {
	var names []string
	seen := make(map[string]bool)
	for name := range references(word) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// references yields each $NAME and ${NAME...}: its name, and the character that
// says what happens when it is not set. Those inside a default come too.
func references(word string) func(yield func(name, operator string) bool) {
	return func(yield func(name, operator string) bool) {
		for i := 0; i < len(word); i++ {
			if word[i] != '$' || i > 0 && word[i-1] == '\\' {
				continue
			}
			start := i + 1
			braced := start < len(word) && word[start] == '{'
			if braced {
				start++
			}
			end := start
			for end < len(word) && nameByte(word[end]) {
				end++
			}
			if end == start {
				continue
			}
			operator := ""
			if rest := strings.TrimPrefix(word[end:], ":"); braced && rest != "" && rest[0] != '}' {
				operator = rest[:1]
			}
			if !yield(word[start:end], operator) {
				return
			}
			i = end - 1
		}
	}
}

func nameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
