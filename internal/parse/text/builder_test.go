package text_test

import (
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// pieces builds a text from pairs of a value and the part of the file that it
// is read from.
func pieces(file string, pairs ...any) text.Text {
	src := text.NewSource("f", []byte(file))
	var b text.Builder
	for i := 0; i < len(pairs); i += 2 {
		origin := pairs[i+1].([2]int)
		b.Append(pairs[i].(string), src.Text(origin[0], origin[1]))
	}
	return b.Text()
}

func TestEscapesStandAsAWhole(t *testing.T) {
	// "a\u0041bc" in a file: the escape is six columns wide
	decoded := pieces(`"a\u0041bc"`, "a", [2]int{1, 2}, "A", [2]int{2, 8}, "bc", [2]int{8, 10})
	for _, c := range []struct {
		i, j, column, end int
	}{
		{0, 4, 2, 11}, {0, 1, 2, 3}, {1, 2, 3, 9}, {1, 3, 3, 10}, {2, 3, 9, 10}, {3, 4, 10, 11}, {4, 4, 11, 11}, {1, 1, 3, 3},
	} {
		if got, want := decoded.Span(c.i, c.j), place(1, c.column, 1, c.end); got != want {
			t.Errorf("Span(%d, %d) of %q = %v, want %v", c.i, c.j, decoded, got, want)
		}
		if got, want := decoded.Slice(c.i, c.j).At(), place(1, c.column, 1, c.end); got != want {
			t.Errorf("Slice(%d, %d).At() of %q = %v, want %v", c.i, c.j, decoded, got, want)
		}
	}
}

func TestFoldedLineEndIsNotReadAsWritten(t *testing.T) {
	folded := pieces("a\nb", "a", [2]int{0, 1}, " ", [2]int{1, 2}, "b", [2]int{2, 3})
	if folded.Value != "a b" || folded.Span(2, 3) != place(2, 1, 2, 2) {
		t.Errorf("%q, last at %v", folded, folded.Span(2, 3))
	}
}

// A parser of a decoded text builds again, and the places must come through.
func TestBuildingFromADecodedText(t *testing.T) {
	outer := pieces(`say \"a b\" now`, "say ", [2]int{0, 4}, `"`, [2]int{4, 6}, "a b", [2]int{6, 9}, `"`, [2]int{9, 11}, " now", [2]int{11, 15})
	if outer.Value != `say "a b" now` {
		t.Fatalf("outer = %q", outer)
	}
	var b text.Builder
	b.Append("b", outer.Slice(7, 8))
	b.Append("-", text.Text{}) // not written in the file
	b.Append(`" n`, outer.Slice(8, 11))
	inner := b.Text()
	if inner.Value != `b-" n` {
		t.Fatalf("inner = %q", inner)
	}
	for _, c := range []struct{ i, j, column, end int }{
		{0, 1, 9, 10}, {1, 2, 10, 10}, {2, 3, 10, 12}, {3, 4, 12, 13}, {4, 5, 13, 14}, {0, 5, 9, 14},
	} {
		if got, want := inner.Span(c.i, c.j), place(1, c.column, 1, c.end); got != want {
			t.Errorf("Span(%d, %d) of %q = %v, want %v", c.i, c.j, inner, got, want)
		}
	}
}

func TestEmptyPiecesStillHaveAPlace(t *testing.T) {
	empty := pieces(`ab""`, "", [2]int{3, 3})
	if empty.IsZero() || empty.Value != "" || empty.At() != place(1, 4, 1, 4) {
		t.Errorf("%q at %v", empty, empty.At())
	}
}

func TestATextIsNotChangedByLaterAppends(t *testing.T) {
	src := text.NewSource("f", []byte("a-b-c"))
	var b text.Builder
	b.Append("a", src.Text(0, 1))
	b.Append("_", src.Text(1, 2))
	first := b.Text()
	b.Append("b", src.Text(2, 3))
	if first.Value != "a_" || first.At() != place(1, 1, 1, 3) || b.Text().Value != "a_b" || b.Len() != 3 {
		t.Errorf("first %q at %v, then %q", first, first.At(), b.Text())
	}
}
