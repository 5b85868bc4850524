package evidence

import (
	"strings"
	"time"
)

// Digest is one name of a content: an algorithm as in-toto spells it (sha256,
// sha512, sha1, gitCommit) and its value in lower-case hexadecimal.
type Digest struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"value"`
}

// String is the form alg:hex.
func (d Digest) String() string { return d.Algorithm + ":" + d.Value }

// ProofFormat names how a proof is written.
type ProofFormat string

const (
	ProofBundle     ProofFormat = "sigstore-bundle"  // Sigstore bundle v0.1 to v0.3, or lines of them
	ProofDSSE       ProofFormat = "dsse"             // a DSSE envelope with a certificate, without a log entry
	ProofNPM        ProofFormat = "npm-attestations" // what npm answers for a version: provenance and publish
	ProofPEP740     ProofFormat = "pep740"           // one attestation, or a provenance object of PyPI
	ProofGCB        ProofFormat = "gcb"              // what gcloud prints for an image of Google Cloud Build
	ProofVSA        ProofFormat = "vsa"              // a verification summary in a DSSE envelope, signed by a key
	ProofCosign     ProofFormat = "cosign"           // a layer of the old tag scheme: payload, signature, certificate
	ProofMCPB       ProofFormat = "mcpb"             // the PKCS#7 trailer of a bundle
	ProofGit        ProofFormat = "git"              // a signed commit or tag
	ProofSums       ProofFormat = "checksums"        // a checksum file that another party signed
	ProofGoSum      ProofFormat = "go-checksum-db"   // the Go checksum database's record of a tag
	ProofSignedHash ProofFormat = "signature"        // a bare signature over the artifact
)

// ProofClass says in one word what a verifier found; see package provenance for its
// meaning, its outcome and its remedy.
type ProofClass string

// Proof is the verdict of one verifier on one attestation or signature.
type Proof struct {
	Format ProofFormat `json:"format"`
	// Origin is the address or path that the proof came from.
	Origin string     `json:"origin,omitempty"`
	Class  ProofClass `json:"class"`
	// Detail is why, in the verifier's own words.
	Detail string `json:"detail,omitempty"`
	// Claims is what the proof says; trustworthy only where Class is a passing one.
	Claims Claims `json:"claims,omitzero"`
	// Level is the SLSA Build level that the signer is trusted for, 0 when none is proved.
	Level  int    `json:"level,omitempty"`
	Engine string `json:"engine"` // "sigstore-go v1.3.0"
	// Root is what was trusted.
	Root RootInfo `json:"root,omitzero"`
	// Second is the verdict of a second verifier, where there is one.
	Second *SecondOpinion `json:"second,omitempty"`
	// Notes are warnings: an old trust root, a warning of an engine.
	Notes []string `json:"notes,omitempty"`
}

// SecondOpinion is what another, independent verifier says of the same proof.
type SecondOpinion struct {
	Engine string     `json:"engine"`
	Class  ProofClass `json:"class"` // cannot-judge where it is known not to support the proof
	Detail string     `json:"detail,omitempty"`
}

// Claims is what a signer says of an artifact. Fields of the certificate were
// vouched for by the certificate authority; those of the statement by the signer
// alone, so that the certificate wins where they differ.
type Claims struct {
	PredicateType string `json:"predicateType,omitempty"`
	// Subjects are the names and digests that the statement covers (at most 1,000).
	Subjects []ClaimedSubject `json:"subjects,omitempty"`

	// Of the certificate.
	Issuer      string `json:"issuer,omitempty"`      // of the identity token
	Identity    string `json:"identity,omitempty"`    // subject alternative name: URI, e-mail
	Source      string `json:"source,omitempty"`      // SourceRepositoryURI
	SourceID    string `json:"sourceId,omitempty"`    // SourceRepositoryIdentifier
	Commit      string `json:"commit,omitempty"`      // SourceRepositoryDigest
	Ref         string `json:"ref,omitempty"`         // SourceRepositoryRef
	Workflow    string `json:"workflow,omitempty"`    // BuildConfigURI: the workflow that the event started
	Signer      string `json:"signer,omitempty"`      // BuildSignerURI: the workflow that asked for the certificate
	Runner      string `json:"runner,omitempty"`      // RunnerEnvironment: github-hosted, self-hosted
	Trigger     string `json:"trigger,omitempty"`     // BuildTrigger
	Invocation  string `json:"invocation,omitempty"`  // RunInvocationURI
	Visibility  string `json:"visibility,omitempty"`  // SourceRepositoryVisibilityAtSigning
	Certificate string `json:"certificate,omitempty"` // SHA-256 of its DER form

	// Of the statement.
	Builder       string `json:"builder,omitempty"`   // runDetails.builder.id
	BuildType     string `json:"buildType,omitempty"` // buildDefinition.buildType
	ClaimedSource string `json:"claimedSource,omitempty"`
	ClaimedCommit string `json:"claimedCommit,omitempty"`
	ClaimedRef    string `json:"claimedRef,omitempty"`

	// Of a key that signed without a certificate.
	Key string `json:"key,omitempty"` // fingerprint or key id

	// Levels are the verified levels of a verification summary, Verifier who says so,
	// Resource what it speaks of.
	Levels   []string `json:"levels,omitempty"`
	Verifier string   `json:"verifier,omitempty"`
	Resource string   `json:"resource,omitempty"`

	// SignedAt is the time that a log or a timestamp authority vouches for; zero where none does.
	SignedAt time.Time `json:"signedAt,omitzero"`
	// Log tells the entry of the transparency log: "rekor.sigstore.dev 12345".
	Log string `json:"log,omitempty"`
}

// ClaimedSubject is one subject of a statement.
type ClaimedSubject struct {
	Name    string   `json:"name,omitempty"`
	Digests []Digest `json:"digests"`
}

// RootInfo says which trust root a verdict rests on, and how old it is.
type RootInfo struct {
	Name    string    `json:"name"`              // "Sigstore public good", "GitHub", "npm keys", a file
	Origin  string    `json:"origin"`            // embedded, file, TUF
	Version string    `json:"version,omitempty"` // TUF version of the root or the target
	Date    time.Time `json:"date,omitzero"`     // when that version was published or fetched
	SHA256  string    `json:"sha256,omitempty"`
}

// Age is how old the root was at a moment, zero when its date is unknown.
func (r RootInfo) Age(now time.Time) time.Duration {
	if r.Date.IsZero() || now.Before(r.Date) {
		return 0
	}
	return now.Sub(r.Date)
}

// Repository is the source of a claim as host/owner/name in lower case: without
// scheme, git+, suffix, credentials and ref. Empty where it names none.
func Repository(address string) string {
	address = strings.TrimPrefix(strings.TrimSpace(address), "git+")
	if rest, is := strings.CutPrefix(address, "git@"); is {
		address = strings.Replace(rest, ":", "/", 1)
	}
	if _, rest, is := strings.Cut(address, "://"); is {
		address = rest
	}
	if at := strings.IndexByte(address, '@'); at >= 0 && at < strings.IndexByte(address+"/", '/') {
		address = address[at+1:]
	}
	if cut := strings.IndexAny(address, "@?#"); cut >= 0 {
		address = address[:cut]
	}
	address = strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git")
	parts := strings.Split(address, "/")
	if len(parts) < 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return ""
	}
	return strings.ToLower(address)
}
