package sigstoretest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	bundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	sgbundle "github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

// check runs sigstore-go over a bundle, with all that the public instance asks for.
func check(t *testing.T, raw, trusted []byte, artifact []byte, options ...verify.VerifierOption) (*verify.VerificationResult, error) {
	t.Helper()
	material, err := root.NewTrustedRootFromJSON(trusted)
	if err != nil {
		t.Fatal(err)
	}
	var b sgbundle.Bundle
	if err := b.UnmarshalJSON(raw); err != nil {
		return nil, err
	}
	if options == nil {
		options = []verify.VerifierOption{verify.WithSignedCertificateTimestamps(1), verify.WithTransparencyLog(1), verify.WithObserverTimestamps(1)}
	}
	verifier, err := verify.NewVerifier(material, options...)
	if err != nil {
		t.Fatal(err)
	}
	return verifier.Verify(&b, verify.NewPolicy(verify.WithArtifact(bytes.NewReader(artifact)), verify.WithoutIdentitiesUnsafe()))
}

var artifact = []byte("an artifact")

func TestSigstoreGoAcceptsWhatIsSigned(t *testing.T) {
	s := New("accepts", Options{})
	who := Workflow("acme/weather", "refs/tags/v1.2.0")
	statement := SLSA1(who, SubjectOf("weather.tgz", artifact))
	for name, raw := range map[string][]byte{
		"v0.3":             s.Attest(who, statement, Signing{}),
		"v0.3 with TSA":    s.Attest(who, statement, Signing{TSA: true}),
		"v0.2":             s.Attest(who, statement, Signing{Version: "0.2"}),
		"v0.1":             s.Attest(who, statement, Signing{Version: "0.1"}),
		"Rekor v2":         s.Attest(who, statement, Signing{Log: RekorV2}),
		"v0.2 predicate":   s.Attest(who, SLSA02(who, SubjectOf("weather.tgz", artifact)), Signing{}),
		"message":          s.SignMessage(who, artifact, Signing{}),
		"message Rekor v2": s.SignMessage(who, artifact, Signing{Log: RekorV2}),
		"another time":     s.Attest(who, statement, Signing{At: time.Date(2031, 5, 1, 0, 0, 0, 0, time.UTC)}),
		"a person":         s.Attest(Person("dev@example.com", "https://accounts.example.com"), statement, Signing{}),
	} {
		if _, err := check(t, raw, s.TrustedRootJSON(), artifact); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSigstoreGoRefusesWhatIsNot(t *testing.T) {
	s := New("accepts", Options{})
	who := Workflow("acme/weather", "refs/tags/v1.2.0")
	statement := SLSA1(who, SubjectOf("weather.tgz", artifact))
	good := s.Attest(who, statement, Signing{TSA: true})
	for name, raw := range map[string][]byte{
		"another Sigstore": New("other", Options{}).Attest(who, statement, Signing{}),
		"no SCT":           s.Attest(who, statement, Signing{SCT: NoSCT}),
		"foreign SCT":      s.Attest(who, statement, Signing{SCT: ForeignSCT}),
		"tampered SCT":     s.Attest(who, statement, Signing{SCT: TamperedSCT}),
		"expired leaf":     s.Attest(who, statement, Signing{LoggedAt: signingDay.Add(time.Hour)}),
		"no log":           s.Attest(who, statement, Signing{Log: NoLog}),
		"v2 without time":  s.Attest(who, statement, Signing{Log: RekorV2, NoTSA: true}),
		"before the root":  s.Attest(who, statement, Signing{At: time.Date(2020, 5, 1, 0, 0, 0, 0, time.UTC)}),
		"other content":    Alter(good, func(b *bundle.Bundle) { b.GetDsseEnvelope().Payload = []byte("{}") }),
		"root hash":        Alter(good, func(b *bundle.Bundle) { b.VerificationMaterial.TlogEntries[0].InclusionProof.RootHash[0]++ }),
		"entry time":       Alter(good, func(b *bundle.Bundle) { b.VerificationMaterial.TlogEntries[0].IntegratedTime++ }),
	} {
		if _, err := check(t, raw, s.TrustedRootJSON(), artifact); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := check(t, good, s.TrustedRootJSON(), []byte("another artifact")); err == nil {
		t.Error("another artifact is accepted")
	}
}

func TestCertificateSaysAllThatFulcioSays(t *testing.T) {
	s := New("certificate", Options{})
	who := Workflow("acme/weather", "refs/tags/v1.2.0")
	who.Signer = "https://github.com/acme/builders/.github/workflows/build.yml@refs/tags/v2"
	who.Runner = "self-hosted"
	result, err := check(t, s.Attest(who, SLSA1(who, SubjectOf("weather.tgz", artifact)), Signing{}), s.TrustedRootJSON(), artifact)
	if err != nil {
		t.Fatal(err)
	}
	got := result.Signature.Certificate
	for what, pair := range map[string][2]string{
		"issuer":      {got.Issuer, GitHubActions},
		"SAN":         {got.SubjectAlternativeName, who.Signer},
		"signer":      {got.BuildSignerURI, who.Signer},
		"config":      {got.BuildConfigURI, "https://github.com/acme/weather/.github/workflows/release.yml@refs/tags/v1.2.0"},
		"source":      {got.SourceRepositoryURI, "https://github.com/acme/weather"},
		"commit":      {got.SourceRepositoryDigest, Commit},
		"ref":         {got.SourceRepositoryRef, "refs/tags/v1.2.0"},
		"id":          {got.SourceRepositoryIdentifier, "123456"},
		"owner":       {got.SourceRepositoryOwnerURI, "https://github.com/acme"},
		"owner id":    {got.SourceRepositoryOwnerIdentifier, "654321"},
		"runner":      {got.RunnerEnvironment, "self-hosted"},
		"trigger":     {got.BuildTrigger, "push"},
		"run":         {got.RunInvocationURI, "https://github.com/acme/weather/actions/runs/1/attempts/1"},
		"visibility":  {got.SourceRepositoryVisibilityAtSigning, "public"},
		"old trigger": {got.GithubWorkflowTrigger, "push"}, //nolint:staticcheck // the old extensions are still written
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
}

func TestGitHubInstance(t *testing.T) {
	s := New("github", Options{GitHub: true})
	who := Workflow("acme/private", "refs/heads/main")
	raw := s.Attest(who, SLSA1(who, SubjectOf("weather.tgz", artifact)), Signing{})
	if _, err := check(t, raw, s.TrustedRootJSON(), artifact, verify.WithSignedTimestamps(1)); err != nil {
		t.Error(err)
	}
	if got := Leaf(raw).Issuer.Organization[0]; got != "GitHub, Inc." {
		t.Errorf("issued by %s", got)
	}
	release := s.Attest(GitHubRelease(), Release("acme/weather", "v1.2.0", Commit, SubjectOf("weather.tgz", artifact)), Signing{})
	if _, err := check(t, release, s.TrustedRootJSON(), artifact, verify.WithSignedTimestamps(1)); err != nil {
		t.Error(err)
	}
}

func TestNPMKeySigns(t *testing.T) {
	s := New("npm", Options{})
	raw := s.Attest(Identity{}, NPMPublish("@acme/weather", "1.2.0", SubjectOf("x", artifact)), Signing{Key: true})
	if strings.Contains(string(raw), "certificate") {
		t.Error("a key-signed attestation has a certificate")
	}
	var keys struct {
		Keys []struct {
			KeyID string `json:"keyId"`
		} `json:"keys"`
	}
	if err := json.Unmarshal(s.NPMKeysJSON(), &keys); err != nil {
		t.Fatal(err)
	}
	if hint := unmarshal(raw).GetVerificationMaterial().GetPublicKey().GetHint(); hint != keys.Keys[0].KeyID {
		t.Errorf("the hint is %s, the key %s", hint, keys.Keys[0].KeyID)
	}
}

func TestSeedDecidesTheKeys(t *testing.T) {
	a, b, c := New("one", Options{}), New("one", Options{}), New("two", Options{})
	if !bytes.Equal(a.TrustedRootJSON(), b.TrustedRootJSON()) {
		t.Error("one seed makes two roots")
	}
	if bytes.Equal(a.TrustedRootJSON(), c.TrustedRootJSON()) {
		t.Error("two seeds make one root")
	}
	who := Workflow("acme/weather", "refs/tags/v1.2.0")
	statement := SLSA1(who, SubjectOf("weather.tgz", artifact))
	if !bytes.Equal(a.Attest(who, statement, Signing{}), b.Attest(who, statement, Signing{})) {
		t.Error("one seed signs in two ways")
	}
}

func TestTreeOfEverySize(t *testing.T) {
	var grown tree
	for size := range 20 {
		grown.add([]byte{byte(size)})
		for index := range int64(len(grown)) {
			if got := climb(grown, index); !bytes.Equal(got, grown.root()) {
				t.Errorf("leaf %d of %d: the proof leads to %s", index, len(grown), hex.EncodeToString(got))
			}
		}
	}
}

// climb recomputes the root from a leaf and its proof, as RFC 9162 does (2.1.3.2).
func climb(t tree, index int64) []byte {
	f, s, hash := index, int64(len(t)-1), t[index]
	for _, p := range t.proof(index) {
		if f%2 == 1 || f == s {
			hash = node(p, hash)
			for f%2 == 0 && f != 0 {
				f, s = f>>1, s>>1
			}
		} else {
			hash = node(hash, p)
		}
		f, s = f>>1, s>>1
	}
	return hash
}
