package text

import (
	"sort"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Text is a string as the reading program sees it, and where each of its
// bytes stands in the file. It is small and is passed by value; its zero value
// is an empty text that stands nowhere.
//
// Two texts must not be compared with ==, for they may be equal words at
// different places; compare their Values.
type Text struct {
	Value string

	source  *Source
	decoded *decoded // nil: Value is the bytes [start, end) of the file

	// Where Value begins and ends: in the file when decoded is nil, otherwise
	// in the decoded string. Slicing a decoded text moves only these, and costs
	// nothing.
	start, end int32
}

// decoded says where the pieces of a decoded string stand, in order and
// without holes.
type decoded struct{ runs []run }

// A run maps a piece of a decoded string to the bytes it was decoded from.
// Equal sizes map byte for byte; unequal sizes map as a whole, as \u0041 does
// to A.
type run struct {
	at, size     int32 // in the decoded string
	start, width int32 // in the file
}

func (r run) whole() bool { return r.size != r.width }

func (r run) end() int32 { return r.start + r.width }

// At is the place of the whole text.
func (t Text) At() evidence.Location { return t.Span(0, len(t.Value)) }

// Span is the place of Value[i:j]. It panics where Value[i:j] would.
func (t Text) Span(i, j int) evidence.Location {
	if t.source == nil {
		_ = t.Value[i:j]
		return evidence.Location{}
	}
	return t.source.Location(t.offsets(i, j))
}

// Slice is Value[i:j] with its places. It panics where Value[i:j] would.
func (t Text) Slice(i, j int) Text {
	t.Value = t.Value[i:j]
	t.end = t.start + int32(j)
	t.start += int32(i)
	return t
}

// Located is the text as evidence: its value and the place of the whole.
func (t Text) Located() evidence.Text {
	return evidence.Text{Value: t.Value, At: t.At()}
}

// Offsets is the byte range of the whole text in its file.
func (t Text) Offsets() (start, end int) { return t.offsets(0, len(t.Value)) }

// IsZero tells a text that stands nowhere from one that is read from a file,
// which may be empty too.
func (t Text) IsZero() bool { return t.source == nil && t.Value == "" }

// Source is the file the text stands in, nil for the zero Text.
func (t Text) Source() *Source { return t.source }

// String is the value, so that a text prints as itself.
func (t Text) String() string { return t.Value }

// offsets is the byte range in the file of Value[i:j].
func (t Text) offsets(i, j int) (start, end int) {
	_ = t.Value[i:j]
	from, to := t.start+int32(i), t.start+int32(j)
	if t.decoded == nil {
		return int(from), int(to)
	}
	first := t.decoded.runs[t.decoded.runAt(from)]
	start = first.place(from)
	if i == j {
		return start, start
	}
	last := t.decoded.runs[t.decoded.runAt(to-1)]
	if last.whole() {
		return start, int(last.end())
	}
	return start, last.place(to)
}

// runAt is the index of the run that holds a position of the decoded string;
// the end of the string belongs to the last run.
func (d *decoded) runAt(position int32) int {
	return sort.Search(len(d.runs), func(i int) bool { return d.runs[i].at > position }) - 1
}

// place is the offset in the file of a position in the run or at its end.
func (r run) place(position int32) int {
	switch {
	case !r.whole():
		return int(r.start + position - r.at)
	case position >= r.at+r.size:
		return int(r.end())
	}
	return int(r.start)
}
