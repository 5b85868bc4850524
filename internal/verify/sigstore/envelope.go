package sigstore

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// Media types of the bundles that are made here of other forms.
const (
	mediaType01 = "application/vnd.dev.sigstore.bundle+json;version=0.1" // a promise of the log is enough
	mediaType03 = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// writtenEnvelope is an envelope as it is written to files, with the certificate that
// slsa-github-generator puts beside the signature.
type writtenEnvelope struct {
	PayloadType string `json:"payloadType"`
	Payload     string `json:"payload"`
	Signatures  []struct {
		KeyID string `json:"keyid"`
		Sig   string `json:"sig"`
		Cert  string `json:"cert"`
	} `json:"signatures"`
}

// envelope judges an envelope with a certificate. Nothing in it tells when it was
// signed or shows a log entry: unless the caller found the entry, the most that can
// be said is that nothing speaks against it so far.
func (e *Engine) envelope(question verify.Question, raw []byte) evidence.Proof {
	read, err := readEnvelope(raw)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	if question.Material.Key != nil {
		return e.envelopeByKey(question, read)
	}
	if name := read.envelope.Signatures[0].Keyid; read.certificate == nil && name != "" {
		return refused(provenance.KeyUnknown, fmt.Errorf("the envelope was signed by the key %q, which nobody here knows", name))
	} else if read.certificate == nil {
		return refused(provenance.NeedsNetwork, errors.New("the envelope does not say who signed it: only a log that keeps the certificate can tell"))
	}
	if len(question.Material.Content) == 0 {
		return e.unlogged(question, read)
	}
	entry, err := readLogAnswer(question.Material.Content)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	if kind := entry.GetKindVersion(); kind.GetKind() == "intoto" && kind.GetVersion() == "0.0.1" {
		return refused(provenance.CannotJudge, errors.New("the log keeps this entry in a form (intoto 0.0.1) that does not record the signature"))
	}
	whole, err := read.bundle(entry)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	return e.judge(question, trial{bundle: whole})
}

// envelopeByKey judges an envelope by the key that the caller trusts.
func (e *Engine) envelopeByKey(question verify.Question, read signedEnvelope) evidence.Proof {
	keys, err := callersKey(question.Material)
	if err != nil {
		return refused(provenance.KeyInvalid, err)
	}
	read.certificate = nil
	whole, err := read.bundle(nil)
	if err != nil {
		return refused(provenance.Malformed, err)
	}
	return e.judge(question, trial{bundle: whole, keys: keys})
}

// unlogged looks for whatever can be refused without the log: a signature that the
// certificate did not make, a certificate of nobody, another artifact or source.
func (e *Engine) unlogged(question verify.Question, read signedEnvelope) evidence.Proof {
	proof := evidence.Proof{}
	class, err := e.unloggedClass(question, read, &proof)
	proof.Class, proof.Detail = class, plainText(err.Error())
	limit(&proof.Claims)
	return proof
}

func (e *Engine) unloggedClass(question verify.Question, read signedEnvelope, proof *evidence.Proof) (evidence.ProofClass, error) {
	claims, err := claimsOf(read.certificate)
	if err != nil {
		return provenance.Malformed, fmt.Errorf("read certificate: %w", err)
	}
	proof.Claims = claims
	whole, err := read.bundle(nil)
	if err != nil {
		return provenance.Malformed, err
	}
	unread := trial{bundle: whole}.tell(&proof.Claims, question.Subject)
	anchor, err := e.roots.Sigstore(instanceOf(read.certificate))
	if err != nil {
		failed := rootProblem(err)
		return failed.Class, errors.New(failed.Detail)
	}
	proof.Root, proof.Notes = anchor.Info, anchor.Warnings
	if why := e.stale(anchor.Info, question.Now); why != "" {
		return provenance.RootStale, errors.New(why)
	}
	ignoreOtherName(read.certificate)
	// The certificate lives for ten minutes: its first second stands for the unknown time.
	if _, err := sigstore.VerifyLeafCertificate(read.certificate.NotBefore, read.certificate, anchor.Material); err != nil {
		return provenance.ChainInvalid, fmt.Errorf("the certificate does not lead to a trusted authority: %w", err)
	}
	content, err := whole.SignatureContent()
	if err != nil {
		return provenance.Malformed, err
	}
	if err := sigstore.VerifySignature(content, bundle.NewCertificate(read.certificate), anchor.Material); err != nil {
		return provenance.SignatureInvalid, err
	}
	if unread != nil {
		return provenance.Malformed, unread
	}
	if class, detail := provenance.Check(proof.Claims, question.Subject, question.Expect); class != provenance.OK {
		return class, errors.New(detail)
	}
	return provenance.NeedsNetwork, fmt.Errorf("the signature and the certificate of %s hold, but only the log can tell that it was made while the certificate was valid",
		read.certificate.NotBefore.UTC().Format(time.DateOnly))
}

// signedEnvelope is an envelope, decoded.
type signedEnvelope struct {
	certificate *x509.Certificate
	envelope    *protodsse.Envelope
}

func readEnvelope(raw []byte) (signedEnvelope, error) {
	var written writtenEnvelope
	if err := json.Unmarshal(raw, &written); err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: %w", err)
	}
	if len(written.Signatures) != 1 {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: it has %d signatures, one is expected", len(written.Signatures))
	}
	payload, err := decode64(written.Payload)
	if err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: payload: %w", err)
	}
	signature, err := decode64(written.Signatures[0].Sig)
	if err != nil {
		return signedEnvelope{}, fmt.Errorf("read DSSE envelope: signature: %w", err)
	}
	read := signedEnvelope{envelope: &protodsse.Envelope{
		PayloadType: written.PayloadType, Payload: payload,
		Signatures: []*protodsse.Signature{{Sig: signature, Keyid: written.Signatures[0].KeyID}},
	}}
	if written.Signatures[0].Cert != "" {
		if read.certificate, err = parseCertificate(written.Signatures[0].Cert); err != nil {
			return signedEnvelope{}, fmt.Errorf("read DSSE envelope: %w", err)
		}
	}
	return read, nil
}

