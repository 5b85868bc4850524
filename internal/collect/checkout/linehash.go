package checkout

import (
	"reflect"
	"strconv"

	"github.com/sealvet/sealvet/internal/evidence"
)

// hashedWindow is how many characters from the start of a line on name it.
const hashedWindow = 100

// lineHashes names lines by their content exactly as code scanning does to
// follow an alert when it moves (primaryLocationLineHash): the hash of the first
// 100 characters from the line's start on, into the next lines, blanks left out;
// then which line of the file with that hash it is. Characters are UTF-16 units,
// every sort of line end is one \n, and the end of the file is 65535 followed by
// zeros. Only the wanted lines are named, but all before them have to be counted.
func lineHashes(data []byte, wanted map[int]bool) map[int]string {
	const base = 37
	units, starts := hashedUnits(data)
	var outgoing uint64 = 1 // base to the power of the window: the weight of the unit that leaves it
	for range hashedWindow {
		outgoing *= base
	}
	names := make(map[int]string, len(wanted))
	seen := make(map[uint64]int, len(starts))
	var hash uint64
	for i, line := 0, 1; line <= len(starts) && len(names) < len(wanted); i++ {
		hash = hash*base + uint64(units[i])
		if i >= hashedWindow {
			hash -= outgoing * uint64(units[i-hashedWindow])
		}
		if i < starts[line-1]+hashedWindow-1 {
			continue
		}
		seen[hash]++
		if wanted[line] {
			names[line] = strconv.FormatUint(hash, 16) + ":" + strconv.Itoa(seen[hash])
		}
		line++
	}
	return names
}

// hashedUnits lists what counts of a file, and where each line starts in it.
func hashedUnits(data []byte) (units []uint16, starts []int) {
	const end = 65535
	units = make([]uint16, 0, len(data)+1+hashedWindow)
	add := func(unit uint16) {
		if len(units) == 0 || units[len(units)-1] == '\n' {
			starts = append(starts, len(units))
		}
		units = append(units, unit)
	}
	afterReturn := false
	for _, r := range string(data) {
		switch {
		case r == ' ' || r == '\t' || r == '\n' && afterReturn:
			afterReturn = false
			continue
		case r == '\r':
			add('\n')
		case r > 0xFFFF:
			add(uint16(0xD800 + (r-0x10000)>>10))
			add(uint16(0xDC00 + (r-0x10000)&0x3FF))
		default:
			add(uint16(r))
		}
		afterReturn = r == '\r'
	}
	add(end)
	return append(units, make([]uint16, hashedWindow)...), starts
}

// evidenceLines finds the lines on which a piece of evidence starts, and where
// there is one, the first, which stands for the file as a whole. What a lock
// holds is left out: it is much, and findings about it stand in the manifests.
func evidenceLines(part *evidence.Snapshot) map[int]bool {
	without := *part
	without.Lockfiles, without.Gaps = nil, nil
	lines := make(map[int]bool)
	located(reflect.ValueOf(&without).Elem(), lines)
	delete(lines, 0)
	if len(lines) > 0 {
		lines[1] = true
	}
	return lines
}

var locationType = reflect.TypeFor[evidence.Location]()

// located walks plain data and notes the line of every Location in it.
func located(v reflect.Value, lines map[int]bool) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == locationType {
			lines[int(v.FieldByName("Line").Int())] = true
			return
		}
		for i := range v.NumField() {
			located(v.Field(i), lines)
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k == reflect.Struct {
			for i := range v.Len() {
				located(v.Index(i), lines)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			located(v.Elem(), lines)
		}
	}
}
