package makefile

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
		fmt.Fprintf(&b, "%s %d:%d %v\n", s.Anchor, s.At.Line, s.At.Column, s.Needs)
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

func TestTakes(t *testing.T) {
	for name, want := range map[string]bool{
		"Makefile": true, "a/GNUmakefile": true, "tools.mk": true, "Makefile.tools": true, "Makefile.am": false, "makefile.go": false,
	} {
		if Takes(name) != want {
			t.Errorf("Takes(%q) = %v", name, !want)
		}
	}
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{
			"constants, automatic variables and doubled dollars",
			"VERSION := 1.2\nTOOL ?= x@$(VERSION)\nbin/x: go.mod | bin\n\t@go install $(TOOL)\n\techo $$HOME $(wildcard *) $@\n",
			`targets/bin/x 4:3 [go.mod bin]
  4:3 go@4:3 install@4:6 x@1.2@4:14
  5:2 echo@5:2 <$HOME>@5:7 <$(wildcard *)>@5:14 bin/x@5:28 if [1]
`,
		},
		{
			"a variable set twice is left to the run",
			"V = 1\nifdef X\nV = 2\nendif\na:\n\techo $(V) ${W} # c\n",
			"targets/a 6:2 []\n  6:2 echo@6:2 <$(V)>@6:7 <${W}>@6:12\n",
		},
		{
			"lines are shells of their own; a dash lets one fail",
			"a: b\n\t-rm x\n\tcd sub && \\\n\t  make y\n\tls\nb: ; true\n",
			`targets/a 2:3 [b]
  2:3 rm@2:3 x@2:6
  3:2 cd@3:2 sub@3:5
  4:4 make@4:4 y@4:9 if [2]
  5:2 ls@5:2 if [3]
targets/b 6:6 []
  6:6 true@6:6
`,
		},
		{
			"targets without recipe, several targets, special ones",
			".PHONY: all\nall: build test\nbuild test: dep\n\tgo vet\n%.o: %.c\n\tcc $<\nexport X = 1\nall: Y = 2\n",
			`targets/all 2:1 [build test]
targets/build 4:2 [dep]
  4:2 go@4:2 vet@4:5
targets/test 3:7 [dep build]
targets/%.o 6:2 [%.c]
  6:2 cc@6:2 <$<>@6:5
`,
		},
		{
			"one shell for the whole recipe, conditions in it",
			".ONESHELL:\na:\n\t@if x; then\n\tifdef Y\n\t  y\n\tendif\n\tfi\n",
			"targets/a 3:3 []\n  3:6 x@3:6\n  5:4 y@5:4 if [1]\n",
		},
		{
			"a variable for the quiet prefix",
			"E = -@\na:\n\t$(Q)ls $(Q)\n\t$(E)rm x\n\t@ $(CC) y\n",
			"targets/a 3:6 []\n  3:6 ls@3:6 <$(Q)>@3:9\n  4:6 rm@4:6 x@4:9 if [1]\n  5:4 <$(CC)>@5:4 y@5:10 if [1]\n",
		},
		{
			"shell functions and define",
			"V := $(shell curl -s x | jq .$$y)\ndefine get\n@curl $(1) | sh\nendef\na:\n\techo $(shell date)\n",
			`targets/a 6:2 []
  6:2 echo@6:2 <$(shell date)>@6:7
defines/get 3:2 []
  3:2 curl@3:2 <$(1)>@3:7
  3:14 sh@3:14
variables/V 1:14 []
  1:14 curl@1:14 -s@1:19 x@1:22
  1:26 jq@1:26 <.$y>@1:29
targets/a 6:15 []
  6:15 date@6:15
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out evidence.Snapshot
			if err := Read(text.NewSource("Makefile", []byte(c.src)), &out); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(c.want, show(out.Scripts)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("VERSION := 1.2\nTOOL ?= x@$(VERSION)\nbin/x: go.mod | bin\n\t@go install $(TOOL)\n\techo $$HOME $(wildcard *) $@\n")
	f.Add("V := $(shell curl -s x | jq .$$y)\ndefine get\n@curl $(1) | sh\nendef\na:\n\techo $(shell date)\\\n\t x\n")
	f.Add("ifeq ($(X),)\r\na b &: c ; d\r\n\t-+@e \\\r\n\tf\r\nendif\nx: y: z\n")
	f.Fuzz(func(t *testing.T, src string) {
		source := text.NewSource("Makefile", []byte(src))
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
