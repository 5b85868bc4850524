package evidence

import "time"

// The kinds of what registries and the code host hand out of what this repository
// makes. Each has its own, so that one that does not answer leaves only its checks open.
const (
	Publications     Kind = "publications" // packages
	PublishedImages  Kind = "published-images"
	PublishedBundles Kind = "published-bundles" // MCPB
	PublishedModules Kind = "published-modules" // Go
	RegistryEntries  Kind = "registry-entries"  // of the MCP registry
	Releases         Kind = "releases"          // of the code host, with their assets
)

// PublicationKind is the kind of evidence that a registry gives.
func PublicationKind(registry string) Kind {
	switch registry {
	case "oci":
		return PublishedImages
	case "mcpb":
		return PublishedBundles
	case "go":
		return PublishedModules
	case "mcp":
		return RegistryEntries
	case "github-release":
		return Releases
	}
	return Publications
}

// Publication is one version of one thing that users fetch: a package, an image,
// a bundle, an asset of a release, a module.
type Publication struct {
	Registry string `json:"registry"` // npm, pypi, oci, mcpb, github-release, go
	Name     string `json:"name"`     // package, image or asset name, without version
	Version  string `json:"version,omitempty"`
	// File is the part of the version that this is about, where each has proofs of its own: a wheel, an
	// asset of a release, a platform of an image.
	File string `json:"file,omitempty"`
	// InTree marks a file of the checkout, which nobody was asked for.
	InTree bool `json:"inTree,omitempty"`
	// Rank is 0 for the version under audit (the newest), 1 for the one before it.
	Rank int `json:"rank,omitempty"`
	// Host is where it was asked for, without scheme.
	Host      string    `json:"host,omitempty"`
	Address   string    `json:"address,omitempty"` // page or download address
	Published time.Time `json:"published,omitzero"`
	Digests   []Digest  `json:"digests,omitempty"`
	// Declared is the source repository as the registry's own metadata tells it: not proved.
	Declared string `json:"declared,omitempty"`
	// ServerName is the MCP name that the registry's copy carries: mcpName, a README mark, an image label.
	ServerName string `json:"serverName,omitempty"`
	// Attested says whether the registry holds a proof: No only where its answer would have shown one.
	Attested Answer `json:"attested"`
	// Why tells the reason of an Unknown, Unlock what would answer it.
	Why    string `json:"why,omitempty"`
	Unlock string `json:"unlock,omitempty"`
	// Proofs are the verdicts, worst first.
	Proofs []Proof `json:"proofs,omitempty"`
	// Notes say what was seen beside: provenance that nobody signed, signatures of a kind that is not read.
	Notes []string `json:"notes,omitempty"`
	// Bill says whether a bill of materials (an asset or an attestation) goes with it.
	Bill Answer `json:"bill,omitempty"`
	// Pinned is the digest that the tree demands of it (fileSha256 of server.json); Actual what was fetched.
	Pinned string `json:"pinned,omitempty"`
	Actual string `json:"actual,omitempty"`
	// At is where the tree names it.
	At Location `json:"at,omitzero"`
}

// Thing names it for people without its version and file: npm:@acme/weather.
func (p Publication) Thing() string {
	if p.InTree {
		return p.Name
	}
	return p.Registry + ":" + p.Name
}

// Subject names a publication for people: npm:@acme/weather@1.2.0, with the name
// of the file where it is one of several.
func (p Publication) Subject() string {
	if p.File != "" {
		return p.Whole() + " " + p.File
	}
	return p.Whole()
}

// Whole names the version that a publication is, or is a file of.
func (p Publication) Whole() string {
	switch {
	case p.InTree:
		return p.Name
	case p.Version == "":
		return p.Registry + ":" + p.Name
	case p.Registry == "oci" && len(p.Version) > 7 && p.Version[:7] == "sha256:":
		return p.Registry + ":" + p.Name + "@" + p.Version
	case p.Registry == "oci":
		return p.Registry + ":" + p.Name + ":" + p.Version
	}
	return p.Registry + ":" + p.Name + "@" + p.Version
}

// Release is one release of the code host.
type Release struct {
	Tag       string    `json:"tag"`
	Commit    string    `json:"commit,omitempty"` // what the tag points to today
	Published time.Time `json:"published,omitzero"`
	Immutable Answer    `json:"immutable"`
	Rank      int       `json:"rank,omitempty"` // 0 the newest, 1 the one before
	Draft     bool      `json:"draft,omitempty"`
	Assets    []Asset   `json:"assets,omitempty"`
}

// Asset is one file of a release.
type Asset struct {
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Size    int64     `json:"size"`
	Digest  Digest    `json:"digest,omitzero"`
	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`
	// Role says what it is: "" for a thing that users run or install, else checksums,
	// signature, provenance, sbom, source.
	Role string `json:"role,omitempty"`
}
