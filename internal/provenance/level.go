package provenance

import (
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Issuers of identity tokens whose certificates say where a build ran.
const (
	IssuerGitHub = "https://token.actions.githubusercontent.com"
	IssuerGitLab = "https://gitlab.com"
)

// Predicate types that speak of a build, and so can carry a level.
const (
	PredicateSLSA1       = "https://slsa.dev/provenance/v1"
	PredicateSLSA02      = "https://slsa.dev/provenance/v0.2"
	PredicateSLSA01      = "https://slsa.dev/provenance/v0.1"
	PredicatePyPIPublish = "https://docs.pypi.org/attestations/publish/v1"
)

// generator is where the reusable builders of slsa-github-generator live.
const generator = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"

// isolating are the workflows of the generator that sign where the caller's build
// steps cannot reach: its documentation claims SLSA Build level 3 for each.
var isolating = map[string]bool{
	"generator_generic_slsa3.yml":       true,
	"generator_container_slsa3.yml":     true,
	"builder_go_slsa3.yml":              true,
	"builder_bazel_slsa3.yml":           true,
	"builder_container-based_slsa3.yml": true,
	"builder_docker-based_slsa3.yml":    true, // the older name of the container-based one
	"builder_nodejs_slsa3.yml":          true,
	"builder_maven_slsa3.yml":           true,
	"builder_gradle_slsa3.yml":          true,
}

// delegating are the workflows that sign for a builder which another repository
// wrote: they are as good as that builder, which the statement names.
var delegating = map[string]bool{
	"delegator_generic_slsa3.yml":          true,
	"delegator_lowperms-generic_slsa3.yml": true,
}

// releaseRef is what a builder must be called by: a branch of it may change, and a
// bare SHA may be a commit of anyone's fork.
var releaseRef = regexp.MustCompile(`^refs/tags/v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$`)

// Level is the highest SLSA Build level that the signer of a verified proof is
// trusted for: 0 where the proof says nothing of a build.
//
// The certificate decides, not the statement: the predicate was written by whoever
// ran the build. A level of the policy's Builders replaces the built-in one; a
// self-hosted runner never gets above 1, nor does who speaks of another's build.
func Level(claims evidence.Claims, expect Expect) int {
	if !speaksOfBuild(claims.PredicateType) {
		return 0
	}
	level := builtIn(claims)
	if configured, is := ofPolicy(claims, expect.Builders); is {
		level = configured
	}
	if claims.Runner == "self-hosted" || Contradiction(claims) != "" {
		level = min(level, 1) // no platform vouches for such a build
	}
	return level
}

func speaksOfBuild(predicateType string) bool {
	switch predicateType {
	case PredicateSLSA1, PredicateSLSA02, PredicateSLSA01, PredicatePyPIPublish:
		return true
	}
	// Revisions of the specification write v1.1, v1.2 although they mean to keep v1.
	return strings.HasPrefix(predicateType, PredicateSLSA1+".")
}

func builtIn(claims evidence.Claims) int {
	switch {
	case claims.Issuer == IssuerGitHub || strings.HasPrefix(claims.Issuer, IssuerGitHub+"/"):
		if isolated(claims) {
			return 3
		}
		if claims.Runner == "github-hosted" {
			return 2
		}
	case claims.Issuer == IssuerGitLab:
		if claims.Runner == "gitlab-hosted" {
			return 2
		}
	}
	// Provenance exists and is signed, but nobody whom we know vouches for a hosted platform.
	return 1
}

// isolated says whether a builder of the generator signed. Old certificates do not
// name the runner; those builders have always chosen a hosted one themselves.
func isolated(claims evidence.Claims) bool {
	if claims.Issuer != IssuerGitHub {
		return false // an enterprise's own issuer: its runners are its own
	}
	file, ref := builderOf(claims.Signer)
	if !releaseRef.MatchString(ref) {
		return false
	}
	if delegating[file] {
		file, ref = builderOf(claims.Builder)
		return isolating[file] && releaseRef.MatchString(ref)
	}
	return isolating[file]
}

// builderOf splits the URI of a workflow of the generator into file and ref.
func builderOf(uri string) (file, ref string) {
	rest, is := strings.CutPrefix(uri, generator)
	if !is {
		return "", ""
	}
	file, ref, _ = strings.Cut(rest, "@")
	return file, ref
}

// delegated says whether a signer speaks for the builder that the statement names.
func delegated(signer string) bool {
	file, _ := builderOf(signer)
	return delegating[file]
}

// ofPolicy finds the policy's word on a signer. A delegated builder may be listed
// by its own name.
func ofPolicy(claims evidence.Claims, builders []Builder) (int, bool) {
	names := []string{claims.Signer, claims.Identity}
	if delegated(claims.Signer) {
		names = append(names, claims.Builder)
	}
	for _, builder := range builders {
		if builder.Issuer != "" && builder.Issuer != claims.Issuer {
			continue // trusted under another issuer only
		}
		for _, name := range names {
			if name != "" && (matches(builder.Signer, name) || matches(builder.Signer, withoutRef(name))) {
				return builder.Level, true
			}
		}
	}
	return 0, false
}

// CloudBuildLevel is the level of a builder of Google Cloud Build, once its own
// verifier has accepted the provenance; see Google's documentation of build levels.
func CloudBuildLevel(builder string) int {
	switch builder {
	case "https://cloudbuild.googleapis.com/GoogleHostedWorker@v1",
		"https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3",
		"https://cloudbuild.googleapis.com/GoogleHostedWorker":
		return 3
	case "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2":
		return 2
	}
	return 1
}
