package npm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/npm"
)

const goggles = "@trishankatdatadog/supreme-goggles"

func real(t *testing.T, name string) []byte {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "testdata", "provenance", "npm", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// packages are two real ones with real attestations, and one that was never
// attested.
func packages(t *testing.T) []fake.Package {
	day := func(n int) time.Time { return time.Date(2024, 6, n, 12, 0, 0, 0, time.UTC) }
	return []fake.Package{
		{Name: goggles, Versions: []fake.Version{
			{Number: "1.0.4", Published: day(1), Tarball: []byte("older")},
			{Number: "1.0.5", Published: day(2), Tarball: real(t, "supreme-googles-cli-v02-tag.tgz"), MCPName: "io.github.trishankatdatadog/goggles",
				Attestations: real(t, "supreme-googles-cli-v02-tag.tgz.json"),
				Repository:   map[string]string{"type": "git", "url": "git+https://github.com/TrishankAtDatadog/supreme-goggles.git"}},
			{Number: "2.0.0-beta.1", Published: day(3), Tarball: []byte("beta")},
		}, Latest: "1.0.5"},
		{Name: "gundam-visor", Versions: []fake.Version{
			{Number: "1.0.1", Published: day(4), Tarball: real(t, "gundam-visor-cli-v1-tag.tgz"), Attestations: real(t, "gundam-visor-cli-v1-tag.tgz.json"), Repository: "ramonpetgrave64/gundam-visor"},
		}},
		{Name: "plain", Versions: []fake.Version{{Number: "0.9.0", Tarball: []byte("a"), Deprecated: "use another"}, {Number: "0.10.0", Tarball: []byte("b")}}},
	}
}

func ask(t *testing.T, s *fake.Server, options Options, dial web.Options) *Source {
	dial.Allow = append(dial.Allow, s.Host())
	dial.Pause = time.Millisecond
	options.Client, options.Base = web.New(dial), s.URL
	return New(options)
}

func TestFindsAttestations(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	found, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Registry: "npm", Name: goggles})
	if err != nil {
		t.Fatal(err)
	}
	p := found.Publication
	if p.Version != "1.0.5" || found.Previous != "1.0.4" || p.Attested != evidence.Yes || p.Declared != "github.com/trishankatdatadog/supreme-goggles" ||
		p.ServerName != "io.github.trishankatdatadog/goggles" || p.Published.Day() != 2 {
		t.Errorf("%+v, previous %s", p, found.Previous)
	}
	if want := "sha512:1e2ebece757250876cde9d0f6c636ed6e0088a23a6c477fe0cd1afcc11800a5ba0c932f4a57a12537063d49d717bb7ae76b8a2938b3d48e7f02617f6564ad919"; p.Digests[0].String() != want {
		t.Errorf("digests %v", p.Digests)
	}
	if len(found.Materials) != 1 || found.Materials[0].Format != evidence.ProofNPM || string(found.Materials[0].Raw) != string(real(t, "supreme-googles-cli-v02-tag.tgz.json")) {
		t.Errorf("%d materials", len(found.Materials))
	}
	if n := server.Count("/"); n != 2 {
		t.Errorf("%d requests: %v", n, server.Asked())
	}
}

