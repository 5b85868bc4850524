package folder

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// ErrUnknown is content that is no proof of a kind that is known.
var ErrUnknown = errors.New("it is no proof of a known kind")

// document is the outer shape of every proof that is JSON. Which fields are there
// tells the kind; the engines read the rest.
type document struct {
	MediaType            string          `json:"mediaType"`
	VerificationMaterial json.RawMessage `json:"verificationMaterial"`
	DSSE                 *envelope       `json:"dsseEnvelope"`
	Message              *struct {
		Digest struct {
			Algorithm string `json:"algorithm"`
			Digest    []byte `json:"digest"`
		} `json:"messageDigest"`
	} `json:"messageSignature"`

	// A DSSE envelope, or a layer of cosign.
	PayloadType string          `json:"payloadType"`
	Payload     string          `json:"payload"`
	Signatures  []signature     `json:"signatures"`
	Annotations json.RawMessage `json:"annotations"`

	// What npm and GitHub answer, and PyPI.
	Attestations []attestation   `json:"attestations"`
	Bundles      []pypiBundle    `json:"attestation_bundles"`
	PEP740       json.RawMessage `json:"verification_material"`
	Envelope     *struct {
		Statement []byte `json:"statement"`
	} `json:"envelope"`

	// What gcloud prints.
	Image *struct {
		Digest string `json:"digest"`
	} `json:"image_summary"`
	Provenance json.RawMessage `json:"provenance_summary"`

	// What cosign sign-blob --bundle wrote before there were Sigstore bundles.
	Blob  string     `json:"base64Signature"`
	Cert  string     `json:"cert"`
	Rekor *blobEntry `json:"rekorBundle"`
}

type envelope struct {
	PayloadType string      `json:"payloadType"`
	Payload     []byte      `json:"payload"`
	Signatures  []signature `json:"signatures"`
}

type signature struct {
	Cert json.RawMessage `json:"cert"`
}

type attestation struct {
	PredicateType string          `json:"predicateType"`
	Bundle        json.RawMessage `json:"bundle"`
	BundleURL     string          `json:"bundle_url"`
}

type pypiBundle struct {
	Attestations []struct {
		Envelope struct {
			Statement []byte `json:"statement"`
		} `json:"envelope"`
	} `json:"attestations"`
}

// kind is what a content is, finer than the formats of the engines: two of them
// are rewritten before an engine sees them.
type kind string

const (
	kindGitHub kind = "github" // the answer of GitHub's attestations API
	kindBlob   kind = "blob"   // what cosign sign-blob --bundle wrote
)

// Sniff names the format of a proof by its content; the name only decides where
// the content is of no format of its own: a bare signature. Of lines, the first
// decides. GitHub's attestation answers and old cosign bundles count as Sigstore
// bundles, which Read makes of them.
func Sniff(raw []byte, name string) (evidence.ProofFormat, error) {
	what, _, err := recognise(raw, name)
	switch what {
	case kindGitHub, kindBlob:
		return evidence.ProofBundle, err
	}
	return evidence.ProofFormat(what), err
}

func recognise(raw []byte, name string) (kind, *document, error) {
	text := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	switch {
	case len(text) == 0:
		return "", nil, fmt.Errorf("%s is empty: %w", name, ErrUnknown)
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		return kind(evidence.ProofMCPB), nil, nil // signed or not: its trailer tells the engine
	case len(raw) > verify.MaxProof:
		return "", nil, fmt.Errorf("%s has %d bytes, more than a proof may have: %w", name, len(raw), ErrUnknown)
	case text[0] == '{':
		return recogniseJSON(text, name)
	case bytes.HasPrefix(text, []byte("-----BEGIN PGP SIGNATURE-----")), bytes.HasPrefix(text, []byte("-----BEGIN SSH SIGNATURE-----")):
		return kind(evidence.ProofSignedHash), nil, nil
	case gitObject(text):
		return kind(evidence.ProofGit), nil, nil
	case isSums(text):
		return kind(evidence.ProofSums), nil, nil
	case hasSuffix(name, ".sig", ".asc", ".signature", ".gpg") && len(raw) <= maxBareSignature:
		return kind(evidence.ProofSignedHash), nil, nil
	}
	return "", nil, fmt.Errorf("%s: %w", name, ErrUnknown)
}