// bundle makes a bundle of the envelope and the log entry that was found for it.
func (s signedEnvelope) bundle(entry *protorekor.TransparencyLogEntry) (*bundle.Bundle, error) {
	made := &protobundle.Bundle{
		MediaType:            mediaType03,
		Content:              &protobundle.Bundle_DsseEnvelope{DsseEnvelope: s.envelope},
		VerificationMaterial: signer(s.certificate),
	}
	if entry != nil {
		made.VerificationMaterial.TlogEntries = []*protorekor.TransparencyLogEntry{entry}
		if entry.GetInclusionProof() == nil {
			made.MediaType = mediaType01
		}
	}
	return bundle.NewBundle(made)
}

// signer is the certificate, or a key without a name where there is none.
func signer(certificate *x509.Certificate) *protobundle.VerificationMaterial {
	if certificate == nil {
		return &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{}}}
	}
	return &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_Certificate{Certificate: &protocommon.X509Certificate{RawBytes: certificate.Raw}}}
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("the certificate is not PEM")
	}
	return parseDER(block.Bytes)
}

func parseDER(der []byte) (*x509.Certificate, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	return certificate, nil
}

// digestOf splits sha256:… and wants the right length.
func digestOf(word string) (algorithm, value string, is bool) {
	algorithm, value, _ = strings.Cut(word, ":")
	raw, err := hex.DecodeString(value)
	length := map[string]int{"sha256": 32, "sha384": 48, "sha512": 64}[algorithm]
	return algorithm, strings.ToLower(value), err == nil && length > 0 && len(raw) == length
}

// decode64 reads base64 of either alphabet, as the DSSE specification asks for.
func decode64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "-_") {
		return base64.URLEncoding.DecodeString(text)
	}
	return base64.StdEncoding.DecodeString(text)
}
