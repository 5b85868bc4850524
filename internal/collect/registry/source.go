// Package registry asks those who hand out what a repository makes: package
// registries, image registries, the releases of the code host. It brings the
// proofs they hold and what an engine says of them, as Publications.
package registry

import (
	"context"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// Reference names one published thing.
type Reference struct {
	Registry string // npm, pypi, oci, mcpb, github-release, go, mcp
	Host     string // base address where it is not the built-in one
	Name     string
	Version  string // empty: the newest
	Digest   evidence.Digest
	// Private says that the tree marks the name as one of its own (private: true, a scope of another
	// registry, GOPRIVATE): it is not looked up in a public registry.
	Private bool
}

// Found is what a source knows of a reference.
type Found struct {
	Publication evidence.Publication
	Materials   []verify.Material
	// Previous is the version before this one, empty when there is none or nobody can tell.
	Previous string
	// Files are the parts of one version that have proofs of their own (the wheels and the sdist of PyPI,
	// the assets of a release, the platforms of an image index); empty where the publication is one file.
	Files []Found
	// Document is what the registry holds as the description of the version, as it is: the server.json of
	// an MCP server.
	Document []byte
	// Packages are what the entry of an MCP server names, as it names them: registry, name, version, pinned digest.
	Packages []evidence.Publication
	// Notes tell what was seen beside: a tarball that is not what its registry says.
	Notes []string
}

// Source knows one kind of registry. An error means that it could not be asked;
// what it surely does not hold is an Answer of the Publication.
type Source interface {
	Find(context.Context, Reference) (Found, error)
}

// Limits bound what a source reads.
type Limits struct {
	Body    int64         // bytes of one answer
	Timeout time.Duration // of one look-up with all its retries
}
