package mcpb

import (
	"archive/zip"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"io"
	"math/big"
	"sync"
	"testing"
	"time"
)

var (
	now    = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	signAt = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
)

var rsaKey = sync.OnceValue(func() crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func ecKey(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// bundleZip is a small bundle.
func bundleZip(t testing.TB) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for name, content := range map[string]string{"manifest.json": `{"manifest_version":"0.3","name":"weather","version":"1.2.0"}`} {
		to, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(to, content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// signer makes signatures, sound ones unless it is told otherwise.
type signer struct {
	key       crypto.Signer
	hash      crypto.Hash // SHA-256
	at        time.Time   // signAt; the zero time of Unix: none
	from, to  time.Time
	name      string
	usage     x509.KeyUsage
	extended  []x509.ExtKeyUsage
	issuer    *x509.Certificate // self-signed where there is none
	issuerKey crypto.Signer
	chain     []*x509.Certificate
	isCA      bool
	sorted    bool
	bareOID   bool // rsaEncryption rather than sha256WithRSAEncryption

	change func(*signedData, *signerInfo)
}

func (s *signer) certificate(t testing.TB) *x509.Certificate {
	t.Helper()
	if s.from.IsZero() {
		s.from, s.to = signAt.AddDate(-1, 0, 0), signAt.AddDate(1, 0, 0)
	}
	if s.name == "" {
		s.name = "Test Signer"
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: s.name, Organization: []string{"Acme"}},
		NotBefore: s.from, NotAfter: s.to, KeyUsage: s.usage, ExtKeyUsage: s.extended, IsCA: s.isCA, BasicConstraintsValid: true,
	}
	parent, by := template, s.key
	if s.issuer != nil {
		parent, by = s.issuer, s.issuerKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, s.key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	hashOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.SHA1: {1, 3, 14, 3, 2, 26}, crypto.SHA256: {2, 16, 840, 1, 101, 3, 4, 2, 1},
		crypto.SHA384: {2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA512: {2, 16, 840, 1, 101, 3, 4, 2, 3},
	}
	rsaOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.SHA1: {1, 2, 840, 113549, 1, 1, 5}, crypto.SHA256: {1, 2, 840, 113549, 1, 1, 11},
		crypto.SHA384: {1, 2, 840, 113549, 1, 1, 12}, crypto.SHA512: {1, 2, 840, 113549, 1, 1, 13},
	}
	ecOIDs = map[crypto.Hash]asn1.ObjectIdentifier{
		crypto.SHA1: {1, 2, 840, 10045, 4, 1}, crypto.SHA256: {1, 2, 840, 10045, 4, 3, 2},
		crypto.SHA384: {1, 2, 840, 10045, 4, 3, 3}, crypto.SHA512: {1, 2, 840, 10045, 4, 3, 4},
	}
)

func raw(t testing.TB, value any, params string) asn1.RawValue {
	t.Helper()
	der, err := asn1.MarshalWithParams(value, params)
	if err != nil {
		t.Fatal(err)
	}
	return asn1.RawValue{FullBytes: der}
}

// der signs the content.
func (s signer) der(t testing.TB, content []byte) []byte {
	t.Helper()
	if s.key == nil {
		s.key = rsaKey()
	}
	if s.hash == 0 {
		s.hash = crypto.SHA256
	}
	if s.at.IsZero() {
		s.at = signAt
	}
	sum := func(data []byte) []byte { h := s.hash.New(); h.Write(data); return h.Sum(nil) }
	leaf := s.certificate(t)
	digest := raw(t, sum(content), "")
	attributes := []attribute{
		{oidContentType, []asn1.RawValue{raw(t, oidData, "")}},
		{oidMessageDigest, []asn1.RawValue{digest}},
	}
	if s.at.Unix() != 0 {
		attributes = append(attributes, attribute{oidSigningTime, []asn1.RawValue{raw(t, s.at, "utc")}})
	}
	var list []byte // content type, digest, time: not the order of DER, as the tool writes them
	if s.sorted {
		attributes[1], attributes[2] = attributes[2], attributes[1]
	}
	for _, a := range attributes {
		one, err := asn1.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, one...)
	}
	set, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: list})
	if err != nil {
		t.Fatal(err)
	}
	signature, err := s.key.Sign(rand.Reader, sum(set), s.hash)
	if err != nil {
		t.Fatal(err)
	}
	oid := rsaOIDs[s.hash]
	if _, is := s.key.(*ecdsa.PrivateKey); is {
		oid = ecOIDs[s.hash]
	} else if s.bareOID {
		oid = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	}
	serial := raw(t, leaf.SerialNumber, "")
	info := signerInfo{
		Version: 1, Signer: raw(t, issuerAndSerial{asn1.RawValue{FullBytes: leaf.RawIssuer}, serial}, ""),
		Digest:    pkix.AlgorithmIdentifier{Algorithm: hashOIDs[s.hash], Parameters: asn1.NullRawValue},
		Signed:    asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: list},
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oid}, Signature: signature,
	}
	certificates := bytes.Clone(leaf.Raw)
	for _, c := range s.chain {
		certificates = append(certificates, c.Raw...)
	}
	data := signedData{
		Version: 1, DigestAlgorithms: []pkix.AlgorithmIdentifier{info.Digest}, Content: encapsulated{Type: oidData},
		Certificates: asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: certificates},
		Signers:      []signerInfo{info},
	}
	if s.change != nil {
		s.change(&data, &data.Signers[0])
	}
	inner, err := asn1.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(contentInfo{oidSignedData, asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: inner}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// bundle signs a zip and puts the trailer behind it.
func (s signer) bundle(t testing.TB, zip []byte) []byte {
	t.Helper()
	return withTrailer(zip, s.der(t, zip))
}

func withTrailer(zip, der []byte) []byte {
	out := append(bytes.Clone(zip), head...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(der)))
	return append(append(out, der...), foot...)
}

// raised is what newer tools do after they have signed.
func raised(zip, der []byte) []byte {
	changed := bytes.Clone(zip)
	binary.LittleEndian.PutUint16(changed[len(zip)-2:], uint16(len(der)+overhead))
	return withTrailer(changed, der)
}
