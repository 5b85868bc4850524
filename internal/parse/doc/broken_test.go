package doc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// What is broken is told with its place, and what stands before it is given.
func TestBrokenInput(t *testing.T) {
	for _, c := range []struct {
		language, file, problem string
		reads                   bool // whether the key a is still 1
	}{
		{"json", "{\"a\": 1,\n \"b\": tru}", "f:2:7: invalid literal: tru", true},
		{"json", "", "f:1:1: parsing value: unexpected EOF", false},
		{"json", "{\"a\": 1", "f:1:8: parsing object after value: unexpected EOF", true},
		{"json", "{\"a\": 1} x", "f:1:10: invalid character 'x' after top-level value", true},
		{"json", "{\"a\": 1, \"b\": 2, \"b\": 3}", `f:1:18: key "b" is given twice; the last one is read`, true},
		{"json", "{\"a\": \"é\xff\"}", "f:1:9: byte 0xff is not valid UTF-8", false},
		{"toml", "a = 1\nb = \n", "f:2:5: unexpected character U+000A at start of value", true},
		{"toml", "a = 1\n[b]\n[b]\n", `f:3:1: table "b" is given twice`, true},
		{"toml", "a = 1\na.b = 2\n", `f:2:1: key "a" is not a table`, true},
		{"toml", "a = 1\n[a]\nb = 2\n", `f:2:1: table "a" is given twice`, true},
		{"toml", "a = 1\n[[a]]\nb = 2\n", `f:2:1: "a" is no array of tables`, true},
		{"toml", "a = 1\nb = '\xff'\n", "f:2:6: byte 0xff is not valid UTF-8", false},
		{"toml", "a = 1\nb = 'x", "f:2:6: unterminated literal string", true},
		{"yaml", "a: 1\n---\nb: [", "f:3:1: did not find expected node content", true},
		{"yaml", "a: 1\nb: 2\nb: 3", `f:3:1: key "b" is given twice; the last one is read`, true},
		{"yaml", "a: 1\n<<: 3", `f:2:5: merge key << needs a map or a list of maps`, true},
		{"yaml", "a: &b [*b]", "f:1:8: alias *b is inside its own anchor", false},
		{"yaml", "a: *b", "f:1:1: unknown anchor 'b' referenced", false},
		{"yaml", "a: \xff", "f:1:4: byte 0xff is not valid UTF-8", false},
	} {
		t.Run(c.language+" "+c.file, func(t *testing.T) {
			n, err := readers[c.language](text.NewSource("f", []byte(c.file)))
			problems := problemsOf(err)
			if len(problems) != 1 || problems[0].Error() != c.problem {
				t.Errorf("%v, want %s", err, c.problem)
			}
			if got := n.Get("a").String() == "1"; got != c.reads {
				t.Errorf("a is read: %v, want %v", got, c.reads)
			}
		})
	}
}

// A hostile file is refused, in no more time than an honest one takes.
func TestHostileInput(t *testing.T) {
	const many = 200_000
	bomb := "a0: &a0 [x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9))
	}
	chain := "a0: &a0 [x]\n"
	for i := 1; i < 2000; i++ {
		chain += fmt.Sprintf("a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	merges := "a: &a\n"
	for i := range 4000 {
		merges += fmt.Sprintf("  k%d: 1\n", i)
	}
	merges += "b:\n" + strings.Repeat("  - <<: *a\n", 4000)
	for _, c := range []struct{ name, language, file string }{
		{"deep lists", "json", strings.Repeat("[", many)},
		{"deep maps", "json", strings.Repeat(`{"a":`, many)},
		{"deep lists", "toml", "a = " + strings.Repeat("[", many)},
		{"deep lists that close", "toml", "a = " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)},
		{"deep tables", "toml", "a = " + strings.Repeat("{a=", 5000) + "1" + strings.Repeat("}", 5000)},
		{"long key", "toml", "a" + strings.Repeat(".a", many) + " = 1"},
		{"long header", "toml", "[a" + strings.Repeat(".a", many) + "]\nb = 1"},
		{"long header of an array", "toml", "[[a" + strings.Repeat(".a", many) + "]]\nb = 1"},
		{"deep flow lists", "yaml", strings.Repeat("[", many)},
		{"deep flow lists that close", "yaml", strings.Repeat("[", 5000) + strings.Repeat("]", 5000)},
		{"deep flow maps", "yaml", strings.Repeat("{a: ", many)},
		{"deep block lists", "yaml", strings.Repeat("- ", many) + "a"},
		{"deep keys", "yaml", strings.Repeat("? ", many) + "a"},
		{"alias bomb", "yaml", bomb},
		{"alias chain", "yaml", chain},
		{"merge bomb", "yaml", merges},
	} {
		t.Run(c.language+" "+c.name, func(t *testing.T) {
			src := text.NewSource("f", []byte(c.file))
			start := time.Now()
			n, err := readers[c.language](src)
			if err == nil {
				t.Error("read without a word")
			} else if first := problemsOf(err)[0]; first.At.Line == 0 {
				t.Errorf("no place: %v", first)
			}
			if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
				t.Errorf("took %v", took)
			}
			checkPlaces(t, src, n)
		})
	}
}

// Nothing on a long line may cost a walk along the line.
func TestLongLines(t *testing.T) {
	words := strings.Repeat("é go ", 200_000)
	items := strings.Repeat("\"é g\\\"o\", ", 100_000)
	for _, c := range []struct{ name, language, file string }{
		{"plain", "yaml", "a: " + words},
		{"quoted", "yaml", "a: \"" + words + "\""},
		{"literal", "yaml", "a: |\n  " + words},
		{"flow list", "yaml", "a: [" + items + "]"},
		{"flow list of plain scalars", "yaml", "a: [" + strings.Repeat("é go, ", 100_000) + "]"},
		{"list", "json", "{\"a\": [" + items + "]}"},
		{"list", "toml", "a = [" + items + "]"},
		{"escapes", "yaml", "a: \"" + strings.Repeat(`\n`, 500_000) + "\""},
		{"escapes", "json", "{\"a\": \"" + strings.Repeat(`\n`, 500_000) + "\"}"},
		{"escapes", "toml", "a = \"" + strings.Repeat(`\n`, 500_000) + "\""},
	} {
		t.Run(c.language+" "+c.name, func(t *testing.T) {
			src := text.NewSource("f", []byte(c.file))
			start := time.Now()
			n, err := readers[c.language](src)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range n.Get("a").Strings() {
				item.At()
			}
			if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestManyProblemsAreCounted(t *testing.T) {
	_, err := YAML(text.NewSource("f", []byte(strings.Repeat("a: 1\n", 100))))
	problems := problemsOf(err)
	if last := problems[len(problems)-1].Error(); len(problems) != maxProblems+1 || last != "49 more problems" {
		t.Errorf("%d problems, last: %s", len(problems), last)
	}
}
