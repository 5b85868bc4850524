package vet

import (
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Kind says how an artifact is named.
type Kind string

const (
	File    Kind = "file"
	Bare    Kind = "digest"
	NPM     Kind = "npm"
	PyPI    Kind = "pypi"
	OCI     Kind = "oci"
	Release Kind = "github"
	Git     Kind = "git"
	Server  Kind = "mcp"
	Module  Kind = "go"
)

// Name is an artifact as the user named it.
type Name struct {
	Kind    Kind
	Text    string // as it was given
	Name    string // path, package, image, owner/name, revision
	Version string
	Digest  evidence.Digest // of an image by digest, of a bare digest
}

// digestLengths are the algorithms that a bare digest may name, with the length of
// their values.
var digestLengths = map[string]int{"sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128, "gitCommit": 40}

var fullSHA = regexp.MustCompile(`^[0-9a-f]{40}$`)

// ParseName reads what verify takes: a path, npm:name@version,
// pypi:name@version, oci:reference, github:owner/name@tag, git:revision,
// mcp:name@version, a purl, sha256:<hex>, digest:algorithm:value. A path that exists wins over all but a
// prefix.
func ParseName(text string) (Name, error) {
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case text == "":
		return Name{Text: text}, fmt.Errorf("the name of the artifact is empty")
	case !found:
		return bareName(text)
	case scheme == "pkg":
		return purlName(text)
	case rest == "":
		return Name{Text: text}, fmt.Errorf("%s names nothing after the colon", text)
	}
	name := Name{Kind: Kind(scheme), Text: text}
	switch name.Kind {
	case NPM, PyPI, Server, Module:
		name.Name, name.Version = cutVersion(rest)
	case Release:
		name.Name, name.Version = cutVersion(rest)
		if strings.Count(name.Name, "/") != 1 {
			return Name{Text: text}, fmt.Errorf("%s: a release is named github:owner/name@tag", text)
		}
	case OCI, Git, File:
		name.Name = rest
	case Bare:
		// In-toto lets anyone name an algorithm: digest:gce_image_id:8970.
		algorithm, value, found := strings.Cut(rest, ":")
		if !found || algorithm == "" || value == "" {
			return Name{Text: text}, fmt.Errorf("%s is no digest: it takes digest:ALGORITHM:VALUE", text)
		}
		if length, known := digestLengths[algorithm]; known {
			return digestName(text, algorithm, value, length)
		}
		name.Name, name.Digest = text, evidence.Digest{Algorithm: algorithm, Value: value}
	default:
		if length, known := digestLengths[scheme]; known {
			return digestName(text, scheme, rest, length)
		}
		return bareName(text) // a path may hold a colon
	}
	return name, nil
}

func bareName(text string) (Name, error) {
	if _, err := os.Lstat(text); err == nil {
		return Name{Kind: File, Text: text, Name: text}, nil
	}
	if fullSHA.MatchString(text) {
		return Name{Kind: Git, Text: text, Name: text}, nil
	}
	return Name{Text: text}, fmt.Errorf("there is no file %s; an artifact is a file, npm:name@version, pypi:name@version, oci:reference@digest, github:owner/name@tag, git:revision or sha256:<hex>", text)
}

func digestName(text, algorithm, value string, length int) (Name, error) {
	value = strings.ToLower(value)
	if _, err := hex.DecodeString(value); err != nil || len(value) != length {
		return Name{Text: text}, fmt.Errorf("%s is no digest: %s has %d hexadecimal digits", text, algorithm, length)
	}
	return Name{Kind: Bare, Text: text, Name: text, Digest: evidence.Digest{Algorithm: algorithm, Value: value}}, nil
}

// cutVersion splits at the last @ that is not the first byte, as scopes begin with one.
func cutVersion(text string) (name, version string) {
	if at := strings.LastIndexByte(text, '@'); at > 0 {
		return text[:at], text[at+1:]
	}
	return text, ""
}

func purlName(text string) (Name, error) {
	purl, err := packageurl.FromString(text)
	if err != nil {
		return Name{Text: text}, fmt.Errorf("%s is no package URL: %w", text, err)
	}
	name := Name{Text: text, Name: purl.Name, Version: purl.Version}
	if purl.Namespace != "" {
		name.Name = purl.Namespace + "/" + purl.Name
	}
	switch purl.Type {
	case packageurl.TypeNPM:
		name.Kind = NPM
	case packageurl.TypePyPi:
		name.Kind = PyPI
	case packageurl.TypeGolang:
		name.Kind = Module
	case packageurl.TypeGithub:
		name.Kind = Release
	case packageurl.TypeOCI, packageurl.TypeDocker:
		name.Kind = OCI
		if repository := purl.Qualifiers.Map()["repository_url"]; repository != "" {
			name.Name = repository
		}
		if strings.Contains(name.Version, ":") {
			name.Name += "@" + name.Version
		} else if name.Version != "" {
			name.Name += ":" + name.Version
		}
		name.Version = ""
	default:
		return Name{Text: text}, fmt.Errorf("%s: packages of type %s are not known; known are npm, pypi, oci, github, golang", text, purl.Type)
	}
	return name, nil
}
