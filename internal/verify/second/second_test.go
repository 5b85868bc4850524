package second

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

var (
	verifierModule = filepath.Join("..", "..", "..", "cmd", "sealvet-slsa-verifier")
	data           = filepath.Join("..", "..", "..", "testdata", "provenance")
	built          string // the real program
)

// TestMain builds the real program once. The test binary also plays programs that
// misbehave.
func TestMain(m *testing.M) {
	if role := os.Getenv("SEALVET_TEST_ROLE"); role != "" {
		misbehave(role)
		os.Exit(0)
	}
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "second")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	built = filepath.Join(dir, fileName())
	build := exec.Command("go", "build", "-o", built, ".")
	build.Dir = verifierModule
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as `make second` builds it, so that nothing is compiled twice
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the second verifier, which these tests need: %v\n%s", err, output)
		return 1
	}
	return m.Run()
}

// provenanceCase is a case of testdata/provenance/cases.json.
type provenanceCase struct {
	ID, Format, File, Trust, NPMKeys, Key, KeyID string
	Source, SignerWorkflow, SubjectName          string
	Verifier, ResourceURI                        string
	Levels                                       []string
	Artifact                                     map[string]string
	Expect, Class                                string
}

func readCase(t testing.TB, id string) provenanceCase {
	t.Helper()
	var listed struct{ Cases []provenanceCase }
	if err := json.Unmarshal(readData(t, "cases.json"), &listed); err != nil {
		t.Fatal(err)
	}
	for _, one := range listed.Cases {
		if one.ID == id {
			return one
		}
	}
	t.Fatalf("there is no case %s", id)
	return provenanceCase{}
}

