package folder

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

const data = "../../../../testdata/provenance"

// formats are the formats of cases.json as ours.
var formats = map[string]evidence.ProofFormat{
	"sigstore-bundle": evidence.ProofBundle, "conformance": evidence.ProofBundle, "npm-attestations": evidence.ProofNPM,
	"pep740": evidence.ProofPEP740, "dsse-cert": evidence.ProofDSSE, "vsa-dsse": evidence.ProofVSA, "gcb": evidence.ProofGCB,
	"mcpb": evidence.ProofMCPB, "git-commit": evidence.ProofGit, "git-tag": evidence.ProofGit,
}

type example struct {
	ID       string            `json:"id"`
	Format   string            `json:"format"`
	File     string            `json:"file"`
	Artifact map[string]string `json:"artifact"`
	Class    string            `json:"class"`
}

func examples(t testing.TB) []example {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []example `json:"cases"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all.Cases
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(data, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSniffRealProofs(t *testing.T) {
	for _, e := range examples(t) {
		raw := read(t, e.File)
		for _, name := range []string{e.File, "anything.json"} {
			got, err := Sniff(raw, name)
			if err != nil || got != formats[e.Format] {
				t.Errorf("%s as %s: %s, %v; want %s", e.ID, name, got, err, formats[e.Format])
			}
		}
	}
}

func TestPeekFindsTheArtifact(t *testing.T) {
	for _, e := range examples(t) {
		if e.Class != "ok" || e.Format == "mcpb" || strings.HasPrefix(e.Format, "git") || e.Format == "conformance" {
			continue // not all of these name a digest in the open
		}
		found, err := Read(read(t, e.File), e.File)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		named := false
		for _, m := range found {
			about := Peek(m)
			for algorithm, value := range e.Artifact {
				named = named || slices.ContainsFunc(about.Subjects, func(s evidence.ClaimedSubject) bool {
					return slices.Contains(s.Digests, evidence.Digest{Algorithm: algorithm, Value: value})
				})
			}
		}
		if !named {
			t.Errorf("%s does not name its artifact %v", e.ID, e.Artifact)
		}
	}
}

func TestSniffOther(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	for _, c := range []struct {
		name, raw string
		want      evidence.ProofFormat
	}{
		{"SHA256SUMS", sum + "  server.mcpb\n", evidence.ProofSums},
		{"x.txt", "# comment\nSHA256 (server.mcpb) = " + sum + "\n", evidence.ProofSums},
		{"x.sha256", sum, evidence.ProofSums},
		{"x.asc", "-----BEGIN PGP SIGNATURE-----\n\nabc\n", evidence.ProofSignedHash},
		{"x.sig", "MEUCIQC+Yjc", evidence.ProofSignedHash},
		{"attestations.json", `{"attestations":[{"bundle":null,"bundle_url":"https://blobs.example.com/1","repository_id":1}]}`, evidence.ProofBundle},
		{"x.bundle", `{"base64Signature":"MEUC","cert":"","rekorBundle":{"Payload":{}}}`, evidence.ProofBundle},
		{"layer.json", `{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","payload":"e30=","annotations":{}}`, evidence.ProofCosign},
		{"x.json", `{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AA=="}]}`, evidence.ProofDSSE},
		{"x.json", `{}`, ""},
		{"x.json", `[]`, ""},
		{"x.json", ``, ""},
		{"x.bin", "\x7fELF", ""},
		{"readme.md", "SHA256SUMS of all", ""},
	} {
		got, err := Sniff([]byte(c.raw), c.name)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %.40q: %q, %v; want %q", c.name, c.raw, got, err, c.want)
		}
	}
}

func TestReadTakesLinesApart(t *testing.T) {
	one := strings.TrimSpace(string(read(t, "github/MODULE.bazel.intoto.jsonl")))
	other := strings.TrimSpace(string(read(t, "generator/gha_go-v1.2.2-binary-linux-amd64-push-v14.2.intoto.jsonl")))
	found, err := Read([]byte(one+"\n"+other+"\n{broken"), "multiple.intoto.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range found {
		got = append(got, string(m.Format)+" "+m.Origin)
	}
	want := "sigstore-bundle multiple.intoto.jsonl line 1,dsse multiple.intoto.jsonl line 2,sigstore-bundle multiple.intoto.jsonl line 3"
	if strings.Join(got, ",") != want {
		t.Errorf("got %v", got)
	}
	answer := `{"attestations":[{"bundle":` + one + `,"repository_id":1},{"bundle":null,"bundle_url":"https://blobs.example.com/2"}]}`
	found, err = Read([]byte(answer), "attestations.json")
	if err != nil || len(found) != 1 || found[0].Format != evidence.ProofBundle || string(found[0].Raw) != one {
		t.Errorf("an answer of GitHub gives %d proofs, %v", len(found), err)
	}
}

func TestReadRefusesTheLarge(t *testing.T) {
	if _, err := Sniff(make([]byte, verify.MaxProof+1), "x.sig"); err == nil {
		t.Error("a signature beyond the limit is taken")
	}
}

func FuzzSniff(f *testing.F) {
	for _, e := range examples(f) {
		if raw := read(f, e.File); len(raw) < 20_000 {
			f.Add(raw, e.File)
		}
	}
	f.Add([]byte(`{"base64Signature":"MEUC","cert":"AA==","rekorBundle":{"SignedEntryTimestamp":"AA==","Payload":{"body":"e30=","integratedTime":1,"logIndex":1,"logID":"00"}}}`), "x.bundle")
	f.Add([]byte(`{"attestations":[{"bundle":{},"repository_id":1}]}`), "attestations.json")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		format, err := Sniff(raw, name)
		if (err == nil) != (format != "") {
			t.Fatalf("format %q with error %v", format, err)
		}
		found, err := Read(raw, name)
		if err == nil && len(found) == 0 {
			t.Fatal("no proof and no error")
		}
		for _, m := range found {
			Peek(m)
		}
	})
}

func FuzzChecksumLines(f *testing.F) {
	f.Add([]byte(strings.Repeat("ab", 32)+"  *dist/server.mcpb\n"), "server.mcpb")
	f.Add([]byte("SHA256 (server.mcpb) = "+strings.Repeat("ab", 32)), "server.mcpb")
	f.Add([]byte("SHA256SUMS.asc"), "SHA256SUMS.asc")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		listed, same := lists(raw, Artifact{Name: name}, false)
		if same {
			t.Fatal("an artifact without digests is listed with one")
		}
		if listed && !isSumsSomewhere(raw) {
			t.Fatal("listed in what holds no checksum")
		}
		IsSums(name)
		IsBill(name)
	})
}

func isSumsSomewhere(raw []byte) bool {
	for _, line := range strings.Split(string(raw), "\n") {
		if sumLine.MatchString(strings.TrimSpace(line)) {
			return true
		}
	}
	return false
}
