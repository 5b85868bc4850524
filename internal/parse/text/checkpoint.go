package text

import "unicode/utf8"

// A checkpoint says how many code points stand before an offset. One every
// checkpointEvery bytes keeps a column cheap even where a whole file is one
// line, as in minified JSON.
type checkpoint struct {
	offset int32 // at the start of a code point
	runes  int32 // code points in front of it
}

const checkpointEvery = 512

// checkpoints walks data once. Entry k is the first start of a code point at
// or after byte k*checkpointEvery, so the last entry may stand at the end.
func checkpoints(data []byte) []checkpoint {
	marks := make([]checkpoint, 0, len(data)/checkpointEvery+1)
	next := 0
	runes := int32(0)
	for at := 0; at < len(data); runes++ {
		if at >= next {
			marks = append(marks, checkpoint{int32(at), runes})
			next += checkpointEvery
		}
		at += runeSize(data[at:])
	}
	return marks
}

// runesBefore counts the code points that are complete before offset.
func (s *Source) runesBefore(offset int) int {
	k := min(offset/checkpointEvery, len(s.marks)-1)
	if int(s.marks[k].offset) > offset { // offset is inside the code point before this one
		k--
	}
	at, runes := int(s.marks[k].offset), int(s.marks[k].runes)
	for at < offset {
		at += runeSize(s.data[at:])
		if at <= offset {
			runes++
		}
	}
	return runes
}

// offsetOfRune is the offset of the code point that has n others before it,
// or the end of the file.
func (s *Source) offsetOfRune(n int) int {
	low, high := 0, len(s.marks)-1 // the last mark with runes <= n
	for low < high {
		middle := (low + high + 1) / 2
		if int(s.marks[middle].runes) <= n {
			low = middle
		} else {
			high = middle - 1
		}
	}
	at, runes := int(s.marks[low].offset), int(s.marks[low].runes)
	for ; runes < n && at < len(s.data); runes++ {
		at += runeSize(s.data[at:])
	}
	return at
}

// runeSize is the size of the code point at the start of data, 1 for a byte
// that is not valid UTF-8.
func runeSize(data []byte) int {
	if data[0] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRune(data)
	return size
}

// Advance is the offset of the code point that is n code points after offset,
// or the end of the file.
func (s *Source) Advance(offset, n int) int {
	s.indexed.Do(s.index)
	if s.marks == nil {
		return min(offset+n, len(s.data))
	}
	return s.offsetOfRune(s.runesBefore(offset) + n)
}
