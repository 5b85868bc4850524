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

// source is the address of a repository, empty where the resource is something else:
// an image or a package that the build took in.
func (d dependency) source() string {
	if rest, is := strings.CutPrefix(d.URI, "pkg:github/"); is {
		name, _, _ := strings.Cut(rest, "@")
		return "https://github.com/" + name
	}
	if !strings.Contains(d.URI, "://") && !strings.HasPrefix(d.URI, "git@") {
		return ""
	}
	return d.URI
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
	// The builder of the generator that runs containers writes source, BuildKit configSource; others a plain address.
	for _, name := range []string{"source", "configSource"} {
		if said.source != "" {
			break
		}
		var source dependency
		if json.Unmarshal(external[name], &source) != nil || source.URI == "" {
			source.URI = text(external, name)
		}
		if said.source = source.source(); said.source != "" {
			said.commit, said.ref = source.commit(), source.ref()
		}
	}
	for _, dependency := range dependencies {
		if said.take(dependency) {
			break
		}
	}
	return said
}

// take fills what is not said yet from the repository among the dependencies, and
// says whether this one was it.
func (o *origin) take(d dependency) bool {
	repository := evidence.Repository(d.source())
	if d.commit() == "" || repository == "" {
		return false // a tool or an image
	}
	if o.source != "" && evidence.Repository(o.source) != repository {
		return false // another repository that the build took in
	}
	if o.source == "" {
		o.source = d.source()
	}
	if o.commit == "" {
		o.commit = d.commit()
	}
	if o.ref == "" {
		o.ref = d.ref()
	}
	return true
}

func slsa02(members map[string]json.RawMessage) origin {
	said := origin{builder: text(part(members, "builder"), "id"), buildType: text(members, "buildType")}
	var source dependency
	_ = json.Unmarshal(part(members, "invocation")["configSource"], &source)
	said.source, said.commit, said.ref = source.source(), source.commit(), source.ref()
	for _, material := range materials(members) {
		if said.take(material) {
			break
		}
	}
	return said
}

func slsa01(members map[string]json.RawMessage) origin {
	recipe := part(members, "recipe")
	said := origin{builder: text(part(members, "builder"), "id"), buildType: text(recipe, "type")}
	index := 0
	_ = json.Unmarshal(recipe["definedInMaterial"], &index)
	if all := materials(members); index >= 0 && index < len(all) {
		said.source, said.commit, said.ref = all[index].source(), all[index].commit(), all[index].ref()
	}
	return said
}

func materials(members map[string]json.RawMessage) []dependency {
	var all []dependency
	_ = json.Unmarshal(members["materials"], &all)
	return all
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
