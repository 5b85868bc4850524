package text

import (
	"slices"
	"strings"
)

// Builder joins a Text from pieces of one file: the runs of a quoted string
// between its escapes, the lines of a block. Its zero value is ready to use.
type Builder struct {
	source *Source
	runs   []run
	end    int32 // where the last piece ended in the file

	// Most strings end as one piece of the file. So nothing is copied into
	// value until a second piece, or one that reads differently, comes.
	value  strings.Builder
	copied bool
}

// Append adds value, which the program reads where origin stands. A value
// equal to its origin keeps the origin's own places, byte for byte; any other
// value, such as a decoded escape, stands as a whole on the whole origin.
//
// A zero origin is for what is not written in the file at all, such as the
// default of a variable: it stands at the end of the piece before. All other
// origins must come from the same file.
func (b *Builder) Append(value string, origin Text) {
	if origin.source == nil {
		b.add(run{size: int32(len(value)), start: b.end}, value)
		return
	}
	if b.source == nil {
		b.source = origin.source
	} else if b.source != origin.source {
		panic("text: a Builder joins pieces of one file only")
	}
	start, end := origin.offsets(0, len(origin.Value))
	switch {
	case value != origin.Value:
		b.add(run{size: int32(len(value)), start: int32(start), width: int32(end - start)}, value)
	case origin.decoded == nil:
		b.add(run{size: int32(len(value)), start: int32(start), width: int32(len(value))}, value)
	default:
		b.addRuns(origin)
	}
	b.end = int32(end)
}

// Len is the size in bytes of what was appended.
func (b *Builder) Len() int {
	if b.copied {
		return b.value.Len()
	}
	return len(b.piece().Value)
}

// Text is what was appended so far.
func (b *Builder) Text() Text {
	if !b.copied {
		return b.piece()
	}
	return Text{
		Value:   b.value.String(),
		source:  b.source,
		decoded: &decoded{slices.Clone(b.runs)},
		end:     int32(b.value.Len()),
	}
}

// piece is what was appended while it is not copied: the bytes of the one run.
func (b *Builder) piece() Text {
	if len(b.runs) == 0 { // nothing, or empty pieces only
		return Text{source: b.source, start: b.end, end: b.end}
	}
	return b.source.Text(int(b.runs[0].start), int(b.runs[0].end()))
}

// addRuns adds the part of each of the origin's runs that the origin covers.
func (b *Builder) addRuns(origin Text) {
	for _, r := range origin.decoded.runs[origin.decoded.runAt(origin.start):] {
		if r.at >= origin.end {
			break
		}
		from, to := max(r.at, origin.start), min(r.at+r.size, origin.end)
		piece := run{size: to - from, start: r.start, width: r.width}
		if !r.whole() {
			piece.start, piece.width = r.start+from-r.at, to-from
		}
		b.add(piece, origin.Value[from-origin.start:to-origin.start])
	}
}

// add appends one run, joined to the one before where both continue in the
// file byte for byte.
func (b *Builder) add(r run, value string) {
	if value == "" {
		return
	}
	r.at = int32(b.Len())
	last := len(b.runs) - 1
	joins := last >= 0 && !r.whole() && !b.runs[last].whole() && b.runs[last].end() == r.start
	asWritten := !r.whole() && b.source.String()[r.start:r.end()] == value
	if !b.copied && !(asWritten && (joins || last < 0)) {
		b.value.WriteString(b.piece().Value)
		b.copied = true
	}
	if b.copied {
		b.value.WriteString(value)
	}
	if joins {
		b.runs[last].size += r.size
		b.runs[last].width += r.width
	} else {
		b.runs = append(b.runs, r)
	}
}
