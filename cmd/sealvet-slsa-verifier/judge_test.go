package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// data is where sealvet keeps its proofs for tests; this module lives in the same tree.
var data = filepath.Join("..", "..", "testdata", "provenance")

// provenanceCase is a case of cases.json.
type provenanceCase struct {
	ID, Format, File, Trust, NPMKeys, Key, KeyID string
	Source, SignerWorkflow                       string
	Verifier, ResourceURI                        string
	Levels                                       []string
	Artifact                                     map[string]string
	Expect, Class                                string
}

func readCases(t testing.TB) []provenanceCase {
	t.Helper()
	var listed struct{ Cases []provenanceCase }
	if err := json.Unmarshal(readData(t, "cases.json"), &listed); err != nil {
		t.Fatal(err)
	}
	return listed.Cases
}

func readCase(t testing.TB, id string) provenanceCase {
	t.Helper()
	for _, listed := range readCases(t) {
		if listed.ID == id {
			return listed
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

func (c provenanceCase) request(t testing.TB) wire.Request {
	t.Helper()
	request := wire.Request{
		Kind: map[string]wire.Kind{
			"npm-attestations": wire.NPM, "sigstore-bundle": wire.Bundle, "dsse-cert": wire.Bundle,
			"gcb": wire.GCB, "vsa-dsse": wire.VSA,
		}[c.Format],
		Provenance: readData(t, c.File), Source: c.Source, Builder: c.SignerWorkflow,
		Verifier: c.Verifier, Resource: c.ResourceURI, Levels: c.Levels, KeyID: c.KeyID,
	}
	for algorithm, value := range c.Artifact {
		request.Digests = append(request.Digests, algorithm+":"+value)
	}
	if c.Trust != "" {
		request.TrustedRoot = readData(t, c.Trust)
	}
	if c.Key != "" {
		request.Key = readData(t, c.Key)
	}
	if c.NPMKeys != "" {
		request.NPMKeys = readKeys(t, c.NPMKeys)
	}
	return request
}

func readKeys(t testing.TB, name string) []wire.Key {
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
	var keys []wire.Key
	for _, key := range file.Keys {
		if key.KeyUsage == "npm:attestations" {
			keys = append(keys, wire.Key{ID: key.KeyID, SPKI: key.PublicKey.RawBytes})
		}
	}
	return keys
}

func ask(t testing.TB, judge *judge, request wire.Request) wire.Reply {
	t.Helper()
	line, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return judge.answer(line)
}

// limited are the cases that sealvet settles and slsa-verifier is known not to.
var limited = map[string]wire.Limit{
	"github/reusable-workflow-attestation.sigstore.json":            wire.LimitCommitRef,
	"github/sigstore-js-2.1.0-bundle.json":                          wire.LimitBranchRef,
	"synthetic/github-attestation-main.sigstore.json":               wire.LimitBranchRef,
	"synthetic/github-attestation-self-hosted.sigstore.json":        wire.LimitBranchRef,
	"synthetic/github-attestation-claims-other-repo.sigstore.json":  wire.LimitBranchRef,
	"synthetic/github-attestation-tsa-only.sigstore.json":           wire.LimitNoLogEntry,
	"synthetic/rekor-v2-vsa":                                        wire.LimitKeySigned,
	"dsse/gha_generic/v1.10.0/binary-linux-amd64-workflow_dispatch": wire.LimitNeedsNetwork,
	"dsse/gha_go/v1.2.2/binary-linux-amd64-push-v14.2":              wire.LimitNeedsNetwork,
}

// otherWords are the cases where the two verifiers agree that a proof is bad, but
// stumble over different things first.
var otherWords = map[string]string{
	// slsa-verifier compares the log entry's signature, not its content, and so meets the signature first.
	"npm/supreme-googles-cli-v02-tag-invalidsigprov": "signature-invalid",
	"npm/supreme-googles-cli-v02-tag-invalidsigpub":  "signature-invalid",
	"npm/gundam-visor-cli-v1-tag-invalidsigprov":     "signature-invalid",
	"npm/gundam-visor-cli-v1-tag-invalidsigpub":      "signature-invalid",
	// It does not look at when the log's key was in force, and so meets the certificate authority's.
	"synthetic/github-attestation-signed-before-root.sigstore.json": "chain-invalid",
}

// TestCases holds the verifier against sealvet's own cases: the same verdict and
// class, or a limit that is known by name.
func TestCases(t *testing.T) {
	goOffline()
	judge := &judge{}
	seen := 0
	for _, listed := range readCases(t) {
		family, _, _ := strings.Cut(listed.ID, "/")
		if !strings.Contains(" generator github npm gcb vsa dsse synthetic ", " "+family+" ") {
			continue
		}
		seen++
		t.Run(listed.ID, func(t *testing.T) {
			reply := ask(t, judge, listed.request(t))
			if name, is := limited[listed.ID]; is {
				if reply.Verdict != wire.CannotJudge || reply.Limit != name {
					t.Fatalf("got %+v, want the limit %s", reply, name)
				}
				return
			}
			want := map[string]wire.Verdict{"pass": wire.Pass, "fail": wire.Fail}[listed.Expect]
			class := first(otherWords[listed.ID], listed.Class)
			if reply.Verdict != want || reply.Class != class {
				t.Fatalf("got %+v, want %s %s", reply, want, class)
			}
		})
	}
	if seen < 25 {
		t.Fatalf("only %d cases were seen", seen)
	}
}
