// Package markdown reads the pages that tell people how to install a server:
// configurations and commands in fenced code, and the links that install by one
// click. It knows Markdown's blocks and where pages hide a launch; what a launch
// is, launch knows.
package markdown

import (
	"bytes"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	goldmark "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes pages of Markdown, with or without components in it.
func Takes(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".md", ".mdx", ".markdown":
		return true
	}
	return false
}

// maxSize is the size of the largest page that is read.
const maxSize = 2 << 20

// Read reads one page.
func Read(src *text.Source, out *evidence.Snapshot) error {
	nameMark(src, out)
	if src.Len() > maxSize {
		return src.Errorf(0, 0, "%d MB large; pages over %d MB are not read", src.Len()>>20, maxSize>>20)
	}
	if !hints(src.Data()) {
		return nil
	}
	links(src, out)
	if deep, at := nested(src); deep {
		return src.Errorf(at, at, "lists and quotes nested more than %d levels deep", maxNesting)
	}
	for _, f := range fences(src) {
		f.read(out)
	}
	return nil
}

// maxNesting is how deep lists and quotes may nest. Nobody reads that far, and
// the parser's time grows with the square of it.
const maxNesting = 100

// nested finds a line with more than maxNesting marks of lists and quotes in
// front.
func nested(src *text.Source) (deep bool, at int) {
	data := src.Data()
	marks, front := 0, true
	for i, c := range data {
		switch {
		case c == '\n':
			marks, front = 0, true
		case !front:
		case c == '>', strings.IndexByte("-*+.)", c) >= 0 && i+1 < len(data) && (data[i+1] == ' ' || data[i+1] == '\t'):
			if marks++; marks > maxNesting {
				return true, i
			}
		default:
			front = c == ' ' || c == '\t' || '0' <= c && c <= '9'
		}
	}
	return false, 0
}

// hints tells whether a page can hold a launch at all; most pages cannot, and
// are spared the parser.
func hints(data []byte) bool {
	for _, word := range []string{"mcp", "MCP"} {
		if bytes.Contains(data, []byte(word)) {
			return true
		}
	}
	return false
}

// blocks parses the blocks that hold fenced code or stand around it. Indented
// code and HTML are left out on purpose: pages with components indent and wrap
// their fences as they like.
var blocks = parser.NewParser(parser.WithBlockParsers(
	util.Prioritized(parser.NewListParser(), 300),
	util.Prioritized(parser.NewListItemParser(), 400),
	util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
	util.Prioritized(parser.NewBlockquoteParser(), 800),
	util.Prioritized(parser.NewParagraphParser(), 1000),
))

// fence is one block of fenced code.
type fence struct {
	source   *text.Source
	language string
	lines    []text.Text // each with its line end
}

func fences(src *text.Source) []fence {
	if strings.ToLower(path.Ext(src.Path())) == ".mdx" {
		return componentFences(src)
	}
	var all []fence
	root := blocks.Parse(goldmark.NewReader(src.Data()))
	_ = ast.Walk(root, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		block, ok := node.(*ast.FencedCodeBlock)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		f := fence{source: src, language: language(string(block.Language(src.Data())))}
		for i := range block.Lines().Len() {
			line := block.Lines().At(i)
			f.lines = append(f.lines, src.Text(line.Start, line.Stop))
		}
		all = append(all, f)
		return ast.WalkSkipChildren, nil
	})
	return all
}

// componentFences finds the fences of MDX, where they stand inside components at
// any depth, and indentation makes no code.
func componentFences(src *text.Source) []fence {
	var all []fence
	var open *fence
	var mark string // that closes it
	indent := 0
	for line := range src.Text(0, src.Len()).Lines() {
		trimmed := strings.TrimLeft(line.Value, " \t")
		run := fenceRun(trimmed)
		switch {
		case open == nil && run != "":
			info, _, _ := strings.Cut(strings.TrimSpace(trimmed[len(run):]), " ")
			open, mark, indent = &fence{source: src, language: language(info)}, run, len(line.Value)-len(trimmed)
		case open != nil && len(run) >= len(mark) && run[0] == mark[0] && strings.TrimSpace(trimmed[len(run):]) == "":
			all = append(all, *open)
			open = nil
		case open != nil:
			cut := min(indent, len(line.Value)-len(trimmed))
			start, end := src.Offset(line.At().Line, 1)+cut, src.Offset(line.At().Line+1, 1)
			open.lines = append(open.lines, src.Text(min(start, end), end))
		}
	}
	return all
}

// fenceRun is the backticks or tildes at the start of a line, if they make a fence.
func fenceRun(line string) string {
	for _, mark := range []string{"`", "~"} {
		if rest := strings.TrimLeft(line, mark); len(line)-len(rest) >= 3 {
			return line[:len(line)-len(rest)]
		}
	}
	return ""
}

// language is the first word of a fence's info, in lower case: ```json {1,3}.
func language(info string) string {
	return strings.ToLower(strings.TrimRight(strings.TrimLeft(info, "{."), "},:"))
}

// text is the code, each line at its place.
func (f fence) text() text.Text {
	var b text.Builder
	for _, line := range f.lines {
		b.Append(line.Value, line)
	}
	return b.Text()
}

// nameMark finds "mcp-name: io.github.acme/weather", by which a package proves
// to belong to an entry of the registry. It counts wherever it stands, an HTML
// comment included.
func nameMark(src *text.Source, out *evidence.Snapshot) {
	if !strings.HasPrefix(strings.ToLower(path.Base(src.Path())), "readme") {
		return
	}
	const mark = "mcp-name:"
	rest := src.String()
	at := strings.Index(rest, mark)
	if at < 0 {
		return
	}
	start := at + len(mark)
	start += len(rest[start:]) - len(strings.TrimLeft(rest[start:], " \t"))
	end := start
	for end < len(rest) && isNameByte(rest[end]) {
		end++
	}
	name := src.Text(start, end)
	if !strings.Contains(name.Value, "/") {
		return
	}
	out.NameMarks = append(out.NameMarks, evidence.NameMark{Where: "readme", Name: name.Located()})
}

func isNameByte(c byte) bool {
	return c == '.' || c == '-' || c == '_' || c == '/' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
