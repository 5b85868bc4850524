package evidence

// Settings is what a policy says that checks must know to state a fact: what counts
// as trusted, as too little, as denied. The policy forgives elsewhere; nothing here
// does. They are those of the policy that judges, never of the one that stood in a
// saved snapshot.
type Settings struct {
	// From is the policy's file, empty for the default.
	From       string             `json:"from,omitempty"`
	Provenance ProvenanceSettings `json:"provenance,omitzero"`
	Signing    SigningSettings    `json:"signing,omitzero"`
	Branches   BranchSettings     `json:"branches,omitzero"`
	Review     ReviewSettings     `json:"review,omitzero"`
	Access     AccessSettings     `json:"access,omitzero"`
	// Deny lists what is never accepted, whatever it proves: identities of signers, source
	// repositories (host/owner/name), key fingerprints. A trailing * matches any rest.
	Deny []string `json:"deny,omitempty"`
}

// ProvenanceSettings is what proofs of origin are held to.
type ProvenanceSettings struct {
	// MinLevel is the SLSA Build level that publications must reach, 0 where none is asked.
	MinLevel int `json:"minLevel,omitempty"`
	// Builders are the only ones trusted, where any are listed.
	Builders []TrustedBuilder `json:"builders,omitempty"`
	// Identities may sign for this repository although they are of another one.
	Identities []TrustedIdentity `json:"identities,omitempty"`
	// Registries are hosts that may be asked beside the built-in ones.
	Registries []string `json:"registries,omitempty"`
}

// TrustedBuilder trusts a signer up to a SLSA Build level; see provenance.Builder.
type TrustedBuilder struct {
	Issuer string `json:"issuer"`
	Signer string `json:"signer"`
	Level  int    `json:"level"`
}

// TrustedIdentity is a subject alternative name under the issuer of its token; a
// trailing * matches any rest.
type TrustedIdentity struct {
	Issuer   string `json:"issuer"`
	Identity string `json:"identity"`
}

// SigningSettings is what commits and tags are held to.
type SigningSettings struct {
	// RequireCommits asks a signature of every commit.
	RequireCommits bool `json:"requireCommits,omitempty"`
	// AllowedSigners is the path of the allowed-signers file in the repository, empty for
	// the usual places.
	AllowedSigners string `json:"allowedSigners,omitempty"`
	// Signers are who may sign beside those: fingerprints of keys, identities of certificates. A
	// trailing * matches any rest.
	Signers []string `json:"signers,omitempty"`
	// Keyrings are paths in the repository of OpenPGP public keys of those who may sign.
	Keyrings []string `json:"keyrings,omitempty"`
	// RevokedKeys are fingerprints as Signature.Key has them, or SSH public keys.
	RevokedKeys []string `json:"revokedKeys,omitempty"`
	// MaxKeyAge is in days, 0 takes the default; see KeyAge.
	MaxKeyAge int `json:"maxKeyAge,omitempty"`
}
