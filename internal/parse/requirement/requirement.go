// Package requirement reads what a manifest writes behind a dependency's name:
// ^1.2, ~=1.4, latest, github:acme/tool#v1. It says how much the requirement
// leaves open, and whether a locked version keeps to it.
//
// It knows the grammars of the ecosystems. It must not know files, locks or
// what is good practice.
package requirement

import (
	"strings"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/evidence"
)

// longest is the size of a requirement that is still read; real ones are far
// shorter, and a hostile one must not cost more than its bytes.
const longest = 1024

// Classify says what a requirement leaves open. The zero Class means that it
// could not be read, or that only the run knows it (${revision}).
func Classify(ecosystem, requirement string) evidence.Class {
	requirement = strings.TrimSpace(requirement)
	if len(requirement) > longest || strings.Contains(requirement, "${") || strings.Contains(requirement, "$(") {
		return ""
	}
	switch ecosystem {
	case evidence.NPM:
		return classifyNPM(requirement)
	case evidence.PyPI:
		return classifyPyPI(requirement)
	case evidence.Golang:
		return classifyGo(requirement)
	case evidence.Maven:
		return classifyMaven(requirement)
	case evidence.Composer:
		return classifyComposer(requirement)
	case evidence.Cargo, evidence.NuGet, evidence.Gem:
		return classifyVersions(systems[ecosystem], requirement)
	}
	return ""
}

// Satisfies says whether a version is one that the requirement asks for.
// A requirement that names no versions (a path, an address, a commit) and one
// that cannot be read are Unknown; a tag such as latest takes every version.
//
// A pre-release counts as inside a range whose ends enclose it: a lock that
// holds one was made on purpose.
func Satisfies(ecosystem, requirement, version string) evidence.Answer {
	requirement, version = strings.TrimSpace(requirement), strings.TrimSpace(version)
	if len(requirement) > longest || len(version) > longest || version == "" {
		return evidence.Unknown
	}
	switch Classify(ecosystem, requirement) {
	case evidence.Unbounded:
		return evidence.Yes
	case evidence.Exact, evidence.Range:
	default:
		return evidence.Unknown
	}
	switch ecosystem {
	case evidence.NPM:
		return satisfiesNPM(requirement, version)
	case evidence.PyPI:
		return satisfiesPyPI(requirement, version)
	case evidence.Golang:
		return evidence.Known(requirement == version)
	case evidence.Maven:
		return satisfiesMaven(requirement, version)
	case evidence.Composer:
		return matches(semver.NPM, composerAsNPM(requirement), strings.TrimPrefix(version, "v"))
	}
	return matches(systems[ecosystem], requirement, version)
}

var systems = map[string]semver.System{
	evidence.Cargo: semver.Cargo,
	evidence.NuGet: semver.NuGet,
	evidence.Gem:   semver.RubyGems,
}

// classifyVersions judges a constraint by the set of versions it allows, for
// the same set has many spellings.
func classifyVersions(system semver.System, constraint string) evidence.Class {
	parsed, ok := parse(system, constraint)
	if !ok {
		return ""
	}
	set := parsed.Set().String()
	inner := strings.TrimSuffix(strings.TrimPrefix(set, "{"), "}")
	switch {
	case inner != "" && !strings.ContainsAny(inner, ",:[]()"):
		return evidence.Exact
	case isEverything(inner):
		return evidence.Unbounded
	}
	return evidence.Range
}

// isEverything knows the one span from nothing to infinity.
func isEverything(span string) bool {
	from, to, found := strings.Cut(strings.Trim(span, "[]()"), ":")
	return found && strings.Trim(from, "0.-") == "" && strings.Trim(to, "∞.") == ""
}

// matches says whether the version lies in the set of the constraint.
func matches(system semver.System, constraint, version string) evidence.Answer {
	parsed, ok := parse(system, constraint)
	if !ok {
		return evidence.Unknown
	}
	exact, ok := parseVersion(system, version)
	if !ok {
		return evidence.Unknown
	}
	return evidence.Known(parsed.MatchVersion(exact) || parsed.MatchVersionPrerelease(exact))
}

// parse is ParseConstraint, which answers some odd input with a panic.
func parse(system semver.System, constraint string) (parsed *semver.Constraint, ok bool) {
	defer func() {
		if recover() != nil {
			parsed, ok = nil, false
		}
	}()
	parsed, err := system.ParseConstraint(constraint)
	return parsed, err == nil
}

func parseVersion(system semver.System, version string) (parsed *semver.Version, ok bool) {
	defer func() {
		if recover() != nil {
			parsed, ok = nil, false
		}
	}()
	parsed, err := system.Parse(version)
	return parsed, err == nil
}

// Same says whether two requirements ask for the same versions, however they
// are spelled: ">=1,<2" and "<2, >=1", "[1.2.3, )" and "1.2.3" of NuGet.
func Same(ecosystem, a, b string) bool {
	a, b = plain(ecosystem, a), plain(ecosystem, b)
	if a == b {
		return true
	}
	if len(a) > longest || len(b) > longest {
		return false
	}
	system, known := systems[ecosystem]
	if ecosystem == evidence.PyPI {
		system, known = semver.PyPI, true
		a, b = asPEP440(a), asPEP440(b)
	}
	if !known {
		return false
	}
	setA, okA := parse(system, a)
	setB, okB := parse(system, b)
	return okA && okB && setA.Set().String() == setB.Set().String()
}

// plain takes away what does not change the meaning.
func plain(ecosystem, requirement string) string {
	requirement = strings.TrimSpace(requirement)
	switch ecosystem {
	case evidence.NPM:
		if name, inner, aliased := Alias(requirement); aliased && name == "" {
			return inner // npm:^1.2
		}
	case evidence.PyPI:
		return strings.ReplaceAll(withoutMarker(requirement), " ", "")
	}
	return requirement
}
