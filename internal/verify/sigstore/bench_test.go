package sigstore

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
)

// BenchmarkWarm is one verification once the roots are loaded: to stay below 20 ms.
func BenchmarkWarm(b *testing.B) {
	for _, id := range []string{
		"npm/gundam-visor-cli-v1-tag", "github/reusable-workflow-attestation.sigstore.json", "conformance/rekor2-dsse-happy-path",
		"pypi/pypi_attestations-0.0.19.tar.gz.slsa.attestation", "conformance/bundle-from-wrong-instance_fail",
	} {
		for _, c := range cases(b) {
			if c.ID != id {
				continue // only these
			}
			engine, question := New(pin(b, c.Trust, c.NPMKeys), Options{}), c.question(b)
			b.Run(id, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if got := whole(engine.Verify(context.Background(), question)); string(got.Class) != c.Class {
						b.Fatal(got.Class, got.Detail)
					}
				}
			})
		}
	}
}

// BenchmarkBatch is 1,000 bundles over one engine, as a list of artifacts asks.
func BenchmarkBatch(b *testing.B) {
	engine, questions := batch(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		if passed := together(engine, questions); passed != len(questions) {
			b.Fatalf("%d of %d pass", passed, len(questions))
		}
	}
}

func batch(t testing.TB, n int) (*Engine, []verify.Question) {
	s := sigstoretest.New("batch", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	questions := make([]verify.Question, n)
	for i := range questions {
		content := bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 8)
		raw := s.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("file", content)), sigstoretest.Signing{})
		questions[i] = verify.Question{
			Material: verify.Material{Format: evidence.ProofBundle, Raw: raw},
			Subject:  provenance.Subject{Digests: digests(content)}, Expect: provenance.Expect{Source: "acme/weather"},
		}
	}
	return New(hold(t, s.TrustedRootJSON(), nil), Options{}), questions
}

// together asks all questions of one engine from several goroutines.
func together(engine *Engine, questions []verify.Question) (passed int) {
	verdicts := make([]bool, len(questions))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				verdicts[i] = engine.Verify(context.Background(), questions[i])[0].Class == provenance.OK
			}
		})
	}
	for i := range questions {
		next <- i
	}
	close(next)
	group.Wait()
	for _, ok := range verdicts {
		if ok {
			passed++
		}
	}
	return passed
}

func TestOneEngineForMany(t *testing.T) {
	engine, questions := batch(t, 40)
	if passed := together(engine, questions); passed != len(questions) {
		t.Errorf("%d of %d pass", passed, len(questions))
	}
}

// large is a bundle just below the limit: a statement with a predicate of many small
// values, which would be dear to spread out as a tree.
func large(t testing.TB) (*Engine, verify.Question) {
	s := sigstoretest.New("large", sigstoretest.Options{})
	who := sigstoretest.Workflow(sigstoretest.Repository, sigstoretest.Tag)
	packages := strings.Repeat(`{"a":1},`, (verify.MaxProof*3/4-1<<16)/8)
	statement := sigstoretest.Statement("https://spdx.dev/Document/v2.3", json.RawMessage(`{"packages":[`+packages+`{}]}`), sigstoretest.SubjectOf("f", sigstoretest.Weather))
	raw := s.Attest(who, statement, sigstoretest.Signing{})
	if len(raw) > verify.MaxProof || len(raw) < verify.MaxProof*9/10 {
		t.Fatalf("the bundle has %d bytes", len(raw))
	}
	return New(hold(t, s.TrustedRootJSON(), nil), Options{}), verify.Question{
		Material: verify.Material{Format: evidence.ProofBundle, Raw: raw},
		Subject:  provenance.Subject{Digests: digests(sigstoretest.Weather)},
	}
}

// BenchmarkLarge is a bundle of 10 MiB. The memory it needs is a small multiple of
// its size, whatever is in it, and none of it stays.
func BenchmarkLarge(b *testing.B) {
	engine, question := large(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(question.Material.Raw)))
	for b.Loop() {
		if got := engine.Verify(context.Background(), question)[0]; got.Class != provenance.OK {
			b.Fatal(got.Class, got.Detail)
		}
	}
}

func TestLargeBundleLeavesNothing(t *testing.T) {
	engine, question := large(t)
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap()
	var kept []evidence.Proof
	for range 2 {
		kept = append(kept, engine.Verify(context.Background(), question)...)
	}
	grown := int64(heap()) - int64(before)
	if kept[0].Class != provenance.OK {
		t.Fatal(kept[0].Detail)
	}
	if grown > 2<<20 {
		t.Errorf("two verdicts on 10 MiB hold on to %d bytes", grown)
	}
}
