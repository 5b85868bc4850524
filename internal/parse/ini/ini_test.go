package ini

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const file = `; a comment
top = "quoted"
@acme:registry=https://packages.example.com # why
[one]
list =
    a   ; first

    # left out
    b
key: value
nothing
[two]
empty=
x:
  y
`

func TestRead(t *testing.T) {
	var b strings.Builder
	for _, entry := range Read(text.NewSource("f", []byte(file))) {
		fmt.Fprintf(&b, "%s [%s] %s", entry.Name.At(), entry.Section, entry.Name)
		for _, line := range entry.Lines() {
			fmt.Fprintf(&b, " %s@%d:%d", line, line.At().Line, line.At().Column)
		}
		b.WriteByte('\n')
	}
	want := `f:2:1 [] top quoted@2:8
f:3:1 [] @acme:registry https://packages.example.com@3:16
f:5:1 [one] list a@6:5 b@9:5
f:10:1 [one] key value@10:6
f:13:1 [two] empty
f:14:1 [two] x y@15:3
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file))
	f.Fuzz(func(t *testing.T, data []byte) {
		source := text.NewSource("f", data)
		for _, entry := range Read(source) {
			parsetest.Inside(t, source, entry.Name.At())
			for _, line := range entry.Lines() {
				parsetest.Inside(t, source, line.At())
			}
		}
	})
}
