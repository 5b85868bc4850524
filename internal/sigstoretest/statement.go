package sigstoretest

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// The predicate types that are made here.
const (
	Provenance1    = "https://slsa.dev/provenance/v1"
	Provenance02   = "https://slsa.dev/provenance/v0.2"
	NPMPublishType = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
	PyPIPublish    = "https://docs.pypi.org/attestations/publish/v1"
	ReleaseType    = "https://in-toto.io/attestation/release/v0.2"
)

// Subject is what a statement speaks of.
type Subject struct {
	Name      string
	Algorithm string // sha256
	Digest    string // hexadecimal
}

// SubjectOf is the subject of a file.
func SubjectOf(name string, content []byte) Subject {
	digest := sha256.Sum256(content)
	return Subject{Name: name, Algorithm: "sha256", Digest: hex.EncodeToString(digest[:])}
}

// Package is the subject of a package in npm's registry.
func Package(name, version string, tarball []byte) Subject {
	digest := sha512.Sum512(tarball)
	return Subject{Name: "pkg:npm/" + strings.Replace(name, "@", "%40", 1) + "@" + version, Algorithm: "sha512", Digest: hex.EncodeToString(digest[:])}
}

// Statement is an in-toto statement v1 around any predicate.
func Statement(predicateType string, predicate any, subjects ...Subject) []byte {
	return statement("https://in-toto.io/Statement/v1", predicateType, predicate, subjects)
}

func statement(kind, predicateType string, predicate any, subjects []Subject) []byte {
	return must(json.Marshal(map[string]any{"_type": kind, "subject": list(subjects), "predicateType": predicateType, "predicate": predicate}))
}

func list(subjects []Subject) (listed []any) {
	for _, s := range subjects {
		listed = append(listed, map[string]any{"name": s.Name, "digest": map[string]string{s.Algorithm: s.Digest}})
	}
	return listed
}

// SLSA1 is the provenance of GitHub's own action: the builder is the signing workflow.
func SLSA1(who Identity, subjects ...Subject) []byte {
	who = who.Whole()
	return Statement(Provenance1, slsa1(who, "https://actions.github.io/buildtypes/workflow/v1", who.Signer, map[string]any{
		"event_name": who.Trigger, "repository_id": who.RepositoryID, "repository_owner_id": who.OwnerID, "runner_environment": who.Runner,
	}), subjects...)
}

// NPMProvenance is the provenance that npm's client writes.
func NPMProvenance(who Identity, of Subject) []byte {
	who = who.Whole()
	return Statement(Provenance1, slsa1(who, "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1", "https://github.com/actions/runner/"+who.Runner, map[string]any{
		"event_name": who.Trigger, "repository_id": who.RepositoryID, "repository_owner_id": who.OwnerID,
	}), of)
}

func slsa1(who Identity, buildType, builder string, internal map[string]any) any {
	return map[string]any{
		"buildDefinition": map[string]any{
			"buildType": buildType,
			"externalParameters": map[string]any{
				"workflow": map[string]any{"ref": who.Ref, "repository": who.Source(), "path": who.Workflow},
			},
			"internalParameters": map[string]any{"github": internal},
			"resolvedDependencies": []any{
				map[string]any{"uri": "git+" + who.Source() + "@" + who.Ref, "digest": map[string]string{"gitCommit": who.Commit}},
			},
		},
		"runDetails": map[string]any{
			"builder":  map[string]any{"id": builder},
			"metadata": map[string]any{"invocationId": who.Invocation()},
		},
	}
}

// SLSA02 is the provenance of slsa-github-generator, whose builder is the reusable
// workflow that signs.
func SLSA02(who Identity, subjects ...Subject) []byte {
	who = who.Whole()
	source := map[string]any{"uri": "git+" + who.Source() + "@" + who.Ref, "digest": map[string]string{"sha1": who.Commit}}
	return statement("https://in-toto.io/Statement/v0.1", Provenance02, map[string]any{
		"builder":   map[string]any{"id": who.Signer},
		"buildType": "https://github.com/slsa-framework/slsa-github-generator/generic@v1",
		"invocation": map[string]any{
			"configSource": map[string]any{"uri": source["uri"], "digest": source["digest"], "entryPoint": who.Workflow},
			"environment": map[string]any{
				"github_event_name": who.Trigger, "github_ref": who.Ref, "github_ref_type": refType(who.Ref),
				"github_sha1": who.Commit, "github_repository_id": who.RepositoryID, "github_run_id": who.Run,
			},
		},
		"metadata":  map[string]any{"buildInvocationID": who.Run + "-1", "completeness": map[string]any{"parameters": true}, "reproducible": false},
		"materials": []any{source},
	}, subjects)
}

func refType(ref string) string {
	if strings.HasPrefix(ref, "refs/tags/") {
		return "tag"
	}
	return "branch"
}

// NPMPublish is what the registry says of a publication.
func NPMPublish(name, version string, of Subject) []byte {
	return statement("https://in-toto.io/Statement/v0.1", NPMPublishType, map[string]any{
		"name": name, "version": version, "registry": "https://npm.invalid",
	}, []Subject{of})
}

// Release is what GitHub says of an immutable release: its first subject is the tag.
func Release(repository, tag, commit string, subjects ...Subject) []byte {
	purl := "pkg:github/" + repository + "@" + tag
	listed := append([]any{map[string]any{"uri": purl, "digest": map[string]string{"sha1": commit}}}, list(subjects)...)
	return must(json.Marshal(map[string]any{
		"_type": "https://in-toto.io/Statement/v1", "subject": listed, "predicateType": ReleaseType,
		"predicate": map[string]any{"repository": repository, "repositoryId": "123456", "ownerId": "654321", "tag": tag, "purl": purl},
	}))
}
