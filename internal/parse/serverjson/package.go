package serverjson

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/schema"
	"github.com/sealvet/sealvet/internal/parse/template"
)

// separateTags is the first schema in which an image's tag stands in its
// identifier; before, it was the version.
const separateTags = "2025-10-11"

func (r *reader) packages() {
	for i, node := range r.root.Get("packages").List() {
		anchor := "packages/" + strconv.Itoa(i)
		p := evidence.ServerPackage{
			Registry:   field(node, "registryType").String(),
			Identifier: located(node.Get("identifier")),
			Version:    located(node.Get("version")),
			SHA256:     located(field(node, "fileSha256")),
			Anchor:     anchor,
			Inputs:     inputs(node, anchor),
			At:         schema.Opening(node),
		}
		p.Template = template.Version(p.Version.Value) || template.Holds(p.Identifier.Value) || template.Holds(p.SHA256.Value)
		p.Pin, p.Why = r.pin(p)
		if _, tag := imageTag(p.Identifier.Value); p.Registry == "oci" && template.Version(tag) {
			p.Template = true
		}
		if p.Template {
			r.manifest.Template = true
		}
		for _, argument := range field(node, "runtimeArguments").List() {
			for _, word := range argumentWords(argument) {
				p.Arguments = append(p.Arguments, evidence.Text{Value: word.Value, At: word.At})
			}
		}
		r.manifest.Packages = append(r.manifest.Packages, p)
		r.remote(node.Get("transport"), anchor+"/transport")
	}
}

// pin says how firmly a package's entry names its bytes.
func (r *reader) pin(p evidence.ServerPackage) (evidence.Pin, string) {
	switch p.Registry {
	case "oci":
		identifier := p.Identifier.Value
		if r.date != "" && r.date < separateTags && p.Version.Value != "" && !strings.Contains(identifier, "@") {
			identifier += ":" + p.Version.Value
		}
		return pinImage(identifier)
	case "mcpb":
		if p.SHA256.Value == "" {
			return evidence.PinFloating, "no fileSha256"
		}
		return evidence.PinExact, ""
	}
	return pinVersion(p.Registry, p.Version.Value)
}

var digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

func pinImage(identifier string) (evidence.Pin, string) {
	name, hash, found := strings.Cut(identifier, "@")
	switch {
	case found && (digest.MatchString(hash) || template.Holds(hash)):
		return evidence.PinExact, ""
	case found:
		return evidence.PinFloating, "no whole digest"
	}
	name, tag := imageTag(name)
	switch {
	case tag == "" && template.Holds(name):
		return evidence.PinExact, "a release fills it in"
	case tag == "":
		return evidence.PinFloating, "no tag and no digest"
	case tag == "latest":
		return evidence.PinFloating, "the tag latest can move"
	}
	return evidence.PinFloating, fmt.Sprintf("the tag %s can move", tag)
}

// imageTag is the name and the tag of an image, without its digest.
func imageTag(identifier string) (name, tag string) {
	name, _, _ = strings.Cut(identifier, "@")
	if colon := strings.LastIndexByte(name, ':'); colon > strings.LastIndexByte(name, '/') {
		return name[:colon], name[colon+1:]
	}
	return name, ""
}

// fullVersion has the three numbers that npm and Cargo take for one version and
// not for a range.
var fullVersion = regexp.MustCompile(`^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$`)

func pinVersion(registry, version string) (evidence.Pin, string) {
	switch {
	case version == "":
		return evidence.PinFloating, "no version"
	case template.Version(version):
		return evidence.PinExact, "a release fills it in"
	case isRange(version):
		return evidence.PinFloating, fmt.Sprintf("%s is a range", version)
	case !strings.ContainsAny(version, "0123456789"):
		return evidence.PinFloating, fmt.Sprintf("%s is a name that can move", version)
	case (registry == "npm" || registry == "cargo") && !fullVersion.MatchString(version):
		return evidence.PinFloating, fmt.Sprintf("%s is no full version", version)
	}
	return evidence.PinExact, ""
}

// argumentWords are the words that one argument becomes. A value with a
// variable in braces is known to the run only.
func argumentWords(argument *doc.Node) []evidence.Word {
	var words []evidence.Word
	for _, key := range []string{"name", "value"} {
		if node := argument.Get(key); node.String() != "" {
			word := launch.Word(node.Text)
			word.Known = word.Known && !variable.MatchString(word.Value)
			words = append(words, word)
		}
	}
	return words
}
