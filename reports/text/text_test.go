package text_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/text"
)

func write(t *testing.T, r *reports.Report, style text.Style) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := text.Write(&out, r, style); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	for name, style := range map[string]text.Style{
		"whole.txt":       {},
		"whole-40.txt":    {Width: 40},
		"whole-80.txt":    {Width: 80},
		"whole-120.txt":   {Width: 120},
		"whole-color.txt": {Width: 80, Color: true},
	} {
		specimen.Golden(t, name, write(t, specimen.Whole(), style))
	}
	specimen.Golden(t, "empty.txt", write(t, specimen.Empty(), text.Style{}))
	specimen.Golden(t, "unknown.txt", write(t, specimen.Unknown(), text.Style{}))
	specimen.Golden(t, "good.txt", write(t, specimen.Good(), text.Style{}))
	specimen.Golden(t, "doubtful.txt", write(t, specimen.Doubtful(), text.Style{Width: 100}))
	specimen.Golden(t, "unasked.txt", write(t, specimen.Unasked(), text.Style{}))
	private := specimen.Private()
	specimen.Golden(t, "private.txt", write(t, private, text.Style{}))
	private.Verdict = private.Verdict.Withhold()
	specimen.Golden(t, "withheld.txt", write(t, private, text.Style{}))
}

func TestSameReportSameBytes(t *testing.T) {
	for range 5 {
		if !bytes.Equal(write(t, specimen.Whole(), text.Style{}), write(t, specimen.Whole(), text.Style{})) {
			t.Fatal("two runs differ")
		}
	}
}

// Colour adds nothing but colour: no word moves.
func TestColorMovesNothing(t *testing.T) {
	colored := string(write(t, specimen.Whole(), text.Style{Width: 80, Color: true}))
	for strings.Contains(colored, "\x1b[") {
		before, rest, _ := strings.Cut(colored, "\x1b[")
		_, after, _ := strings.Cut(rest, "m")
		colored = before + after
	}
	if plain := string(write(t, specimen.Whole(), text.Style{Width: 80})); colored != plain {
		t.Errorf("without its colours it reads\n%s\nand plainly\n%s", colored, plain)
	}
}

// Lines fit the terminal, but for one word, or a place with its subject, that is
// longer than the line.
func TestWidth(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		for line := range strings.Lines(string(write(t, specimen.Whole(), text.Style{Width: width}))) {
			line = strings.TrimRight(line, "\n")
			if utf8.RuneCountInString(line) > width && len(strings.Fields(line)) > 3 {
				t.Errorf("at %d columns: %q", width, line)
			}
			if line != strings.TrimRight(line, " ") {
				t.Errorf("at %d columns: blanks at the end of %q", width, line)
			}
		}
	}
}

func TestHostile(t *testing.T) {
	for what, poison := range specimen.Poison {
		for _, style := range []text.Style{{}, {Width: 20}, {Width: 40}, {Width: 80, Color: true}} {
			report := write(t, specimen.Hostile(poison), style)
			specimen.Inert(t, fmt.Sprintf("%s, %+v", what, style), report, style.Color)
			if len(report) > 40_000 {
				t.Errorf("%s: %d bytes; long names are cut", what, len(report))
			}
		}
	}
}

// Every place of a finding that counts can be read, however often it repeats.
func TestEveryPlaceIsVisible(t *testing.T) {
	r := specimen.Whole()
	report := string(write(t, r, text.Style{}))
	for _, f := range r.Verdict.Findings {
		if f.Status == "baseline" || f.Location.Line == 0 {
			continue
		}
		if place := fmt.Sprintf("%d:%d", f.Location.Line, f.Location.Column); !strings.Contains(report, place) {
			t.Errorf("%s is not to be found", f)
		}
	}
}

// A failing writer ends the report with its error.
func TestWriteError(t *testing.T) {
	if err := text.Write(broken{}, specimen.Whole(), text.Style{}); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func BenchmarkWrite(b *testing.B) {
	report := specimen.Many(5000)
	for b.Loop() {
		if err := text.Write(io.Discard, report, text.Style{Width: 80}); err != nil {
			b.Fatal(err)
		}
	}
}
