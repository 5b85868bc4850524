package justfile

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// read walks the file: assignments, settings and recipe headers stand at the
// start of a line, the lines of a recipe are indented.
func (f *file) read(src *text.Source) {
	rest := src.Text(0, src.Len())
	rest = rest.Slice(len(rest.Value)-len(strings.TrimPrefix(rest.Value, "\uFEFF")), len(rest.Value))
	times := make(map[string]int)
	var current *recipe
	for rest.Value != "" {
		var line text.Text
		line, rest = next(rest)
		trimmed := line.TrimSpace()
		if indented := len(line.Value) > 0 && (line.Value[0] == ' ' || line.Value[0] == '\t'); indented || trimmed.Value == "" {
			if current != nil && (trimmed.Value != "" || len(current.lines) > 0) {
				current.lines = append(current.lines, trimmed)
			}
			continue
		}
		current = nil
		switch {
		case trimmed.Value[0] == '#' || trimmed.Value[0] == '[':
		case strings.HasPrefix(trimmed.Value, "set "):
			f.setting(trimmed.Value)
		default:
			if name, value, ok := assigned(trimmed); ok {
				rest = f.assign(name, value, rest, times)
			} else if r, ok := header(trimmed); ok {
				f.recipes = append(f.recipes, r)
				current = &f.recipes[len(f.recipes)-1]
			}
		}
	}
	for i := range f.recipes {
		f.recipes[i].lines = trimmedEnd(f.recipes[i].lines)
	}
}

// next takes a line off the front; one that ends in a backslash goes on.
func next(rest text.Text) (line, after text.Text) {
	first, after, _ := rest.Cut("\n")
	first = first.Slice(0, len(strings.TrimSuffix(first.Value, "\r")))
	if !strings.HasSuffix(first.Value, `\`) {
		return first, after
	}
	var b text.Builder
	for {
		if !strings.HasSuffix(first.Value, `\`) || after.Value == "" {
			b.Append(first.Value, first)
			return b.Text(), after
		}
		part := first.Slice(0, len(first.Value)-1)
		b.Append(part.Value, part)
		first, after, _ = after.Cut("\n")
		first = first.Slice(0, len(strings.TrimSuffix(first.Value, "\r")))
		first = first.Slice(len(first.Value)-len(strings.TrimLeft(first.Value, " \t")), len(first.Value))
	}
}

func trimmedEnd(lines []text.Text) []text.Text {
	for len(lines) > 0 && lines[len(lines)-1].Value == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// assigned takes name := value apart.
func assigned(t text.Text) (name string, value text.Text, ok bool) {
	i := strings.Index(t.Value, ":=")
	if i < 0 {
		return "", t, false
	}
	words := strings.Fields(t.Value[:i])
	if len(words) == 2 && (words[0] == "export" || words[0] == "unexport") {
		words = words[1:]
	}
	if len(words) != 1 || words[0] == "alias" || !isName(words[0]) {
		return "", t, len(words) == 2 && words[0] == "alias"
	}
	return words[0], t.Slice(i+2, len(t.Value)).TrimSpace(), true
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && c != '-' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// assign keeps a constant string, and what a backtick runs. A value over
// several lines is skipped to its end.
func (f *file) assign(name string, value, rest text.Text, times map[string]int) text.Text {
	if name == "" {
		return rest // an alias
	}
	times[name]++
	for _, quote := range []string{"'''", `"""`, "```"} {
		if strings.HasPrefix(value.Value, quote) && !strings.Contains(value.Value[len(quote):], quote) {
			if _, after, ok := rest.Cut(quote); ok {
				_, after, _ = after.Cut("\n")
				return after
			}
		}
	}
	if inside, ok := quoted(value, '`'); ok {
		f.backticks = append(f.backticks, backtick{name, inside})
	}
	inside, raw := quoted(value, '\'')
	if !raw {
		var plain bool
		if inside, plain = quoted(value, '"'); !plain || strings.Contains(inside.Value, `\`) {
			delete(f.values, name)
			return rest
		}
	}
	if times[name] == 1 {
		f.values[name] = inside.Value
	} else {
		delete(f.values, name)
	}
	return rest
}

// quoted is what stands between two quotes, if that and a comment are all.
func quoted(t text.Text, quote byte) (text.Text, bool) {
	if len(t.Value) < 2 || t.Value[0] != quote {
		return t, false
	}
	end := strings.IndexByte(t.Value[1:], quote)
	if end < 0 {
		return t, false
	}
	if after := strings.TrimSpace(t.Value[end+2:]); after != "" && after[0] != '#' {
		return t, false
	}
	return t.Slice(1, end+1), true
}

// setting reads set shell := ["bash", "-c"].
func (f *file) setting(s string) {
	name, value, ok := strings.Cut(s[len("set "):], ":=")
	if !ok || strings.TrimSpace(name) != "shell" {
		return
	}
	first, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(value), "[] "), ",")
	switch evidence.ProgramName(strings.Trim(strings.TrimSpace(first), `"'`)) {
	case "bash", "zsh", "ksh":
		f.shell = evidence.Bash
	case "pwsh", "powershell":
		f.shell = evidence.PowerShell
	case "cmd":
		f.shell = evidence.Cmd
	case "python", "python3":
		f.shell = evidence.Python
	case "sh", "dash":
	default:
		f.shell = evidence.Other
	}
}

// header reads name parameters: needs && more.
func header(t text.Text) (recipe, bool) {
	at := colon(t.Value)
	if at < 0 {
		return recipe{}, false
	}
	head := strings.Fields(strings.TrimPrefix(t.Value[:at], "@"))
	if len(head) == 0 || !isName(head[0]) {
		return recipe{}, false
	}
	start := strings.Index(t.Value, head[0])
	r := recipe{name: head[0], at: t.Slice(start, start+len(head[0])), parameters: make(map[string]bool)}
	for _, word := range head[1:] {
		name, _, _ := strings.Cut(strings.TrimLeft(word, "*+$"), "=")
		r.parameters[name] = true
	}
	depth := 0
	called := false // the name behind a parenthesis is the recipe, the rest its arguments
	needs, _, _ := strings.Cut(t.Value[at+1:], "#")
	for _, word := range strings.FieldsFunc(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(needs), isBlank) {
		switch {
		case word == "(":
			depth, called = depth+1, false
		case word == ")":
			depth = max(0, depth-1)
		case word == "&&" || depth > 0 && called:
		case isName(word):
			r.needs = append(r.needs, word)
			called = depth > 0
		}
	}
	return r, true
}

func isBlank(c rune) bool { return c == ' ' || c == '\t' }

// colon is where the parameters of a recipe end: outside quotes, and no :=.
func colon(s string) int {
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"' || c == '`':
			quote = c
		case c == ':' && (i+1 == len(s) || s[i+1] != '='):
			return i
		}
	}
	return -1
}
