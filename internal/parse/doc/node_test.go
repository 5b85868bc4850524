package doc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// readers are the three languages behind one signature.
var readers = map[string]func(*text.Source) (*Node, error){
	"json": JSON,
	"toml": TOML,
	"yaml": func(src *text.Source) (*Node, error) {
		documents, err := YAML(src)
		if len(documents) == 0 {
			return nil, err
		}
		return documents[0], err
	},
}

// The same configuration reads the same in each language.
func TestOneTreeForThreeLanguages(t *testing.T) {
	for name, file := range map[string]string{
		"json": `{"command": "npx", "args": ["-y", 1, true], "env": {"A": "true"}, "off": false}`,
		"toml": "command = 'npx'\nargs = [\"-y\", 1, true]\noff = false\n[env]\nA = \"true\"\n",
		"yaml": "command: npx\nargs: [-y, 1, true]\nenv:\n  A: 'true'\noff: false\n",
	} {
		t.Run(name, func(t *testing.T) {
			n, err := readers[name](text.NewSource("f", []byte(file)))
			if err != nil {
				t.Fatal(err)
			}
			if got := n.Get("command").String(); got != "npx" {
				t.Errorf("command = %q", got)
			}
			if got := fmt.Sprint(n.Get("args").Strings(), n.Get("command").Strings(), n.Get("env").Strings()); got != "[-y 1 true] [npx] []" {
				t.Errorf("Strings: %s", got)
			}
			if value, ok := n.Get("off").Bool(); value || !ok {
				t.Errorf("off = %v, %v", value, ok)
			}
			if _, ok := n.Get("env", "A").Bool(); ok {
				t.Error("the string true is taken for a Bool")
			}
			kinds := []Kind{n.Kind, n.Get("args").Kind, n.Get("args").List()[1].Kind, n.Get("env", "A").Kind}
			if fmt.Sprint(kinds) != fmt.Sprint([]Kind{Map, List, Number, String}) {
				t.Errorf("kinds %v", kinds)
			}
			if n.Has("cwd") || !n.Has("env") || n.Get("command", "x") != nil || n.Get("no", "way").String() != "" {
				t.Error("a missing key is found")
			}
		})
	}
}

func TestNilNode(t *testing.T) {
	var n *Node
	for range n.All() {
		t.Error("a nil node has fields")
	}
	if _, ok := n.Bool(); ok || n.Get("a") != nil || n.Has("a") || n.String() != "" || n.Strings() != nil || n.List() != nil || n.At().Line != 0 {
		t.Error("a nil node has something")
	}
}

func TestPlacesInJSONAndTOML(t *testing.T) {
	for _, c := range []struct {
		language, file string
		path           string // keys with dots between
		value, place   string // of the text
		whole          string // of the value as written
	}{
		{"json", `{"a": "go"}`, "a", "go", "1:8-1:10", "1:7-1:11"},
		{"json", `{"a": ""}`, "a", "", "1:8-1:8", "1:7-1:9"},
		{"json", "\uFEFF{\n  \"é\": \"\u4e16\", \"a\": \"x\"}", "a", "x", "2:19-2:20", "2:18-2:21"},
		{"json", `{"a": "x\n\u0041\ud83d\ude00"}`, "a", "x\nA\U0001F600", "1:8-1:29", "1:7-1:30"},
		{"json", "// c\n{\"a\": /* d */ 12,}", "a", "12", "2:15-2:17", "2:15-2:17"},
		{"json", `{"a": {"b": [1, 2]}}`, "a.b", "", "0:0-0:0", "1:13-1:19"},
		{"json", `{"a": 1, "a": 2}`, "a", "2", "1:15-1:16", "1:15-1:16"},
		{"toml", "a = 'x'", "a", "x", "1:6-1:7", "1:5-1:8"},
		{"toml", "a = \"\"", "a", "", "1:6-1:6", "1:5-1:7"},
		{"toml", "\uFEFFa = \"é\\u0041\\tb\" # c", "a", "éA\tb", "1:6-1:16", "1:5-1:17"},
		{"toml", "a = '''\r\nx\r\ny'''", "a", "x\r\ny", "2:1-3:2", "1:5-3:5"},
		{"toml", "a = \"\"\"\nx \\\n\n   y\\\"\"\"\"\"", "a", "x y\"\"", "2:1-4:8", "1:5-4:11"},
		{"toml", "a = [ # c ]\n [1,2] , 'b]',\n]\nb=1", "a", "", "0:0-0:0", "1:5-3:2"},
		{"toml", "a = { b.c = 1 , d = [ ] } # }", "a", "", "0:0-0:0", "1:5-1:26"},
		{"toml", "a = { b.c = 1 , d = [ ] }", "a.d", "", "0:0-0:0", "1:21-1:24"},
		{"toml", "a = { b.c = 1 , d = [ ] }", "a.b", "", "0:0-0:0", "1:7-1:8"},
		{"toml", "[ a . 'b]' ] # c\nx = 1", "a.b]", "", "0:0-0:0", "1:1-1:13"},
		{"toml", "[[a]]\nx = 1\n[[a]]\nx = 2", "a", "", "0:0-0:0", "1:1-1:6"},
		{"toml", "[a.b]\nx = 1\n[a]\ny = 1979-05-27T07:32:00Z", "a.y", "1979-05-27T07:32:00Z", "4:5-4:25", "4:5-4:25"},
	} {
		t.Run(c.language+" "+c.file, func(t *testing.T) {
			src := text.NewSource("f", []byte(c.file))
			root, _ := readers[c.language](src)
			checkPlaces(t, src, root)
			n := root.Get(strings.Split(c.path, ".")...)
			if n.String() != c.value {
				t.Errorf("value %q, want %q", n.String(), c.value)
			}
			place, whole := n.Text.At(), n.At()
			if got := fmt.Sprintf("%d:%d-%d:%d", place.Line, place.Column, place.EndLine, place.EndColumn); got != c.place {
				t.Errorf("text at %s, want %s", got, c.place)
			}
			if got := fmt.Sprintf("%d:%d-%d:%d", whole.Line, whole.Column, whole.EndLine, whole.EndColumn); got != c.whole {
				t.Errorf("value at %s, want %s", got, c.whole)
			}
		})
	}
}

func TestTablesOfTOML(t *testing.T) {
	n, err := TOML(text.NewSource("f", []byte("a.b.c = 1\na.b.d = 2\n[[p]]\nn = 1\n[p.q]\nx = 1\n[[p]]\nn = 2\n[[p.r]]\n[[p.r]]\nz = 3\n")))
	if err != nil {
		t.Fatal(err)
	}
	packages := n.Get("p").List()
	if len(packages) != 2 || packages[0].Get("q", "x").String() != "1" || len(packages[1].Get("r").List()) != 2 || packages[1].Has("q") {
		t.Error("arrays of tables are mixed up")
	}
	if n.Get("a", "b", "d").String() != "2" {
		t.Error("a dotted key is lost")
	}
}

func TestBigMapsAreIndexed(t *testing.T) {
	var file strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&file, "\"k%d\": %d, ", i, i)
	}
	n, err := JSON(text.NewSource("f", []byte("{"+file.String()+"\"k7\": \"again\"}")))
	if len(problemsOf(err)) != 1 || n.Get("k4999").String() != "4999" || n.Get("k7").String() != "again" || n.Has("k5000") {
		t.Errorf("err %v, k7 %q", err, n.Get("k7"))
	}
}
