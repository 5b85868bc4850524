package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// TestNoRoot: without a trust root nothing is fetched and nothing passes.
func TestNoRoot(t *testing.T) {
	goOffline()
	judge := &judge{}
	request := readCase(t, "npm/gundam-visor-cli-v1-tag").request(t)
	if reply := ask(t, judge, request); reply.Verdict != wire.Pass {
		t.Fatalf("got %+v", reply)
	}
	request.TrustedRoot = nil // that of the request before does not count
	if reply := ask(t, judge, request); reply.Limit != wire.LimitNoTrustedRoot || reply.Verdict != wire.CannotJudge {
		t.Fatalf("got %+v", reply)
	}
	request.TrustedRoot = []byte("{}")
	if reply := ask(t, judge, request); reply.Verdict != wire.Error || reply.Class != "trust-root-invalid" {
		t.Fatalf("got %+v", reply)
	}
}

// TestRootsChange: the root of each request counts, not the first one's.
func TestRootsChange(t *testing.T) {
	goOffline()
	judge := &judge{}
	ours, theirs := readCase(t, "synthetic/generic.intoto.sigstore.json").request(t), readCase(t, "github/MODULE.bazel").request(t)
	for range 2 {
		for _, request := range []wire.Request{ours, theirs} {
			if reply := ask(t, judge, request); reply.Verdict != wire.Pass {
				t.Fatalf("got %+v", reply)
			}
		}
	}
	ours.TrustedRoot, theirs.TrustedRoot = theirs.TrustedRoot, ours.TrustedRoot
	for _, request := range []wire.Request{ours, theirs} {
		if reply := ask(t, judge, request); reply.Verdict != wire.Fail || reply.Class != "log-unknown" {
			t.Fatalf("by the other's root: got %+v", reply)
		}
	}
}

// TestKeysChange: packages that the registry signed with different keys pass in one
// process, and one whose key is not there is not judged.
func TestKeysChange(t *testing.T) {
	goOffline()
	judge := &judge{}
	public, synthetic := readCase(t, "npm/gundam-visor-cli-v1-tag").request(t), readCase(t, "synthetic/npm.attestations.json").request(t)
	for range 2 {
		for _, request := range []wire.Request{public, synthetic} {
			if reply := ask(t, judge, request); reply.Verdict != wire.Pass {
				t.Fatalf("got %+v", reply)
			}
		}
	}
	public.NPMKeys = synthetic.NPMKeys
	if reply := ask(t, judge, public); reply.Verdict != wire.CannotJudge || reply.Class != "key-unknown" {
		t.Fatalf("got %+v", reply)
	}
	public.NPMKeys = nil
	if reply := ask(t, judge, public); reply.Verdict != wire.CannotJudge || reply.Limit != wire.LimitNoKey {
		t.Fatalf("got %+v", reply)
	}
}

