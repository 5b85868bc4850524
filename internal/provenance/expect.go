package provenance

import "github.com/sealvet/sealvet/internal/evidence"

// Expect is what a proof is held against. An empty field expects nothing.
type Expect struct {
	Source   string `json:"source,omitempty"`   // host/owner/name, see evidence.Repository
	Ref      string `json:"ref,omitempty"`      // refs/tags/v1.2.0; a bare name is a tag or a branch
	Commit   string `json:"commit,omitempty"`   // full SHA
	Issuer   string `json:"issuer,omitempty"`   // of the identity token
	Workflow string `json:"workflow,omitempty"` // path in the repository, or a full URI with or without @ref: that of the signer
	Identity string `json:"identity,omitempty"` // exact subject alternative name
	MinLevel int    `json:"minLevel,omitempty"` // SLSA Build level

	// Of a verification summary.
	Verifier string   `json:"verifier,omitempty"`
	Resource string   `json:"resource,omitempty"`
	Levels   []string `json:"levels,omitempty"`

	// Builders extends the built-in map of signers to levels.
	Builders []Builder `json:"builders,omitempty"`
	// Deny lists identities (SAN, source repository, key) that are never accepted; a trailing * matches any rest.
	Deny []string `json:"deny,omitempty"`
}

// origin says whether anything is expected that only a proof of origin can answer.
func (e Expect) origin() bool {
	return e.Source != "" || e.Ref != "" || e.Commit != "" || e.Workflow != "" || e.Issuer != "" || e.Identity != ""
}

// Builder trusts a signer for a SLSA Build level.
type Builder struct {
	Issuer string `json:"issuer"`
	// Signer is a BuildSignerURI or SAN without its ref; a trailing * matches any rest.
	Signer string `json:"signer"`
	Level  int    `json:"level"`
}

// Subject is the artifact that a proof must speak of.
type Subject struct {
	Name    string            `json:"name,omitempty"` // file name, purl or reference, for people and for npm's subject name
	Digests []evidence.Digest `json:"digests,omitempty"`
}
