package gitsig

import (
	"context"
	"crypto"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/crypto/ssh"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// What is expected is held against the signature; what it cannot tell is no pass.
func TestExpectations(t *testing.T) {
	key := sshKey(t, "ed25519")
	commit := sshSigned(t, key, Namespace, unsigned("good"))
	id := read(t, commit).ID
	fingerprint := ssh.FingerprintSHA256(key.PublicKey())
	mine := []byte(line("ann@example.com", "", key.PublicKey()))
	other := []byte(line("ann@example.com", "", sshKey(t, "ed25519").PublicKey()))
	pgp := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoRSA, RSABits: 1024})
	for name, c := range map[string]struct {
		raw    []byte
		key    []byte
		digest string
		expect provenance.Expect
		want   evidence.ProofClass
	}{
		"nothing":           {raw: commit, want: provenance.OKKey},
		"the object":        {raw: commit, digest: id, want: provenance.OKKey},
		"another object":    {raw: commit, digest: strings.Repeat("0", 40), want: provenance.SubjectMismatch},
		"the commit":        {raw: commit, expect: provenance.Expect{Commit: id}, want: provenance.OKKey},
		"another commit":    {raw: commit, expect: provenance.Expect{Commit: strings.Repeat("0", 40)}, want: provenance.SubjectMismatch},
		"the key":           {raw: commit, expect: provenance.Expect{Identity: fingerprint}, want: provenance.OK},
		"the person":        {raw: commit, key: mine, expect: provenance.Expect{Identity: "ann@example.com"}, want: provenance.OK},
		"another person":    {raw: commit, key: mine, expect: provenance.Expect{Identity: "eve@example.com"}, want: provenance.IdentityMismatch},
		"somebody unlisted": {raw: commit, expect: provenance.Expect{Identity: "ann@example.com"}, want: provenance.KeyUnknown},
		"another's list":    {raw: commit, key: other, expect: provenance.Expect{Identity: "ann@example.com"}, want: provenance.KeyUnknown},
		"a bare key":        {raw: commit, key: ssh.MarshalAuthorizedKey(key.PublicKey()), want: provenance.OK},
		"no key":            {raw: commit, key: []byte("nonsense"), want: provenance.KeyInvalid},
		"denied":            {raw: commit, expect: provenance.Expect{Deny: []string{fingerprint[:20] + "*"}}, want: provenance.Denied},
		"a source":          {raw: commit, expect: provenance.Expect{Source: "example.com/acme/weather"}, want: provenance.CannotJudge},
		"a ref":             {raw: commit, expect: provenance.Expect{Ref: "v1"}, want: provenance.CannotJudge},
		"an issuer":         {raw: commit, key: mine, expect: provenance.Expect{Issuer: "https://issuer.example.com"}, want: provenance.CannotJudge},
		"unsigned":          {raw: []byte(unsigned("x")), expect: provenance.Expect{Commit: id}, want: provenance.NoProof},
		"weak":              {raw: pgpSigned(t, pgp, crypto.SHA1, unsigned("x")), key: keyring(t, pgp), want: provenance.KeyInvalid},
		"no object":         {raw: []byte("x"), want: provenance.Malformed},
		"too large":         {raw: make([]byte, verify.MaxProof+1), want: provenance.Malformed},
	} {
		question := verify.Question{Material: verify.Material{Raw: c.raw, Key: c.key, KeyID: "trusted"}, Expect: c.expect, Now: signedAt}
		if c.digest != "" {
			question.Subject.Digests = []evidence.Digest{{Algorithm: "gitCommit", Value: c.digest}}
		}
		if got := new(Engine).Verify(context.Background(), question)[0]; got.Class != c.want {
			t.Errorf("%s: %s (%s), want %s", name, got.Class, got.Detail, c.want)
		}
	}
}

func TestTagsByName(t *testing.T) {
	raw := []byte("object " + emptyTree + "\ntype commit\ntag v1\ntagger Ann <ann@example.com> 1 +0000\n\nv1\n")
	key := sshKey(t, "ed25519")
	signed := string(sshSigned(t, key, Namespace, string(raw)))
	_, rest, _ := strings.Cut(signed, "\ngpgsig ")
	armour, _, _ := strings.Cut(rest, "\n\n")
	raw = append(raw, []byte(strings.ReplaceAll(armour, "\n ", "\n")+"\n")...)
	for ref, want := range map[string]evidence.ProofClass{"": provenance.OKKey, "v1": provenance.OKKey, "refs/tags/v1": provenance.OKKey, "v2": provenance.SubjectMismatch, "refs/heads/v1": provenance.SubjectMismatch} {
		question := verify.Question{Material: verify.Material{Raw: raw}, Expect: provenance.Expect{Ref: ref}}
		got := new(Engine).Verify(context.Background(), question)[0]
		if got.Class != want {
			t.Errorf("%q: %s (%s), want %s", ref, got.Class, got.Detail, want)
		}
	}
}
