package doc

import (
	"fmt"
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestAliasesAndMergeKeys(t *testing.T) {
	documents, err := YAML(text.NewSource("f", []byte(`base: &base
  image: go
  user: root
more: &more {user: me, shell: sh}
job:
  <<: [*more, *base]
  shell: bash
same: *base
`)))
	if err != nil {
		t.Fatal(err)
	}
	root := documents[0]
	if root.Get("same") != root.Get("base") {
		t.Error("an alias is not the node of its anchor")
	}
	var fields []string
	for name, value := range root.Get("job").All() {
		fields = append(fields, name.Value+"="+value.String()+"@"+value.At().String())
	}
	if got := fmt.Sprint(fields); got != "[shell=bash@f:7:10 user=me@f:4:20 image=go@f:2:10]" {
		t.Error(got)
	}
}

func TestKindsOfYAML(t *testing.T) {
	documents, err := YAML(text.NewSource("f", []byte("on: yes\nb: True\nc: 0x10\nd: '1'\ne: ~\nf:\ng: 2025-01-02\nh: !!str 1\ni: 1.5\nj: !secret x\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Kind{"on": String, "b": Bool, "c": Number, "d": String, "e": Null, "f": Null, "g": String, "h": String, "i": Number, "j": String}
	for name, value := range documents[0].All() {
		if value.Kind != want[name.Value] {
			t.Errorf("%s is of kind %d, want %d", name.Value, value.Kind, want[name.Value])
		}
	}
	if value, ok := documents[0].Get("b").Bool(); !value || !ok {
		t.Error("True is not true")
	}
}

func TestExtentOfYAMLValues(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"a: [x, y ] # ]", "1:4-1:11"},
		{"a: []", "1:4-1:6"},
		{"a: { b: [ ], c: }", "1:4-1:18"},
		{"a: 'x' # c", "1:4-1:7"},
		{"a: &b\n  c: d # e\n\nf: g", "2:3-2:7"},
		{"a:\n- b\n- |\n  c\n\nf: g", "2:1-5:1"},
		{"z: &z 1\na: [*z]", "2:4-2:8"},
		{"a: [*z]", "0:0-0:0"},
	} {
		documents, _ := YAML(text.NewSource("f", []byte(c.file)))
		var at text.Text
		place := at.At()
		if len(documents) > 0 {
			place = documents[0].Get("a").At()
		}
		if got := fmt.Sprintf("%d:%d-%d:%d", place.Line, place.Column, place.EndLine, place.EndColumn); got != c.want {
			t.Errorf("%q: a stands at %s, want %s", c.file, got, c.want)
		}
	}
}

func TestStreams(t *testing.T) {
	for file, want := range map[string]int{"": 0, "# only a comment\n": 0, "---\n---\n": 2, "a: 1\n---\nb: 2\n...\n": 2, "--- a\n": 1} {
		if documents, err := YAML(text.NewSource("f", []byte(file))); len(documents) != want || err != nil {
			t.Errorf("%q has %d documents (%v), want %d", file, len(documents), err, want)
		}
	}
}

func TestFrontMatter(t *testing.T) {
	for _, c := range []struct{ file, name, place string }{
		{"---\nname: x\n---\n# Title: y\n", "x", "2:7"},
		{"\uFEFF---\r\n\r\nname: x\r\n---\r\n", "x", "3:7"},
		{"--- \nname: 'x'\n...\n[", "x", "2:8"},
		{"# Title\n---\nname: x\n---\n", "", "0:0"},
		{"---\nname: x\n", "", "0:0"},
		{"---\n---\n", "", "0:0"},
		{"", "", "0:0"},
	} {
		n, err := FrontMatter(text.NewSource("f", []byte(c.file)))
		if err != nil {
			t.Errorf("%q: %v", c.file, err)
		}
		var at text.Text
		if value := n.Get("name"); value != nil {
			at = value.Text
		}
		if got := fmt.Sprintf("%d:%d", at.At().Line, at.At().Column); n.Get("name").String() != c.name || got != c.place {
			t.Errorf("%q: name %q at %s", c.file, n.Get("name"), got)
		}
	}
	if _, err := FrontMatter(text.NewSource("f", []byte("---\na: [\n---\n"))); err == nil {
		t.Error("broken front matter is read without a word")
	}
}
