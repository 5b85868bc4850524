package mcpb

import (
	"bytes"
	"context"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cms "github.com/github/smimesign/ietf-cms"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

var testdata = filepath.Join("..", "..", "..", "testdata", "provenance")

func real(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "mcpb", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func judge(data []byte, change ...func(*verify.Question)) evidence.Proof {
	return judgeWith(&Engine{Roots: x509.NewCertPool()}, data, change...)
}

func judgeWith(e *Engine, data []byte, change ...func(*verify.Question)) evidence.Proof {
	q := verify.Question{Material: verify.Material{Format: evidence.ProofMCPB, Content: data}, Now: now}
	for _, c := range change {
		c(&q)
	}
	return e.Verify(context.Background(), q)[0]
}

// The cases are those that every engine shares.
func TestCases(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testdata, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []struct{ ID, Format, File, Class string }
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range all.Cases {
		if c.Format != "mcpb" {
			continue // another engine's
		}
		seen++
		if got := judge(real(t, filepath.Base(c.File))); string(got.Class) != c.Class {
			t.Errorf("%s: %s (%s), want %s", c.ID, got.Class, got.Detail, c.Class)
		}
	}
	if seen != 3 {
		t.Errorf("%d cases, want 3", seen)
	}
}

func TestSignedByTheRealTool(t *testing.T) {
	got := judge(real(t, "signed-self.mcpb"))
	claims := got.Claims
	if claims.Identity != "C=US,O=MCPB Extensions,CN=MCPB Self-Signed Certificate" && claims.Identity != "CN=MCPB Self-Signed Certificate,O=MCPB Extensions,C=US" {
		t.Errorf("signed by %q", claims.Identity)
	}
	if len(claims.Certificate) != 64 || len(claims.Subjects) != 1 || !strings.Contains(claims.Subjects[0].Name, "@") {
		t.Errorf("claims %+v", claims)
	}
	if len(got.Notes) != 1 || !strings.HasPrefix(got.Notes[0], "time-unproven") {
		t.Errorf("notes %q", got.Notes)
	}
}

func TestSoundSignatures(t *testing.T) {
	zip := bundleZip(t)
	for name, s := range map[string]signer{
		"RSA, SHA-256":           {},
		"RSA, hash not named":    {bareOID: true},
		"RSA, SHA-384":           {hash: crypto.SHA384},
		"RSA, SHA-512":           {hash: crypto.SHA512},
		"P-256":                  {key: ecKey(elliptic.P256())},
		"P-384, SHA-384":         {key: ecKey(elliptic.P384()), hash: crypto.SHA384},
		"P-521, SHA-512":         {key: ecKey(elliptic.P521()), hash: crypto.SHA512},
		"attributes in order":    {sorted: true},
		"no time":                {at: time.Unix(0, 0)},
		"for signing code":       {usage: x509.KeyUsageDigitalSignature, extended: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}},
		"certificate since over": {from: signAt.AddDate(-1, 0, 0), to: signAt.AddDate(0, 0, 1)},
	} {
		der := s.der(t, zip)
		for variant, data := range map[string][]byte{"as stored": withTrailer(zip, der), "comment raised": raised(zip, der)} {
			got := judge(data)
			if got.Class != provenance.OKSelf {
				t.Errorf("%s, %s: %s: %s", name, variant, got.Class, got.Detail)
			}
			if raised := strings.Contains(strings.Join(got.Notes, "\n"), "raised"); raised != (variant == "comment raised") {
				t.Errorf("%s, %s: notes %q", name, variant, got.Notes)
			}
			if n := got.Claims.Subjects[0].Name; n != "weather@1.2.0" {
				t.Errorf("%s: the bundle is called %q", name, n)
			}
		}
	}
}

// What a signing service adds is told, and decides nothing.
func TestUnsignedAttributes(t *testing.T) {
	data := signer{change: func(_ *signedData, i *signerInfo) {
		i.Unsigned = asn1.RawValue{Class: 2, Tag: 1, IsCompound: true, Bytes: []byte{0x30, 0}}
	}}.bundle(t, bundleZip(t))
	if got := judge(data); got.Class != provenance.OKSelf || !strings.Contains(strings.Join(got.Notes, "\n"), "nobody signed") {
		t.Errorf("%s (%s), notes %q", got.Class, got.Detail, got.Notes)
	}
}

func TestBadSignatures(t *testing.T) {
	zip := bundleZip(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	good := signer{}.bundle(t, zip)
	edit := func(data []byte, change func([]byte) []byte) []byte { return change(bytes.Clone(data)) }
	changed := func(change func(*signedData, *signerInfo)) []byte { return signer{change: change}.bundle(t, zip) }
	other := signer{name: "Somebody Else", key: ecKey(elliptic.P256())}
	for name, c := range map[string]struct {
		data []byte
		want evidence.ProofClass
	}{
		"not signed":               {zip, provenance.NoProof},
		"empty":                    {nil, provenance.NoProof},
		"a bit of the zip":         {edit(good, func(d []byte) []byte { d[40] ^= 1; return d }), provenance.SubjectMismatch},
		"comment raised too far":   {edit(good, func(d []byte) []byte { d[len(zip)-2]++; return d }), provenance.SubjectMismatch},
		"bytes behind it":          {append(bytes.Clone(good), "more"...), provenance.Malformed},
		"foot cut off":             {good[:len(good)-1], provenance.Malformed},
		"foot without a head":      {append(bytes.Clone(zip), foot...), provenance.Malformed},
		"length too long":          {edit(good, func(d []byte) []byte { d[len(zip)+len(head)]++; return d }), provenance.Malformed},
		"zip within the signature": {withTrailer(zip, []byte("0PK\x05\x06")), provenance.Malformed},
		"empty signature":          {withTrailer(zip, nil), provenance.Malformed},
		"noise":                    {withTrailer(zip, []byte("noise")), provenance.Malformed},
		"too long":                 {withTrailer(zip, make([]byte, maxSignature+1)), provenance.Malformed},
		"lengths are indefinite":   {withTrailer(zip, []byte{0x30, 0x80, 0, 0}), provenance.CannotJudge},
		"signature changed":        {changed(func(_ *signedData, i *signerInfo) { i.Signature[9] ^= 1 }), provenance.SignatureInvalid},
		"attribute changed": {changed(func(_ *signedData, i *signerInfo) {
			i.Signed.Bytes[len(i.Signed.Bytes)-2] ^= 1 // of the time
		}), provenance.SignatureInvalid},
		"another's certificate": {changed(func(d *signedData, i *signerInfo) {
			c := other.certificate(t)
			d.Certificates.Bytes = c.Raw
			i.Signer = raw(t, issuerAndSerial{asn1.RawValue{FullBytes: c.RawIssuer}, raw(t, c.SerialNumber, "")}, "")
		}), provenance.SignatureInvalid},
		"no certificate": {changed(func(d *signedData, _ *signerInfo) { d.Certificates = asn1.RawValue{} }), provenance.Malformed},
		"no attributes":  {changed(func(_ *signedData, i *signerInfo) { i.Signed = asn1.RawValue{} }), provenance.CannotJudge},
		"attribute twice": {changed(func(_ *signedData, i *signerInfo) {
			i.Signed.Bytes = append(i.Signed.Bytes, i.Signed.Bytes...)
		}), provenance.Malformed},
		"two signers": {changed(func(d *signedData, i *signerInfo) { d.Signers = append(d.Signers, *i) }), provenance.CannotJudge},
		"no signer":   {changed(func(d *signedData, _ *signerInfo) { d.Signers = nil }), provenance.Malformed},
		"unknown algorithm": {changed(func(_ *signedData, i *signerInfo) {
			i.Algorithm.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
		}), provenance.CannotJudge},
		"algorithm of another key": {changed(func(_ *signedData, i *signerInfo) { i.Algorithm.Algorithm = ecOIDs[crypto.SHA256] }), provenance.SignatureInvalid},
		"content inside": {changed(func(d *signedData, _ *signerInfo) {
			d.Content.Content = asn1.RawValue{FullBytes: []byte{0xa0, 2, 4, 0}}
		}), provenance.CannotJudge},
		"SHA-1":                 {signer{hash: crypto.SHA1}.bundle(t, zip), provenance.SignatureInvalid},
		"weak key":              {signer{key: small}.bundle(t, zip), provenance.KeyInvalid},
		"signed after its time": {signer{from: signAt.AddDate(-2, 0, 0), to: signAt.AddDate(-1, 0, 0)}.bundle(t, zip), provenance.KeyInvalid},
		"no time, over":         {signer{at: time.Unix(0, 0), from: signAt.AddDate(-1, 0, 0), to: signAt}.bundle(t, zip), provenance.KeyInvalid},
		"signed tomorrow":       {signer{at: now.AddDate(0, 0, 2)}.bundle(t, zip), provenance.TimeInvalid},
		"for servers only":      {signer{extended: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}.bundle(t, zip), provenance.KeyInvalid},
		"for certificates only": {signer{usage: x509.KeyUsageCertSign}.bundle(t, zip), provenance.KeyInvalid},
	} {
		if got := judge(c.data); got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
	}
}

func TestChains(t *testing.T) {
	zip := bundleZip(t)
	top := signer{name: "Root", key: ecKey(elliptic.P256()), isCA: true, usage: x509.KeyUsageCertSign}
	root := top.certificate(t)
	mid := signer{name: "Intermediate", key: ecKey(elliptic.P256()), isCA: true, usage: x509.KeyUsageCertSign, issuer: root, issuerKey: top.key}
	between := mid.certificate(t)
	leaf := signer{name: "Acme Release", issuer: between, issuerKey: mid.key, usage: x509.KeyUsageDigitalSignature, extended: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}
	leaf.chain = []*x509.Certificate{between}
	engine := &Engine{Roots: x509.NewCertPool(), Root: evidence.RootInfo{Name: "test"}}
	engine.Roots.AddCert(root)
	data := leaf.bundle(t, zip)
	expect := func(identity string) func(*verify.Question) {
		return func(q *verify.Question) { q.Expect.Identity = identity }
	}
	if got := judgeWith(engine, data, expect("Acme Release")); got.Class != provenance.OK || got.Root.Name != "test" {
		t.Errorf("a known root: %s: %s", got.Class, got.Detail)
	}
	if got := judgeWith(engine, data, expect("Acme")); got.Class != provenance.IdentityMismatch {
		t.Errorf("another name expected: %s", got.Class)
	}
	if got := judge(data); got.Class != provenance.ChainInvalid {
		t.Errorf("an unknown root: %s", got.Class)
	}
	leaf.chain = nil
	if got := judgeWith(engine, leaf.bundle(t, zip)); got.Class != provenance.ChainInvalid {
		t.Errorf("the intermediate left out: %s", got.Class)
	}
	if got := judgeWith(engine, data, func(q *verify.Question) { q.Expect.Deny = []string{"Acme R*"} }); got.Class != provenance.Denied {
		t.Errorf("denied: %s", got.Class)
	}
}

// A certificate that names itself proves no name.
func TestExpectedIdentityOfASelfSignedCertificate(t *testing.T) {
	data := signer{name: "Acme Release"}.bundle(t, bundleZip(t))
	print := "sha256:" + judge(data).Claims.Certificate
	for want, class := range map[string]evidence.ProofClass{print: provenance.OKSelf, "Acme Release": provenance.IdentityMismatch, "sha256:00": provenance.IdentityMismatch} {
		if got := judge(data, func(q *verify.Question) { q.Expect.Identity = want }); got.Class != class {
			t.Errorf("expecting %s: %s (%s)", want, got.Class, got.Detail)
		}
	}
}

func TestExpectedSourceIsNotProved(t *testing.T) {
	data := signer{}.bundle(t, bundleZip(t))
	if got := judge(data, func(q *verify.Question) { q.Expect.Source = "github.com/acme/weather" }); got.Class != provenance.SourceMismatch {
		t.Errorf("%s (%s)", got.Class, got.Detail)
	}
}

func TestSubjectIsTheWholeFile(t *testing.T) {
	data := signer{}.bundle(t, bundleZip(t))
	for _, kind := range []crypto.Hash{crypto.SHA256, crypto.SHA512} {
		sum := kind.New()
		sum.Write(data)
		name := map[crypto.Hash]string{crypto.SHA256: "sha256", crypto.SHA512: "sha512"}[kind]
		digest := evidence.Digest{Algorithm: name, Value: fmt.Sprintf("%x", sum.Sum(nil))}
		ask := func(q *verify.Question) { q.Subject.Digests = []evidence.Digest{digest} }
		if got := judge(data, ask); got.Class != provenance.OKSelf {
			t.Errorf("%s: %s (%s)", name, got.Class, got.Detail)
		}
		digest.Value = strings.Repeat("0", len(digest.Value))
		if got := judge(data, ask); got.Class != provenance.SubjectMismatch {
			t.Errorf("another %s: %s", name, got.Class)
		}
	}
}

// What others say of the same signature.
func TestOracles(t *testing.T) {
	zip := bundleZip(t)
	signed := real(t, "signed-self.mcpb")
	trailer, err := Open(bytes.NewReader(signed), int64(len(signed)))
	if err != nil {
		t.Fatal(err)
	}
	type subject struct{ content, der []byte }
	for name, s := range map[string]subject{
		"real":     {signed[:trailer.Zip], trailer.DER},
		"RSA":      {zip, signer{}.der(t, zip)},
		"P-256":    {zip, signer{key: ecKey(elliptic.P256())}.der(t, zip)},
		"SHA-512":  {zip, signer{hash: crypto.SHA512}.der(t, zip)},
		"tampered": {append([]byte("x"), zip...), signer{}.der(t, zip)},
	} {
		want := name != "tampered"
		data, err := cms.ParseSignedData(s.der)
		if err != nil {
			t.Fatal(err)
		}
		certificates, err := data.GetCertificates()
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		pool.AddCert(certificates[0])
		_, err = data.VerifyDetached(s.content, x509.VerifyOptions{Roots: pool, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		if (err == nil) != want {
			t.Errorf("%s: ietf-cms says %v", name, err)
		}
		if got := judge(withTrailer(s.content, s.der)).Class == provenance.OKSelf; got != want {
			t.Errorf("%s: we say %v", name, got)
		}
		openssl(t, name, s.content, s.der, want)
	}
}

func openssl(t *testing.T, name string, content, der []byte, want bool) {
	t.Helper()
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("openssl is not there to be asked")
		return
	}
	dir := t.TempDir()
	for file, data := range map[string][]byte{"content": content, "der": der} {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "cms", "-verify", "-inform", "DER", "-in", "der", "-content", "content", "-binary", "-noverify", "-out", "out")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); (err == nil) != want {
		t.Errorf("%s: openssl says %v: %s", name, err, out)
	}
}

// A signature that openssl made has other attributes than ours.
func TestSignedByOpenSSL(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not there")
	}
	dir := t.TempDir()
	zip := bundleZip(t)
	if err := os.WriteFile(filepath.Join(dir, "zip"), zip, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "3650", "-subj", "/CN=OpenSSL Signer")
	for _, more := range [][]string{{"-md", "sha256"}, {"-md", "sha384"}, {"-md", "sha256", "-keyid"}} {
		run(append([]string{"cms", "-sign", "-binary", "-in", "zip", "-signer", "cert.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "sig"}, more...)...)
		der, err := os.ReadFile(filepath.Join(dir, "sig"))
		if err != nil {
			t.Fatal(err)
		}
		if got := judge(withTrailer(zip, der), func(q *verify.Question) { q.Now = time.Now() }); got.Class != provenance.OKSelf {
			t.Errorf("%v: %s: %s", more, got.Class, got.Detail)
		}
	}
}

func FuzzTrailer(f *testing.F) {
	for _, name := range []string{"signed-self.mcpb", "tampered.mcpb", "unsigned.mcpb"} {
		f.Add(real(f, name))
	}
	zip := bundleZip(f)
	f.Add(raised(zip, signer{}.der(f, zip)))
	f.Fuzz(func(t *testing.T, data []byte) {
		trailer, err := Open(bytes.NewReader(data), int64(len(data)))
		if err == nil && trailer.Zip+trailer.Size != int64(len(data)) {
			t.Errorf("the trailer does not end the file: %+v", trailer)
		}
		if got := judge(data); got.Class == "" {
			t.Error("no verdict")
		}
	})
}

func FuzzSignature(f *testing.F) {
	signed := real(f, "signed-self.mcpb")
	trailer, err := Open(bytes.NewReader(signed), int64(len(signed)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(trailer.DER)
	zip := bundleZip(f)
	f.Add(signer{key: ecKey(elliptic.P256())}.der(f, zip))
	f.Fuzz(func(t *testing.T, der []byte) {
		if got := judge(withTrailer(zip, der)); got.Class == provenance.OK {
			t.Error("nobody vouches for anybody here")
		}
	})
}
