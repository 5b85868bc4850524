package dockerfile

import (
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/command"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// instruction is one instruction whose words know where they stand.
type instruction struct {
	name     string // upper case
	whole    text.Text
	flags    []text.Text // --from=build, as written
	rest     text.Text   // what follows the flags
	exec     bool        // rest is a JSON array: words are its strings
	words    []text.Text
	heredocs []heredoc
	inner    *instruction // of ONBUILD
}

// heredoc is the body of a here-document and the lines up to its terminator.
type heredoc struct {
	parser.Heredoc
	body text.Text // without leading tabs where <<- asks for it
	full text.Text // with them, and with the terminator
}

func known(name string) bool {
	_, found := command.Commands[strings.ToLower(name)]
	return found
}

// rebuilder finds the places of what the parser has read: the parser joins
// lines and drops comments between them, and keeps line numbers only.
type rebuilder struct {
	lines  []text.Text
	escape byte
}

func (r rebuilder) instruction(node *parser.Node) instruction {
	whole, next := r.logical(node.StartLine - 1)
	if whole.Value != node.Original {
		// The parser has joined it otherwise: all of it stands where it begins.
		var b text.Builder
		b.Append(node.Original, span(r.lines[min(node.StartLine-1, len(r.lines)-1):]))
		whole = b.Text()
	}
	one := r.split(node, whole, 0)
	for _, doc := range node.Heredocs {
		var got heredoc
		got, next = r.heredoc(doc, next)
		one.heredocs = append(one.heredocs, got)
	}
	if one.inner != nil {
		one.inner.heredocs = one.heredocs
	}
	return one
}

// logical joins the lines of one instruction as the parser does: comments and
// empty lines between continued lines drop out.
func (r rebuilder) logical(first int) (joined text.Text, next int) {
	var b text.Builder
	continued := true
	for next = first; continued && next < len(r.lines); next++ {
		line := r.lines[next]
		line = line.Slice(0, len(strings.TrimRight(line.Value, "\r\n")))
		trimmed := strings.TrimLeftFunc(line.Value, unicode.IsSpace)
		switch {
		case next == first:
			line = line.Slice(len(line.Value)-len(trimmed), len(line.Value))
		case trimmed == "", trimmed[0] == '#':
			continue
		}
		line, continued = r.uncontinued(line)
		b.Append(line.Value, line)
	}
	return b.Text(), next
}

// uncontinued takes the escape character off the end of a line that goes on.
func (r rebuilder) uncontinued(line text.Text) (text.Text, bool) {
	end := len(strings.TrimRight(line.Value, " \t"))
	if end == 0 || line.Value[end-1] != r.escape || end > 1 && line.Value[end-2] == r.escape {
		return line, false
	}
	return line.Slice(0, end-1), true
}

// heredoc reads a body from its first line on.
func (r rebuilder) heredoc(doc parser.Heredoc, first int) (heredoc, int) {
	got := heredoc{Heredoc: doc}
	end := min(first+strings.Count(doc.Content, "\n"), len(r.lines))
	if first >= len(r.lines) {
		return got, first
	}
	src := r.lines[first].Source()
	start, _ := r.lines[first].Offsets()
	bodyEnd, fullEnd := start, src.Len()
	if end < len(r.lines) {
		bodyEnd, fullEnd = r.lines[end].Offsets()
	}
	got.full = src.Text(start, fullEnd)
	got.body = src.Text(start, bodyEnd)
	if doc.Chomp {
		got.body = chomped(got.body)
	}
	return got, end + 1
}

// chomped is a body without the tabs at the start of its lines.
func chomped(body text.Text) text.Text {
	var b text.Builder
	for rest := body; rest.Value != ""; {
		end := strings.IndexByte(rest.Value, '\n') + 1
		if end == 0 {
			end = len(rest.Value)
		}
		line := rest.Slice(0, end)
		line = line.Slice(end-len(strings.TrimLeft(line.Value, "\t")), end)
		b.Append(line.Value, line)
		rest = rest.Slice(end, len(rest.Value))
	}
	return b.Text()
}

// split takes one joined instruction apart.
func (r rebuilder) split(node *parser.Node, whole text.Text, depth int) instruction {
	one := instruction{name: strings.ToUpper(node.Value), whole: trimmed(whole)}
	one.flags, one.rest = r.flags(after(one.whole, len(node.Value)))
	one.exec = node.Attributes["json"]
	switch one.name {
	case "ONBUILD":
		if child := firstChild(node); child != nil && depth == 0 { // ONBUILD ONBUILD is refused
			inner := r.split(child, one.rest, depth+1)
			one.inner = &inner
		}
	case "HEALTHCHECK":
		kind, _, _ := cutSpace(one.rest)
		one.words = []text.Text{kind}
		if strings.EqualFold(kind.Value, "CMD") {
			one.rest = after(one.rest, len(kind.Value))
			one.words = r.words(one)
		}
	default:
		one.words = r.words(one)
	}
	return one
}

func firstChild(node *parser.Node) *parser.Node {
	if node.Next == nil || len(node.Next.Children) == 0 {
		return nil
	}
	return node.Next.Children[0]
}

// words are the arguments, as the instruction's own grammar parts them.
func (r rebuilder) words(one instruction) []text.Text {
	switch {
	case one.rest.Value == "":
		return nil
	case one.exec:
		return jsonStrings(one.rest)
	}
	switch one.name {
	case "FROM", "COPY", "ADD", "EXPOSE", "VOLUME":
		return collect(one.rest)
	case "ARG", "ENV", "LABEL":
		return r.quotedWords(one.rest)
	}
	return []text.Text{one.rest}
}

func collect(t text.Text) []text.Text {
	var words []text.Text
	for word := range t.Fields() {
		words = append(words, word)
	}
	return words
}
