package gosum

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/sumdb/note"
	modzip "golang.org/x/mod/zip"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/sumdb"
)

const weather = "example.com/acme/weather"

// checkout is a repository with two modules and some tags.
type checkout struct {
	t   *testing.T
	dir string
}

func newCheckout(t *testing.T) checkout {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	c := checkout{t, t.TempDir()}
	c.git("init", "-q", "-b", "main")
	c.write("go.mod", "module "+weather+"\n\ngo 1.26\n")
	c.write("main.go", "package main\n\nfunc main() {}\n")
	c.write("run.bat", "echo hello\n")
	c.write("version.txt", "$Format:%H$\n")
	c.write(".gitattributes", "*.bat text eol=crlf\nversion.txt export-subst\nLICENSE export-ignore\n")
	c.write("LICENSE", "as you like\n")
	c.write("vendor/modules.txt", "# none\n")
	c.write("kit/go.mod", "module "+weather+"/kit\n")
	c.write("kit/kit.go", "package kit\n")
	c.commit("v0.9.0", "v1.0.0", "v1.1.0-rc.1", "kit/v0.1.0", "not-a-version", "v7")
	c.write("main.go", "package main\n\nfunc main() { println() }\n")
	c.commit("v1.1.0", "other/v9.0.0")
	return c
}

