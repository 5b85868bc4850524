package checkout

import (
	"bytes"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var ignoreMark = []byte("sealvet: ignore[")

// ignores finds the inline waivers of a file. One stands in a comment behind the
// line it speaks of, or alone on the line before:
//
//	# sealvet: ignore[unpinned-action] owner=@team until=2027-01-31 reason in words
func ignores(source *text.Source) []evidence.Ignore {
	var found []evidence.Ignore
	data := source.Data()
	for from := 0; ; {
		at := bytes.Index(data[from:], ignoreMark)
		if at < 0 {
			return found
		}
		start := from + at
		end := start + len(ignoreMark)
		if newline := bytes.IndexByte(data[end:], '\n'); newline >= 0 {
			end += newline
		} else {
			end = len(data)
		}
		from = end
		lineStart := bytes.LastIndexByte(data[:start], '\n') + 1
		if ignore, ok := readIgnore(source, lineStart, start, end); ok {
			found = append(found, ignore)
		}
	}
}

func readIgnore(source *text.Source, lineStart, start, end int) (evidence.Ignore, bool) {
	written := strings.TrimSpace(string(source.Data()[start:end]))
	list, rest, closed := strings.Cut(strings.TrimPrefix(written, string(ignoreMark)), "]")
	before := strings.TrimSpace(string(source.Data()[lineStart:start]))
	mark := strings.TrimRight(before, " \t")
	if !closed || !opensComment(source.Path(), mark) {
		return evidence.Ignore{}, false // prose about the mark, not a comment that holds it
	}
	ignore := evidence.Ignore{At: source.Location(start, start+len(written))}
	ignore.Line = ignore.At.Line
	if mark == "#" || mark == "//" || mark == "<!--" || mark == ";" {
		ignore.Line++ // alone on its line: it speaks of the next
	}
	for id := range strings.SplitSeq(list, ",") {
		ignore.Checks = append(ignore.Checks, strings.TrimSpace(id))
	}
	var reason []string
	for word := range strings.FieldsSeq(strings.TrimSuffix(strings.TrimSpace(rest), "-->")) {
		switch name, value, found := strings.Cut(word, "="); {
		case found && name == "owner":
			ignore.Owner = value
		case found && name == "until":
			ignore.Until = value
		default:
			reason = append(reason, word)
		}
	}
	ignore.Reason = strings.Join(reason, " ")
	return ignore, true
}

// opensComment says whether what stands before the mark begins a comment. In a
// document only an HTML comment is one: the rest is text for readers.
func opensComment(path, before string) bool {
	marks := []string{"#", "//", "<!--", ";"}
	if strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".mdx") {
		marks = []string{"<!--"}
	}
	for _, mark := range marks {
		if strings.HasSuffix(before, mark) {
			return true
		}
	}
	return false
}
