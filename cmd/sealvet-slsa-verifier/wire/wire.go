// Package wire is what sealvet and its second verifier say to each other: one
// request a line on the verifier's standard input, one reply a line on its
// standard output, in the order of the requests. The verifier is a module of its
// own and cannot import sealvet's, so that each holds a copy of this file; a test
// keeps the copies the same.
package wire

// Engine is the verifier that the program holds, as verdicts name it.
const Engine = "slsa-verifier v2.7.1"

// Limits of one line, in bytes: a proof of 10 MiB in base64 with a trust root
// beside it; a verdict.
const (
	MaxRequest = 24 << 20
	MaxReply   = 256 << 10
)

// MemoryFlag names the flag that sets how many bytes of memory the program may use.
const MemoryFlag = "memory"

// Kind says which routine of the verifier a proof goes to.
type Kind string

const (
	Bundle   Kind = "bundle"   // a Sigstore bundle: the certificate's workflow decides between the next two
	Artifact Kind = "artifact" // a bundle or an envelope of slsa-github-generator's builders
	GitHub   Kind = "github"   // a GitHub artifact attestation
	NPM      Kind = "npm"      // what npm answers for a version: provenance and publish
	GCB      Kind = "gcb"      // what gcloud prints for an image of Google Cloud Build
	VSA      Kind = "vsa"      // a verification summary in an envelope, signed by a key
)

// Request asks for the verdict on one proof. Of what is empty nothing is expected:
// the proof's own words take its place, so that it must still agree with itself.
type Request struct {
	ID         uint64   `json:"id"`
	Kind       Kind     `json:"kind"`
	Provenance []byte   `json:"provenance"`
	Digests    []string `json:"digests,omitempty"` // alg:hex; a verification summary must cover all
	Source     string   `json:"source,omitempty"`  // host/owner/name in any case
	Ref        string   `json:"ref,omitempty"`     // refs/tags/v1, refs/heads/main, or a bare name of either
	Builder    string   `json:"builder,omitempty"` // workflow that signed, with or without @ref
	// Versioned is a semantic version that the tag may be more exact than: v1 takes v1.2.3.
	Versioned      string `json:"versioned,omitempty"`
	PackageName    string `json:"packageName,omitempty"`
	PackageVersion string `json:"packageVersion,omitempty"`

	// TrustedRoot is a trusted_root.json. A request that needs one and brings none is not judged.
	TrustedRoot []byte `json:"trustedRoot,omitempty"`
	NPMKeys     []Key  `json:"npmKeys,omitempty"`

	// Of a verification summary.
	Key      []byte   `json:"key,omitempty"` // PEM or DER
	KeyID    string   `json:"keyId,omitempty"`
	Verifier string   `json:"verifier,omitempty"`
	Resource string   `json:"resource,omitempty"`
	Levels   []string `json:"levels,omitempty"`
}

// Key is a public key of npm's registry for attestations.
type Key struct {
	ID   string `json:"id"`
	SPKI []byte `json:"spki"` // DER
}

// Verdict is what a reply amounts to.
type Verdict string

const (
	Pass        Verdict = "pass"
	Fail        Verdict = "fail"         // a signature, a log entry or an identity does not hold
	CannotJudge Verdict = "cannot-judge" // a known limit of the verifier, or of being offline
	Error       Verdict = "error"        // the request was not understood, or the verifier broke
)

// Limit names a known limit of slsa-verifier v2.7.1.
type Limit string

const (
	LimitBranchRef     Limit = "branch-ref"              // the signing workflow is named by a branch
	LimitCommitRef     Limit = "commit-ref"              // ... by a commit
	LimitOtherRef      Limit = "ref-not-a-release"       // ... by anything else but a tag vX.Y.Z
	LimitBuilder       Limit = "unknown-builder"         // a builder or build type it does not know
	LimitIssuer        Limit = "issuer-not-github"       // an identity that GitHub Actions did not issue
	LimitRekorV2       Limit = "rekor-v2"                // a log entry without a signed promise
	LimitNoLogEntry    Limit = "no-log-entry"            // a bundle timed by an authority alone
	LimitEntryType     Limit = "entry-type"              // a log entry other than intoto 0.0.2 and dsse 0.0.1
	LimitNotStatement  Limit = "not-a-statement"         // a signature over a message
	LimitKeySigned     Limit = "signed-by-key"           // a bundle without a certificate
	LimitPredicate     Limit = "predicate"               // a statement that is no SLSA provenance it can read
	LimitDigest        Limit = "digest"                  // a subject without SHA-256 or longer
	LimitUnverifiable  Limit = "unverifiable-claim"      // a claim that no certificate vouches for
	LimitVSALevels     Limit = "vsa-1.2-levels"          // levels that came with SLSA 1.2
	LimitNeedsNetwork  Limit = "certificate-without-log" // an envelope whose log entry must be fetched
	LimitForm          Limit = "bundle-form"             // a bundle of a form that is younger than it
	LimitNotSupported  Limit = "not-supported"           // what it says of itself
	LimitLogKey        Limit = "log-key"                 // a log whose key is not of the curve it knows
	LimitNoTrustedRoot Limit = "no-trusted-root"         // the request brought none
	LimitNoKey         Limit = "no-key"                  // the request brought none
)

// What the verifier does not look at, and so accepts: a pass says nothing of it.
const (
	NoteInclusion = "inclusion proofs and validity times of log keys are not checked, the log's signed promise is"
	NoteKeyWindow = "validity times of registry keys are not checked"
	NoteArtifact  = "no artifact was given to compare with"
)

// Reply is the verdict on one proof.
type Reply struct {
	ID      uint64  `json:"id"`
	Verdict Verdict `json:"verdict"`
	// Class is one of sealvet's classes of verdicts: ok exactly where Verdict is pass.
	Class  string `json:"class"`
	Limit  Limit  `json:"limit,omitempty"` // why it cannot judge
	Detail string `json:"detail,omitempty"`
	Engine string `json:"engine"`

	// What a proof that passed says.
	Builder   string   `json:"builder,omitempty"`
	Source    string   `json:"source,omitempty"`
	Commit    string   `json:"commit,omitempty"`
	Ref       string   `json:"ref,omitempty"`    // where one was expected, in full
	Digest    string   `json:"digest,omitempty"` // alg:hex that the statement was found to cover
	BuildType string   `json:"buildType,omitempty"`
	Predicate string   `json:"predicate,omitempty"`
	Notes     []string `json:"notes,omitempty"`
}
