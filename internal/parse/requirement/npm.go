package requirement

import (
	"net/url"
	"strings"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/evidence"
)

// classifyNPM tells npm's kinds of specifier apart (npm-package-arg, with the
// protocols that yarn, pnpm and bun add) before any version is read.
func classifyNPM(specifier string) evidence.Class {
	if _, inner, aliased := Alias(specifier); aliased {
		specifier = inner
	}
	switch {
	case specifier == "" || specifier == "latest":
		return evidence.Unbounded
	case hasPrefix(specifier, "workspace:", "file:", "link:", "portal:", "./", "../", "/", "~/") || specifier == "." || specifier == "..":
		return evidence.PathClass
	case hasPrefix(specifier, "catalog:"):
		return "" // the catalog says; see the reader of the workspace
	case hasPrefix(specifier, "git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:"):
		return evidence.Git
	case hasPrefix(specifier, "http:", "https:"):
		address, _, _ := strings.Cut(specifier, "#")
		if strings.HasSuffix(address, ".git") {
			return evidence.Git
		}
		return evidence.URL
	case isShorthand(specifier):
		return evidence.Git
	}
	if class := classifyVersions(semver.NPM, specifier); class != "" {
		return class
	}
	if isRange(specifier) {
		return "" // a range that could not be read
	}
	return evidence.Unbounded // a dist-tag: its owner can move it
}

func satisfiesNPM(specifier, version string) evidence.Answer {
	if _, inner, aliased := Alias(specifier); aliased {
		specifier = inner
	}
	return matches(semver.NPM, specifier, version)
}

// Alias takes apart a specifier that installs another package under this
// name: npm:left-pad@^1 or jsr:@std/path@1. A patch: of yarn's names the package
// it changes.
func Alias(specifier string) (name, inner string, aliased bool) {
	rest := specifier
	switch {
	case hasPrefix(rest, "npm:", "jsr:"):
		rest = rest[len("npm:"):]
	case hasPrefix(rest, "patch:"):
		rest, _, _ = strings.Cut(rest[len("patch:"):], "#")
		if decoded, err := url.PathUnescape(rest); err == nil {
			rest = decoded
		}
	default:
		return "", specifier, false
	}
	at := strings.LastIndexByte(rest, '@')
	switch {
	case at > 0 && strings.Contains(rest[1:at], "@npm:"): // patch:left-pad@npm:1.3.0
		name, inner, _ = strings.Cut(rest[1:], "@npm:")
		return rest[:1] + name, inner, true
	case at > 0:
		return rest[:at], strings.TrimPrefix(rest[at+1:], "npm:"), true
	case rest != "" && strings.Trim(rest[:1], "0123456789^~><=*") == "":
		return "", rest, true // npm:^1.2 is yarn's way to write ^1.2
	}
	return rest, "", true
}

// Commit is the full SHA that a git requirement names, "" where it names a
// branch, a tag or nothing.
func Commit(requirement string) string {
	for _, mark := range []string{"#", "@", "rev="} {
		at := strings.LastIndex(requirement, mark)
		if at < 0 {
			continue
		}
		ref := strings.TrimPrefix(requirement[at+len(mark):], "commit=")
		ref, _, _ = strings.Cut(ref, "&")
		if IsCommit(ref) {
			return ref
		}
	}
	return ""
}

// IsCommit knows a full SHA-1 or SHA-256.
func IsCommit(ref string) bool {
	if len(ref) != 40 && len(ref) != 64 {
		return false
	}
	return strings.Trim(strings.ToLower(ref), "0123456789abcdef") == ""
}

// isShorthand knows owner/repository, with a #ref or not.
func isShorthand(specifier string) bool {
	name, _, _ := strings.Cut(specifier, "#")
	owner, repository, found := strings.Cut(name, "/")
	return found && owner != "" && repository != "" &&
		!strings.ContainsAny(name, " @:<>=^~|*\\") && !strings.Contains(repository, "/")
}

// isRange tells what npm would read as versions from a tag, which never
// starts with a digit or an operator.
func isRange(specifier string) bool {
	return strings.ContainsAny(specifier, "<>=^~|* ") || (specifier[0] >= '0' && specifier[0] <= '9')
}

func hasPrefix(s string, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}
