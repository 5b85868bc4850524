package taskfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const sample = `version: "3"
vars:
  TOOL: x@1.2
  SHA: {sh: git rev-parse HEAD}
tasks:
  build:
    dir: sub
    deps: [gen, {task: lint}]
    vars: {OWN: o}
    cmds:
      - go install {{.TOOL}} {{ .OWN }} {{.SHA}}
      - cmd: rm x
        ignore_error: true
      - task: other
      - defer: "rm y"
      - |
        set -e
        ls
  short: echo hi
  list: [a, b]
  gen:
    deps: [list]
`

func TestRead(t *testing.T) {
	var out evidence.Snapshot
	if err := Read(text.NewSource("Taskfile.yml", []byte(sample)), &out); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range out.Scripts {
		fmt.Fprintf(&b, "%s %d:%d %q %v\n", s.Anchor, s.At.Line, s.At.Column, s.Dir, s.Needs)
		for _, c := range s.Commands {
			fmt.Fprintf(&b, "  %d:%d", c.At.Line, c.At.Column)
			for _, word := range c.Words {
				value := word.Value
				if !word.Known {
					value = "<" + value + ">"
				}
				b.WriteString(" " + value)
			}
			if len(c.Guards) > 0 {
				fmt.Fprintf(&b, " if %v", c.Guards)
			}
			b.WriteByte('\n')
		}
	}
	want := `tasks/build 11:9 "sub" [gen lint other]
  11:9 go install x@1.2 o <{{.SHA}}>
  12:14 rm x if [1]
  15:17 rm y if [1]
  17:9 set -e if [3]
  18:9 ls if [4]
tasks/short 19:10 "" []
  19:10 echo hi
tasks/list 20:10 "" []
  20:10 a
  20:13 b if [1]
tasks/gen 21:3 "" [list]
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTakes(t *testing.T) {
	for name, want := range map[string]bool{"Taskfile.yml": true, "a/taskfile.dist.yaml": true, "tasks.yml": false, "Taskfile": false} {
		if Takes(name) != want {
			t.Errorf("Takes(%q) = %v", name, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Add("tasks:\n  a: [{cmd: 'x {{.Y'}, {defer: {task: b}}, {for: [1], cmd: z}]\n")
	f.Fuzz(func(t *testing.T, src string) {
		source := text.NewSource("Taskfile.yml", []byte(src))
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