// TestExpectations: what the caller expects and the proof does not say is a failure.
func TestExpectations(t *testing.T) {
	goOffline()
	const other = "0000000000000000000000000000000000000000000000000000000000000000"
	for _, test := range []struct {
		name, id, class string
		change          func(*wire.Request)
	}{
		{"other artifact", "github/MODULE.bazel", "subject-mismatch", func(r *wire.Request) { r.Digests = []string{"sha256:" + other} }},
		{"other algorithm", "github/MODULE.bazel", "subject-mismatch", func(r *wire.Request) { r.Digests = []string{"sha512:" + other + other} }},
		{"other source", "github/MODULE.bazel", "source-mismatch", func(r *wire.Request) { r.Source = "github.com/other/rules_lint" }},
		{"other workflow", "github/MODULE.bazel", "identity-mismatch", func(r *wire.Request) {
			r.Builder = "https://github.com/other/x/.github/workflows/y.yml"
		}},
		{"tag", "generator/gha_generic/v2.1.0/binary-linux-amd64-push-v14.2.intoto.jsonl", "ok", func(r *wire.Request) { r.Ref = "refs/tags/v14.2" }},
		{"bare tag", "generator/gha_generic/v2.1.0/binary-linux-amd64-push-v14.2.intoto.jsonl", "ok", func(r *wire.Request) { r.Ref = "v14.2" }},
		{"other tag", "generator/gha_generic/v2.1.0/binary-linux-amd64-push-v14.2.intoto.jsonl", "source-mismatch", func(r *wire.Request) { r.Ref = "v15" }},
		{"bare branch", "generator/gha_go/v2.1.0/binary-linux-amd64-workflow_dispatch.intoto.jsonl", "ok", func(r *wire.Request) { r.Ref = "main" }},
		{"tag of a branch build", "generator/gha_go/v2.1.0/binary-linux-amd64-workflow_dispatch.intoto.jsonl", "source-mismatch", func(r *wire.Request) { r.Ref = "refs/tags/v1" }},
		{"ref of npm's own statement", "npm/gundam-visor-cli-v1-tag", "ok", func(r *wire.Request) { r.Ref = "v1.0.1" }},
		{"other ref of npm's own statement", "npm/gundam-visor-cli-v1-tag", "source-mismatch", func(r *wire.Request) { r.Ref = "refs/tags/v9" }},
		{"branch for npm's own statement", "npm/gundam-visor-cli-v1-tag", "source-mismatch", func(r *wire.Request) { r.Ref = "refs/heads/v1.0.1" }},
		{"other ref of GitHub's", "github/MODULE.bazel", "source-mismatch", func(r *wire.Request) { r.Ref = "refs/tags/v9" }},
		{"source in other case", "github/MODULE.bazel", "ok", func(r *wire.Request) { r.Source = "github.com/Aspect-Build/Rules_Lint" }},
		{"nothing expected", "github/MODULE.bazel", "ok", func(r *wire.Request) {
			*r = wire.Request{Kind: r.Kind, Provenance: r.Provenance, TrustedRoot: r.TrustedRoot}
		}},
		{"builder with ref", "generator/gha_delegator/v2.0.0/binary-linux-amd64-push-v14.build.slsa", "ok", func(r *wire.Request) { r.Builder += "@refs/tags/v2.0.0" }},
		{"builder at other ref", "generator/gha_delegator/v2.0.0/binary-linux-amd64-push-v14.build.slsa", "identity-mismatch", func(r *wire.Request) { r.Builder += "@v1.0.0" }},
		{"delegated workflow", "generator/gha_delegator/v2.0.0/binary-linux-amd64-push-v14.build.slsa", "ok", func(r *wire.Request) {
			r.Builder = "https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml"
		}},
		{"other package", "npm/gundam-visor-cli-v1-tag", "subject-mismatch", func(r *wire.Request) { r.PackageName = "other" }},
		{"package", "npm/gundam-visor-cli-v1-tag", "ok", func(r *wire.Request) { r.PackageName, r.PackageVersion = "gundam-visor", "1.0.1" }},
		{"other version", "npm/gundam-visor-cli-v1-tag", "subject-mismatch", func(r *wire.Request) { r.PackageVersion = "1.0.2" }},
		{"other workflow of npm", "npm/gundam-visor-cli-v1-tag", "identity-mismatch", func(r *wire.Request) {
			r.Builder = "https://github.com/other/x/.github/workflows/y.yml"
		}},
		{"image of another build", "gcb/gcloud-container-github", "subject-mismatch", func(r *wire.Request) { r.Digests = []string{"sha256:" + other} }},
		{"image of another source", "gcb/gcloud-container-github", "source-mismatch", func(r *wire.Request) { r.Source = "github.com/other/name" }},
		{"other verifier", "vsa/gke", "identity-mismatch", func(r *wire.Request) { r.Verifier = "https://verifier.invalid/" }},
		{"higher level", "vsa/gke", "level-too-low", func(r *wire.Request) { r.Levels = []string{"SLSA_BUILD_LEVEL_3"} }},
		{"other image", "vsa/gke", "subject-mismatch", func(r *wire.Request) { r.Digests = []string{"gce_image_id:1"} }},
		{"other key id", "vsa/gke", "key-unknown", func(r *wire.Request) { r.KeyID = "other" }},
		{"no proof", "vsa/gke", "malformed", func(r *wire.Request) { r.Provenance = []byte("\x00") }},
		{"no bundle", "github/MODULE.bazel", "malformed", func(r *wire.Request) { r.Provenance = []byte("{}") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := readCase(t, test.id).request(t)
			test.change(&request)
			if reply := ask(t, &judge{}, request); reply.Class != test.class || (reply.Class == "ok") != (reply.Verdict == wire.Pass) {
				t.Fatalf("got %+v, want %s", reply, test.class)
			}
		})
	}
}

