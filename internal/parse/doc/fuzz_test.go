package doc

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// Whatever the bytes, the readers return, and every place is inside the file.

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"mcpServers": {"a": {"command": "npx", "args": ["-y", "x@1.2.3"]}}}`,
		"\uFEFF{ // c\n \"a\\u0041\\ud83d\\ude00\": [1, null, true,], /* d */ \"b\": {}, \"b\": 2}\n//", `[`, `{"a": 1,`, `"\ud800x"`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		src := text.NewSource("f", []byte(file))
		n, err := JSON(src)
		checkRead(t, src, []*Node{n}, err)
	})
}

func FuzzTOML(f *testing.F) {
	for _, seed := range []string{
		"a.\"b\\u0041\" = 1\n[c.d] # x\ne = [1, [2,\n # y\n 3,], {f = 'g', h.i = \"\"\"\nj\\\n  k\"\"\"}]\n[[p]]\nq = 1979-05-27 07:32:00Z\n[[p]]\n[p.q]\n",
		"a = 1\na = 2\n[a]\n[[a]]\n", "\uFEFFa = ", "a = [[[", "a = '''\r\nb'''",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		src := text.NewSource("f", []byte(file))
		n, err := TOML(src)
		checkRead(t, src, []*Node{n}, err)
	})
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		"on: &a\n  push: [x, 'y''z', \"\\u0041\\\n  b\"]\nc:\n  <<: *a\n  run: |2-\n    go\n  d: >+\n   e\n   f\n\n    g\n",
		"--- !!str\n&a a: *a\n---\n? [b]\n: {c, d: }\n...\n", "\uFEFFa: b\r\n c\r\n", "a: &a [*a]", "- |\n\n x\n- >-\n y\n", "a\u2028 b\u0085 c\rd", "\"a \\\n \\n\n\n b\"", "--- !0,00 a", "[&a , !b , c]", "\uFEFF\uFEFFa b\r\n c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		src := text.NewSource("f", []byte(file))
		r := newYAMLReader(src, src.Len())
		documents, err := r.stream()
		if strings.HasPrefix(file, "\uFEFF\uFEFF") {
			return // the library then drops the first character of every line
		}
		if r.coarse > 0 {
			t.Errorf("%d scalars without inner places", r.coarse)
		}
		checkRead(t, src, documents, err)
		n, err := FrontMatter(src)
		checkRead(t, src, []*Node{n}, err)
	})
}

func checkRead(t *testing.T, src *text.Source, documents []*Node, err error) {
	for _, n := range documents {
		checkPlaces(t, src, n)
	}
	for _, problem := range problemsOf(err) {
		if problem.At.Line > 0 && src.Offset(problem.At.EndLine, problem.At.EndColumn) > src.Len() {
			t.Errorf("%v is outside the file", problem)
		}
	}
	if err == nil && !utf8.Valid(src.Data()) && len(documents) > 0 && documents[0] != nil {
		t.Error("invalid UTF-8 was read without a word")
	}
}

// problemsOf is the errors that a reader joined. All of them are *text.Error.
func problemsOf(err error) []*text.Error {
	if err == nil {
		return nil
	}
	var problems []*text.Error
	for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
		problems = append(problems, one.(*text.Error))
	}
	return problems
}
