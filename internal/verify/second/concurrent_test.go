package second

import (
	"sync"
	"testing"
)

// TestManyAtOnce: goroutines that share a verifier get the answers to their own
// questions.
func TestManyAtOnce(t *testing.T) {
	v := open(t, built)
	var all sync.WaitGroup
	for id, want := range map[string]string{
		"github/MODULE.bazel": "ok", "github/MODULE-wrong-signer.bazel": "identity-mismatch",
		"npm/gundam-visor-cli-v1-tag": "ok", "npm/gundam-visor-cli-v1-tag-invalidsigpub": "signature-invalid",
		"synthetic/npm.attestations.json": "ok", "vsa/gke": "ok", "gcb/gcloud-container-invalid-signature-encoding": "signature-invalid",
	} {
		question, root, keys := readCase(t, id).question(t)
		all.Go(func() {
			for range 10 {
				if opinion := v.Opinion(t.Context(), question, root, keys); string(opinion.Class) != want {
					t.Errorf("%s: got %+v, want %s", id, opinion, want)
				}
			}
		})
	}
	all.Wait()
}
