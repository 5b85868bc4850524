package text

import "strings"

// Builder joins a Text from pieces of one file: the runs of a quoted string
// between its escapes, the lines of a block. Its zero value is ready to use.
type Builder struct {
	value  strings.Builder
	source *Source
	runs   []run
	end    int32 // where the last piece ended in the file
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
func (b *Builder) Len() int { return b.value.Len() }

// Text is what was appended so far.
func (b *Builder) Text() Text {
	size := int32(b.value.Len())
	switch {
	case len(b.runs) == 0: // nothing, or empty pieces only
		return Text{source: b.source, start: b.end, end: b.end}
	case len(b.runs) == 1 && !b.runs[0].whole() && b.source != nil:
		start := int(b.runs[0].start)
		return b.source.Text(start, start+int(size))
	}
	return Text{Value: b.value.String(), source: b.source, decoded: &decoded{b.runs}, end: size}
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
// file byte for byte: most strings then keep a single run or none.
func (b *Builder) add(r run, value string) {
	if value == "" {
		return
	}
	r.at = int32(b.value.Len())
	b.value.WriteString(value)
	if n := len(b.runs); n > 0 && !r.whole() {
		if last := &b.runs[n-1]; !last.whole() && last.start+last.width == r.start {
			last.size += r.size
			last.width += r.width
			return
		}
	}
	b.runs = append(b.runs, r)
}
