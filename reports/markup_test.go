package reports_test

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
)

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"it can change; pin it (or not).", "it can change; pin it (or not)."},
		{"actions/checkout@v4 can change", "`actions/checkout@v4` can change"},
		{"run npx weather-mcp, 14 times", "run npx weather-mcp, 14 times"},
		{"14. is no list", "`14`. is no list"},
		{"a secret (1 of 2) or 14.", "a secret (1 of 2) or 14."},
		{"@acme/build and @me, now", "`@acme/build` and `@me`, now"},
		{"(@me, until 2026-12-31)", "(`@me`, until `2026-12-31`)"},
		{"say `a|b`", "say &#96;`a`&#124;`b`&#96;"},
		{"[x](https://evil.example) f() <b>", "`[x](https://evil.example) f() <b>`"},
		{"see www.evil.example or me@evil.example.", "see `www.evil.example` or `me@evil.example`."},
		{"issue #12, GH-12 and deadbeef1", "issue `#12, GH-12` and `deadbeef1`"},
		{"größe 長い \u202e", "größe 長い `\\u{202E}`"},
	} {
		if got := reports.Markdown(c.in); got != c.want {
			t.Errorf("Markdown(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// gfm is Markdown with all that the code hosts add to it.
var gfm = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))

// What a repository says comes out as the words that it said, wherever a report puts
// it, and as nothing else.
func TestMarkdownIsInert(t *testing.T) {
	poison := map[string]string{
		"everything": strings.Join(specimen.AllPoison(), " "), "fence": "```sh", "row": "| --- | --- |", "rule": "---", "task": "[ ] x", "quote": "> x",
		"definition": ": x", "footnote": "[^1]: x", "emphasis": "**a** _b_ ~~c~~ $d$", "entity": "&lt;b&gt; &sol;", "reference": "[a]: https://evil.example",
		"bars": "a||b | c \\| d", "backticks": "`` a ``` ` b", "heading": "# x", "backslashes": `\`, "number": "1) x", "comment": "<!-- x -->", "bare": "http://evil.example mailto:a@b.example",
		"two\nlines": "a\n\n# b", "issues": "#1 acme/weather#2 !3 GH-4 %5 ~bug &6", "sha": "0123456789abcdef0123456789abcdef01234567", "emoji": ":tada:", "edges": " ` | ",
	}
	for what, s := range specimen.Poison {
		poison[what] = s
	}
	for what, s := range poison {
		for _, write := range []func(string) string{reports.Markdown, reports.MarkdownCode} {
			safe := write(s)
			specimen.Inert(t, what, []byte(safe), false)
			want := strings.Join(strings.Fields(reports.Plain(s)), " ")
			if got := words(t, what, "x "+safe); got != strings.TrimSpace("x "+want) {
				t.Errorf("%s: in a paragraph %.300q reads\n%.300q, want\n%.300q", what, safe, got, want)
			}
			if got := words(t, what, "- "+safe+"\n"); got != want {
				t.Errorf("%s: in a list %.300q reads\n%.300q, want\n%.300q", what, safe, got, want)
			}
			if got := words(t, what, "| a | b |\n| --- | --- |\n| "+safe+" | end |\n"); got != "ab"+want+"end" {
				t.Errorf("%s: in a table %.300q reads\n%.300q, want\n%.300q", what, safe, got, want)
			}
		}
	}
}

// words are what a reader sees of a page that may hold nothing but prose and code.
func words(t *testing.T, what, page string) string {
	t.Helper()
	source := []byte(page)
	var b strings.Builder
	err := ast.Walk(gfm.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			part := string(n.Segment.Value(source))
			if _, isCode := n.Parent().(*ast.CodeSpan); !isCode {
				part = entities.Replace(part)
				if strings.ContainsAny(part, "@#!<>[]*_~$&%\\") {
					t.Errorf("%s: %q is prose", what, part)
				}
			}
			b.WriteString(part)
		default:
			switch kind := n.Kind().String(); kind {
			case "Document", "Paragraph", "TextBlock", "List", "ListItem", "CodeSpan", "Table", "TableHeader", "TableRow", "TableCell":
			default:
				t.Errorf("%s: %.100q holds %s", what, page, kind)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

var entities = strings.NewReplacer("&#96;", "`", "&#124;", "|")
