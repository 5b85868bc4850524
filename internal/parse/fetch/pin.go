package fetch

import (
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/requirement"
)

// symbolic says whether a piece of a word is known to the run only.
func symbolic(s string) bool {
	return strings.ContainsAny(s, "$`") || strings.Contains(s, "{{") || strings.Contains(s, "%") && strings.Count(s, "%") > 1
}

// version judges what stands where a version is expected.
func version(ecosystem, v string) (evidence.Pin, string) {
	switch {
	case v == "":
		return evidence.PinFloating, "no version is named"
	case symbolic(v):
		return evidence.PinUnknown, "the version comes from " + v
	}
	switch requirement.Classify(ecosystem, v) {
	case evidence.Exact:
		return evidence.PinExact, ""
	case evidence.Range:
		return evidence.PinFloating, v + " is a range"
	}
	return evidence.PinFloating, "the tag " + v + " can move"
}

var (
	fullSHA    = regexp.MustCompile(`^[0-9a-fA-F]{40}([0-9a-fA-F]{24})?$`)
	dotVersion = regexp.MustCompile(`^v?\d+(\.\d+){1,3}([-+.]?[0-9A-Za-z.+-]+)?$`)
	goVersion  = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	hexDigits  = regexp.MustCompile(`^[0-9a-fA-F]{7,40}$`)
)

// plainVersion judges a version of tools whose version flag takes one version.
func plainVersion(v string) (evidence.Pin, string) {
	switch {
	case v == "":
		return evidence.PinFloating, "no version is named"
	case symbolic(v):
		return evidence.PinUnknown, "the version comes from " + v
	case dotVersion.MatchString(v):
		return evidence.PinExact, ""
	case strings.ContainsAny(v, "^~<>*=") || strings.HasSuffix(v, ".x"):
		return evidence.PinFloating, v + " is a range"
	}
	return evidence.PinFloating, v + " can move"
}

// gitRef judges the ref of a git source.
func gitRef(ref string) (evidence.Pin, string) {
	switch {
	case fullSHA.MatchString(ref):
		return evidence.PinExact, ""
	case symbolic(ref):
		return evidence.PinUnknown, "the ref comes from " + ref
	case ref == "":
		return evidence.PinFloating, "a git source without a commit"
	case hexDigits.MatchString(ref):
		return evidence.PinFloating, "the short commit " + ref + " is not a full SHA"
	}
	return evidence.PinFloating, "the git ref " + ref + " can move"
}

// local says whether a word names something of this tree.
func local(s string) bool {
	switch s {
	case ".", "..", "~":
		return true
	}
	for _, prefix := range []string{"./", "../", "/", "~/", `.\`, `..\`, "file:", "link:", "workspace:", "portal:"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return len(s) > 2 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}
