package detached

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/crypto/blake2b"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

var (
	now     = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	signAt  = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	content = []byte("what was signed\n")
)

func ask(raw, key []byte, change ...func(*verify.Question)) evidence.Proof {
	q := verify.Question{Now: now, Material: verify.Material{Format: evidence.ProofSignedHash, Raw: raw, Key: key, Content: content}}
	for _, c := range change {
		c(&q)
	}
	return Engine{}.Verify(context.Background(), q)[0]
}

type trial struct {
	name     string
	raw, key []byte
	change   func(*verify.Question)
	want     evidence.ProofClass
}

func run(t *testing.T, trials []trial) {
	t.Helper()
	for _, c := range trials {
		change := c.change
		if change == nil {
			change = func(*verify.Question) {}
		}
		if got := ask(c.raw, c.key, change); got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Class, got.Detail, c.want)
		}
	}
}

func otherContent(q *verify.Question) { q.Material.Content = []byte("something else") }

func entity(t testing.TB, change func(*packet.Config)) *openpgp.Entity {
	t.Helper()
	config := &packet.Config{Time: func() time.Time { return signAt.AddDate(-1, 0, 0) }, Algorithm: packet.PubKeyAlgoEdDSA}
	if change != nil {
		change(config)
	}
	e, err := openpgp.NewEntity("Ann", "", "ann@example.com", config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func pgpKey(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w, err := armor.Encode(&buffer, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Serialize(w); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return buffer.Bytes()
}

func pgpSign(t testing.TB, e *openpgp.Entity, change func(*packet.Config)) (armoured, binary []byte) {
	t.Helper()
	config := &packet.Config{Time: func() time.Time { return signAt }, DefaultHash: crypto.SHA256}
	if change != nil {
		change(config)
	}
	var a, b bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&a, e, bytes.NewReader(content), config); err != nil {
		t.Fatal(err)
	}
	if err := openpgp.DetachSign(&b, e, bytes.NewReader(content), config); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

func TestOpenPGP(t *testing.T) {
	ann := entity(t, nil)
	key := pgpKey(t, ann)
	armoured, binary := pgpSign(t, ann, nil)
	tomorrow, _ := pgpSign(t, ann, func(c *packet.Config) { c.Time = func() time.Time { return now.AddDate(0, 0, 2) } })
	year := entity(t, func(c *packet.Config) { c.KeyLifetimeSecs = 366 * 24 * 3600 })
	held, _ := pgpSign(t, year, nil)
	revoked := entity(t, nil)
	sound, _ := pgpSign(t, revoked, nil)
	if err := revoked.RevokeKey(packet.KeyCompromised, "lost", &packet.Config{Time: func() time.Time { return signAt.AddDate(0, 0, 5) }}); err != nil {
		t.Fatal(err)
	}
	run(t, []trial{
		{"armoured", armoured, key, nil, provenance.OK},
		{"binary", binary, key, nil, provenance.OK},
		{"other content", armoured, key, otherContent, provenance.SignatureInvalid},
		{"other key", armoured, pgpKey(t, entity(t, nil)), nil, provenance.KeyUnknown},
		{"no key", armoured, nil, nil, provenance.KeyUnknown},
		{"noise for a key", armoured, []byte("noise"), nil, provenance.KeyInvalid},
		{"a key for a signature", key, key, nil, provenance.Malformed},
		{"cut off", armoured[:len(armoured)/2], key, nil, provenance.Malformed},
		{"signed tomorrow", tomorrow, key, nil, provenance.SignatureInvalid},
		{"key ran out since", held, pgpKey(t, year), func(q *verify.Question) { q.Now = now.AddDate(1, 0, 0) }, provenance.OK},
		{"key revoked", sound, pgpKey(t, revoked), nil, provenance.KeyRevoked},
		{"source expected", armoured, key, func(q *verify.Question) { q.Expect.Source = "github.com/acme/weather" }, provenance.SourceMismatch},
		{"denied", armoured, key, func(q *verify.Question) { q.Expect.Deny = []string{hex.EncodeToString(ann.PrimaryKey.Fingerprint)} }, provenance.Denied},
	})
	if got := ask(armoured, key); !strings.Contains(got.Detail, "Ann <ann@example.com>") || len(got.Notes) != 1 {
		t.Errorf("detail %q, notes %q", got.Detail, got.Notes)
	}
}

func TestMinisign(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := []byte("12345678")
	key := []byte("untrusted comment: minisign public key\n" + base64.StdEncoding.EncodeToString(bytes.Join([][]byte{[]byte("Ed"), id, public}, nil)) + "\n")
	sign := func(algorithm string, id []byte, comment string) []byte {
		message := content
		if algorithm == "ED" {
			sum := blake2b.Sum512(content)
			message = sum[:]
		}
		signature := ed25519.Sign(private, message)
		global := ed25519.Sign(private, append(bytes.Clone(signature), "the file"...))
		return fmt.Appendf(nil, "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n",
			base64.StdEncoding.EncodeToString(bytes.Join([][]byte{[]byte(algorithm), id, signature}, nil)), comment, base64.StdEncoding.EncodeToString(global))
	}
	run(t, []trial{
		{"legacy", sign("Ed", id, "the file"), key, nil, provenance.OK},
		{"hashed", sign("ED", id, "the file"), key, nil, provenance.OK},
		{"key without its comment", sign("ED", id, "the file"), bytes.SplitN(key, []byte("\n"), 2)[1], nil, provenance.OK},
		{"other content", sign("ED", id, "the file"), key, otherContent, provenance.SignatureInvalid},
		{"comment changed", sign("ED", id, "other file"), key, nil, provenance.SignatureInvalid},
		{"other key", sign("ED", []byte("87654321"), "the file"), key, nil, provenance.KeyUnknown},
		{"other algorithm", sign("EX", id, "the file"), key, nil, provenance.CannotJudge},
		{"noise for a key", sign("ED", id, "the file"), []byte("noise"), nil, provenance.KeyInvalid},
		{"three lines", sign("ED", id, "the file")[:150], key, nil, provenance.Malformed},
	})
}

func TestBare(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	sum := sha256.Sum256(content)
	signature, err := ecdsa.SignASN1(rand.Reader, private, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(base64.StdEncoding.EncodeToString(signature) + "\n")
	run(t, []trial{
		{"in base64", text, key, nil, provenance.OK},
		{"as it is", signature, key, nil, provenance.OK},
		{"other content", text, key, otherContent, provenance.SignatureInvalid},
		{"noise", []byte("noise"), key, nil, provenance.SignatureInvalid},
		{"empty", nil, key, nil, provenance.Malformed},
		{"too long", bytes.Repeat([]byte("a"), maxSignature+1), key, nil, provenance.Malformed},
		{"content not at hand", text, key, func(q *verify.Question) { q.Material.Content = nil }, provenance.CannotJudge},
		{"its subject", text, key, func(q *verify.Question) {
			q.Subject.Digests = []evidence.Digest{{Algorithm: "sha256", Value: hex.EncodeToString(sum[:])}}
		}, provenance.OK},
		{"other subject", text, key, func(q *verify.Question) {
			q.Subject.Digests = []evidence.Digest{{Algorithm: "sha256", Value: strings.Repeat("0", 64)}}
		}, provenance.SubjectMismatch},
	})
}

func FuzzSignature(f *testing.F) {
	ann := entity(f, nil)
	armoured, binary := pgpSign(f, ann, nil)
	key := pgpKey(f, ann)
	f.Add(armoured, key)
	f.Add(binary, key)
	f.Add([]byte("untrusted comment: x\nRUQ=\ntrusted comment: y\nAA==\n"), []byte("RWQ="))
	f.Fuzz(func(t *testing.T, raw, key []byte) {
		if got := ask(raw, key); got.Class == "" {
			t.Error("no verdict")
		}
	})
}
