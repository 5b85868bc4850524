// Package ini reads files of key = value lines under [sections]: setup.cfg,
// pip.conf, .npmrc.
//
// It knows that grammar. It must not know what the keys mean.
package ini

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// Entry is one key and its value.
type Entry struct {
	Section string
	Name    text.Text
	Value   text.Text
	// More holds the indented lines that continue the value, as Python's
	// configparser reads them, without their indent.
	More []text.Text
}

// Lines yields the value line by line: what stands behind the key, and each
// line that continues it. Empty ones are left out.
func (e Entry) Lines() []text.Text {
	var lines []text.Text
	for _, line := range append([]text.Text{e.Value}, e.More...) {
		if line.Value != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// Read gives the entries in file order. Lines that are neither entry, section,
// comment nor continuation say nothing to the programs that read such files.
func Read(src *text.Source) []Entry {
	var entries []Entry
	section, open := "", false
	for line := range src.Text(0, src.Len()).Lines() {
		trimmed := line.TrimSpace()
		indented := trimmed.Value != "" && strings.ContainsAny(line.Value[:1], " \t")
		switch {
		case trimmed.Value == "":
			// an empty line ends nothing: the value may go on below it
		case trimmed.Value[0] == '#', trimmed.Value[0] == ';':
			// a comment
		case indented && open:
			last := &entries[len(entries)-1]
			last.More = append(last.More, withoutComment(trimmed))
		case trimmed.Value[0] == '[' && strings.HasSuffix(trimmed.Value, "]"):
			section, open = trimmed.Value[1:len(trimmed.Value)-1], false
		default:
			name, value, found := cut(trimmed)
			if open = found; found {
				entries = append(entries, Entry{
					Section: section, Name: name.TrimSpace(), Value: unquoted(withoutComment(value.TrimSpace())),
				})
			}
		}
	}
	return entries
}

// cut splits at the first = or, where there is none, at ": ". The scope of
// npm's "@acme:registry=" is part of the name.
func cut(line text.Text) (name, value text.Text, found bool) {
	if name, value, found = line.Cut("="); found {
		return name, value, true
	}
	if name, value, found = line.Cut(": "); found {
		return name, value, true
	}
	if strings.HasSuffix(line.Value, ":") { // a list follows
		end := len(line.Value)
		return line.Slice(0, end-1), line.Slice(end, end), true
	}
	return name, value, false
}

// withoutComment drops a comment behind white space.
func withoutComment(value text.Text) text.Text {
	for _, mark := range []string{" #", "\t#", " ;", "\t;"} {
		before, _, _ := value.Cut(mark)
		value = before
	}
	return value.TrimSpace()
}

func unquoted(value text.Text) text.Text {
	end := len(value.Value)
	if end >= 2 && (value.Value[0] == '"' || value.Value[0] == '\'') && value.Value[end-1] == value.Value[0] {
		return value.Slice(1, end-1)
	}
	return value
}
