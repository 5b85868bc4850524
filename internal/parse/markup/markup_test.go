package markup

import (
	"testing"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestRead(t *testing.T) {
	source := text.NewSource("a.xml", []byte("<?xml version=\"1.0\"?>\n<a:root xmlns='x' b = \"1 &amp; 2\">\n  <!-- no -->\n  <one> x<!-- c --> </one>\n  <two/>\n</a:root>\n"))
	root, err := Read(source)
	if err != nil {
		t.Fatal(err)
	}
	if got := root.Attr("B"); got.Value != "1 & 2" || got.At().String() != "a.xml:2:24" {
		t.Errorf("%q at %s", got.Value, got.At())
	}
	if got := root.Get("one").Content(); got.Value != "x" || got.At().String() != "a.xml:4:9" {
		t.Errorf("%q at %s", got.Value, got.At())
	}
	if root.Get("two") == nil || root.Get("none", "of", "these").Content().Value != "" {
		t.Error("children")
	}
}

func TestBroken(t *testing.T) {
	for data, want := range map[string]string{
		"<a><b></a>":    "a.xml:1:7: </a> closes nothing",
		"<a><b>x</b>":   "a.xml:1:12: <a> is not closed",
		"<a><b>x</b><c": "a.xml:1:12: unexpected EOF",
	} {
		root, err := Read(text.NewSource("a.xml", []byte(data)))
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", data, err)
		}
		if root.Get("b") == nil {
			t.Errorf("%s: what stands before the break is lost", data)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<a b='&lt;'><![CDATA[x]]></a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		source := text.NewSource("a.xml", data)
		root, _ := Read(source)
		check(t, source, root, 0)
	})
}

func check(t *testing.T, source *text.Source, e *Element, depth int) {
	if e == nil {
		return
	}
	if depth > maxDepth {
		t.Fatal("too deep")
	}
	parsetest.Inside(t, source, e.At())
	parsetest.Inside(t, source, e.Content().At())
	for _, attr := range e.Attrs {
		parsetest.Inside(t, source, attr.Value.At())
	}
	for _, child := range e.Children {
		check(t, source, child, depth+1)
	}
}
