package folder_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry/folder"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/registrytest/oci"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/sums"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

var (
	pool = sigstoretest.New("folder source", sigstoretest.Options{})
	who  = sigstoretest.Workflow("acme/weather", "refs/tags/v1.2.0")
)

// blob is what cosign sign-blob --bundle wrote before there were Sigstore bundles.
func blob(t *testing.T, content []byte, change func(map[string]any)) []byte {
	t.Helper()
	_, annotations, err := oci.Layer(pool.SignMessage(who, content, sigstoretest.Signing{}))
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]any{
		"base64Signature": annotations["dev.cosignproject.cosign/signature"],
		"cert":            base64.StdEncoding.EncodeToString([]byte(annotations["dev.sigstore.cosign/certificate"])),
		"rekorBundle":     json.RawMessage(annotations["dev.sigstore.cosign/bundle"]),
	}
	change(made)
	raw, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func engines(t *testing.T) []verify.Engine {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(path, pool.TrustedRootJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	roots, err := trust.Open(trust.Options{File: path})
	if err != nil {
		t.Fatal(err)
	}
	inner := sigstore.New(roots, sigstore.Options{})
	return []verify.Engine{inner, sums.New(inner)}
}

// TestWhatIsFoundVerifies goes from files to verdicts.
func TestWhatIsFoundVerifies(t *testing.T) {
	app := []byte("weather 1.2.0")
	same := func(map[string]any) {}
	list := func(content []byte) []byte { return []byte(oci.Digest(content)[7:] + "  app\n") }
	statement := pool.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("app", app)), sigstoretest.Signing{})
	for name, c := range map[string]struct {
		files map[string][]byte
		want  evidence.ProofClass
	}{
		"cosign's old bundle":               {map[string][]byte{"app.bundle": blob(t, app, same)}, provenance.OK},
		"cosign's old bundle of other":      {map[string][]byte{"app.bundle": blob(t, []byte("other"), same)}, provenance.SignatureInvalid},
		"cosign's old bundle, other signed": {map[string][]byte{"app.bundle": blob(t, app, func(m map[string]any) { m["base64Signature"] = "MEUCIQ==" })}, provenance.LogMismatch},
		"a provenance by its name":          {map[string][]byte{"app.intoto.jsonl": statement}, provenance.OK},
		"a provenance by its digest":        {map[string][]byte{"all.jsonl": append(append([]byte{}, statement...), '\n')}, provenance.OK},
		"an answer of GitHub":               {map[string][]byte{"attestations.json": []byte(`{"attestations":[{"bundle":` + string(statement) + `,"repository_id":1}]}`)}, provenance.OK},
		"signed checksums":                  {map[string][]byte{"SHA256SUMS": list(app), "SHA256SUMS.sigstore.json": pool.SignMessage(who, list(app), sigstoretest.Signing{})}, provenance.OK},
		"signed checksums of other":         {map[string][]byte{"SHA256SUMS": list([]byte("other")), "SHA256SUMS.sigstore.json": pool.SignMessage(who, list([]byte("other")), sigstoretest.Signing{})}, provenance.SubjectMismatch},
		"checksums that were changed":       {map[string][]byte{"SHA256SUMS": list(app), "SHA256SUMS.sigstore.json": pool.SignMessage(who, list([]byte("other")), sigstoretest.Signing{})}, provenance.SignatureInvalid},
		"unsigned checksums of other":       {map[string][]byte{"SHA256SUMS": list([]byte("other"))}, provenance.SubjectMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.files["app"] = app
			for file, content := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			found, err := folder.Find(filepath.Join(dir, "app"), nil)
			if err != nil || len(found.Materials) != 1 {
				t.Fatalf("found %d, %v", len(found.Materials), err)
			}
			m := found.Materials[0]
			for _, e := range engines(t) {
				if !e.Can(m.Format) {
					continue // the other does
				}
				question := verify.Question{Material: m, Subject: provenance.Subject{Name: "app", Digests: found.Publication.Digests}, Now: time.Now()}
				for _, proof := range e.Verify(context.Background(), question) {
					if proof.Class != c.want {
						t.Errorf("%s (%s), want %s", proof.Class, proof.Detail, c.want)
					}
				}
			}
		})
	}
}