func (c checkout) git(args ...string) string {
	cmd := exec.Command("git", append([]string{"-C", c.dir, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %v: %v %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (c checkout) write(name, content string) {
	path := filepath.Join(c.dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		c.t.Fatal(err)
	}
}

func (c checkout) commit(tags ...string) {
	c.git("add", "-A")
	c.git("commit", "-q", "-m", "change")
	for _, tag := range tags {
		c.git("tag", tag)
	}
}

// library is the hash by way of golang.org/x/mod/zip. As the go command does, it
// turns off the export rules first.
func (c checkout) library(path, version, tag, sub string) string {
	clone := filepath.Join(c.t.TempDir(), "clone")
	c.git("clone", "-q", c.dir, clone)
	if err := os.WriteFile(filepath.Join(clone, ".git", "info", "attributes"), []byte("* -export-subst -export-ignore\n"), 0o600); err != nil {
		c.t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(c.t.TempDir(), "module.zip"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer file.Close()
	if err := modzip.CreateFromVCS(file, module.Version{Path: path, Version: version}, clone, tag, sub); err != nil {
		c.t.Fatal(err)
	}
	hash, err := dirhash.HashZip(file.Name(), dirhash.Hash1)
	if err != nil {
		c.t.Fatal(err)
	}
	return hash
}

// ours is the hash by our own way.
func (c checkout) ours(path, version string) hashes {
	tags, err := readTags(c.t.Context(), c.dir)
	if err != nil {
		c.t.Fatal(err)
	}
	place, _, err := tags.module(c.t.Context(), path)
	if err != nil {
		c.t.Fatal(err)
	}
	found, err := place.hash(c.t.Context(), path, version)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func TestHashesAsTheLibraryDoes(t *testing.T) {
	c := newCheckout(t)
	for _, m := range []struct{ path, version, tag, sub string }{
		{weather, "v1.0.0", "v1.0.0", ""},
		{weather, "v1.1.0", "v1.1.0", ""},
		{weather + "/kit", "v0.1.0", "kit/v0.1.0", "kit"},
	} {
		if got, want := string(c.ours(m.path, m.version).tree), c.library(m.path, m.version, m.tag, m.sub); got != want {
			t.Errorf("%s@%s: %s, the library says %s", m.path, m.version, got, want)
		}
	}
}

// The configuration of a hostile checkout starts nothing.
func TestStartsNothingOfTheCheckout(t *testing.T) {
	c := newCheckout(t)
	trap := filepath.Join(t.TempDir(), "sprung")
	want := c.ours(weather, "v1.0.0")
	for _, key := range []string{"filter.trap.smudge", "filter.trap.process", "tar.tar.command", "tar.zip.command", "core.fsmonitor", "core.sshCommand", "diff.external"} {
		c.git("config", key, "touch "+trap)
	}
	if err := os.MkdirAll(filepath.Join(c.dir, ".git", "info"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, ".git", "info", "attributes"), []byte("* filter=trap\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := c.ours(weather, "v1.0.0"); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("the checkout started a program")
	}
}

func record(s *fake.Server, c checkout, path, version string) {
	found := c.ours(path, version)
	s.Record(path, version, string(found.tree), string(found.mod))
}

func source(s *fake.Server, c checkout, change func(*Options)) *Source {
	options := Options{Client: web.New(web.Options{Allow: []string{s.Host()}, Pause: time.Millisecond}), Dir: c.dir, Base: s.URL, Key: s.Key}
	if change != nil {
		change(&options)
	}
	return New(options)
}

func find(t *testing.T, s *Source, reference registry.Reference) registry.Found {
	t.Helper()
	found, err := s.Find(t.Context(), reference)
	if err != nil || len(found.Publication.Proofs) != 1 {
		t.Fatalf("%+v %v", found, err)
	}
	return found
}

func TestTagIsWhatWasRecorded(t *testing.T) {
	c, server := newCheckout(t), fake.Serve(t, "sum.example.com")
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		record(server, c, weather, version)
	}
	record(server, c, weather+"/kit", "v0.1.0")
	s := source(server, c, nil)
	for reference, previous := range map[registry.Reference]string{
		{Name: weather}:                    "v1.0.0",
		{Name: weather, Version: "v1.0.0"}: "v0.9.0",
		{Name: weather + "/kit"}:           "",
	} {
		found := find(t, s, reference)
		p, proof := found.Publication, found.Publication.Proofs[0]
		if proof.Class != provenance.OK || p.Attested != evidence.Yes || found.Previous != previous || proof.Root.Name != "sum.example.com" {
			t.Errorf("%v: %s %s, previous %s", reference, proof.Class, proof.Detail, found.Previous)
		}
		if p.Digests[0].Value != c.git("rev-parse", "HEAD") && reference.Version == "" && reference.Name == weather {
			t.Errorf("digests %v", p.Digests)
		}
	}
}

func TestMovedTag(t *testing.T) {
	c, server := newCheckout(t), fake.Serve(t, "sum.example.com")
	record(server, c, weather, "v1.0.0")
	c.git("tag", "-f", "v1.0.0", "v1.1.0")
	proof := find(t, source(server, c, nil), registry.Reference{Name: weather, Version: "v1.0.0"}).Publication.Proofs[0]
	if proof.Class != provenance.SubjectMismatch || !strings.Contains(proof.Detail, "moved") {
		t.Errorf("%s: %s", proof.Class, proof.Detail)
	}
}

func TestWhatCannotBeSaid(t *testing.T) {
	c := newCheckout(t)
	for name, test := range map[string]struct {
		reference registry.Reference
		change    func(*Options)
		class     evidence.ProofClass
		detail    string
	}{
		"never recorded":       {class: provenance.NoProof, detail: "no such version"},
		"private by the user":  {change: func(o *Options) { o.Private = "example.org,*.example.com,example.com/acme" }, class: provenance.Unknown, detail: "private"},
		"private by the tree":  {reference: registry.Reference{Private: true}, class: provenance.Unknown, detail: "private"},
		"switched off":         {change: func(o *Options) { o.Off = true }, class: provenance.Unknown, detail: "GOSUMDB"},
		"offline":              {change: func(o *Options) { o.Client = web.New(web.Options{Offline: true}) }, class: provenance.NeedsNetwork, detail: "offline"},
		"no such tag":          {reference: registry.Reference{Version: "v3.0.0"}, class: provenance.Unknown, detail: "no tag v3.0.0"},
		"another module's tag": {reference: registry.Reference{Name: "example.com/acme/else", Version: "v1.0.0"}, class: provenance.Unknown, detail: "declares the module"},
	} {
		t.Run(name, func(t *testing.T) {
			server := fake.Serve(t, "sum.example.com")
			if test.reference.Name == "" {
				test.reference.Name = weather
			}
			p := find(t, source(server, c, test.change), test.reference).Publication
			if p.Proofs[0].Class != test.class || !strings.Contains(p.Proofs[0].Detail, test.detail) {
				t.Errorf("%s: %s", p.Proofs[0].Class, p.Proofs[0].Detail)
			}
			if (p.Attested == evidence.No) != (test.class == provenance.NoProof) {
				t.Errorf("attested %v", p.Attested)
			}
			if n := server.Count("/"); n > 0 && test.class != provenance.NoProof {
				t.Errorf("the database was asked: %v", server.Asked())
			}
		})
	}
}

func TestDatabaseThatLies(t *testing.T) {
	c := newCheckout(t)
	for name, lie := range map[string]func(*fake.Server){
		"another key": func(s *fake.Server) { s.Usurp(t) },
		"a record of its own": func(s *fake.Server) {
			s.Lie(string(c.ours(weather, "v1.1.0").tree), string(c.ours(weather, "v1.0.0").tree))
		},
		"junk": func(s *fake.Server) { s.Always("/lookup/", registrytest.Send("text/plain", []byte("junk"))) },
	} {
		server := fake.Serve(t, "sum.example.com")
		record(server, c, weather, "v1.1.0")
		lie(server)
		s := source(server, c, nil)
		for range 2 { // the library remembers what failed
			p := find(t, s, registry.Reference{Name: weather}).Publication
			if p.Proofs[0].Class != provenance.LogInvalid || p.Attested != evidence.Unknown {
				t.Errorf("%s: %s %s", name, p.Proofs[0].Class, p.Proofs[0].Detail)
			}
		}
	}
}

func TestBadDays(t *testing.T) {
	c, server := newCheckout(t), fake.Serve(t, "sum.example.com")
	record(server, c, weather, "v1.1.0")
	server.Next("/lookup/", registrytest.Answer(502), registrytest.Cut())
	if proof := find(t, source(server, c, nil), registry.Reference{Name: weather}).Publication.Proofs[0]; proof.Class != provenance.OK {
		t.Errorf("%s: %s", proof.Class, proof.Detail)
	}
	server.Always("/lookup/", registrytest.Answer(500))
	s := source(server, c, nil)
	for range 2 {
		if proof := find(t, s, registry.Reference{Name: weather}).Publication.Proofs[0]; proof.Class != provenance.Unknown || !strings.Contains(proof.Detail, "500") {
			t.Errorf("%s: %s", proof.Class, proof.Detail)
		}
	}
}

// What was proved once is proved again offline, and a database that starts its
// history anew is caught.
func TestRemembersTheTree(t *testing.T) {
	c, server := newCheckout(t), fake.Serve(t, "sum.example.com")
	dir := t.TempDir()
	record(server, c, weather, "v1.1.0")
	online := func(o *Options) {
		o.Client = web.New(web.Options{Allow: []string{server.Host()}, CacheDir: dir, Pause: time.Millisecond})
	}
	if proof := find(t, source(server, c, online), registry.Reference{Name: weather}).Publication.Proofs[0]; proof.Class != provenance.OK {
		t.Fatalf("%s: %s", proof.Class, proof.Detail)
	}
	offline := func(o *Options) { o.Client = web.New(web.Options{Offline: true, CacheDir: dir}) }
	if proof := find(t, source(server, c, offline), registry.Reference{Name: weather}).Publication.Proofs[0]; proof.Class != provenance.OK {
		t.Errorf("offline: %s %s", proof.Class, proof.Detail)
	}
	record(server, c, weather, "v1.0.0")
	server.Fork()
	if proof := find(t, source(server, c, online), registry.Reference{Name: weather, Version: "v1.0.0"}).Publication.Proofs[0]; proof.Class != provenance.LogInvalid {
		t.Errorf("another history: %s %s", proof.Class, proof.Detail)
	}
}

func TestPublicKey(t *testing.T) {
	verifier, err := note.NewVerifier(PublicKey) // checks the key against its hash
	if err != nil || "https://"+verifier.Name() != PublicBase {
		t.Error(err)
	}
}

func TestPinnedRecords(t *testing.T) {
	c := newCheckout(t)
	have := c.ours(weather, "v1.1.0")
	for text, class := range map[string]evidence.ProofClass{
		weather + " v1.1.0 " + string(have.tree) + "\n" + weather + " v1.1.0/go.mod " + string(have.mod) + "\n": provenance.OK,
		weather + " v1.1.0 " + string(c.ours(weather, "v1.0.0").tree) + "\n":                                    provenance.SubjectMismatch,
		weather + " v1.1.0 " + string(have.tree) + "\n" + weather + " v1.1.0/go.mod h1:AAAA\n":                  provenance.SubjectMismatch,
		"": provenance.NeedsNetwork,
	} {
		s := New(Options{Client: web.New(web.Options{Offline: true}), Dir: c.dir, Records: []byte(text)})
		if proof := find(t, s, registry.Reference{Name: weather}).Publication.Proofs[0]; proof.Class != class {
			t.Errorf("%q: %s %s", text, proof.Class, proof.Detail)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	c := newCheckout(t)
	s := New(Options{Client: web.New(web.Options{Offline: true}), Dir: c.dir})
	for _, name := range []string{"", "..", "-x", "a b", strings.Repeat("a/", 600) + "b"} {
		if _, err := s.Find(t.Context(), registry.Reference{Name: name}); err == nil {
			t.Errorf("%q is a module", name)
		}
	}
	if _, err := s.Find(t.Context(), registry.Reference{Name: weather + "/v2"}); !web.NotFound(err) {
		t.Errorf("a major version without tags: %v", err)
	}
	nowhere := New(Options{Client: web.New(web.Options{Offline: true}), Dir: t.TempDir()})
	if _, err := nowhere.Find(t.Context(), registry.Reference{Name: weather}); err == nil {
		t.Error("a folder without git has tags")
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Find(over, registry.Reference{Name: weather}); err == nil {
		t.Error("a run that was stopped goes on")
	}
}

func TestEnvironment(t *testing.T) {
	for _, test := range []struct {
		set     map[string]string
		private string
		off     bool
	}{
		{map[string]string{}, "", false},
		{map[string]string{"GOPRIVATE": "example.com"}, "example.com", false},
		{map[string]string{"GOPRIVATE": "example.com", "GONOSUMDB": "example.org"}, "example.org", false},
		{map[string]string{"GOSUMDB": "off"}, "", true},
	} {
		if private, off := Environment(func(name string) string { return test.set[name] }); private != test.private || off != test.off {
			t.Errorf("%v: %q %v", test.set, private, off)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add(weather+" v1.0.0 h1:AAAA\n"+weather+" v1.0.0/go.mod h1:BBBB\n", weather, "v1.0.0")
	f.Fuzz(func(t *testing.T, text, path, version string) {
		found := lines(text, path, version)
		_, _ = found.tree.digest(), found.mod.digest()
	})
}
