package vet

import (
	"context"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// counting is an engine that counts how often it is asked.
type counting struct {
	class evidence.ProofClass
	asked int
}

func (c *counting) Name() string                         { return "counting" }
func (c *counting) Can(format evidence.ProofFormat) bool { return format == evidence.ProofBundle }
func (c *counting) Verify(_ context.Context, q verify.Question) []evidence.Proof {
	c.asked++
	return []evidence.Proof{{Format: q.Material.Format, Class: c.class, Engine: c.Name()}}
}

// TestVerdictsAreRemembered asks twice, and changes one thing a verdict depends on
// at a time.
func TestVerdictsAreRemembered(t *testing.T) {
	for _, class := range []evidence.ProofClass{provenance.OK, provenance.LogInvalid, provenance.RootStale} {
		engine := &counting{class: class}
		raw := []byte("proof")
		vetter := &Vetter{
			Bench: verify.Bench{Engines: []verify.Engine{engine}}, Now: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC),
			Proofs: func([]string) ([]verify.Material, error) {
				return []verify.Material{{Format: evidence.ProofBundle, Raw: raw, Origin: "a"}}, nil
			},
			Cache: web.NewCache(t.TempDir(), 1<<20), Edition: "1", Trust: "root 1",
		}
		ask := func(source string) provenance.Verdict {
			name, err := ParseName("digest:sha256:0123456789012345678901234567890123456789012345678901234567890123")
			if err != nil {
				t.Fatal(err)
			}
			return vetter.Vet(t.Context(), Request{Name: name, Proofs: []string{"x"}, Expect: provenance.Expect{Ref: source}})
		}
		again := 0 // what could not be settled is asked again
		if class == provenance.RootStale {
			again = 1
		}
		expect := func(what string, want int) {
			t.Helper()
			before := engine.asked
			if got := ask("main"); got.Proofs[0].Class != class {
				t.Errorf("%s: %s, want %s", what, got.Proofs[0].Class, class)
			}
			if engine.asked-before != want {
				t.Errorf("%s, %s: asked %d times, want %d", class, what, engine.asked-before, want)
			}
		}
		expect("the first time", 1)
		expect("the same again", again)
		vetter.Trust = "root 2"
		expect("another trust root", 1)
		vetter.Edition = "2"
		expect("another program", 1)
		vetter.Now = vetter.Now.Add(24 * time.Hour)
		expect("another day", 1)
		raw = []byte("another proof")
		expect("another proof", 1)
		before := engine.asked
		ask("v1")
		if engine.asked == before {
			t.Error("another expectation is answered from the cache")
		}
		vetter.Trust = ""
		expect("nobody can tell what is trusted", 1)
	}
}

// TestOneBrokenSourceIsAVerdict shows that what goes wrong is told, and passes nothing.
func TestOneBrokenSourceIsAVerdict(t *testing.T) {
	vetter := &Vetter{Sources: map[Kind]registry.Source{NPM: broken{}}}
	for text, class := range map[string]evidence.ProofClass{"npm:a@1": provenance.NeedsNetwork, "pypi:a@1": provenance.Unknown} {
		name, err := ParseName(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := vetter.Vet(t.Context(), Request{Name: name}); got.Class != class || got.Outcome != provenance.Undetermined || got.Detail == "" {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

type broken struct{}

func (broken) Find(context.Context, registry.Reference) (registry.Found, error) {
	return registry.Found{}, web.ErrOffline
}
