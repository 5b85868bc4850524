package markdown

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports/internal/specimen"
)

// A page that would be too heavy is cut between sections, says so, and keeps its head.
func TestFit(t *testing.T) {
	sections := []section{
		{"", "head\n"}, {"pinning", strings.Repeat("p", 3000) + "\n"}, {"hermetic", ""}, {"access", strings.Repeat("a", 3000) + "\n"}, {"waived", "w\n"},
	}
	if whole := fit(sections, 10_000); strings.Contains(whole, "Cut short") || !strings.Contains(whole, "## Access\n\naaa") || strings.Contains(whole, "Hermetic") {
		t.Errorf("it fits, and reads %q", whole)
	}
	cut := fit(sections, 5000)
	if len(cut) > 5000 || !strings.HasPrefix(cut, "head\n\n## Pinning\n\nppp") || !strings.Contains(cut, "## Waived\n\nw\n") || strings.Contains(cut, "aaa") ||
		!strings.HasSuffix(cut, "Left out: access; the JSON report has them.\n") {
		t.Errorf("cut, it reads %q", cut)
	}
	if cut := fit(sections, 500); len(cut) > 500 || !strings.HasPrefix(cut, "head\n") || !strings.Contains(cut, "pinning, access") {
		t.Errorf("cut to the bone, it reads %q", cut)
	}
}

// Names as long as a file system allows make no page heavier than GitHub takes.
func TestLongNames(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, strings.Repeat("長い", 600)+"/"+strings.Repeat("%", i))
	}
	var out bytes.Buffer
	if err := Write(&out, specimen.Hostile(names...)); err != nil {
		t.Fatal(err)
	}
	if out.Len() > mostBytes || !strings.Contains(out.String(), "**Policy not met**") {
		t.Errorf("%d bytes", out.Len())
	}
}
