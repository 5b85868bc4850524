// Package template knows the placeholders that projects leave in a committed
// manifest for their release to fill in, so that such a file is judged as what
// it becomes and not word by word.
package template

import (
	"regexp"
	"strings"
)

// placeholder is one of ${VERSION}, $VERSION, <<Version>>, {{ version }},
// __VERSION__, %VERSION%, @VERSION@ and <version>. None of these is part of a
// name, a version or a hash.
var placeholder = regexp.MustCompile(`\$\{[^}]{1,80}\}|\$[A-Z][A-Z0-9_]*|<<[^<>]{1,80}>>|\{\{[^{}]{1,80}\}\}|__[A-Z][A-Z0-9_]*__|%[A-Z][A-Z0-9_]*%|@[A-Z][A-Z0-9_]*@|<[A-Za-z][A-Za-z0-9_.-]{0,79}>`)

// Holds tells whether a value holds a placeholder.
func Holds(value string) bool { return placeholder.MatchString(value) }

// Fill puts a value in the place of each placeholder.
func Fill(value, with string) string { return placeholder.ReplaceAllLiteralString(value, with) }

// Version tells whether a version is left for the release to fill in. Besides
// placeholders that is 0.0.0, which nobody releases, alone or with a word for
// "not released" behind it.
func Version(version string) bool {
	if Holds(version) {
		return true
	}
	base, suffix, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	if base != "0.0.0" {
		return false
	}
	switch strings.ToLower(suffix) {
	case "", "dev", "development", "placeholder", "snapshot", "managed", "semantically-released", "semantic-release", "replaced-by-ci":
		return true
	}
	return false
}
