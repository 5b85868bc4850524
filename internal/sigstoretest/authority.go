package sigstoretest

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"net/url"
	"strings"
	"time"
)

// authority is a certificate with its key.
type authority struct {
	signer
	certificate *x509.Certificate
}

var (
	oidSCTs   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	oidExtKey = asn1.ObjectIdentifier{2, 5, 29, 37}
)

func newAuthority(seed, label, organization string, o Options, parent *authority, usage x509.ExtKeyUsage) authority {
	made := authority{signer: newSigner(seed, label)}
	template := &x509.Certificate{
		SerialNumber: serial(made.id()), Subject: pkix.Name{Organization: []string{organization}, CommonName: "TEST ONLY " + label},
		NotBefore: o.From, NotAfter: o.Until, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: made.id()[:20],
	}
	if parent == nil {
		parent = &authority{made.signer, template}
	} else {
		template.ExtKeyUsage = []x509.ExtKeyUsage{usage}
	}
	made.certificate = parent.issue(template, made.Public())
	return made
}

// newTimestamper is the authority's leaf: its one use is marked critical, as RFC 3161 wants it.
func newTimestamper(seed, organization string, o Options, parent authority) authority {
	made := authority{signer: newSigner(seed, "tsa")}
	timeStamping := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
	made.certificate = parent.issue(&x509.Certificate{
		SerialNumber: serial(made.id()), Subject: pkix.Name{Organization: []string{organization}, CommonName: "TEST ONLY tsa"},
		NotBefore: o.From, NotAfter: o.Until, KeyUsage: x509.KeyUsageDigitalSignature, SubjectKeyId: made.id()[:20],
		ExtraExtensions: []pkix.Extension{{Id: oidExtKey, Critical: true, Value: must(asn1.Marshal([]asn1.ObjectIdentifier{timeStamping}))}},
	}, made.Public())
	return made
}

func serial(seed []byte) *big.Int { return new(big.Int).SetBytes(append([]byte{1}, seed[:15]...)) }

func (a authority) issue(template *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	der := must(x509.CreateCertificate(nil, template, a.certificate, public, a.signer))
	return must(x509.ParseCertificate(der))
}

// leaf issues a certificate for an identity, good for ten minutes from a moment on.
func (s *Sigstore) leaf(identity Identity, public crypto.PublicKey, from time.Time, sct SCT) *x509.Certificate {
	spki := must(x509.MarshalPKIXPublicKey(public))
	number := sha256.Sum256(append([]byte(from.String()+identity.san()), spki...))
	template := &x509.Certificate{
		SerialNumber: serial(number[:]), NotBefore: from, NotAfter: from.Add(10 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		ExtraExtensions: identity.extensions(),
	}
	if strings.Contains(identity.san(), "://") {
		template.URIs = []*url.URL{must(url.Parse(identity.san()))}
	} else {
		template.EmailAddresses = []string{identity.san()}
	}
	if s.options.GitHub {
		sct = NoSCT // the instance has no log of certificates
	}
	if sct == NoSCT {
		return s.intermediate.issue(template, public)
	}
	unlogged := s.intermediate.issue(template, public)
	list := s.sctList(unlogged.RawTBSCertificate, from, sct)
	template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidSCTs, Value: must(asn1.Marshal(list))})
	return s.intermediate.issue(template, public)
}

// sctList is RFC 6962's list of one signed certificate timestamp over the certificate
// without it.
func (s *Sigstore) sctList(tbs []byte, at time.Time, kind SCT) []byte {
	log := s.ct
	if kind == ForeignSCT {
		log = newSigner("nobody", "ct")
	}
	milliseconds := binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli()))
	issuer := sha256.Sum256(s.intermediate.certificate.RawSubjectPublicKeyInfo)

	signed := append([]byte{0, 0}, milliseconds...) // version 1, of a certificate
	signed = append(signed, 0, 1)                   // not issued yet
	signed = append(signed, issuer[:]...)
	signed = append(append(signed, byte(len(tbs)>>16), byte(len(tbs)>>8), byte(len(tbs))), tbs...)
	signed = append(signed, 0, 0) // no extensions
	if kind == TamperedSCT {
		signed[12]++ // another issuer
	}
	signature := log.sign(signed)

	sct := append([]byte{0}, log.id()...)
	sct = append(append(sct, milliseconds...), 0, 0, 4, 3) // no extensions, SHA-256 with ECDSA
	sct = append(binary.BigEndian.AppendUint16(sct, uint16(len(signature))), signature...)
	list := binary.BigEndian.AppendUint16(nil, uint16(len(sct)+2))
	return append(binary.BigEndian.AppendUint16(list, uint16(len(sct))), sct...)
}