// maxBareSignature bounds a signature without armour: RSA of 16,384 bits in base64
// with room to spare.
const maxBareSignature = 16 << 10

func recogniseJSON(text []byte, name string) (kind, *document, error) {
	var doc document
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&doc); err != nil {
		return "", nil, fmt.Errorf("%s: %w: %v", name, ErrUnknown, err)
	}
	switch {
	case strings.HasPrefix(doc.MediaType, "application/vnd.dev.sigstore.bundle"), doc.VerificationMaterial != nil:
		return kind(evidence.ProofBundle), &doc, nil
	case doc.Blob != "" && doc.Rekor != nil:
		return kindBlob, &doc, nil
	case strings.HasPrefix(doc.MediaType, "application/vnd.dev.cosign."), doc.Payload != "" && doc.Annotations != nil:
		return kind(evidence.ProofCosign), &doc, nil
	case doc.Payload != "" && len(doc.Signatures) > 0:
		return kind(doc.envelopeFormat()), &doc, nil
	case doc.PEP740 != nil && doc.Envelope != nil, len(doc.Bundles) > 0:
		return kind(evidence.ProofPEP740), &doc, nil
	case len(doc.Attestations) > 0 && doc.Attestations[0].PredicateType != "":
		return kind(evidence.ProofNPM), &doc, nil
	case len(doc.Attestations) > 0 && (doc.Attestations[0].Bundle != nil || doc.Attestations[0].BundleURL != ""):
		return kindGitHub, &doc, nil
	case doc.Image != nil && doc.Provenance != nil:
		return kind(evidence.ProofGCB), &doc, nil
	}
	return "", nil, fmt.Errorf("%s is JSON, but %w", name, ErrUnknown)
}

// envelopeFormat tells a verification summary, which a key signs, from other
// envelopes.
func (d *document) envelopeFormat() evidence.ProofFormat {
	for _, s := range d.Signatures {
		if len(s.Cert) > 2 {
			return evidence.ProofDSSE
		}
	}
	payload, err := decode64(d.Payload)
	if err != nil {
		return evidence.ProofDSSE // the engine says what is wrong with it
	}
	var said struct {
		PredicateType string `json:"predicateType"`
	}
	if json.Unmarshal(payload, &said) == nil && strings.HasPrefix(said.PredicateType, "https://slsa.dev/verification_summary/") {
		return evidence.ProofVSA
	}
	return evidence.ProofDSSE
}

// gitObject knows a commit or an annotated tag that carries a signature.
func gitObject(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("tree ")) && !bytes.HasPrefix(text, []byte("object ")) {
		return false
	}
	head := text[:min(len(text), 4<<10)]
	return bytes.Contains(head, []byte("\ncommitter ")) || bytes.Contains(head, []byte("\ntagger "))
}

var sumLine = regexp.MustCompile(`^\\?([0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})(?:[ \t]+[ *]?(.+))?$|^(SHA256|SHA384|SHA512) ?\((.+)\) ?= ?([0-9a-fA-F]{64,128})$`)

// isSums knows a checksum file by its first line that is no comment.
func isSums(text []byte) bool {
	for line := range bytes.Lines(text[:min(len(text), 64<<10)]) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' || line[0] == ';' || bytes.HasPrefix(line, []byte("-----BEGIN PGP SIGNED MESSAGE-----")) || bytes.HasPrefix(line, []byte("Hash: ")) {
			continue // says nothing of a file
		}
		return sumLine.Match(line)
	}
	return false
}

// decode64 bears both alphabets, with and without padding.
func decode64(text string) ([]byte, error) {
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(text), "=")
	return base64.RawStdEncoding.DecodeString(text)
}

func hasSuffix(name string, ends ...string) bool {
	name = strings.ToLower(name)
	for _, end := range ends {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
