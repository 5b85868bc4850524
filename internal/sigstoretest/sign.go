package sigstoretest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	bundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	pbdsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// InToto is the payload type of statements.
const InToto = "application/vnd.in-toto+json"

// Log says where a signature is entered.
type Log string

const (
	RekorV1 Log = ""
	RekorV2 Log = "v2"
	NoLog   Log = "none"
)

// SCT says what the certificate carries of the certificate transparency log.
type SCT string

const (
	GoodSCT     SCT = ""
	NoSCT       SCT = "none"
	ForeignSCT  SCT = "foreign"  // of a log that nobody knows
	TamperedSCT SCT = "tampered" // of the right log, over another certificate
)

// Signing is how something is signed. The zero value is as GitHub Actions does it for
// a public repository, on 2025-03-01.
type Signing struct {
	// At is when the certificate is issued.
	At time.Time
	// LoggedAt is when the log, and the timestamp authority, saw the signature: five seconds later unless set.
	LoggedAt time.Time
	Log      Log
	// TSA asks for an RFC 3161 timestamp. Without a log, and with Rekor v2, there always is one, unless NoTSA.
	TSA, NoTSA bool
	SCT        SCT
	// Version is that of the bundle: 0.3 unless it is 0.1 or 0.2.
	Version string
	// Key signs without a certificate: npm's registry key.
	Key bool
}

func (o Signing) whole() Signing {
	if o.At.IsZero() {
		o.At = signingDay
	}
	if o.LoggedAt.IsZero() {
		o.LoggedAt = o.At.Add(5 * time.Second)
	}
	return o
}

// Attest signs a statement in a DSSE envelope, and returns the bundle.
func (s *Sigstore) Attest(who Identity, statement []byte, o Signing) []byte {
	return s.AttestPayload(who, InToto, statement, o)
}

// AttestPayload signs a payload of any type in a DSSE envelope.
func (s *Sigstore) AttestPayload(who Identity, kind string, payload []byte, o Signing) []byte {
	message := dsse.PAE(kind, payload)
	made, key := s.begin(who, message, o.whole())
	signature := key.sign(message)
	envelope := &pbdsse.Envelope{Payload: payload, PayloadType: kind, Signatures: []*pbdsse.Signature{{Sig: signature}}}
	if o.Key {
		envelope.Signatures[0].Keyid = key.hint()
	}
	made.Content = &bundle.Bundle_DsseEnvelope{DsseEnvelope: envelope}
	s.witness(made, key, message, signature, o.whole(), func(verifier []byte) (string, []byte) {
		return "dsse", dsseBody(must(json.Marshal(envelope)), payload, signature, verifier)
	})
	return marshal(made)
}

// SignMessage signs content itself, as cosign sign-blob does.
func (s *Sigstore) SignMessage(who Identity, content []byte, o Signing) []byte {
	made, key := s.begin(who, content, o.whole())
	signature, digest := key.sign(content), sha256.Sum256(content)
	made.Content = &bundle.Bundle_MessageSignature{MessageSignature: &common.MessageSignature{
		MessageDigest: &common.HashOutput{Algorithm: common.HashAlgorithm_SHA2_256, Digest: digest[:]}, Signature: signature,
	}}
	s.witness(made, key, content, signature, o.whole(), func(verifier []byte) (string, []byte) {
		return "hashedrekord", hashBody(digest[:], signature, verifier)
	})
	return marshal(made)
}

// begin is a bundle with its certificate or key hint, without content.
func (s *Sigstore) begin(who Identity, message []byte, o Signing) (*bundle.Bundle, signer) {
	made := &bundle.Bundle{VerificationMaterial: &bundle.VerificationMaterial{}, MediaType: "application/vnd.dev.sigstore.bundle.v0.3+json"}
	if o.Version != "" && o.Version != "0.3" {
		made.MediaType = "application/vnd.dev.sigstore.bundle+json;version=" + o.Version
	}
	if o.Key {
		made.VerificationMaterial.Content = &bundle.VerificationMaterial_PublicKey{PublicKey: &common.PublicKeyIdentifier{Hint: s.registry.hint()}}
		return made, s.registry
	}
	key := newSigner("leaf "+who.Whole().san(), string(message)) // as good as fresh: one message, one key
	certificate := s.leaf(who.Whole(), key.Public(), o.At, o.SCT).Raw
	if o.Version == "" || o.Version == "0.3" {
		made.VerificationMaterial.Content = &bundle.VerificationMaterial_Certificate{Certificate: &common.X509Certificate{RawBytes: certificate}}
		return made, key
	}
	made.VerificationMaterial.Content = &bundle.VerificationMaterial_X509CertificateChain{X509CertificateChain: &common.X509CertificateChain{
		Certificates: []*common.X509Certificate{{RawBytes: certificate}},
	}}
	return made, key
}

// witness adds what the log and the timestamp authority say.
func (s *Sigstore) witness(made *bundle.Bundle, key signer, message, signature []byte, o Signing, entry func(verifier []byte) (string, []byte)) {
	if s.options.GitHub {
		o.Log = NoLog
	}
	certificate := leafOf(made)
	verifier := toPEM("PUBLIC KEY", key.spki())
	if certificate != nil {
		verifier = toPEM("CERTIFICATE", certificate)
	}
	switch o.Log {
	case RekorV1:
		kind, body := entry(verifier)
		made.VerificationMaterial.TlogEntries = []*rekor.TransparencyLogEntry{s.rekor.enter(kind, body, o.LoggedAt)}
	case RekorV2:
		digest := sha256.Sum256(message)
		made.VerificationMaterial.TlogEntries = []*rekor.TransparencyLogEntry{s.tiles.enter(hashBody2(digest[:], signature, certificate, key.spki()))}
	case NoLog:
	}
	if (o.TSA || o.Log != RekorV1) && !o.NoTSA {
		made.VerificationMaterial.TimestampVerificationData = &bundle.TimestampVerificationData{
			Rfc3161Timestamps: []*common.RFC3161SignedTimestamp{{SignedTimestamp: s.timestamp(signature, o.LoggedAt)}},
		}
	}
}

func leafOf(b *bundle.Bundle) []byte {
	if certificate := b.GetVerificationMaterial().GetCertificate(); certificate != nil {
		return certificate.GetRawBytes()
	}
	for _, certificate := range b.GetVerificationMaterial().GetX509CertificateChain().GetCertificates() {
		return certificate.GetRawBytes()
	}
	return nil
}

// Leaf is the certificate of a bundle.
func Leaf(raw []byte) *x509.Certificate { return must(x509.ParseCertificate(leafOf(unmarshal(raw)))) }

// Alter changes a bundle.
func Alter(raw []byte, change func(*bundle.Bundle)) []byte {
	b := unmarshal(raw)
	change(b)
	return marshal(b)
}

func unmarshal(raw []byte) *bundle.Bundle {
	b := &bundle.Bundle{}
	if err := protojson.Unmarshal(raw, b); err != nil {
		panic(err)
	}
	return b
}

// marshal writes compact JSON: protojson leaves its spaces to chance.
func marshal(message proto.Message) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, must(protojson.Marshal(message))); err != nil {
		panic(err)
	}
	return compact.Bytes()
}