// One source asks for the list of a package once, whatever is asked about it.
func TestAsksForAListOnce(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	source := ask(t, server, Options{}, web.Options{})
	for _, version := range []string{"", "1.0.4", "latest", "1.0.5"} {
		if _, err := source.Find(t.Context(), registry.Reference{Name: goggles, Version: version}); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.Count("/@trishankatdatadog"); n != 1 {
		t.Errorf("the list was asked for %d times", n)
	}
}

func TestAbsentAndUnknown(t *testing.T) {
	for name, test := range map[string]struct {
		strip, unsigned bool
		pack            string
		version         string
		want            evidence.Answer
		why             string
	}{
		"signed, not attested":         {pack: "plain", want: evidence.No},
		"other versions are attested":  {pack: goggles, version: "1.0.4", unsigned: true, want: evidence.No},
		"nothing is shown":             {pack: "plain", unsigned: true, want: evidence.Unknown, why: "mirrors"},
		"a mirror, of a attested one":  {pack: goggles, strip: true, want: evidence.Unknown, why: "mirrors"},
		"a mirror, of a plain one":     {pack: "plain", strip: true, want: evidence.Unknown, why: "mirrors"},
		"attested without a signature": {pack: "gundam-visor", unsigned: true, want: evidence.Yes},
	} {
		t.Run(name, func(t *testing.T) {
			server := fake.Serve(t, packages(t)...)
			server.Strip, server.Unsigned = test.strip, test.unsigned
			found, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Name: test.pack, Version: test.version})
			if err != nil || found.Publication.Attested != test.want || !strings.Contains(found.Publication.Why, test.why) {
				t.Errorf("%v %q %v, want %v", found.Publication.Attested, found.Publication.Why, err, test.want)
			}
			if (len(found.Materials) > 0) != (test.want == evidence.Yes) {
				t.Errorf("%d materials", len(found.Materials))
			}
		})
	}
}

// A registry that names attestations and does not hand them out is neither a yes
// nor a no.
func TestNamedButNotHandedOut(t *testing.T) {
	for name, fault := range map[string]registrytest.Fault{
		"missing": registrytest.Answer(404),
		"empty":   registrytest.Send("application/json", []byte(`{"attestations":[]}`)),
		"junk":    registrytest.Send("text/html", []byte(`<html>`)),
	} {
		server := fake.Serve(t, packages(t)...)
		server.Always("/-/npm/v1/attestations/", fault)
		found, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Name: goggles})
		if err != nil || found.Publication.Attested != evidence.Unknown || !strings.Contains(found.Publication.Why, "does not hand them out") || len(found.Materials) != 0 {
			t.Errorf("%s: %+v %v", name, found.Publication, err)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	source := ask(t, server, Options{}, web.Options{})
	for _, reference := range []registry.Reference{{Name: "never-published"}, {Name: "plain", Version: "9.9.9"}} {
		if _, err := source.Find(t.Context(), reference); !web.NotFound(err) {
			t.Errorf("%+v: %v", reference, err)
		}
	}
	if found, err := source.Find(t.Context(), registry.Reference{Name: "plain", Version: "0.9.0"}); err != nil || len(found.Notes) != 1 {
		t.Errorf("a deprecated version: %v %v", found.Notes, err)
	}
	for _, name := range []string{"", "../etc", "@a", "a/b", "@a/b/c", "a?b", strings.Repeat("a", 215), "a b", "@a/..", "."} {
		if _, err := source.Find(t.Context(), registry.Reference{Name: name}); err == nil || web.NotFound(err) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if n := server.Count("/"); n != 2 {
		t.Errorf("%d requests: %v", n, server.Asked())
	}
}

func TestBadDays(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	server.Next("/plain", registrytest.Cut(), registrytest.Answer(502), registrytest.Limited(1))
	found, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Name: "plain"})
	if err != nil || found.Publication.Version != "0.10.0" || found.Previous != "0.9.0" {
		t.Errorf("%+v %v", found, err)
	}
	if n := server.Count("/plain"); n != 4 {
		t.Errorf("%d requests", n)
	}
	server.Always("/gundam-visor", registrytest.Redirect("https://169.254.169.254/latest/meta-data"))
	var refused *web.Refused
	if _, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Name: "gundam-visor"}); !errors.As(err, &refused) {
		t.Errorf("a hostile redirect: %v", err)
	}
	server.Always("/plain", registrytest.Send("application/json", []byte("[]")))
	if _, err := ask(t, server, Options{}, web.Options{}).Find(t.Context(), registry.Reference{Name: "plain"}); err == nil {
		t.Error("a list that is none is read")
	}
}

