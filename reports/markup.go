package reports

import (
	"regexp"
	"strings"
)

// Markdown makes text from a repository safe inside a paragraph, a list item or a
// table cell of Markdown as GitHub and GitLab speak it. Plain words stay prose; all
// that could be markup, HTML, a link, an image, a mention of a person or of an issue
// goes into code spans, where none of them means anything. Escapes by backslash would
// not do: both hosts look for mentions after they have rendered.
func Markdown(s string) string {
	var out, code []string
	flush := func() {
		if len(code) > 0 {
			out, code = append(out, sentencePart(strings.Join(code, " "))), nil
		}
	}
	for i, word := range strings.Fields(Plain(s)) {
		if !prose.MatchString(word) && (i == 0 || !number.MatchString(word)) || commitLike.MatchString(word) {
			code = append(code, word)
			continue
		}
		flush()
		out = append(out, word)
	}
	flush()
	return strings.Join(out, " ")
}

// sentencePart writes a name as code, but leaves what belongs to the sentence around it
// outside: a bracket before it, and the marks behind it.
func sentencePart(name string) string {
	core := strings.TrimRight(name, ".,;:")
	if open := strings.Count(core, "("); strings.HasSuffix(core, ")") && (open == 0 || open == 1 && core[0] == '(') {
		core = strings.TrimSuffix(core, ")")
	}
	after := name[len(core):]
	before := ""
	if strings.HasPrefix(core, "(") && !strings.Contains(core, ")") {
		before, core = "(", core[1:]
	}
	if strings.Trim(core, ".,;:()") == "" {
		return codeSpan(name) // there is no name in it
	}
	return before + codeSpan(core) + after
}

// MarkdownCode is Markdown for a name: all of it is code.
func MarkdownCode(s string) string {
	return codeSpan(strings.Join(strings.Fields(Plain(s)), " "))
}

var (
	// prose is a word, or a number, with what may stand around it in a sentence.
	prose = regexp.MustCompile(`^["(]*(?:[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*[").,;:…]*|\p{Nd}+[,;…]*)$`)
	// number is one that could begin a list, were it the first word.
	number = regexp.MustCompile(`^\(?\p{Nd}+[).,;:…]*$`)
	// commitLike is what a host would link to a commit of that name.
	commitLike = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)
)

// codeSpan writes a text between backticks. A backtick would end the span, and a bar
// the cell of a table: both are written by their number, between two spans.
func codeSpan(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexAny(s, "`|")
		if n < 0 {
			n = len(s)
		}
		if inner := strings.Trim(s[:n], " "); inner == "" {
			b.WriteString(s[:n])
		} else {
			before, after, _ := strings.Cut(s[:n], inner)
			b.WriteString(before + "`" + inner + "`" + after)
		}
		s = s[n:]
		switch {
		case strings.HasPrefix(s, "`"):
			b.WriteString("&#96;")
			s = s[1:]
		case strings.HasPrefix(s, "|"):
			b.WriteString("&#124;")
			s = s[1:]
		}
	}
	return b.String()
}
