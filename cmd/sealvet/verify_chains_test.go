package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// TestVerifyChains holds the command line against the good and bad chains of a private
// Sigstore, as a user would ask: here is a file, there its proof, this is whose it must be.
func TestVerifyChains(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, chain := range sigstoretest.Chains() {
		if chain.Subject != "" {
			continue // a bare digest has no name to hang the verdict on
		}
		t.Run(chain.Name, func(t *testing.T) {
			args := []string{
				"verify", "--offline", "--cache-dir", "none", "--format", "json", "--second-verifier", "none",
				"--trusted-root", put("trusted_root.json", chain.Root), "--npm-keys", put("npm-keys.json", chain.NPMKeys),
				"--proof", put(proofName(chain), chain.Proof),
			}
			for name, value := range map[string]string{
				"repo": chain.Source, "ref": chain.Ref, "commit": chain.Commit, "workflow": chain.Workflow, "issuer": chain.Issuer,
			} {
				if value != "" {
					args = append(args, "--expect-"+name, value)
				}
			}
			got, code := runVerify(t, append(args, "digest:"+chain.Algorithm+":"+chain.Digest))
			if string(got.Class) != chain.Class {
				t.Errorf("%s: verify says %s (%s), want %s", chain.Why, got.Class, got.Detail, chain.Class)
			}
			want := map[provenance.Outcome]int{provenance.Pass: exitMet, provenance.Fail: exitNotMet, provenance.Absent: exitNotMet, provenance.Undetermined: exitUnfinished}
			if outcome := provenance.OutcomeOf(evidence.ProofClass(chain.Class)); got.Outcome != outcome || code != want[outcome] {
				t.Errorf("%s: verify says %s with exit code %d, want %s", chain.Why, got.Outcome, code, outcome)
			}
			if chain.Level != 0 && got.Level != chain.Level {
				t.Errorf("%s: level %d, want %d", chain.Why, got.Level, chain.Level)
			}
		})
	}
}

// proofName is a name by which the kind of a proof is known.
func proofName(chain sigstoretest.Chain) string {
	switch evidence.ProofFormat(chain.Format) {
	case evidence.ProofNPM:
		return "npm.attestations.json"
	case evidence.ProofPEP740:
		return "weather.publish.attestation"
	}
	return "weather.sigstore.json"
}
