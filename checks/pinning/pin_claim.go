package pinning

import (
	"regexp"
	"slices"
	"strings"
)

// claim is the version that a comment gives a pin.
type claim struct {
	tag     string // as the comment has it: release/v4.1
	version string // 4.1
}

// versioned is a word that ends as a version does: with a v and a number, or with
// two numbers. What stands before is part of the tag: codeql-bundle-v2.1.
var versioned = regexp.MustCompile(`^(?:[A-Za-z_][\w.]*[-/])*(?:v(\d[\w.+-]*)|(\d+(?:\.\d+)+[\w.+-]*))$`)

// introductions are the words that people and tools put before a version.
var introductions = []string{"renovate:", "ratchet:", "pin:", "tag:", "version:", "pinned", "version", "tag", "release", "at", "to", "is", "="}

// readClaim reads the version from a comment: the first word, or the first after
// words that introduce it. "tag=v4" and "pin@v4" are words of their own.
func readClaim(comment string) (claim, bool) {
	for _, word := range strings.Fields(comment) {
		if slices.Contains(introductions, strings.ToLower(word)) {
			continue
		}
		if at := strings.LastIndexAny(word, "=@:"); at >= 0 {
			word = word[at+1:]
		}
		word = strings.Trim(word, "()[],;.`'\"")
		parts := versioned.FindStringSubmatch(word)
		if parts == nil {
			return claim{}, false // it speaks of something else
		}
		return claim{tag: word, version: parts[1] + parts[2]}, true
	}
	return claim{}, false
}

// whole tells whether it names one version and not a line of them, as v4 does.
func (c claim) whole() bool {
	return strings.Count(c.version, ".") >= 2 || strings.ContainsAny(c.version, "-+")
}

// heldBy tells whether one of a commit's tags is the version, or one of the line
// that it names. What stands before the version may differ.
func (c claim) heldBy(tags []string) bool {
	return slices.ContainsFunc(tags, func(tag string) bool {
		parts := versioned.FindStringSubmatch(tag)
		if parts == nil {
			return tag == c.tag
		}
		version := parts[1] + parts[2]
		return version == c.version || !c.whole() && strings.HasPrefix(version, c.version+".")
	})
}
