package gitsig

import (
	"bytes"
	"crypto"
	"crypto/dsa" //lint:ignore SA1019 weak on purpose
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// signedAt is when the commits of these tests were made.
var signedAt = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

func unsigned(message string) string {
	return fmt.Sprintf("tree %s\nauthor Ann <ann@example.com> %d +0000\ncommitter Ann <ann@example.com> %[2]d +0000\n\n%[3]s\n", emptyTree, signedAt.Unix(), message)
}

// withSignature puts the signature where git puts it in a commit.
func withSignature(commit, armoured string) []byte {
	head, message, _ := strings.Cut(commit, "\n\n")
	folded := strings.ReplaceAll(strings.TrimSuffix(armoured, "\n"), "\n", "\n ")
	return []byte(head + "\ngpgsig " + folded + "\n\n" + message)
}

func read(t testing.TB, raw []byte) Object {
	t.Helper()
	object, err := Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// sshKey makes a key for one test.
func sshKey(t testing.TB, sort string) ssh.Signer {
	t.Helper()
	var private any
	var err error
	switch sort {
	case "ed25519":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case "rsa-1024":
		private, err = rsa.GenerateKey(rand.Reader, 1024)
	case "dsa":
		key := new(dsa.PrivateKey)
		if err = dsa.GenerateParameters(&key.Parameters, rand.Reader, dsa.L1024N160); err == nil {
			err = dsa.GenerateKey(key, rand.Reader)
		}
		private = key
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func sshSigned(t testing.TB, key ssh.Signer, namespace, commit string) []byte {
	t.Helper()
	signature, err := sshsig.Sign(strings.NewReader(commit), key, sshsig.HashSHA512, namespace)
	if err != nil {
		t.Fatal(err)
	}
	return withSignature(commit, string(sshsig.Armor(signature)))
}

func line(principals, options string, key ssh.PublicKey) string {
	return strings.Join(strings.Fields(principals+" "+options+" "+string(ssh.MarshalAuthorizedKey(key))), " ") + "\n"
}

func list(t testing.TB, text string) *Signers {
	t.Helper()
	signers, err := ReadSigners("allowed_signers", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range signers.Problems {
		t.Fatalf("line %d: %s", problem.Line, problem.Why)
	}
	return signers
}

// certified has an authority vouch for a key.
func certified(t testing.TB, authority, key ssh.Signer, change func(*ssh.Certificate)) ssh.Signer {
	t.Helper()
	certificate := &ssh.Certificate{
		Key: key.PublicKey(), CertType: ssh.UserCert, KeyId: "test", ValidPrincipals: []string{"ann@example.com"},
		ValidAfter: uint64(signedAt.Add(-time.Hour).Unix()), ValidBefore: uint64(signedAt.Add(time.Hour).Unix()),
	}
	if change != nil {
		change(certificate)
	}
	if err := certificate.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewCertSigner(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// pgpKey makes an OpenPGP key that was born a year before the commits.
func pgpKey(t testing.TB, config packet.Config) *openpgp.Entity {
	t.Helper()
	config.Time = func() time.Time { return signedAt.AddDate(-1, 0, 0) }
	entity, err := openpgp.NewEntity("Ann", "", "ann@example.com", &config)
	if err != nil {
		t.Fatal(err)
	}
	return entity
}

func pgpSigned(t testing.TB, entity *openpgp.Entity, hash crypto.Hash, commit string) []byte {
	t.Helper()
	signature := &packet.Signature{
		Version: 4, SigType: packet.SigTypeBinary, PubKeyAlgo: entity.PrimaryKey.PubKeyAlgo, Hash: hash,
		CreationTime: signedAt, IssuerKeyId: &entity.PrimaryKey.KeyId, IssuerFingerprint: entity.PrimaryKey.Fingerprint,
	}
	digest := hash.New()
	digest.Write([]byte(commit))
	if err := signature.Sign(digest, entity.PrivateKey, &packet.Config{NonDeterministicSignaturesViaNotation: packet.BoolPointer(false)}); err != nil {
		t.Fatal(err)
	}
	return withSignature(commit, armoured(t, signature))
}

func armoured(t testing.TB, packets ...*packet.Signature) string {
	t.Helper()
	var text bytes.Buffer
	out, err := armor.Encode(&text, "PGP SIGNATURE", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range packets {
		if err := one.Serialize(out); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String() + "\n"
}

func keyring(t testing.TB, entity *openpgp.Entity) []byte {
	t.Helper()
	var text bytes.Buffer
	out, err := armor.Encode(&text, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := entity.Serialize(out); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}
