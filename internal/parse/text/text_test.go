package text_test

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// place is a location without its path, which the tables leave out.
func place(line, column, endLine, endColumn int) evidence.Location {
	return evidence.Location{Path: "f", Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func TestLocation(t *testing.T) {
	for _, c := range []struct {
		name, file string
		start, end int
		want       evidence.Location
	}{
		{"empty file", "", 0, 0, place(1, 1, 1, 1)},
		{"one line", "abc", 1, 2, place(1, 2, 1, 3)},
		{"second line", "ab\ncd", 3, 5, place(2, 1, 2, 3)},
		{"over a line end", "ab\ncd", 1, 4, place(1, 2, 2, 2)},
		{"line end is a column of its line", "ab\ncd", 2, 3, place(1, 3, 2, 1)},
		{"CRLF is one line end", "ab\r\ncd", 2, 4, place(1, 3, 2, 1)},
		{"LF of a CRLF is no column", "ab\r\ncd", 3, 3, place(1, 3, 1, 3)},
		{"lone CR is a character", "a\rb", 2, 3, place(1, 3, 1, 4)},
		{"code points, not bytes", "é\u4e16\U0001F600x", 9, 10, place(1, 4, 1, 5)},
		{"a bad byte is a column", "\xff\xfea", 2, 3, place(1, 3, 1, 4)},
		{"byte order mark is no column", "\uFEFFab", 3, 4, place(1, 1, 1, 2)},
		{"inside the byte order mark", "\uFEFFab", 0, 4, place(1, 1, 1, 2)},
		{"byte order mark on a later line is a column", "\n\uFEFFab", 4, 5, place(2, 2, 2, 3)},
		{"outside the file", "ab", -3, 9, place(1, 1, 1, 3)},
		{"end before start", "abc", 2, 1, place(1, 3, 1, 3)},
		{"after the last line end", "a\n", 2, 2, place(2, 1, 2, 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.NewSource("f", []byte(c.file)).Location(c.start, c.end); got != c.want {
				t.Errorf("Location(%d, %d) of %q = %+v, want %+v", c.start, c.end, c.file, got, c.want)
			}
		})
	}
}

func TestOffsetUndoesLocation(t *testing.T) {
	for _, file := range []string{
		"", "abc\ndef\n", "a\r\nb\r\n\r\nc", "\uFEFFé\n\u4e16\u754c", "a\rb\n",
		strings.Repeat("é\xffx", 700) + "\n" + strings.Repeat("\u4e16", 900),
	} {
		src := text.NewSource("f", []byte(file))
		for offset := range src.Len() + 1 {
			at := src.Location(offset, offset)
			back := src.Offset(at.Line, at.Column)
			if again := src.Location(back, back); again != at || back > max(offset, 3) {
				t.Fatalf("offset %d of %.20q is %v, which is offset %d, which is %v", offset, file, at, back, again)
			}
		}
	}
}

func TestOffsetOutsideTheFile(t *testing.T) {
	src := text.NewSource("f", []byte("ab\r\ncé"))
	for _, c := range []struct{ line, column, want int }{
		{0, 5, 0}, {1, 0, 0}, {1, 9, 2}, {2, 2, 5}, {2, 3, 7}, {2, 9, 7}, {3, 1, 7},
	} {
		if got := src.Offset(c.line, c.column); got != c.want {
			t.Errorf("Offset(%d, %d) = %d, want %d", c.line, c.column, got, c.want)
		}
	}
}

func TestSlicesKeepTheirPlace(t *testing.T) {
	whole := text.NewSource("f", []byte("run: go  build\n")).Text(5, 14)
	if got, want := whole.Slice(4, 9).Slice(0, 5).At(), place(1, 10, 1, 15); got != want {
		t.Errorf("At() = %v, want %v", got, want)
	}
	before, after, _ := whole.Cut("  ")
	if before.Value != "go" || after.At() != place(1, 10, 1, 15) {
		t.Errorf("Cut: %q, %q at %v", before, after, after.At())
	}
	var words []string
	for word := range whole.Fields() {
		words = append(words, word.Value+"@"+word.At().String())
	}
	if got := strings.Join(words, " "); got != "go@f:1:6 build@f:1:10" {
		t.Errorf("Fields: %s", got)
	}
}

func TestLines(t *testing.T) {
	src := text.NewSource("f", []byte("a\r\n\n b \n"))
	var lines []string
	for line := range src.Text(0, src.Len()).Lines() {
		lines = append(lines, line.TrimSpace().At().String()+"="+line.Value)
	}
	if got := strings.Join(lines, "|"); got != "f:1:1=a|f:2:1=|f:3:2= b " {
		t.Errorf("Lines: %s", got)
	}
}

func TestZeroText(t *testing.T) {
	var zero text.Text
	if !zero.IsZero() || zero.At() != (evidence.Location{}) || zero.Slice(0, 0).Value != "" || zero.Source() != nil {
		t.Error("the zero Text is not an empty text that stands nowhere")
	}
	if text.NewSource("f", nil).Text(0, 0).IsZero() {
		t.Error("an empty text in a file stands somewhere")
	}
}

func TestErrorReadsAsCompilersPrintIt(t *testing.T) {
	src := text.NewSource("a.json", []byte("{\n}"))
	if got := src.Errorf(2, 3, "no %s", "key").Error(); got != "a.json:2:1: no key" {
		t.Error(got)
	}
	if got := text.NewSource("", []byte("{")).Text(0, 1).Errorf("not closed").Error(); got != "1:1: not closed" {
		t.Error(got)
	}
	if got := (&text.Error{Msg: "3 more"}).Error(); got != "3 more" {
		t.Error(got)
	}
}

// A file of one long line must not cost a walk from its start for each column.
func BenchmarkLocationOnOneLongLine(b *testing.B) {
	src := text.NewSource("f", []byte(strings.Repeat("é", 2_500_000)))
	for i := 0; b.Loop(); i++ {
		src.Location((i*1009)%src.Len(), src.Len())
	}
}
