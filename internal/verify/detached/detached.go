// Package detached verifies signatures that stand beside a file and that a given key
// must have made: OpenPGP, minisign, and the bare ones of cosign and openssl. It
// trusts no key by itself, and fetches none.
package detached

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/pubkey"
)

// maxSignature is how long a signature may be: an OpenPGP one with everything has 4 kB.
const maxSignature = 64 << 10

// Engine verifies signatures over the material's content.
type Engine struct{}

// Name is that of our own verifier: it has no version apart from the program's.
func (Engine) Name() string { return "sealvet-detached" }

// Can says whether it judges such proofs.
func (Engine) Can(format evidence.ProofFormat) bool { return format == evidence.ProofSignedHash }

// signature is what was found out of one.
type signature struct {
	key string    // fingerprint or key id
	at  time.Time // claimed; zero: not said
	who string    // identity of the key, as the key itself tells it
}

// The reasons for which one does not hold. Each is a class.
var reasons = []struct {
	err   error
	class evidence.ProofClass
}{
	{errMalformed, provenance.Malformed},
	{errUnknownKey, provenance.KeyUnknown},
	{errBadKey, provenance.KeyInvalid},
	{errRevoked, provenance.KeyRevoked},
	{errBad, provenance.SignatureInvalid},
	{errBeyond, provenance.CannotJudge},
}

var (
	errMalformed  = errors.New("it cannot be read")
	errUnknownKey = errors.New("the key that signed it is not known")
	errBadKey     = errors.New("the key may not sign this")
	errRevoked    = errors.New("the key was revoked")
	errBad        = errors.New("the signature does not verify")
	errBeyond     = errors.New("it is of a kind that is not judged here")
)

// Verify gives one verdict.
func (e Engine) Verify(_ context.Context, q verify.Question) []evidence.Proof {
	proof := evidence.Proof{Format: evidence.ProofSignedHash, Origin: q.Material.Origin, Engine: e.Name()}
	found, err := open(q)
	if err != nil {
		proof.Class, proof.Detail = provenance.ToolError, err.Error()
		for _, r := range reasons {
			if errors.Is(err, r.err) {
				proof.Class = r.class
			}
		}
		return []evidence.Proof{proof}
	}
	proof.Root = evidence.RootInfo{Name: "key " + found.key, Origin: "file"}
	proof.Claims = evidence.Claims{Key: found.key, Subjects: contents(q)}
	if !found.at.IsZero() {
		proof.Notes = append(proof.Notes, fmt.Sprintf("%s: that it was signed at %s is the signer's own word", provenance.TimeUnproven, found.at.UTC().Format(time.RFC3339)))
	}
	proof.Class, proof.Detail = provenance.Check(proof.Claims, q.Subject, q.Expect)
	if proof.Class == provenance.OK {
		proof.Detail = "signed by the key " + found.key
		if found.who != "" {
			proof.Detail += ", which calls itself " + found.who
		}
	}
	return []evidence.Proof{proof}
}

// contents is what the signature covers.
func contents(q verify.Question) []evidence.ClaimedSubject {
	short, long := sha256.Sum256(q.Material.Content), sha512.Sum512(q.Material.Content)
	return []evidence.ClaimedSubject{{Name: q.Subject.Name, Digests: []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short[:])}, {Algorithm: "sha512", Value: hex.EncodeToString(long[:])},
	}}}
}

func open(q verify.Question) (*signature, error) {
	raw := bytes.TrimSpace(q.Material.Raw)
	switch {
	case len(raw) > maxSignature:
		return nil, fmt.Errorf("%w: it has more than %d bytes", errMalformed, maxSignature)
	case len(raw) == 0:
		return nil, fmt.Errorf("%w: it is empty", errMalformed)
	case q.Material.Content == nil:
		return nil, fmt.Errorf("%w: what it was made over is not at hand", errBeyond)
	case len(q.Material.Key) == 0:
		return nil, fmt.Errorf("%w: none was given to hold it against", errUnknownKey)
	case bytes.HasPrefix(raw, []byte("-----BEGIN PGP")), isPGP(q.Material.Raw) && isPGPKey(q.Material.Key):
		return openpgpSignature(q)
	case bytes.HasPrefix(raw, []byte("untrusted comment:")):
		return minisign(raw, q.Material.Key, q.Material.Content)
	}
	return bare(q.Material.Raw, q.Material.Key, q.Material.Content)
}

// bare reads what cosign sign-blob and openssl dgst write: the signature alone, in
// base64 or not.
func bare(raw, keyFile, content []byte) (*signature, error) {
	key, err := pubkey.Parse(keyFile)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadKey, err)
	}
	found := &signature{key: key.Fingerprint}
	if decoded, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(raw))); err == nil && key.Verifies(content, decoded) {
		return found, nil
	}
	if key.Verifies(content, raw) {
		return found, nil
	}
	return nil, fmt.Errorf("%w with the key that was given", errBad)
}
