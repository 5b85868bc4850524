package compare

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sealvet/sealvet/internal/evidence"
)

// content says why two plain contents differ. What is explained by the words of
// the two worlds is taken out of both, cause by cause, until nothing or only the
// unexplained is left.
func (c *comparison) content(name string, a, b []byte) {
	if bytes.HasPrefix(a, []byte("\x7fELF")) && bytes.HasPrefix(b, []byte("\x7fELF")) {
		c.program(name, a, b)
		return
	}
	text := utf8.Valid(a) && bytes.IndexByte(a, 0) < 0
	before := len(c.found)
	a, b = c.words(name, a, b)
	if bytes.Equal(a, b) {
		return
	}
	if shuffled(a, b) {
		c.note(name, evidence.CauseOrder, "the same lines in another order")
		return
	}
	c.tokens(name, a, b, before, text)
}

// words takes out paths and names, and notes those of one world that the other's
// content has its own word for.
func (c *comparison) words(name string, a, b []byte) (one, two []byte) {
	take := func(cause evidence.Cause, word, other string) {
		if !bytes.Contains(a, []byte(word)) || !bytes.Contains(b, []byte(other)) || bytes.Count(a, []byte(word)) == bytes.Count(b, []byte(word)) {
			return
		}
		c.note(name, cause, "%s in one and %s in the other%s", word, other, line(a, word))
		a, b = cut(a, word), cut(b, other)
	}
	for i, path := range c.first.Paths {
		take(evidence.CausePath, path, c.second.Paths[i])
	}
	for i, word := range c.first.Names {
		take(evidence.CauseUser, word, c.second.Names[i])
	}
	return a, b
}

func cut(data []byte, word string) []byte {
	return bytes.ReplaceAll(data, []byte(word), []byte("\x00"))
}

func prefix(a, b []byte) []byte {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// line says at which line of a text the word stands.
func line(data []byte, word string) string {
	at := bytes.Index(data, []byte(word))
	if at < 0 || !utf8.Valid(data) {
		return ""
	}
	return fmt.Sprintf(" (line %d)", 1+bytes.Count(data[:at], []byte("\n")))
}

func shuffled(a, b []byte) bool {
	one, two := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	if len(one) < 2 || len(one) != len(two) {
		return false
	}
	slices.Sort(one)
	slices.Sort(two)
	return slices.Equal(one, two)
}

const mostSpots = 8

// tokens compares the differing spots of two contents one by one.
func (c *comparison) tokens(name string, a, b []byte, before int, text bool) {
	spots := differing(a, b)
	if spots == nil {
		if len(c.found) == before || text {
			c.note(name, evidence.CauseUnknown, "%s in one and %s in the other", excerpt(a, b), excerpt(b, a))
		}
		return // binary content that holds a path moves as a whole with its length
	}
	for i, spot := range spots {
		if i == mostSpots {
			c.note(name, evidence.CauseUnknown, "%d more places", len(spots)-i)
			return
		}
		cause := c.judge(spot.one, spot.two)
		place := ""
		if text {
			place = fmt.Sprintf(" (line %d)", spot.line)
		}
		c.note(name, cause, "%s in one and %s in the other%s", show(spot.one), show(spot.two), place)
	}
}

// spot is one place at which two contents differ, widened to whole tokens.
type spot struct {
	one, two string
	line     int
}

// differing aligns two contents by the lines (or runs between control bytes)
// they share. It gives nil where they have different numbers of lines.
func differing(a, b []byte) []spot {
	one, two := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	if len(one) != len(two) {
		return nil
	}
	var spots []spot
	for i := range one {
		if bytes.Equal(one[i], two[i]) {
			continue
		}
		from := len(prefix(one[i], two[i]))
		end := 0
		for end < len(one[i])-from && end < len(two[i])-from && one[i][len(one[i])-1-end] == two[i][len(two[i])-1-end] {
			end++
		}
		for from > 0 && token(one[i][from-1]) {
			from--
		}
		for end > 0 && token(one[i][len(one[i])-end]) {
			end--
		}
		spots = append(spots, spot{string(one[i][from : len(one[i])-end]), string(two[i][from : len(two[i])-end]), i + 1})
	}
	return spots
}

func token(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || strings.IndexByte("-_:.+/", b) >= 0
}

var (
	date      = regexp.MustCompile(`\d{4}-\d{2}-\d{2}|\d{1,2}[:.]\d{2}([:.]\d{2})?|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|\d{1,2}[/.]\d{1,2}[/.]\d{4}|20\d{2}[01]\d[0-3]\d`)
	number    = regexp.MustCompile(`\d{10,19}`)
	arbitrary = regexp.MustCompile(`[0-9a-fA-F]{8,}|[A-Za-z0-9+/_-]{8,}`)
	decimal   = regexp.MustCompile(`0\.\d{6,}`)
)

// judge says what sort of value stands at a place that differs.
func (c *comparison) judge(a, b string) evidence.Cause {
	switch {
	case c.first.dated(a) && c.second.dated(b):
		return evidence.CauseTime
	case date.MatchString(a) && date.MatchString(b) && !decimal.MatchString(a):
		return evidence.CauseTime
	case decimal.MatchString(a) && decimal.MatchString(b), arbitrary.MatchString(a) && arbitrary.MatchString(b):
		return evidence.CauseRandom
	}
	return evidence.CauseUnknown
}

// dated says whether a text holds a number that is a moment of this world, in
// seconds or finer.
func (w World) dated(text string) bool {
	for _, digits := range number.FindAllString(text, -1) {
		value, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			continue
		}
		for _, unit := range []int64{1, 1e3, 1e6, 1e9} {
			at := time.Unix(value/unit, 0)
			if w.during(at) || near(at, w.Stamp) {
				return true
			}
		}
	}
	return false
}

