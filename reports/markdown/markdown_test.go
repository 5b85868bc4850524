package markdown_test

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	goldmarktext "github.com/yuin/goldmark/text"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/markdown"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := markdown.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withChains adds what is published, under names of the given sort.
func withChains(r *reports.Report, n int, name string) *reports.Report {
	for i := range n {
		state := []provenance.LinkState{provenance.Holds, provenance.Broken, provenance.Unclear}[i%3]
		r.Chains = append(r.Chains, provenance.Chain{
			Artifact: fmt.Sprintf("npm:%s@1.%d.0", name, i), Entry: name, State: state,
			Links: []provenance.Link{{From: name, To: "npm:" + name, State: provenance.Holds, Reason: name}, {From: "npm:" + name, To: name, State: state, Reason: "of " + name}},
		})
	}
	return r
}

func TestGolden(t *testing.T) {
	private := specimen.Private()
	private.Verdict = private.Verdict.Withhold()
	for name, r := range map[string]*reports.Report{
		"whole": withChains(specimen.Whole(), 3, "@acme/weather"), "empty": specimen.Empty(), "good": specimen.Good(), "unknown": specimen.Unknown(),
		"doubtful": specimen.Doubtful(), "unasked": specimen.Unasked(), "many": withChains(specimen.Many(70), 40, "weather"), "withheld": private,
		"hostile": withChains(specimen.Hostile(specimen.Poison["markdown image"], specimen.Poison["pipe and backtick"], specimen.Poison["mention"], "<b>", "\x1b[31m"), 2, "[x](y)"),
	} {
		specimen.Golden(t, name+".md", write(t, r))
	}
}

func TestSameReportSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
		t.Error("two runs differ")
	}
}

// The closing line never is a bare "passed", and says how much is not known.
func TestClosing(t *testing.T) {
	for want, r := range map[string]*reports.Report{
		"**Policy not met**: 6 findings at high or above, 1 not assessed\n": specimen.Whole(),
		"**Policy met**, 8 not assessed\n":                                  specimen.Doubtful(),
		"**Policy met**: no check applies to anything here\n":               specimen.Empty(),
	} {
		if page := write(t, r); !bytes.Contains(page, []byte(want)) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
}

// gfm is Markdown with what the code hosts add to it.
var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))

// Whatever a repository writes into a name, the page holds our own headings, tables and
// links, and no HTML, link, image or mention of its making.
func TestHostile(t *testing.T) {
	names := map[string]string{"all at once": strings.Join(specimen.AllPoison(), " "), "entity link": "&sol;&sol;evil.example", "task": "[ ] x", "fence": "```\n# x", "scheme": "javascript:alert(1)"}
	for what, poison := range specimen.Poison {
		names[what] = poison
	}
	for what, name := range names {
		r := withChains(specimen.Hostile(name), 12, name)
		page := write(t, r)
		specimen.Inert(t, what, page, false)
		if len(page) > 200_000 {
			t.Errorf("%s: %d bytes; long names are cut", what, len(page))
		}
		walk(t, what, page, r)
	}
	for _, r := range []*reports.Report{specimen.Whole(), specimen.Doubtful(), specimen.Private(), specimen.Many(200)} {
		walk(t, r.Target.Name, write(t, r), r)
	}
}

// ourHTML folds the reasons.
var ourHTML = []string{"<details>\n<summary>Why, one by one</summary>\n", "</details>\n"}

func walk(t *testing.T, what string, page []byte, r *reports.Report) {
	t.Helper()
	err := ast.Walk(gfm.Parser().Parse(goldmarktext.NewReader(page)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.HTMLBlock:
			if html := string(n.Lines().Value(page)); !slices.Contains(ourHTML, html) {
				t.Errorf("%s: HTML: %.200q", what, html)
			}
		case *ast.Link:
			leads(t, what, string(n.Destination), r)
		case *ast.Text:
			_, isCode := n.Parent().(*ast.CodeSpan)
			if words := string(n.Segment.Value(page)); !isCode && strings.ContainsAny(strings.NewReplacer("&#96;", "", "&#124;", "").Replace(words), "@#<>[]*_~$&%\\`") {
				t.Errorf("%s: %.200q is prose", what, words)
			}
		case *ast.Heading:
			if n.Level > 2 || n.Level == 1 && n.PreviousSibling() != nil {
				t.Errorf("%s: a heading of level %d", what, n.Level)
			}
		default:
			switch kind := n.Kind().String(); kind {
			case "Document", "Paragraph", "TextBlock", "List", "ListItem", "CodeSpan", "Emphasis", "Table", "TableHeader", "TableRow", "TableCell":
			default: // RawHTML, Image, AutoLink, CodeBlock, ThematicBreak, TaskCheckBox, ...
				t.Errorf("%s: the page holds %s", what, kind)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// leads fails on a link that leads neither to a file of the tree nor to a page of ours.
func leads(t *testing.T, what, to string, r *reports.Report) {
	t.Helper()
	if strings.HasPrefix(to, reports.Home+"/blob/main/checks/") {
		return
	}
	address, err := url.Parse(to)
	if err != nil || address.IsAbs() || address.Host != "" || address.RawQuery != "" {
		t.Errorf("%s: a link to %.200q (%v)", what, to, err)
		return
	}
	if !slices.ContainsFunc(r.Files, func(f evidence.File) bool { return f.Path == address.Path }) {
		t.Errorf("%s: %.200q is no file of the tree", what, address.Path)
	}
}

// A failing writer ends the report with its error.
func TestWriteError(t *testing.T) {
	if err := markdown.Write(broken{}, specimen.Whole()); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
