// Package image takes references to container images apart: name, tag, digest.
// It knows the grammar of a reference and the placeholders that templates and
// shells put into one. It must not know any registry.
package image

import (
	_ "crypto/sha256" // the digests that a reference may carry
	_ "crypto/sha512"
	"errors"
	"fmt"
	"strings"

	"github.com/distribution/reference"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxLength is more than any registry takes.
const maxLength = 1024

// Classify says how firmly a reference names its image, and why it is not exact.
func Classify(ref string) (pin evidence.Pin, why string) {
	switch {
	case ref == "scratch":
		return evidence.PinLocal, "" // the empty image: nothing is fetched
	case ref == "":
		return evidence.PinUnknown, "no image is named"
	case len(ref) > maxLength:
		return evidence.PinUnknown, fmt.Sprintf("longer than %d characters: no image reference", maxLength)
	}
	name, tag, digest := split(ref)
	switch {
	case symbolic(digest):
		return evidence.PinUnknown, fmt.Sprintf("the digest %s is known to the run only", digest)
	case symbolic(name) && digest == "":
		return evidence.PinUnknown, fmt.Sprintf("%s is known to the run only", ref)
	case symbolic(tag) && digest == "":
		return evidence.PinUnknown, fmt.Sprintf("the tag %s is known to the run only", tag)
	}
	// With a digest, name and tag may come from the run: the bytes are the same.
	if why := malformed(plain(name, "name"), plain(tag, "tag"), ""); why != "" {
		return evidence.PinUnknown, why
	}
	switch {
	case digest != "" && malformed("name", "", digest) != "":
		return evidence.PinFloating, fmt.Sprintf("%s is no digest", digest)
	case digest != "":
		return evidence.PinExact, ""
	case tag != "":
		return evidence.PinFloating, fmt.Sprintf("no digest: the tag %s can move", tag)
	}
	return evidence.PinFloating, "no tag and no digest: latest is used"
}

// Name is the reference without tag and digest, as written.
func Name(ref string) string {
	name, _, _ := split(ref)
	return name
}

// split takes name:tag@digest apart, whether or not its parts are well formed. A
// colon inside a placeholder, or before a slash (a port), starts no tag.
func split(ref string) (name, tag, digest string) {
	name = ref
	at, colon := -1, -1
	skip(ref, func(i int) {
		switch ref[i] {
		case '@':
			if at < 0 {
				at = i
			}
		case '/':
			if at < 0 {
				colon = -1
			}
		case ':':
			if at < 0 {
				colon = i
			}
		}
	})
	if at >= 0 {
		name, digest = ref[:at], ref[at+1:]
	}
	if colon >= 0 {
		name, tag = name[:colon], name[colon+1:]
	}
	return name, tag, digest
}

// skip calls visit with each offset that stands outside of ${...} and {{...}}.
func skip(s string, visit func(i int)) {
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '{':
			depth++
		case s[i] == '}' && depth > 0:
			depth--
		case depth == 0:
			visit(i)
		}
	}
}

// symbolic tells whether something else fills a part in before it is used: a
// shell or build argument ($X, ${X}), an expression (${{ }}), a template ({{ }}),
// a batch variable (%X%) or a placeholder for people (<tag>).
func symbolic(part string) bool { return strings.ContainsAny(part, "${}<>%") }

// plain stands in for a part that the run fills in.
func plain(part, instead string) string {
	if symbolic(part) {
		return instead
	}
	return part
}

// malformed says what is wrong with a reference, or nothing.
func malformed(name, tag, digest string) string {
	ref := name
	if tag != "" {
		ref += ":" + tag
	}
	if digest != "" {
		ref += "@" + digest
	}
	_, err := reference.Parse(ref)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, reference.ErrNameContainsUppercase):
		return "not an image reference: its name has capital letters"
	}
	return "not an image reference: " + err.Error()
}
