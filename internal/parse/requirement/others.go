package requirement

import (
	"strings"

	"deps.dev/util/semver"
	"golang.org/x/mod/module"
	gosemver "golang.org/x/mod/semver"

	"github.com/sealvet/sealvet/internal/evidence"
)

// classifyGo: go.mod names one version; what is none (latest, a branch) can
// stand only behind an @ on a command line.
func classifyGo(version string) evidence.Class {
	switch {
	case module.CanonicalVersion(version) == version && version != "":
		return evidence.Exact
	case IsCommit(version):
		return evidence.Git
	case gosemver.IsValid(version): // v1, v1.2: the newest that starts so
		return evidence.Range
	case hasPrefix(version, "./", "../", "/"):
		return evidence.PathClass
	}
	return evidence.Unbounded
}

// classifyMaven: a plain version is only a wish ("soft"), but for a direct
// dependency the nearest wish wins, so it is the version that is built with.
// Gradle's dynamic versions are read too.
func classifyMaven(version string) evidence.Class {
	switch {
	case version == "", version == "+", version == "LATEST", version == "RELEASE",
		strings.HasPrefix(version, "latest."), strings.HasSuffix(version, "-SNAPSHOT"):
		return evidence.Unbounded
	case strings.HasSuffix(version, "+"):
		return evidence.Range // 1.2.+
	case strings.ContainsAny(version, "[]()"):
		return classifyVersions(semver.Maven, version)
	}
	return evidence.Exact
}

func satisfiesMaven(requirement, version string) evidence.Answer {
	switch {
	case strings.HasSuffix(requirement, "+"):
		return evidence.Known(strings.HasPrefix(version, strings.TrimSuffix(requirement, "+")))
	case strings.ContainsAny(requirement, "[]()"):
		return matches(semver.Maven, requirement, version)
	}
	if requirement == version {
		return evidence.Yes
	}
	return evidence.Unknown // a wish that another dependency may have outbid
}

// classifyComposer: dev-main and 1.x-dev are branches.
func classifyComposer(constraint string) evidence.Class {
	constraint, _, _ = strings.Cut(constraint, "@") // a stability flag
	name, _, _ := strings.Cut(constraint, "#")
	switch {
	case constraint == "":
		return evidence.Unbounded
	case strings.HasPrefix(name, "dev-"), strings.HasSuffix(name, "-dev") && !strings.ContainsAny(name, " ,|^~<>"):
		return evidence.Git
	}
	return classifyVersions(semver.NPM, composerAsNPM(constraint))
}

// composerAsNPM rewrites what npm spells otherwise: commas, single bars, and
// the tilde, which in Composer lets the last number move.
func composerAsNPM(constraint string) string {
	constraint, _, _ = strings.Cut(constraint, "@")
	var alternatives []string
	for alternative := range strings.SplitSeq(strings.ReplaceAll(constraint, "||", "|"), "|") {
		var parts []string
		for part := range strings.FieldsSeq(strings.ReplaceAll(alternative, ",", " ")) {
			if version, approximate := strings.CutPrefix(part, "~"); approximate && strings.Count(version, ".") == 1 {
				part = "^" + version
				if strings.HasPrefix(version, "0.") {
					part = ">=" + version + " <1" // a caret would hold the minor of 0.x
				}
			}
			parts = append(parts, strings.Replace(part, "==", "=", 1))
		}
		alternatives = append(alternatives, strings.Join(parts, " "))
	}
	return strings.Join(alternatives, " || ")
}
