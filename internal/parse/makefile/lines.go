package makefile

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// kind sorts the logical lines of a Makefile.
type kind uint8

const (
	blank kind = iota
	recipe
	assignment
	ruleLine
	define // and the lines up to endef, which are its body
	directive
)

// line is one logical line: its parts joined where a backslash ends them.
type line struct {
	kind kind
	text text.Text
	body []text.Text // of define
	deep bool        // inside ifeq or its like
}

// split cuts a file into logical lines and sorts them.
func split(src *text.Source) []line {
	var lines []line
	depth, inRule := 0, false
	rest := src.Text(0, src.Len())
	rest = rest.Slice(len(rest.Value)-len(strings.TrimPrefix(rest.Value, "\uFEFF")), len(rest.Value))
	for rest.Value != "" {
		tab := rest.Value[0] == '\t' && inRule
		var whole text.Text
		whole, rest = logical(rest, tab)
		one := line{text: whole, deep: depth > 0}
		switch {
		case tab && conditional(whole.Value):
			one.kind = directive // make frowns on the tab, and people write it
		case tab:
			one.kind, one.text = recipe, whole.Slice(1, len(whole.Value))
		default:
			one.text = uncommented(whole).TrimSpace()
			one.kind = sort(one.text.Value)
		}
		switch one.kind {
		case ruleLine:
			inRule = true
		case assignment:
			inRule = inRule && strings.HasPrefix(whole.Value, " ")
		case define:
			one.body, rest = body(rest)
			inRule = false
		case directive:
			switch first, _, _ := strings.Cut(one.text.Value, " "); first {
			case "ifeq", "ifneq", "ifdef", "ifndef":
				depth++
			case "endif":
				depth = max(0, depth-1)
			}
		}
		lines = append(lines, one)
	}
	return lines
}

// conditional tells ifeq (a, b) from a command of that name.
func conditional(s string) bool {
	first, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	rest = strings.TrimSpace(rest)
	switch first {
	case "ifeq", "ifneq":
		return rest != "" && strings.IndexByte("('\"", rest[0]) >= 0
	case "ifdef", "ifndef", "endif":
		return true
	}
	return false
}

// logical takes one logical line off the front. In a recipe the backslash and
// the line end stay, for the shell sees them, and the next line's tab goes; all
// else becomes one blank.
func logical(rest text.Text, tab bool) (whole, after text.Text) {
	first, after, _ := rest.Cut("\n")
	if !continued(first.Value) || after.Value == "" {
		return trimReturn(first), after
	}
	var b text.Builder
	for {
		part := trimReturn(first)
		if !continued(first.Value) || after.Value == "" {
			b.Append(part.Value, part)
			return b.Text(), after
		}
		if tab {
			b.Append(part.Value, part)
			b.Append("\n", text.Text{})
		} else {
			part = part.Slice(0, len(part.Value)-1).TrimSpace()
			b.Append(part.Value, part)
			b.Append(" ", text.Text{})
		}
		first, after, _ = after.Cut("\n")
		if tab && strings.HasPrefix(first.Value, "\t") {
			first = first.Slice(1, len(first.Value))
		}
	}
}

// continued says whether an odd number of backslashes ends the line.
func continued(s string) bool {
	s = strings.TrimSuffix(s, "\r")
	trimmed := strings.TrimRight(s, `\`)
	return (len(s)-len(trimmed))%2 == 1
}

func trimReturn(t text.Text) text.Text {
	return t.Slice(0, len(strings.TrimSuffix(t.Value, "\r")))
}

// uncommented leaves off the comment of a line that is not a recipe.
func uncommented(t text.Text) text.Text {
	for i := 0; i < len(t.Value); i++ {
		switch t.Value[i] {
		case '\\':
			i++
		case '#':
			return t.Slice(0, i)
		}
	}
	return t
}

var directives = map[string]bool{
	"ifeq": true, "ifneq": true, "ifdef": true, "ifndef": true, "else": true, "endif": true, "include": true, "-include": true,
	"sinclude": true, "vpath": true, "unexport": true, "undefine": true, "load": true,
}

func sort(s string) kind {
	if s == "" {
		return blank
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(s, "\t", " "), " ")
	word, _, _ := strings.Cut(first, "(")
	switch {
	case word == "define" || word == "override" && strings.HasPrefix(strings.TrimSpace(s[len(word):]), "define"):
		return define
	case directives[word]:
		return directive
	}
	if name, _, _ := assigned(s); name != "" {
		return assignment
	}
	if colon(s) >= 0 {
		return ruleLine
	}
	return directive
}

// assigned takes NAME op value apart; name is empty for other lines.
func assigned(s string) (name, op, value string) {
	i := outside(s, "=:")
	if i < 0 {
		return "", "", ""
	}
	end := i
	switch {
	case s[i] == '=':
		if end > 0 && strings.IndexByte("?+!", s[end-1]) >= 0 {
			end--
		}
		op = s[end : i+1]
	case strings.HasPrefix(s[i:], ":="), strings.HasPrefix(s[i:], "::="), strings.HasPrefix(s[i:], ":::="):
		op = s[i : i+strings.IndexByte(s[i:], '=')+1]
	default:
		return "", "", ""
	}
	name = strings.TrimSpace(s[:end])
	for _, word := range []string{"export ", "override ", "private "} {
		name = strings.TrimSpace(strings.TrimPrefix(name, word))
	}
	if name == "" || strings.ContainsAny(name, " \t") {
		return "", "", ""
	}
	return name, op, strings.TrimSpace(s[end+len(op):])
}

// colon is where the targets of a rule end.
func colon(s string) int {
	i := outside(s, ":")
	if i > 0 && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '/') && i == 1 {
		if j := outside(s[i+1:], ":"); j >= 0 { // C:\x: y
			return i + 1 + j
		}
	}
	return i
}

// outside is the first of some characters that is not inside $( ).
func outside(s, chars string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(' || c == '{':
			depth++
		case c == ')' || c == '}':
			depth = max(0, depth-1)
		case depth == 0 && strings.IndexByte(chars, c) >= 0:
			return i
		}
	}
	return -1
}

// body takes the lines up to endef off the front.
func body(rest text.Text) (lines []text.Text, after text.Text) {
	for rest.Value != "" {
		var one text.Text
		one, rest = logical(rest, true)
		if word := strings.TrimSpace(one.Value); word == "endef" || strings.HasPrefix(word, "endef ") {
			break
		}
		lines = append(lines, one)
	}
	return lines, rest
}
