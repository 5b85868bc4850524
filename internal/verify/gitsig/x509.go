package gitsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	cms "github.com/github/smimesign/ietf-cms/protocol"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	sigstore "github.com/sigstore/sigstore-go/pkg/verify"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// x509 checks a CMS signature. gitsign makes them with a certificate of Sigstore
// that lives ten minutes; companies make them with certificates of their own, which
// nobody outside can judge.
func (v *Verifier) x509(o Object, armour string) evidence.Signature {
	s := evidence.Signature{Kind: X509}
	signed, err := readCMS(armour)
	if err != nil {
		return class(s, provenance.Malformed, "its X.509 signature cannot be read: %v", err)
	}
	leaf := signed.leaf
	sum := sha256.Sum256(leaf.Raw)
	s.Key = hex.EncodeToString(sum[:])
	s.Algorithm, s.Bits = publicKey(leaf)
	if digest, err := signed.by.Hash(); err == nil {
		s.Hash = hashes[digest]
	}
	s.Weak = weakness(s)
	summary, err := certificate.SummarizeCertificate(leaf)
	if err == nil && summary.SubjectAlternativeName != "" {
		s.Signer = []string{summary.SubjectAlternativeName}
		s.Issuer = summary.Issuer
	} else if leaf.Subject.CommonName != "" {
		s.Signer = []string{leaf.Subject.CommonName}
	}
	if err := signed.verify(o.Payload); err != nil {
		return class(s, provenance.SignatureInvalid, "its X.509 signature does not hold: %v", err)
	}
	return v.certificate(s, leaf)
}

// certificate holds a certificate that made a good signature against the trust root.
func (v *Verifier) certificate(s evidence.Signature, leaf *x509.Certificate) evidence.Signature {
	fulcio := strings.Join(leaf.Issuer.Organization, " ")
	if v.Revoked.named(s.Key) {
		return class(s, provenance.KeyRevoked, "the certificate %s is on the list of revoked keys", s.Key)
	}
	if v.Sigstore == nil {
		return class(s, provenance.RootMissing, "there is no trust root to check the certificate of %s with", fulcio)
	}
	chains, err := sigstore.VerifyLeafCertificate(leaf.NotBefore.Add(time.Second), leaf, v.Sigstore)
	if err != nil && fulcio != "sigstore.dev" {
		return class(s, provenance.KeyUnknown, "its certificate was issued by %q, which is no authority of the trust root", leaf.Issuer.String())
	}
	if err != nil {
		return class(s, provenance.ChainInvalid, "its certificate says that Sigstore issued it, which does not hold: %v", err)
	}
	if err := sigstore.VerifySignedCertificateTimestamp(chains, 1, v.Sigstore); err != nil {
		return class(s, provenance.SCTInvalid, "its certificate stands in no certificate log that is trusted: %v", err)
	}
	return class(s, provenance.TimeUnproven, "the certificate was valid for minutes at %s, and no log entry in the signature tells that it signed then", leaf.NotBefore.UTC().Format(time.DateTime))
}

// signedCMS is one CMS signature with its certificate.
type signedCMS struct {
	data *cms.SignedData
	by   cms.SignerInfo
	leaf *x509.Certificate
}

func readCMS(armour string) (signedCMS, error) {
	var s signedCMS
	block, _ := pem.Decode([]byte(armour))
	if block == nil || block.Type != "SIGNED MESSAGE" {
		return s, errors.New("it is not armoured as one")
	}
	info, err := cms.ParseContentInfo(block.Bytes)
	if err != nil {
		return s, err
	}
	if s.data, err = info.SignedDataContent(); err != nil {
		return s, err
	}
	if len(s.data.SignerInfos) != 1 {
		return s, fmt.Errorf("it has %d signers, not one", len(s.data.SignerInfos))
	}
	s.by = s.data.SignerInfos[0]
	if s.data.EncapContentInfo.EContent.Bytes != nil {
		return s, errors.New("it signs a content of its own, not the object")
	}
	certificates, err := s.data.X509Certificates()
	if err != nil {
		return s, err
	}
	s.leaf, err = s.by.FindCertificate(certificates)
	return s, err
}

// verify checks the signature over the payload, by the certificate as it is. It
// follows RFC 5652, section 5.4; the chain is checked elsewhere.
func (s signedCMS) verify(payload []byte) error {
	message := payload
	if s.by.SignedAttrs == nil && !s.data.EncapContentInfo.IsTypeData() {
		return errors.New("its attributes are missing")
	}
	if s.by.SignedAttrs != nil {
		sort, err := s.by.GetContentTypeAttribute()
		if err != nil {
			return err
		}
		if !sort.Equal(s.data.EncapContentInfo.EContentType) {
			return errors.New("it was made for another type of content")
		}
		algorithm, err := s.by.Hash()
		if err != nil {
			return err
		}
		digest := algorithm.New()
		digest.Write(payload)
		claimed, err := s.by.GetMessageDigestAttribute()
		if err != nil {
			return err
		}
		if !bytes.Equal(claimed, digest.Sum(nil)) {
			return errors.New("it was made for other content")
		}
		if message, err = s.by.SignedAttrs.MarshaledForVerification(); err != nil {
			return err
		}
	}
	algorithm := s.by.X509SignatureAlgorithm()
	if algorithm == x509.UnknownSignatureAlgorithm {
		return errors.New("its algorithm is not known")
	}
	return s.leaf.CheckSignature(algorithm, message, s.by.Signature)
}
