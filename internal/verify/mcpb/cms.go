package mcpb

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"
)

// What a signature of RFC 5652 looks like, as far as bundles need it. Attributes are
// kept as they stand: the signature covers their very bytes, and the tool that signs
// most bundles does not sort them.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version          int
	DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
	Content          encapsulated
	Certificates     asn1.RawValue `asn1:"optional,tag:0"`
	Revocations      asn1.RawValue `asn1:"optional,tag:1"`
	Signers          []signerInfo  `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

type signerInfo struct {
	Version   int
	Signer    asn1.RawValue
	Digest    pkix.AlgorithmIdentifier
	Signed    asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm pkix.AlgorithmIdentifier
	Signature []byte
	Unsigned  asn1.RawValue `asn1:"optional,tag:1"`
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial asn1.RawValue
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
)

// errBeyond says that a signature may be sound, but is of a kind that is not judged here.
var errBeyond = errors.New("a kind of signature that is not judged here")

// Signed is one signature, taken apart and not yet verified.
type Signed struct {
	Hash         crypto.Hash // of the content
	Digest       []byte      // of the content, as signed
	Time         time.Time   // claimed by the signer; zero: none
	Leaf         *x509.Certificate
	Certificates []*x509.Certificate
	// Extras says that unsigned attributes come with it, as timestamps of authorities do.
	Extras bool

	attributes []byte // as they were signed
	algorithm  algorithm
	signature  []byte
}

const maxCertificates = 16

// Parse takes a signature apart.
func Parse(der []byte) (*Signed, error) {
	if len(der) > maxSignature {
		return nil, fmt.Errorf("it has more than %d bytes", maxSignature)
	}
	if len(der) > 1 && der[0] == 0x30 && der[1] == 0x80 {
		return nil, fmt.Errorf("%w: its lengths are indefinite (BER)", errBeyond)
	}
	var outer contentInfo
	if err := whole(der, &outer, ""); err != nil {
		return nil, err
	}
	if !outer.Type.Equal(oidSignedData) {
		return nil, fmt.Errorf("it is no signature but %s", outer.Type)
	}
	var data signedData
	if err := whole(outer.Content.Bytes, &data, ""); err != nil {
		return nil, err
	}
	switch {
	case !data.Content.Type.Equal(oidData):
		return nil, fmt.Errorf("%w: its content is of type %s", errBeyond, data.Content.Type)
	case len(data.Content.Content.FullBytes) > 0:
		return nil, fmt.Errorf("%w: it carries its content with it", errBeyond)
	case len(data.Signers) == 0:
		return nil, errors.New("nobody signed it")
	case len(data.Signers) > 1:
		return nil, fmt.Errorf("%w: %d signers", errBeyond, len(data.Signers))
	}
	signed := &Signed{signature: data.Signers[0].Signature, Extras: len(data.Signers[0].Unsigned.FullBytes) > 0}
	if err := signed.signer(&data.Signers[0]); err != nil {
		return nil, err
	}
	return signed, signed.certificates(data.Certificates.Bytes, data.Signers[0].Signer)
}

// whole parses all of the bytes.
func whole(der []byte, to any, params string) error {
	rest, err := asn1.UnmarshalWithParams(der, to, params)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%d bytes follow it", len(rest))
	}
	return err
}

func (s *Signed) signer(info *signerInfo) error {
	var err error
	if s.Hash, err = hashOf(info.Digest.Algorithm); err != nil {
		return err
	}
	if s.algorithm, err = algorithmOf(info.Algorithm.Algorithm, s.Hash); err != nil {
		return err
	}
	if len(info.Signed.FullBytes) == 0 {
		// Without them, the attributes of another signature could be passed off as content.
		return fmt.Errorf("%w: it has no signed attributes", errBeyond)
	}
	s.attributes = bytes.Clone(info.Signed.FullBytes)
	s.attributes[0] = 0x31 // signed as a SET, sent as [0]
	var attributes []attribute
	if err := whole(s.attributes, &attributes, "set"); err != nil {
		return fmt.Errorf("its attributes: %w", err)
	}
	return s.read(attributes)
}

func (s *Signed) read(attributes []attribute) error {
	var content asn1.ObjectIdentifier
	seen := make(map[string]bool)
	for _, a := range attributes {
		name := a.Type.String()
		if seen[name] {
			return fmt.Errorf("its attribute %s stands twice", name)
		}
		seen[name] = true
		var to any
		switch {
		case a.Type.Equal(oidContentType):
			to = &content
		case a.Type.Equal(oidMessageDigest):
			to = &s.Digest
		case a.Type.Equal(oidSigningTime):
			to = &s.Time
		default:
			continue // what else was signed takes nothing away
		}
		if len(a.Values) != 1 {
			return fmt.Errorf("its attribute %s has %d values", name, len(a.Values))
		}
		if err := whole(a.Values[0].FullBytes, to, ""); err != nil {
			return fmt.Errorf("its attribute %s: %w", name, err)
		}
	}
	switch {
	case !content.Equal(oidData):
		return errors.New("its signed attributes do not say what was signed")
	case len(s.Digest) != s.Hash.Size():
		return errors.New("its signed attributes hold no digest of the content")
	}
	return nil
}

// certificates finds the signer's among those that come with the signature.
func (s *Signed) certificates(der []byte, signer asn1.RawValue) error {
	var err error
	if s.Certificates, err = x509.ParseCertificates(der); err != nil {
		return fmt.Errorf("its certificates: %w", err)
	}
	if len(s.Certificates) > maxCertificates {
		return fmt.Errorf("it comes with %d certificates", len(s.Certificates))
	}
	if signer.Class == asn1.ClassContextSpecific && signer.Tag == 0 {
		for _, c := range s.Certificates {
			if len(c.SubjectKeyId) > 0 && bytes.Equal(c.SubjectKeyId, signer.Bytes) {
				s.Leaf = c
			}
		}
	} else {
		var name issuerAndSerial
		if err := whole(signer.FullBytes, &name, ""); err != nil {
			return fmt.Errorf("its signer: %w", err)
		}
		for _, c := range s.Certificates {
			if serial, err := asn1.Marshal(c.SerialNumber); err == nil && bytes.Equal(serial, name.Serial.FullBytes) && bytes.Equal(c.RawIssuer, name.Issuer.FullBytes) {
				s.Leaf = c
			}
		}
	}
	if s.Leaf == nil {
		return errors.New("the certificate of its signer does not come with it")
	}
	return nil
}
