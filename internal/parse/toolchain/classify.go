package toolchain

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// newest are words that stand for whatever is newest.
var newest = map[string]bool{
	"latest": true, "stable": true, "oldstable": true, "current": true, "node": true, "lts": true, "lts/*": true,
	"nightly": true, "beta": true, "canary": true, "preview": true, "*": true, "x": true, "system": true,
}

// Classify says how firmly a version is chosen: exact where it names a version
// or a release line (20, 3.12), floating where it takes whatever is newest.
func Classify(tool, version string) (pin evidence.Pin, why string) {
	version = strings.ToLower(strings.TrimSpace(version))
	number := strings.TrimPrefix(version, "v")
	switch {
	case version == "":
		return evidence.PinFloating, "no version"
	case newest[version], strings.HasPrefix(version, "lts/-"):
		return evidence.PinFloating, version + " is whatever is newest"
	case strings.HasPrefix(version, "ref:"):
		return evidence.PinFloating, version + " follows a branch or tag"
	case strings.Contains(version, ">") && !strings.Contains(version, "<"):
		return evidence.PinFloating, version + " has no upper bound"
	case wholeLanguage(tool, number):
		return evidence.PinFloating, version + " is any version of the language"
	}
	return evidence.PinExact, ""
}

// wholeLanguage tells whether a version leaves all but the number of the
// language open: Python 3 and Go 1 have had no other for many years.
func wholeLanguage(tool, number string) bool {
	digit := map[string]string{"python": "3", "go": "1"}[tool]
	if digit == "" {
		return false
	}
	switch {
	case number == digit, number == digit+".x", number == digit+".*", number == digit+".x.x":
		return true
	case strings.HasPrefix(number, "^"+digit): // ^3.10 lets 3.99 in
		return true
	}
	return false
}