// TestInclusionIsNotChecked: a known blind spot, which every pass tells.
func TestInclusionIsNotChecked(t *testing.T) {
	goOffline()
	request := readCase(t, "github/MODULE.bazel").request(t)
	var bundle map[string]any
	if err := json.Unmarshal(request.Provenance, &bundle); err != nil {
		t.Fatal(err)
	}
	entry := bundle["verificationMaterial"].(map[string]any)["tlogEntries"].([]any)[0].(map[string]any)
	entry["inclusionProof"].(map[string]any)["rootHash"] = base64.StdEncoding.EncodeToString(make([]byte, 32))
	request.Provenance, _ = json.Marshal(bundle)
	reply := ask(t, &judge{}, request)
	if reply.Verdict != wire.Pass || !strings.Contains(fmt.Sprint(reply.Notes), wire.NoteInclusion) {
		t.Fatalf("got %+v", reply)
	}
}

// TestSummaryLevels: levels that came with SLSA 1.2 are a limit, not a failure.
func TestSummaryLevels(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	for level, want := range map[string]wire.Verdict{
		"SLSA_BUILD_LEVEL_3": wire.Pass, "SLSA_BUILD_LEVEL_UNEVALUATED": wire.CannotJudge,
		"SLSA_SOURCE_TWO_PARTY_REVIEWED": wire.CannotJudge, "SEALVET_CHECKED": wire.Pass,
	} {
		request := wire.Request{Kind: wire.VSA, Provenance: summary(t, private, level), Key: der, KeyID: "test"}
		reply := ask(t, &judge{}, request)
		if reply.Verdict != want || want == wire.CannotJudge && reply.Limit != wire.LimitVSALevels {
			t.Errorf("%s: got %+v", level, reply)
		}
		other, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if request.Key, err = x509.MarshalPKIXPublicKey(other); err != nil {
			t.Fatal(err)
		}
		if reply := ask(t, &judge{}, request); reply.Class != "signature-invalid" {
			t.Errorf("%s by another key: got %+v", level, reply)
		}
	}
}

type testSigner struct{ key crypto.Signer }

func (s testSigner) Sign(_ context.Context, data []byte) ([]byte, error) {
	return s.key.Sign(rand.Reader, data, crypto.Hash(0))
}

func (testSigner) KeyID() (string, error) { return "test", nil }

func summary(t *testing.T, key crypto.Signer, level string) []byte {
	t.Helper()
	statement := fmt.Sprintf(`{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/verification_summary/v1",
		"subject": [{"digest": {"gitCommit": "0123456789abcdef0123456789abcdef01234567"}}],
		"predicate": {"verifier": {"id": "https://verifier.invalid/"}, "timeVerified": "2026-01-01T00:00:00Z", "resourceUri": "git+https://example.com/a/b",
		"policy": {"uri": "https://example.com/policy"}, "verificationResult": "PASSED", "verifiedLevels": [%q], "slsaVersion": "1.2"}}`, level)
	signer, err := dsse.NewEnvelopeSigner(testSigner{key})
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := signer.SignPayload(context.Background(), "application/vnd.in-toto+json", []byte(statement))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// FuzzProof: no proof breaks the verifier.
func FuzzProof(f *testing.F) {
	goOffline()
	templates := map[string]wire.Request{}
	for _, id := range []string{"github/MODULE.bazel", "npm/gundam-visor-cli-v1-tag", "gcb/gcloud-container-github", "vsa/gke"} {
		request := readCase(f, id).request(f)
		f.Add(string(request.Kind), request.Provenance)
		templates[string(request.Kind)] = request
	}
	judge := &judge{}
	f.Fuzz(func(t *testing.T, kind string, proof []byte) {
		request, is := templates[kind]
		if !is {
			return
		}
		good := bytes.Equal(proof, request.Provenance)
		request.Provenance = proof
		reply := ask(t, judge, request)
		if good && reply.Verdict != wire.Pass || strings.Contains(reply.Detail, "panicked") {
			t.Fatalf("got %+v", reply)
		}
	})
}
