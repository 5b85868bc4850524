package justfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func show(scripts []evidence.Script) string {
	var b strings.Builder
	for _, s := range scripts {
		fmt.Fprintf(&b, "%s %s %d:%d %v\n", s.Anchor, s.Shell, s.At.Line, s.At.Column, s.Needs)
		for _, c := range s.Commands {
			fmt.Fprintf(&b, "  %d:%d", c.At.Line, c.At.Column)
			for _, word := range c.Words {
				value := word.Value
				if !word.Known {
					value = "<" + value + ">"
				}
				fmt.Fprintf(&b, " %s@%d:%d", value, word.At.Line, word.At.Column)
			}
			if len(c.Guards) > 0 {
				fmt.Fprintf(&b, " if %v", c.Guards)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{
			"constants, parameters, dependencies",
			"set shell := [\"bash\", \"-uc\"]\nversion := '1.2' # pinned\nother := version\n\n# doc\n[private]\n@install name='x' *args: build (test \"a\" name) && done\n    npm i -g tool@{{version}} {{ name }} {{other}}\n    -rm x\n    ls\n\nbuild:\ndone: build # build\n",
			`recipes/install bash 8:5 [build test done]
  8:5 npm@8:5 i@8:9 -g@8:11 tool@1.2@8:14 <{{ name }}>@8:31 <{{other}}>@8:42
  9:6 rm@9:6 x@9:9 if [1]
  10:5 ls@10:5 if [1]
recipes/build bash 12:1 []
recipes/done bash 13:1 [build]
`,
		},
		{
			"a shebang makes one script of the recipe",
			"a:\n    #!/usr/bin/env bash\n    set -e\n    cd x\n\n    make\n",
			`recipes/a bash 2:5 []
  3:5 set@3:5 -e@3:9
  4:5 cd@4:5 x@4:8 if [1]
  6:5 make@6:5 if [2]
`,
		},
		{
			"another language is nobody's here",
			"a:\n    #!/usr/bin/env node\n    exec('x')\n",
			"recipes/a other 2:5 []\n",
		},
		{
			"continued lines, aliases, backticks, text over lines",
			"alias b := build\nv := `git describe`\nlong := '''\n a: b\n'''\nbuild:\n  go build \\\n    ./x {{{{y}}\n",
			`recipes/build sh 7:3 []
  7:3 go@7:3 build@7:6 ./x@8:5 {{y}}@8:9
variables/v sh 2:7 []
  2:7 git@2:7 describe@2:11
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out evidence.Snapshot
			if err := Read(text.NewSource("justfile", []byte(c.src)), &out); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(c.want, show(out.Scripts)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTakes(t *testing.T) {
	for name, want := range map[string]bool{"justfile": true, "a/Justfile": true, ".justfile": true, "ci.just": true, "just": false} {
		if Takes(name) != want {
			t.Errorf("Takes(%q) = %v", name, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("set shell := [\"bash\", \"-uc\"]\nversion := '1.2' # pinned\n@install name='x' *args: build (test \"a\" name) && done\n    npm i -g tool@{{version}} {{ name }}\n")
	f.Add("a:\n    #!/usr/bin/env bash\n    set -e\n\n    make {{{{x}} {{y\nalias b := a\nv := `x`\nl := '''\n'''\n")
	f.Fuzz(func(t *testing.T, src string) {
		source := text.NewSource("justfile", []byte(src))
		var out evidence.Snapshot
		_ = Read(source, &out)
		last := source.Location(0, source.Len()).EndLine
		for _, script := range out.Scripts {
			for _, c := range script.Commands {
				if c.At.Line < 1 || c.At.EndLine > last {
					t.Fatalf("%v is outside the file", c.At)
				}
			}
		}
	})
}
