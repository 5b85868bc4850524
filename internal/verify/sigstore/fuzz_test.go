package sigstore

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
)

// seed adds the real files that match.
func seed(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			f.Fatal("no files match ", pattern, err)
		}
		for _, file := range files {
			f.Add(read(f, file[len(dir)+1:]))
		}
	}
}

// fuzz judges whatever comes: it must answer, must not panic, and must not pass what
// it has not seen a digest of: nothing in the seeds is of this artifact.
func fuzz(f *testing.F, format evidence.ProofFormat) {
	engine := New(pin(f, "trust/public-good.trusted_root.json", "trust/npm-keys.json"), Options{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		proofs := engine.Verify(context.Background(), verify.Question{
			Material: verify.Material{Format: format, Raw: raw},
			Subject:  provenance.Subject{Digests: digests([]byte("an artifact of nobody's"))},
		})
		if len(proofs) == 0 {
			t.Fatal("no verdict")
		}
		for _, p := range proofs {
			switch {
			case p.Class == provenance.OK:
				t.Errorf("it passes for another artifact: %+v", p.Claims)
			case p.Class == provenance.ToolError:
				t.Errorf("the verifier broke off: %s", p.Detail)
			}
		}
	})
}

func FuzzBundle(f *testing.F) {
	seed(f, "conformance/*/bundle.sigstore.json", "github/*.json", "github/*.jsonl", "generator/*", "synthetic/*.sigstore.json")
	fuzz(f, evidence.ProofBundle)
}

func FuzzEnvelope(f *testing.F) {
	seed(f, "generator/*.jsonl", "vsa/*.jsonl")
	fuzz(f, evidence.ProofDSSE)
}

func FuzzNPM(f *testing.F) {
	seed(f, "npm/*.json", "synthetic/npm.attestations.json")
	fuzz(f, evidence.ProofNPM)
}

func FuzzPEP740(f *testing.F) {
	seed(f, "pypi/*.attestation", "pypi/*.provenance")
	fuzz(f, evidence.ProofPEP740)
}

func FuzzCosign(f *testing.F) {
	payload := imagePayload("sha256:e76b1b12c1a056e133c4cf1de75e3d43f2cadd5dbed1eed0ce3420a4bd7646fd")
	s := sigstoretest.New("fuzz", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	for _, layer := range []verify.CosignLayer{
		{Payload: payload, Annotations: annotations(f, s.SignMessage(who, payload, sigstoretest.Signing{}))},
		{Payload: payload, Annotations: annotations(f, s.SignMessage(who, payload, sigstoretest.Signing{Key: true}))},
		{MediaType: typeEnvelope, Payload: []byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AA=="}]}`)},
	} {
		raw, err := layer.Raw()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	fuzz(f, evidence.ProofCosign)
}

// FuzzStatement reads statements and their predicates without a signature around.
func FuzzStatement(f *testing.F) {
	for _, pattern := range []string{"github/*.json", "generator/*", "synthetic/*.sigstore.json"} {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, file := range files {
			var written struct {
				DSSEEnvelope writtenEnvelope
				writtenEnvelope
			}
			if json.Unmarshal(read(f, file[len(dir)+1:]), &written) != nil {
				continue // several lines
			}
			for _, text := range []string{written.DSSEEnvelope.Payload, written.Payload} {
				if payload, err := decode64(text); err == nil {
					f.Add(payload)
				}
			}
		}
	}
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://in-toto.io/attestation/release/v0.1","subject":[{"name":"pkg:github/a/b@v1","digest":{"sha1":"aa"}}],"predicate":{"purl":"pkg:github/a/b@v1"}}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		said, err := parseStatement(payload)
		if err != nil {
			return
		}
		var claims evidence.Claims
		said.tell(&claims, provenance.Subject{})
		limit(&claims)
		if len(claims.Subjects) > maxClaimed {
			t.Errorf("%d subjects are repeated", len(claims.Subjects))
		}
		provenance.Check(claims, provenance.Subject{Digests: digests(payload)}, provenance.Expect{Source: "github.com/a/b", Deny: []string{"*x"}})
		provenance.Level(claims, provenance.Expect{})
	})
}

// FuzzLogAnswer reads what a log would answer.
func FuzzLogAnswer(f *testing.F) {
	f.Add([]byte(`{"24296fb2":{"body":"e30=","integratedTime":1,"logID":"aa","logIndex":1,"verification":{"signedEntryTimestamp":"AA==","inclusionProof":{"checkpoint":"x","hashes":["aa"],"rootHash":"aa","treeSize":1,"logIndex":0}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if entry, err := readLogAnswer(raw); (entry == nil) == (err == nil) && err == nil {
			t.Error("neither entry nor error")
		}
	})
}