func readData(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (c provenanceCase) question(t testing.TB) (verify.Question, []byte, []trust.Key) {
	t.Helper()
	format := map[string]evidence.ProofFormat{
		"npm-attestations": evidence.ProofNPM, "sigstore-bundle": evidence.ProofBundle, "dsse-cert": evidence.ProofDSSE,
		"gcb": evidence.ProofGCB, "vsa-dsse": evidence.ProofVSA,
	}[c.Format]
	question := verify.Question{
		Material: verify.Material{Format: format, Raw: readData(t, c.File), KeyID: c.KeyID},
		Subject:  provenance.Subject{Name: c.SubjectName},
		Expect: provenance.Expect{Source: strings.ToLower(c.Source), Workflow: c.SignerWorkflow,
			Verifier: c.Verifier, Resource: c.ResourceURI, Levels: c.Levels},
	}
	for algorithm, value := range c.Artifact {
		question.Subject.Digests = append(question.Subject.Digests, evidence.Digest{Algorithm: algorithm, Value: value})
	}
	if c.Key != "" {
		question.Material.Key = readData(t, c.Key)
	}
	var root []byte
	if c.Trust != "" {
		root = readData(t, c.Trust)
	}
	var keys []trust.Key
	if c.NPMKeys != "" {
		keys = readKeys(t, c.NPMKeys)
	}
	return question, root, keys
}

func readKeys(t testing.TB, name string) []trust.Key {
	t.Helper()
	var file struct {
		Keys []struct {
			KeyID, KeyUsage string
			PublicKey       struct{ RawBytes []byte }
		}
	}
	if err := json.Unmarshal(readData(t, name), &file); err != nil {
		t.Fatal(err)
	}
	var keys []trust.Key
	for _, key := range file.Keys {
		keys = append(keys, trust.Key{ID: key.KeyID, Usage: key.KeyUsage, SPKI: key.PublicKey.RawBytes})
	}
	return keys
}

func open(t testing.TB, path string) *Verifier {
	t.Helper()
	v := Open(path)
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// TestRealProgram asks the real one, as sealvet does: sources in lower case, npm's
// subjects as purls.
func TestRealProgram(t *testing.T) {
	v := open(t, built)
	for id, want := range map[string]evidence.ProofClass{
		"npm/supreme-googles-cli-v02-tag":                                       provenance.OK,
		"npm/gundam-visor-cli-v1-tag":                                           provenance.OK,
		"npm/gundam-visor-cli-v1-tag-invalidsigpub":                             provenance.SignatureInvalid,
		"github/MODULE.bazel":                                                   provenance.OK,
		"github/MODULE-wrong-signer.bazel":                                      provenance.IdentityMismatch,
		"github/reusable-workflow-attestation.sigstore.json":                    provenance.CannotJudge,
		"generator/gha_delegator/v2.0.0/binary-linux-amd64-push-v14.build.slsa": provenance.OK,
		"dsse/gha_go/v1.2.2/binary-linux-amd64-push-v14.2":                      provenance.NeedsNetwork,
		"gcb/gcloud-container-github":                                           provenance.OK,
		"gcb/gcloud-container-invalid-signature-encoding":                       provenance.SignatureInvalid,
		"vsa/gke":                                provenance.OK,
		"synthetic/generic.intoto.sigstore.json": provenance.OK,
		"synthetic/npm.attestations.json":        provenance.OK,
	} {
		t.Run(id, func(t *testing.T) {
			question, root, keys := readCase(t, id).question(t)
			opinion := v.Opinion(t.Context(), question, root, keys)
			if opinion.Class != want || opinion.Engine != wire.Engine {
				t.Fatalf("got %+v, want %s", opinion, want)
			}
		})
	}
}

// TestCloudBuild: the only engine for these proofs, with claims and level.
func TestCloudBuild(t *testing.T) {
	v := open(t, built)
	if v.Can(evidence.ProofBundle) || !v.Can(evidence.ProofGCB) {
		t.Fatal("it must judge Cloud Build's proofs alone")
	}
	question, _, _ := readCase(t, "gcb/gcloud-container-github").question(t)
	question.Expect.Source = "github.com/laurentsimon/gcb-tests"
	question.Expect.Commit = "01ce393d04eb6df2a7b2b3e95d4126e687afb7ae"
	proof := v.Verify(t.Context(), question)[0]
	if proof.Class != provenance.OK || proof.Level != 3 || evidence.Repository(proof.Claims.ClaimedSource) != question.Expect.Source {
		t.Fatalf("got %+v", proof)
	}
	for want, change := range map[evidence.ProofClass]func(*verify.Question){
		provenance.SourceMismatch:   func(q *verify.Question) { q.Expect.Commit = strings.Repeat("0", 40) },
		provenance.SubjectMismatch:  func(q *verify.Question) { q.Subject.Digests[0].Value = strings.Repeat("0", 64) },
		provenance.IdentityMismatch: func(q *verify.Question) { q.Expect.Issuer = provenance.IssuerGitHub },
		provenance.Malformed:        func(q *verify.Question) { q.Material.Raw = []byte("[]") },
		provenance.Denied:           func(q *verify.Question) { q.Expect.Deny = []string{"github.com/laurentsimon/*"} },
	} {
		question, _, _ := readCase(t, "gcb/gcloud-container-github").question(t)
		change(&question)
		if proof := v.Verify(t.Context(), question)[0]; proof.Class != want || proof.Level != 0 {
			t.Errorf("got %s %s, want %s", proof.Class, proof.Detail, want)
		}
	}
}

// TestAttach: a refusal lowers, a limit does not, a missing program leaves no trace
// where another engine has judged.
func TestAttach(t *testing.T) {
	v := open(t, built)
	first := []evidence.Proof{{Engine: "first", Class: provenance.OK, Level: 3}}

	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	if got := v.Attach(t.Context(), question, first, root, keys)[0]; got.Class != provenance.OK || got.Level != 3 || got.Second == nil || got.Second.Class != provenance.OK {
		t.Fatalf("both accept: got %+v", got)
	}
	several := question
	several.Material.Raw = append(append(append([]byte{}, question.Material.Raw...), '\n'), question.Material.Raw...)
	two := v.Attach(t.Context(), several, []evidence.Proof{first[0], first[0]}, root, keys)
	if two[0].Second.Class != provenance.OK || two[1].Second.Class != provenance.OK {
		t.Fatalf("one a line: got %+v", two)
	}
	if got := v.Attach(t.Context(), several, first, root, keys)[0]; got.Class != provenance.OK || got.Second.Class != provenance.CannotJudge {
		t.Fatalf("counted differently: got %+v", got)
	}
	question.Subject.Digests[0].Value = strings.Repeat("0", 64)
	if got := v.Attach(t.Context(), question, first, root, keys)[0]; got.Class != provenance.SubjectMismatch || got.Level != 0 || len(got.Notes) != 1 {
		t.Fatalf("refused: got %+v", got)
	}
	question, root, keys = readCase(t, "synthetic/github-attestation-main.sigstore.json").question(t)
	if got := v.Attach(t.Context(), question, first, root, keys)[0]; got.Class != provenance.OK || got.Second.Class != provenance.CannotJudge {
		t.Fatalf("a limit: got %+v", got)
	}
	if first[0].Second != nil {
		t.Fatal("the caller's proofs were changed")
	}
	nowhere := open(t, filepath.Join(t.TempDir(), "nothing"))
	if got := nowhere.Attach(t.Context(), question, first, root, keys)[0]; got.Second != nil || got.Class != provenance.OK {
		t.Fatalf("missing: got %+v", got)
	}
	if opinion := nowhere.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.EngineUnavailable {
		t.Fatalf("missing: got %+v", opinion)
	}
	question.Material.Format = evidence.ProofGCB
	if got := nowhere.Verify(t.Context(), question)[0]; got.Class != provenance.EngineUnavailable {
		t.Fatalf("missing: got %+v", got)
	}
	question, root, keys = readCase(t, "dsse/gha_go/v1.2.2/binary-linux-amd64-push-v14.2").question(t)
	question.Material.Content = []byte("a log entry")
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.CannotJudge {
		t.Fatalf("an envelope with its log entry: got %+v", opinion)
	}
	question.Material.Format = evidence.ProofGit
	if opinion := v.Opinion(t.Context(), question, nil, nil); opinion.Class != provenance.CannotJudge {
		t.Fatalf("git: got %+v", opinion)
	}
}

func TestLargeProof(t *testing.T) {
	v := open(t, built)
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	question.Material.Raw = make([]byte, verify.MaxProof+1)
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.CannotJudge {
		t.Fatalf("got %+v", opinion)
	}
	question.Material.Raw = []byte(`{"mediaType":"` + strings.Repeat("x", verify.MaxProof-30) + `"}`)
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.Malformed {
		t.Fatalf("got %+v", opinion)
	}
	// The largest that is judged, in a form that costs much: one statement of very many subjects.
	question, root, keys = readCase(t, "github/MODULE.bazel").question(t)
	question.Material.Raw = manySubjects(t, question.Material.Raw)
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.SignatureInvalid {
		t.Fatalf("got %+v", opinion)
	}
	t.Logf("the verifier holds %d MiB after %d MiB of proof", resident(v.process.command.Process.Pid)>>20, len(question.Material.Raw)>>20)
}

// manySubjects swells the statement of a bundle to what may just be looked at.
func manySubjects(t *testing.T, raw []byte) []byte {
	t.Helper()
	var bundle map[string]any
	if err := json.Unmarshal(raw, &bundle); err != nil {
		t.Fatal(err)
	}
	envelope := bundle["dsseEnvelope"].(map[string]any)
	payload, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
	if err != nil {
		t.Fatal(err)
	}
	subject := `{"name":"x","digest":{"sha256":"` + strings.Repeat("0", 64) + `"}},`
	swollen := strings.Replace(string(payload), `"subject":[`, `"subject":[`+strings.Repeat(subject, 7<<20/len(subject)), 1)
	if swollen == string(payload) {
		t.Fatal("the statement looks different than it did")
	}
	envelope["payload"] = base64.StdEncoding.EncodeToString([]byte(swollen))
	if raw, err = json.Marshal(bundle); err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestWithdrawn(t *testing.T) {
	v := open(t, built)
	question, root, keys := readCase(t, "github/MODULE.bazel").question(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if opinion := v.Opinion(ctx, question, root, keys); provenance.OutcomeOf(opinion.Class) != provenance.Undetermined {
		t.Fatalf("got %+v", opinion)
	}
	if opinion := v.Opinion(t.Context(), question, root, keys); opinion.Class != provenance.OK {
		t.Fatalf("got %+v", opinion)
	}
}
