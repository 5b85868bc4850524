package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
	"google.golang.org/protobuf/encoding/protojson"
)

// unverified is what a proof says before anything of it is checked. It decides only
// which routine of the library sees the proof, whether that routine is known not to
// cope with it, and what stands in for an expectation that the caller does not
// have. Nothing of it is reported before the library has accepted the proof.
type unverified struct {
	issuer, source, commit string // of the certificate
	ref                    string // refs/tags/..., empty in old certificates
	signer, signerRef      string // its workflow, and the ref after the @
	runner                 string // github-hosted or self-hosted
	digest                 string // alg:hex that the library was asked to find
	statement              statement
	entry                  logEntry
}

type logEntry struct {
	kind     string // "intoto 0.0.2"
	promised bool   // holds the log's signed promise of inclusion
}

// statement is the little that is read of an in-toto statement.
type statement struct {
	PredicateType string `json:"predicateType"`
	Subject       []struct {
		Name   string            `json:"name"`
		Digest map[string]string `json:"digest"`
	} `json:"subject"`
	Predicate struct {
		Builder    identified `json:"builder"` // v0.1 and v0.2
		BuildType  string     `json:"buildType"`
		RunDetails struct {
			Builder identified `json:"builder"`
		} `json:"runDetails"`
		BuildDefinition struct {
			BuildType            string     `json:"buildType"`
			ResolvedDependencies []material `json:"resolvedDependencies"`
			ExternalParameters   struct {
				BuildConfigSource struct {
					Repository string `json:"repository"`
				} `json:"buildConfigSource"`
			} `json:"externalParameters"`
		} `json:"buildDefinition"`
		Materials      []material `json:"materials"`
		Verifier       identified `json:"verifier"` // of a verification summary
		ResourceURI    string     `json:"resourceUri"`
		VerifiedLevels []string   `json:"verifiedLevels"`
	} `json:"predicate"`
}

type material struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest"`
}

type identified struct {
	ID string `json:"id"`
}

func (s statement) builder() string {
	if id := s.Predicate.RunDetails.Builder.ID; id != "" {
		return id
	}
	return s.Predicate.Builder.ID
}

func (s statement) buildType() string {
	if kind := s.Predicate.BuildDefinition.BuildType; kind != "" {
		return kind
	}
	return s.Predicate.BuildType
}

// parseStatement reads what it can: a field of another type than expected leaves
// the rest readable, and the library judges the form.
func parseStatement(payload []byte) (statement, error) {
	var read statement
	err := json.Unmarshal(payload, &read)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		err = nil
	}
	return read, err
}

// envelope is a DSSE envelope; a certificate beside its signature is a habit of
// slsa-github-generator before it wrote bundles.
type envelope struct {
	PayloadType string `json:"payloadType"`
	Payload     string `json:"payload"`
	Signatures  []struct {
		KeyID string `json:"keyid"`
		Sig   string `json:"sig"`
		Cert  string `json:"cert"`
	} `json:"signatures"`
}

func parseEnvelope(raw []byte) (envelope, statement, error) {
	var read envelope
	if err := json.Unmarshal(raw, &read); err != nil {
		return envelope{}, statement{}, err
	}
	if read.PayloadType == "" || read.Payload == "" {
		return envelope{}, statement{}, errors.New("it is no DSSE envelope")
	}
	payload, err := base64.StdEncoding.DecodeString(read.Payload)
	if err != nil {
		return envelope{}, statement{}, err
	}
	said, err := parseStatement(payload)
	return read, said, err
}

func parseBundle(raw []byte) (*protobundle.Bundle, error) {
	var bundle protobundle.Bundle
	if err := protojson.Unmarshal(raw, &bundle); err != nil {
		if json.Valid(raw) {
			return nil, limit{wire.LimitForm} // a field that came later, say: whether it may be there the first verifier knows
		}
		return nil, err
	}
	return &bundle, nil
}

// readBundle tells what a bundle says, and the limit that keeps the library from
// judging it.
func readBundle(bundle *protobundle.Bundle) (unverified, error) {
	material := bundle.GetVerificationMaterial()
	if bundle.GetMessageSignature() != nil {
		return unverified{}, limit{wire.LimitNotStatement}
	}
	if bundle.GetDsseEnvelope() == nil {
		return unverified{}, errors.New("the bundle holds no envelope")
	}
	if material.GetPublicKey() != nil {
		return unverified{}, limit{wire.LimitKeySigned}
	}
	if len(material.GetTlogEntries()) == 0 {
		return unverified{}, limit{wire.LimitNoLogEntry}
	}
	read := unverified{entry: readEntry(bundle)}
	if err := read.readCertificate(leaf(bundle)); err != nil {
		return unverified{}, err
	}
	var err error
	if read.statement, err = parseStatement(bundle.GetDsseEnvelope().GetPayload()); err != nil {
		return unverified{}, err
	}
	return read, read.limit()
}

func (u unverified) limit() error {
	if u.issuer != githubIssuer {
		return limit{wire.LimitIssuer}
	}
	return u.entry.limit()
}

// readEntry reads the first log entry: the library looks at no other.
func readEntry(bundle *protobundle.Bundle) logEntry {
	entries := bundle.GetVerificationMaterial().GetTlogEntries()
	if len(entries) == 0 {
		return logEntry{}
	}
	kind := entries[0].GetKindVersion()
	return logEntry{
		kind:     kind.GetKind() + " " + kind.GetVersion(),
		promised: len(entries[0].GetInclusionPromise().GetSignedEntryTimestamp()) > 0,
	}
}

func (e logEntry) limit() error {
	switch {
	case e.kind == "":
		return limit{wire.LimitNoLogEntry}
	case !e.promised:
		return limit{wire.LimitRekorV2}
	case e.kind != "intoto 0.0.2" && e.kind != "dsse 0.0.1":
		return limit{wire.LimitEntryType}
	}
	return nil
}

func leaf(bundle *protobundle.Bundle) []byte {
	material := bundle.GetVerificationMaterial()
	if single := material.GetCertificate(); single != nil {
		return single.GetRawBytes()
	}
	if chain := material.GetX509CertificateChain().GetCertificates(); len(chain) > 0 {
		return chain[0].GetRawBytes()
	}
	return nil
}

func (u *unverified) readCertificate(der []byte) error {
	if len(der) == 0 {
		return errors.New("the bundle holds no certificate")
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	summary, err := certificate.SummarizeCertificate(parsed)
	if err != nil {
		return err
	}
	u.issuer, u.runner = summary.Issuer, summary.RunnerEnvironment
	u.commit = first(summary.SourceRepositoryDigest, summary.GithubWorkflowSHA)
	u.ref = first(summary.SourceRepositoryRef, summary.GithubWorkflowRef)
	u.source = strings.TrimPrefix(summary.SourceRepositoryURI, "https://")
	if u.source == "" && summary.GithubWorkflowRepository != "" {
		u.source = "github.com/" + summary.GithubWorkflowRepository
	}
	u.signer, u.signerRef = summary.SubjectAlternativeName, ""
	if at := strings.LastIndexByte(u.signer, '@'); at >= 0 {
		u.signer, u.signerRef = u.signer[:at], u.signer[at+1:]
	}
	return nil
}

func first(choices ...string) string {
	for _, choice := range choices {
		if choice != "" {
			return choice
		}
	}
	return ""
}
