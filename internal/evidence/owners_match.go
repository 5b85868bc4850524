package evidence

import (
	"regexp"
	"strings"
)

// OwnersPlaces are where each host looks for CODEOWNERS; the first that is there
// is read, the others are not.
var OwnersPlaces = map[OwnersHost][]string{
	OwnersGitHub: {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"},
	OwnersGitLab: {"CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"},
}

// maxOwnersPattern is longer than any path that a host takes.
const maxOwnersPattern = 4096

// Matcher compiles the pattern as the host reads it: nil for one that cannot be.
func (r OwnerRule) Matcher(host OwnersHost) *regexp.Regexp {
	pattern := r.Pattern
	if len(pattern) > maxOwnersPattern {
		return nil
	}
	if host == OwnersGitLab {
		pattern = gitlabPattern(pattern)
	}
	compiled, err := regexp.Compile(ownersExpression(pattern, host))
	if err != nil {
		return nil
	}
	return compiled
}

// gitlabPattern puts what GitLab leaves unsaid into a pattern: a relative one
// begins anywhere, a folder means all below it.
func gitlabPattern(pattern string) string {
	if pattern == "*" {
		return "/**/*"
	}
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/**/" + pattern
	}
	if strings.HasSuffix(pattern, "/") {
		pattern += "**/*"
	}
	return pattern
}

// ownersExpression writes a pattern as a regular expression over paths from the
// root. On GitHub a pattern without a slash begins anywhere, and one that names
// a folder means all below it; only a * that is the whole last part does not.
func ownersExpression(pattern string, host OwnersHost) string {
	parts := strings.Split(pattern, "/")
	switch {
	case parts[0] == "":
		parts = parts[1:]
	case len(parts) == 1 || len(parts) == 2 && parts[1] == "":
		parts = append([]string{"**"}, parts...)
	}
	last := len(parts) - 1
	if last > 0 && parts[last] == "" {
		parts[last] = "**"
	}
	var b strings.Builder
	b.WriteString(`\A`)
	slash := false
	for i, part := range parts {
		switch {
		case part == "**" && i == last && i == 0:
			b.WriteString(`.+`)
		case part == "**" && i == 0:
			b.WriteString(`(?:.+/)?`)
		case part == "**" && i == last && !slash:
			b.WriteString(`.+`)
		case part == "**" && i == last:
			b.WriteString(`/.+`)
		case part == "**" && !slash: // behind another **
		case part == "**":
			b.WriteString(`/(?:.+/)?`)
			slash = false
		default:
			if slash {
				b.WriteByte('/')
			}
			b.WriteString(partExpression(part))
			if i == last && part != "*" && host == OwnersGitHub {
				b.WriteString(`(?:/.*)?`)
			}
			slash = true
		}
	}
	b.WriteString(`\z`)
	return b.String()
}

// partExpression is one part between slashes.
func partExpression(part string) string {
	if part == "*" {
		return `[^/]+`
	}
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		switch part[i] {
		case '*':
			b.WriteString(`[^/]*`)
		case '?':
			b.WriteString(`[^/]`)
		case '\\':
			if i+1 < len(part) {
				i++
			}
			fallthrough
		default:
			b.WriteString(regexp.QuoteMeta(part[i : i+1]))
		}
	}
	return b.String()
}
