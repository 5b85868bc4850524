package rekor

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

type rooted struct{ material root.TrustedMaterial }

func (r rooted) Sigstore(trust.Instance) (trust.Anchor, error) {
	return trust.Anchor{Material: r.material}, nil
}

func (r rooted) NPMKeys() ([]trust.Key, evidence.RootInfo, error) {
	return nil, evidence.RootInfo{}, trust.ErrUnavailable
}

// serve is a log that keeps some entries under the hash of their payload.
func serve(t *testing.T, entries map[string][]byte) (*Log, *[]string) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		if r.URL.Path == "/api/v1/index/retrieve" {
			body, _ := io.ReadAll(r.Body)
			if !strings.Contains(string(body), `"sha256:`) {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			ids := []string{"../../secret", "no id"}
			for id := range entries {
				ids = append(ids, id)
			}
			_ = json.NewEncoder(w).Encode(ids)
			return
		}
		answer, known := entries[strings.TrimPrefix(r.URL.Path, "/api/v1/log/entries/")]
		if !known {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write(answer)
	}))
	t.Cleanup(server.Close)
	client := web.New(web.Options{Allow: []string{server.Listener.Addr().String()}, Retries: -1})
	return New(Options{Client: client, Base: server.URL + "/"}), &asked
}

func TestComplete(t *testing.T) {
	s := sigstoretest.New("rekor", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	subject := sigstoretest.SubjectOf("weather.tgz", sigstoretest.Weather)
	envelope, entry := sigstoretest.Unbundle(s.Attest(who, sigstoretest.SLSA1(who, subject), sigstoretest.Signing{}))
	_, other := sigstoretest.Unbundle(s.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("other", nil)), sigstoretest.Signing{}))
	log, _ := serve(t, map[string][]byte{strings.Repeat("a", 64): other, strings.Repeat("b", 80): entry})

	material, err := log.Complete(context.Background(), verify.Material{Format: evidence.ProofDSSE, Raw: envelope})
	if err != nil {
		t.Fatal(err)
	}
	if string(material.Content) != string(entry) {
		t.Fatalf("it took %q for the entry", material.Content)
	}
	trusted, err := root.NewTrustedRootFromJSON(s.TrustedRootJSON())
	if err != nil {
		t.Fatal(err)
	}
	proof := sigstore.New(rooted{trusted}, sigstore.Options{}).Verify(context.Background(), verify.Question{
		Material: material,
		Subject:  provenance.Subject{Digests: []evidence.Digest{{Algorithm: subject.Algorithm, Value: subject.Digest}}},
	})[0]
	if proof.Class != provenance.OK || proof.Level != 2 {
		t.Errorf("%s: %s, level %d", proof.Class, proof.Detail, proof.Level)
	}
}

func TestCompleteLeavesTheRest(t *testing.T) {
	s := sigstoretest.New("rekor", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	bundle := s.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("f", nil)), sigstoretest.Signing{})
	envelope, entry := sigstoretest.Unbundle(bundle)
	log, asked := serve(t, nil)
	for _, material := range []verify.Material{
		{Format: evidence.ProofBundle, Raw: bundle},
		{Format: evidence.ProofDSSE, Raw: []byte("{")},
		{Format: evidence.ProofDSSE, Raw: envelope, Content: entry},
		{Format: evidence.ProofDSSE, Raw: envelope, Key: []byte("key")},
	} {
		if got, err := log.Complete(context.Background(), material); err != nil || string(got.Content) != string(material.Content) {
			t.Errorf("%s: changed to %q, %v", material.Format, got.Content, err)
		}
	}
	if len(*asked) != 0 {
		t.Errorf("it asked %v", *asked)
	}
	got, err := log.Complete(context.Background(), verify.Material{Format: evidence.ProofDSSE, Raw: envelope})
	if err != nil || got.Content != nil {
		t.Errorf("a log that knows nothing: %q, %v", got.Content, err)
	}
	if len(*asked) != 1 {
		t.Errorf("it asked for what is no entry: %v", *asked)
	}
}

func TestOfflineAsksNothing(t *testing.T) {
	s := sigstoretest.New("rekor", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	envelope, _ := sigstoretest.Unbundle(s.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("f", nil)), sigstoretest.Signing{}))
	log := New(Options{Client: web.New(web.Options{Offline: true})})
	material, err := log.Complete(context.Background(), verify.Material{Format: evidence.ProofDSSE, Raw: envelope})
	if err == nil || material.Content != nil {
		t.Errorf("offline it found %q, %v", material.Content, err)
	}
}
