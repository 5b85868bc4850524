package sigstore

import (
	"encoding/json"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Predicate types of registries and code hosts.
const (
	predicateNPMPublish = "https://github.com/npm/attestation/tree/main/specs/publish/v0.1"
	predicateRelease    = "https://in-toto.io/attestation/release/v"
)

// origin is where a statement says that its subjects come from. All of it is the
// word of whoever wrote the statement.
type origin struct {
	builder, buildType  string
	source, commit, ref string
}

// origin reads the predicates that speak of an origin. What does not parse is left
// out: nothing is concluded from a claim that is not there.
func (s statement) origin() origin {
	var read func(map[string]json.RawMessage) origin
	switch {
	case s.predicateType == provenance.PredicateSLSA1 || strings.HasPrefix(s.predicateType, provenance.PredicateSLSA1+"."):
		read = slsa1
	case s.predicateType == provenance.PredicateSLSA02:
		read = slsa02
	case s.predicateType == provenance.PredicateSLSA01:
		read = slsa01
	case strings.HasPrefix(s.predicateType, predicateRelease):
		read = s.release
	default:
		return origin{} // bills of materials may be large and say nothing here
	}
	members, err := object(s.predicate)
	if err != nil {
		return origin{}
	}
	return read(members)
}

// dependency is a resource that a build took in.
type dependency struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

// commit is the git commit among the digests.
func (d dependency) commit() string {
	for _, algorithm := range []string{"gitCommit", "sha1"} {
		if value := d.Digest[algorithm]; value != "" {
			return strings.ToLower(value)
		}
	}
	return ""
}

// ref is what stands behind the @ of git+https://host/owner/name@refs/tags/v1.
func (d dependency) ref() string {
	_, rest, _ := strings.Cut(d.URI, "://")
	if _, ref, is := strings.Cut(rest, "@"); is && strings.HasPrefix(ref, "refs/") {
		return ref
	}
	return ""
}

func slsa1(members map[string]json.RawMessage) origin {
	definition := part(members, "buildDefinition")
	external := part(definition, "externalParameters")
	workflow := part(external, "workflow")
	said := origin{
		builder:   text(part(part(members, "runDetails"), "builder"), "id"),
		buildType: text(definition, "buildType"),
		source:    text(workflow, "repository"),
		ref:       text(workflow, "ref"),
	}
	var dependencies []dependency
	_ = json.Unmarshal(definition["resolvedDependencies"], &dependencies)
	if said.source == "" { // the builder of the generator that runs containers; others write a plain address
		var source dependency
		if json.Unmarshal(external["source"], &source) != nil || source.URI == "" {
			source.URI = text(external, "source")
		}
		said.source, said.commit, said.ref = source.URI, source.commit(), source.ref()
	}
	for _, dependency := range dependencies {
		repository := evidence.Repository(dependency.URI)
		if dependency.commit() == "" || repository == "" {
			continue // a tool or an image, not the source
		}
		if said.source != "" && evidence.Repository(said.source) != repository {
			continue // another repository that the build took in
		}
		if said.source == "" {
			said.source = dependency.URI
		}
		if said.commit == "" {
			said.commit = dependency.commit()
		}
		if said.ref == "" {
			said.ref = dependency.ref()
		}
		break
	}
	return said
}

func slsa02(members map[string]json.RawMessage) origin {
	said := origin{builder: text(part(members, "builder"), "id"), buildType: text(members, "buildType")}
	var source dependency
	_ = json.Unmarshal(part(members, "invocation")["configSource"], &source)
	if source.URI == "" {
		source = material(members, 0)
	}
	said.source, said.commit, said.ref = source.URI, source.commit(), source.ref()
	return said
}

func slsa01(members map[string]json.RawMessage) origin {
	recipe := part(members, "recipe")
	said := origin{builder: text(part(members, "builder"), "id"), buildType: text(recipe, "type")}
	index := 0
	_ = json.Unmarshal(recipe["definedInMaterial"], &index)
	source := material(members, index)
	said.source, said.commit, said.ref = source.URI, source.commit(), source.ref()
	return said
}

func material(members map[string]json.RawMessage, index int) dependency {
	var materials []dependency
	if json.Unmarshal(members["materials"], &materials) != nil || index < 0 || index >= len(materials) {
		return dependency{}
	}
	return materials[index]
}

// release reads GitHub's attestation of a release: pkg:github/owner/name@tag, and the
// commit of the tag among the subjects.
func (s statement) release(members map[string]json.RawMessage) origin {
	purl := text(members, "purl")
	rest, is := strings.CutPrefix(purl, "pkg:github/")
	if !is {
		return origin{}
	}
	name, tag, _ := strings.Cut(rest, "@")
	tag, _, _ = strings.Cut(tag, "?")
	said := origin{source: "https://github.com/" + name}
	if tag = unescaped(tag); tag != "" {
		said.ref = "refs/tags/" + tag
	}
	for _, subject := range s.subjects {
		if !strings.HasPrefix(subject.Name, "pkg:github/") {
			continue // an asset
		}
		for _, digest := range subject.Digests {
			if digest.Algorithm == "sha1" || digest.Algorithm == "gitCommit" {
				said.commit = digest.Value
			}
		}
	}
	return said
}
