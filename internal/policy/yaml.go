package policy

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// WriteYAML writes the policy in force as a policy, each line with its origin as a
// comment. Read again it says the same, except that a severity which only raises is
// then one that replaces.
func (s Shown) WriteYAML(w io.Writer) error {
	rows := [][2]string{}
	for _, source := range s.Sources {
		row := "# from " + oneLine(source.Path)
		if source.Commit != "" {
			row += " (commit " + oneLine(source.Commit) + ")"
		}
		rows = append(rows, [2]string{row})
	}
	var open []string
	for _, line := range s.Lines {
		rows = append(rows, headings(open, line)...)
		open = line.path
		rows = append(rows, row(line))
	}
	for _, r := range s.Refused {
		rows = append(rows, [2]string{"# refused at " + oneLine(r.At) + ": " + oneLine(r.Message)})
	}
	width := 0
	for _, r := range rows {
		if r[1] != "" {
			width = max(width, min(len([]rune(r[0])), 60))
		}
	}
	for _, r := range rows {
		text := r[0]
		if r[1] != "" {
			text = fmt.Sprintf("%-*s  # %s", width, r[0], r[1])
		}
		if _, err := fmt.Fprintln(w, text); err != nil {
			return err
		}
	}
	return nil
}

// headings are the keys above a line that are not open already.
func headings(open []string, line Line) (rows [][2]string) {
	above := line.path[:len(line.path)-1]
	if line.item && !line.inMapping() {
		above = line.path
	}
	same := true
	for depth, key := range above {
		same = same && depth < len(open) && open[depth] == key
		if !same {
			rows = append(rows, [2]string{strings.Repeat("  ", depth) + scalar(key) + ":"})
		}
	}
	return rows
}

// inMapping says whether the line is a field of an entry of a list.
func (l Line) inMapping() bool { return strings.Contains(l.Key, "].") }

func row(line Line) [2]string {
	depth := len(line.path) - 1
	name := line.path[depth]
	indent := strings.Repeat("  ", depth)
	text := indent + scalar(name) + ": " + scalar(line.Value)
	switch {
	case line.inMapping() && line.item:
		text = indent + "- " + name + ": " + scalar(line.Value)
	case line.inMapping():
		text = indent + "  " + name + ": " + scalar(line.Value)
	case line.item:
		text = indent + "  - " + scalar(line.Value)
	}
	origin := oneLine(line.Origin)
	if line.AtLeast {
		origin += " (at least)"
	}
	return [2]string{text, origin}
}

// scalar writes a value so that YAML reads the same one: plain where that is plainly
// safe, else in the quotes of JSON, which are YAML's too.
func scalar(value any) string {
	text, is := value.(string)
	if !is {
		return fmt.Sprint(value)
	}
	if bare(text) {
		return text
	}
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return visible(strings.TrimSuffix(quoted.String(), "\n"))
}

func bare(text string) bool {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return false
	}
	switch text {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return strings.IndexFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./", r)
	}) < 0
}

// visible escapes what a terminal would obey or hide.
func visible(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
			continue
		}
		if r > 0xffff {
			fmt.Fprintf(&out, `\U%08x`, r)
		} else {
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// oneLine is text that can stand in a comment.
func oneLine(text string) string { return visible(strings.ReplaceAll(text, "\n", " ")) }