func show(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	if text == "" {
		return "nothing"
	}
	return strconv.Quote(text)
}

// excerpt shows a content where it first differs from the other.
func excerpt(a, b []byte) string {
	from := len(prefix(a, b))
	return show(string(a[from:min(len(a), from+60)]))
}

// program compares two ELF files section by section.
func (c *comparison) program(name string, a, b []byte) {
	before := len(c.found)
	one, two := c.words(name, a, b)
	if len(c.found) > before && trimmable(a) {
		c.note(name, evidence.CausePath, "a Go program built without -trimpath")
	}
	if bytes.Equal(one, two) {
		return
	}
	sections := differentSections(a, b)
	notes := slices.DeleteFunc(slices.Clone(sections), func(s string) bool { return strings.HasPrefix(s, ".note") })
	switch {
	case sections == nil:
		if len(c.found) == before {
			c.note(name, evidence.CauseUnknown, "the programs cannot be taken apart")
		}
	case len(notes) == 0:
		c.note(name, evidence.CauseBuildID, "only %s differ", strings.Join(sections, ", "))
	case len(c.found) == before:
		c.strings(name, a, b, sections)
	default: // a path explains much, and may hide that a moment differs too
		if moment, _ := stampedRuns(c, one, two); moment != nil {
			c.note(name, evidence.CauseTime, "%s in one and %s in the other", show(moment.one), show(moment.two))
		}
	}
}

// strings looks for a moment or a random value among the printable runs that only
// one of two programs holds. A moment is the better answer: ids that the linker
// makes of the content differ wherever anything does.
func (c *comparison) strings(name string, a, b []byte, sections []string) {
	switch moment, random := stampedRuns(c, a, b); {
	case moment != nil:
		c.note(name, evidence.CauseTime, "%s in one and %s in the other", show(moment.one), show(moment.two))
	case random != nil:
		c.note(name, evidence.CauseRandom, "%s in one and %s in the other", show(random.one), show(random.two))
	default:
		c.note(name, evidence.CauseUnknown, "the sections %s differ", strings.Join(sections, ", "))
	}
}

// stampedRuns sets the runs that only one of two programs holds side by side, and
// gives the first that differ by a moment and the first that differ by chance.
func stampedRuns(c *comparison, a, b []byte) (moment, random *spot) {
	one, two := printable(a), printable(b)
	onlyA, onlyB := minus(one, two), minus(two, one)
	if x, y := moments(onlyA), moments(onlyB); len(x) > 0 && len(y) > 0 && x[0] != y[0] {
		return &spot{one: x[0], two: y[0]}, nil
	}
	for i := range min(len(onlyA), len(onlyB), mostRuns) {
		spots := differing([]byte(onlyA[i]), []byte(onlyB[i]))
		if len(spots) != 1 {
			continue
		}
		switch c.judge(spots[0].one, spots[0].two) {
		case evidence.CauseTime:
			return &spots[0], random
		case evidence.CauseRandom:
			if random == nil && !buildID(onlyA[i]) {
				random = &spots[0]
			}
		}
	}
	return nil, random
}

// instant is a moment as RFC 3339 writes it, which is how release tools stamp.
var instant = regexp.MustCompile(`20\d\d-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(Z|[+-]\d\d:\d\d)?`)

// moments lists the instants that some runs hold, in order.
func moments(runs []string) []string {
	var found []string
	for _, run := range runs[:min(len(runs), mostRuns)] {
		found = append(found, instant.FindAllString(run, -1)...)
	}
	return found
}

// mostRuns bounds how many differing runs of two programs are set side by side.
const mostRuns = 1000

// buildID knows the id that Go's linker makes of a program: four hashes between slashes.
func buildID(run string) bool {
	_, quoted, found := strings.Cut(run, "Go build ID: ")
	if found {
		run = strings.Trim(quoted, `"`)
	}
	return strings.Count(run, "/") == 3 && !strings.ContainsAny(run, " .:")
}

func printable(data []byte) []string {
	var runs []string
	start := -1
	for i := range len(data) + 1 {
		if i < len(data) && data[i] >= 0x20 && data[i] < 0x7f {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= 8 {
			runs = append(runs, string(data[start:i]))
		}
		start = -1
	}
	return runs
}

func minus(a, b []string) []string {
	held := make(map[string]bool, len(b))
	for _, s := range b {
		held[s] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return held[s] })
}

func trimmable(data []byte) bool {
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "-trimpath" && s.Value == "true" })
}

// differentSections names the sections whose content is not the same, or gives
// nil where the files cannot be read.
func differentSections(a, b []byte) []string {
	one, errA := elf.NewFile(bytes.NewReader(a))
	two, errB := elf.NewFile(bytes.NewReader(b))
	if errA != nil || errB != nil {
		return nil
	}
	var names []string
	for _, section := range one.Sections {
		twin := two.Section(section.Name)
		if twin == nil {
			names = append(names, section.Name)
			continue
		}
		if section.Type == elf.SHT_NOBITS {
			continue // nothing of it is in the file
		}
		if x, y := raw(a, section), raw(b, twin); !bytes.Equal(x, y) {
			names = append(names, section.Name)
		}
	}
	return names
}

func raw(data []byte, section *elf.Section) []byte {
	size := uint64(len(data))
	if section.Offset > size || section.FileSize > size-section.Offset {
		return nil
	}
	return data[section.Offset : section.Offset+section.FileSize]
}
