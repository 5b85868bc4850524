package hidden

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxPoints is how many code points are written out of one run.
const maxPoints = 8

// text adds the runs that one text hides.
func (f *finder) text(anchor string, t text.Text) {
	s := t.Value
	first := 0
	for first < len(s) && s[first] < 0x7f && (s[first] >= ' ' || s[first] == '\n' || s[first] == '\t' || s[first] == '\r') {
		first++
	}
	if first == len(s) {
		return
	}
	rtl := speaksRightToLeft(s)
	previous := rune(0)
	if first > 0 {
		previous = rune(s[first-1])
	}
	for at := first; at < len(s) && len(f.file.Hidden) < maxHidden; {
		r, size := utf8.DecodeRuneInString(s[at:])
		kind := kindOf(r)
		if kind == "" {
			previous, at = r, at+size
			continue
		}
		end := at
		var points []string
		count := 0
		for end < len(s) {
			next, n := utf8.DecodeRuneInString(s[end:])
			if k := kindOf(next); k == "" || k != kind && (k == evidence.Control || kind == evidence.Control) {
				break
			}
			if count++; count <= maxPoints {
				points = append(points, fmt.Sprintf("U+%04X", next))
			}
			if kindOf(next) == evidence.Bidi {
				kind = evidence.Bidi
			}
			end += n
		}
		after, _ := utf8.DecodeRuneInString(s[end:])
		if kind = judge(kind, s[at:end], previous, after, rtl); kind != "" {
			f.file.Hidden = append(f.file.Hidden, evidence.HiddenText{Kind: kind, Anchor: anchor, Points: points, Count: count, At: t.Slice(at, end).At()})
		}
		at = end
		if kind == "" && end < len(s) {
			continue // what follows is judged by what stands before the run, as 👩 ZWJ 💻
		}
	}
}

// kindOf sorts a character that cannot be seen; "" is any other.
func kindOf(r rune) evidence.HiddenKind {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == 0x85:
		return ""
	case r < ' ' || 0x7f <= r && r < 0xa0:
		return evidence.Control
	case 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069:
		return evidence.Bidi
	case r == 0x200e || r == 0x200f || r == 0x61c || r == 0xad:
		return evidence.Mark
	case 0x200b <= r && r <= 0x200d || 0x2060 <= r && r <= 0x2064 || 0x206a <= r && r <= 0x206f, r == 0xfeff, r == 0x34f, r == 0x180e,
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5, 0xfff9 <= r && r <= 0xfffb, 0x1d173 <= r && r <= 0x1d17a,
		0xe0000 <= r && r <= 0xe007f, 0xe0100 <= r && r <= 0xe01ef, 0xfe00 <= r && r <= 0xfe0f, 0x180b <= r && r <= 0x180d:
		return evidence.Invisible
	}
	return ""
}

// judge takes a run back where what stands around it gives it a meaning.
func judge(kind evidence.HiddenKind, run string, before, after rune, rtl bool) evidence.HiddenKind {
	switch {
	case kind == evidence.Mark && strings.Trim(run, "\u00ad") == "":
		if unicode.IsLetter(before) && unicode.IsLetter(after) && utf8.RuneCountInString(run) == 1 {
			return "" // where a long word may be parted
		}
		return evidence.Mark
	case kind == evidence.Mark && !rtl:
		return evidence.Bidi // nothing here is written from right to left
	case kind == evidence.Invisible && means(run, before, after):
		return ""
	}
	return kind
}

// means tells the runs that a writing system or an emoji is made with.
func means(run string, before, after rune) bool {
	if before == 0x1f3f4 && strings.HasSuffix(run, "\U000e007f") && utf8.RuneCountInString(run) <= 7 {
		return true // the flag of England
	}
	runes := []rune(run)
	if len(runes) > 2 {
		return false
	}
	for _, r := range runes {
		switch {
		case r == 0xfe0e || r == 0xfe0f:
			if !isSymbol(before) {
				return false
			}
		case r == 0x200d:
			if !(isSymbol(before) && isSymbol(after)) && !joins(before) {
				return false
			}
		case r == 0x200c:
			if !joins(before) {
				return false
			}
		case r == 0x200b:
			if !unicode.In(before, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
				return false
			}
		case 0xfe00 <= r && r <= 0xfe0d, 0xe0100 <= r && r <= 0xe01ef:
			if !unicode.Is(unicode.Han, before) && !unicode.Is(unicode.Sm, before) {
				return false
			}
		case 0x180b <= r && r <= 0x180e:
			if !unicode.Is(unicode.Mongolian, before) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// isSymbol tells what an emoji can be made of: no letter.
func isSymbol(r rune) bool {
	return unicode.IsSymbol(r) || unicode.IsDigit(r) || r == '#' || r == '*' || r == 0x203c || r == 0x2049 || r == 0x3030 || 0x1f000 <= r && r < 0x20000
}

// joins tells a letter of a script whose letters join or part by such characters.
func joins(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
		unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Mongolian)
}

func speaksRightToLeft(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana)
	})
}

// visible is an anchor without what the file hides in its names.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if kindOf(r) != "" {
			return -1
		}
		return r
	}, s)
}
