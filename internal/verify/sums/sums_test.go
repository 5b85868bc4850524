package sums

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

var (
	one = strings.Repeat("1", 64)
	two = strings.Repeat("2", 64)
	big = strings.Repeat("3", 128)
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"sha256sum":       {one + "  app.tgz\n" + two + " *b.zip\r\n", "app.tgz sha256 1, b.zip sha256 2"},
		"sha512sum":       {big + "  ./app.tgz\n", "./app.tgz sha512 3"},
		"goreleaser":      {one + "  weather_1.2.0_linux_amd64.tar.gz\n", "weather_1.2.0_linux_amd64.tar.gz sha256 1"},
		"BSD":             {"SHA256 (my app.tgz) = " + one + "\nSHA512 (b) = " + big, "my app.tgz sha256 1, b sha512 3"},
		"digest alone":    {strings.ToUpper(one) + "\n", " sha256 1"},
		"with algorithm":  {"sha256:" + one + "  app.tgz", "app.tgz sha256 1"},
		"comment, BOM":    {"\ufeff# made today\n\n" + one + "  a b\n", "a b sha256 1"},
		"odd name":        {`\` + one + `  a\\b\nc`, "a\\b\nc sha256 1"},
		"weak beside it":  {strings.Repeat("1", 40) + "  app.tgz\n" + one + "  app.tgz\n", "app.tgz sha256 1"},
		"weak":            {strings.Repeat("1", 32) + "  app.tgz\n", "error"},
		"weak, BSD":       {"MD5 (app.tgz) = " + strings.Repeat("1", 32), "error"},
		"empty":           {"\n\n", "error"},
		"words":           {"these are no checksums\n", "error"},
		"no hexadecimals": {strings.Repeat("x", 64) + "  a\n", "error"},
		"BSD, wrong size": {"SHA512 (a) = " + one, "error"},
	} {
		lines, err := Parse([]byte(c.text))
		var got []string
		for _, l := range lines {
			got = append(got, fmt.Sprintf("%s %s %.1s", l.Name, l.Digest.Algorithm, l.Digest.Value))
		}
		text := strings.Join(got, ", ")
		if err != nil {
			text = "error"
		}
		if text != c.want {
			t.Errorf("%s: got %q (%v), want %q", name, text, err, c.want)
		}
	}
	if _, err := Parse([]byte(strings.Repeat("\n", maxLines+1))); err == nil {
		t.Error("too many lines are read")
	}
}

// signer passes what it is told to, where it is asked about the right file.
type signer struct {
	about string
	class evidence.ProofClass
}

func (signer) Name() string                         { return "signer v1" }
func (signer) Can(format evidence.ProofFormat) bool { return format == evidence.ProofBundle }
func (s signer) Verify(_ context.Context, q verify.Question) []evidence.Proof {
	class := s.class
	if q.Subject.Digests[0].Value != s.about || string(q.Material.Raw) != "bundle" || len(q.Material.Content) == 0 {
		class = provenance.SubjectMismatch
	}
	if string(q.Material.Key) != "key" || q.Material.KeyID != "its name" {
		class = provenance.KeyUnknown
	}
	return []evidence.Proof{{Format: q.Material.Format, Class: class, Engine: s.Name(), Level: 3, Claims: evidence.Claims{Identity: "acme"}}}
}

func TestVerify(t *testing.T) {
	list := one + "  app.tgz\n" + two + "  dist/b.zip\n" + one + "  other/b.zip\n"
	sum := sha256.Sum256([]byte(list))
	good := signer{hex.EncodeToString(sum[:]), provenance.OK}
	ask := func(change func(*verify.Question), inner ...verify.Engine) []evidence.Proof {
		q := verify.Question{
			Subject:  provenance.Subject{Name: "app.tgz", Digests: []evidence.Digest{{Algorithm: "sha512", Value: big}, {Algorithm: "sha256", Value: one}}},
			Material: verify.Material{Format: evidence.ProofSums, Raw: []byte(list), Origin: "dist/checksums.txt", Key: []byte("key"), KeyID: "its name", Proofs: []verify.Material{{Format: evidence.ProofBundle, Raw: []byte("bundle")}}},
		}
		if change != nil {
			change(&q)
		}
		return New(inner...).Verify(context.Background(), q)
	}
	digest := func(value string) func(*verify.Question) {
		return func(q *verify.Question) { q.Subject.Digests = []evidence.Digest{{Algorithm: "sha256", Value: value}} }
	}
	named := func(name, value string) func(*verify.Question) {
		return func(q *verify.Question) { digest(value)(q); q.Subject.Name = name }
	}
	for name, c := range map[string]struct {
		change func(*verify.Question)
		inner  verify.Engine
		want   evidence.ProofClass
	}{
		"good":               {nil, good, provenance.OK},
		"in a folder":        {named("b.zip", two), good, provenance.OK},
		"in another folder":  {named("b.zip", one), good, provenance.OK},
		"no name":            {named("", two), good, provenance.OK},
		"other digest":       {digest(two), good, provenance.SubjectMismatch},
		"other name":         {named("c.zip", one), good, provenance.SubjectMismatch},
		"not listed":         {named("c.zip", strings.Repeat("4", 64)), good, provenance.SubjectMismatch},
		"no digest":          {func(q *verify.Question) { q.Subject.Digests = nil }, good, provenance.CannotJudge},
		"digest of no use":   {func(q *verify.Question) { q.Subject.Digests = q.Subject.Digests[:1] }, good, provenance.SubjectMismatch},
		"unsigned":           {func(q *verify.Question) { q.Material.Proofs = nil }, good, provenance.NoProof},
		"badly signed":       {nil, signer{good.about, provenance.SignatureInvalid}, provenance.SignatureInvalid},
		"other file signed":  {nil, signer{one, provenance.OK}, provenance.SubjectMismatch},
		"nobody reads it":    {func(q *verify.Question) { q.Material.Proofs[0].Format = evidence.ProofSignedHash }, good, provenance.EngineUnavailable},
		"checksums of sums":  {func(q *verify.Question) { q.Material.Proofs[0].Format = evidence.ProofSums }, good, provenance.EngineUnavailable},
		"no checksum file":   {func(q *verify.Question) { q.Material.Raw = []byte("hello") }, good, provenance.Malformed},
		"listed twice":       {func(q *verify.Question) { q.Material.Raw = []byte(list + two + "  app.tgz\n") }, good, provenance.SubjectMismatch},
		"more than is taken": {func(q *verify.Question) { q.Material.Raw = make([]byte, verify.MaxProof+1) }, good, provenance.Malformed},
	} {
		got := ask(c.change, c.inner)
		if len(got) != 1 || got[0].Class != c.want || got[0].Format != evidence.ProofSums || got[0].Level != 0 {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
	proof := ask(nil, good)[0]
	if proof.Claims.Identity != "acme" || proof.Claims.Subjects[0].Name != "app.tgz" || proof.Engine != "sealvet-checksums, signer v1" {
		t.Errorf("%+v", proof)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(one + "  app.tgz\n"))
	f.Add([]byte("SHA256 (a) = " + one))
	f.Add([]byte(`\` + one + ` *a\n`))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := Parse(data)
		if err == nil && len(lines) == 0 {
			t.Error("neither lines nor an error")
		}
	})
}
