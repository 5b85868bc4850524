package evidence

import "time"

// Histories is what git holds of commits and tags.
const Histories Kind = "history"

// History is the sample of commits and the tags of a checkout, with what their
// signatures prove.
type History struct {
	// Head is the branch or commit that the sample was walked from.
	Head string `json:"head"`
	// Total counts the commits that were walked; Shallow says that the checkout holds no more.
	Total   int  `json:"total"`
	Shallow bool `json:"shallow,omitempty"`
	// Commits are the newest first.
	Commits []GitObject `json:"commits,omitempty"`
	Tags    []GitObject `json:"tags,omitempty"`
	// MoreTags counts the older tags that are not in the sample.
	MoreTags int `json:"moreTags,omitempty"`
	// Signers is the committed allowed-signers file that identities were held against, empty when there is none.
	Signers string `json:"signers,omitempty"`
	// Base is the commit that the known keys were taken from: the one before the change under audit, or the oldest
	// of the sample. Empty when nothing tells which keys are known.
	Base string `json:"base,omitempty"`
}

// GitObject is one commit or one tag with its signature.
type GitObject struct {
	ID     string `json:"id"`               // full SHA of the object
	Name   string `json:"name,omitempty"`   // of a tag
	Target string `json:"target,omitempty"` // commit that a tag points to
	// Light marks a tag that is a bare ref: nothing to sign.
	Light bool `json:"light,omitempty"`
	// Author and Committer are e-mail addresses (Tagger for a tag in Committer).
	Author    string    `json:"author,omitempty"`
	Committer string    `json:"committer,omitempty"`
	At        time.Time `json:"at,omitzero"` // committer's clock: a claim
	Signature Signature `json:"signature,omitzero"`
}

// Signature is what a git signature proves.
type Signature struct {
	Kind  string     `json:"kind,omitempty"` // ssh, openpgp, x509; empty: unsigned
	Class ProofClass `json:"class"`          // see package provenance
	// Key is the fingerprint: SHA256:... for SSH, 40 hex for OpenPGP, the SHA-256 of a certificate.
	Key       string   `json:"key,omitempty"`
	Algorithm string   `json:"algorithm,omitempty"` // ed25519, rsa, dsa, ecdsa, sk-ed25519, ...
	Bits      int      `json:"bits,omitempty"`      // RSA and DSA key size
	Hash      string   `json:"hash,omitempty"`      // sha256, sha1, ...
	Signer    []string `json:"signer,omitempty"`    // principals of allowed_signers, identities of the key or certificate
	Issuer    string   `json:"issuer,omitempty"`    // of the identity token behind a certificate of Sigstore
	// Weak says what makes it weak, as in "a DSA key and SHA-1"; empty when nothing does.
	Weak   string `json:"weak,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Known says whether the key was known before this object: listed in the signers file as it was then, or seen
	// in an earlier look. KnownBy says where, or why not.
	Known   Answer `json:"known,omitzero"`
	KnownBy string `json:"knownBy,omitempty"`
}