// The list of an old package can be larger than is read: the short form has to
// do, with the version's own document.
func TestLongLists(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	server.Padding = 1 << 20
	source := ask(t, server, Options{Limits: registry.Limits{Body: 64 << 10}}, web.Options{})
	found, err := source.Find(t.Context(), registry.Reference{Name: goggles})
	if err != nil || found.Publication.Attested != evidence.Yes || found.Publication.Declared == "" || found.Previous != "1.0.4" {
		t.Errorf("%+v %v", found.Publication, err)
	}
	if !found.Publication.Published.IsZero() {
		t.Error("the short form knows no times")
	}
}

func TestPrivateNamesAreNotLookedUp(t *testing.T) {
	client := web.New(web.Options{Offline: true})
	public := New(Options{Client: client})
	for _, host := range []string{"", PublicBase, PublicBase + "/"} {
		if _, err := public.Find(t.Context(), registry.Reference{Name: "@acme/inside", Private: true, Host: host}); !errors.Is(err, registry.ErrPrivate) {
			t.Errorf("host %q: %v", host, err)
		}
	}
	if _, err := public.Find(t.Context(), registry.Reference{Name: "@acme/outside"}); !errors.Is(err, web.ErrOffline) {
		t.Errorf("offline: %v", err)
	}
	// The registry that the tree names is dialled only when a flag allows it.
	server := fake.Serve(t, packages(t)...)
	var refused *web.Refused
	reference := registry.Reference{Name: "plain", Private: true, Host: server.URL}
	if _, err := New(Options{Client: web.New(web.Options{})}).Find(t.Context(), reference); !errors.As(err, &refused) {
		t.Errorf("a registry of the tree's own: %v", err)
	}
	if server.Count("/") != 0 {
		t.Error("it was asked")
	}
	if _, err := New(Options{Client: web.New(web.Options{Allow: []string{server.Host()}})}).Find(t.Context(), reference); err != nil {
		t.Errorf("the same, allowed: %v", err)
	}
}

func TestTarballThatIsAnother(t *testing.T) {
	all := packages(t)
	all[1].Versions[0].Integrity = "sha512-" + strings.Repeat("A", 86) + "=="
	server := fake.Serve(t, all...)
	source := ask(t, server, Options{Download: true}, web.Options{})
	found, err := source.Find(t.Context(), registry.Reference{Name: "gundam-visor"})
	if err != nil || len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "sha512") {
		t.Errorf("%v %v", found.Notes, err)
	}
	if want := "sha512:8d9d7972f676516c75014aa074e11ae604d98f0b64ec6725a61e2838ff3dab162118fa71433fb31e1550d30bd0dec9d086ce032b94457b583900c507acf39c40"; fmt.Sprint(found.Publication.Digests[1]) != want {
		t.Errorf("%v", found.Publication.Digests)
	}
	found, err = source.Find(t.Context(), registry.Reference{Name: goggles})
	if err != nil || len(found.Notes) != 0 {
		t.Errorf("the honest one: %v %v", found.Notes, err)
	}
}

func TestTimeOut(t *testing.T) {
	server := fake.Serve(t, packages(t)...)
	server.Always("/plain", registrytest.Slow(time.Minute))
	source := ask(t, server, Options{Limits: registry.Limits{Timeout: 50 * time.Millisecond}}, web.Options{})
	if _, err := source.Find(t.Context(), registry.Reference{Name: "plain"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func FuzzList(f *testing.F) {
	f.Add([]byte(`{"dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"repository":{"url":"x"},"dist":{"integrity":"sha512-AA==","attestations":{"url":"https://x"},"signatures":[1]}}},"time":{"1.0.0":"2024-01-01T00:00:00Z","unpublished":{}}}`), "")
	f.Add([]byte(`{"versions":{"a":{"repository":[],"dist":[]},"":null}}`), "a")
	f.Fuzz(func(t *testing.T, raw []byte, wish string) {
		var all list
		if json.Unmarshal(raw, &all) != nil {
			return
		}
		version := all.resolve(wish)
		doc := all.Versions[version]
		_, _, _, _, _ = doc.digests(), doc.repository(), doc.Dist.url(), all.previous(version), all.shows()
	})
}
