package registry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// shelf is a registry that holds what it is given, by name@version; name@ is the newest.
type shelf struct {
	holds map[string]registry.Found
	err   error
	asked atomic.Int64
}

func (s *shelf) Find(_ context.Context, r registry.Reference) (registry.Found, error) {
	s.asked.Add(1)
	if s.err != nil {
		return registry.Found{}, s.err
	}
	found, holds := s.holds[r.Name+"@"+r.Version]
	if !holds {
		return registry.Found{}, &web.Status{Code: http.StatusNotFound, URL: "https://registry.example.com/" + r.Name}
	}
	return found, nil
}

// hoster also lists releases.
type hoster struct {
	shelf
	releases []evidence.Release
}

func (h *hoster) Releases(context.Context, string) ([]evidence.Release, error) {
	return h.releases, h.err
}

// parrot is an engine whose verdict is written in the proof.
type parrot struct{}

func (parrot) Name() string                         { return "parrot" }
func (parrot) Can(format evidence.ProofFormat) bool { return format != evidence.ProofGCB }
func (parrot) Verify(_ context.Context, q verify.Question) []evidence.Proof {
	class := evidence.ProofClass(q.Material.Raw)
	if q.Material.File != nil {
		head := make([]byte, q.Material.FileSize)
		if _, err := q.Material.File.ReadAt(head, 0); err != nil {
			class = provenance.ToolError
		} else {
			class = evidence.ProofClass(strings.TrimSpace(string(head)))
		}
	}
	if rest, only := strings.CutPrefix(string(class), "only "); only { // speaks of one file
		class = provenance.SubjectMismatch
		if q.Subject.Name == rest {
			class = provenance.OK
		}
	}
	return []evidence.Proof{{Format: q.Material.Format, Class: class, Engine: "parrot", Detail: q.Subject.Name}}
}

// content is the digest of everything on the shelf: what is not known proves nothing.
var content = []evidence.Digest{{Algorithm: "sha256", Value: "0123456789012345678901234567890123456789012345678901234567890123"}}

func found(version, previous string, proofs ...string) registry.Found {
	f := registry.Found{Publication: evidence.Publication{Version: version, Declared: "git+https://github.com/acme/weather.git", Attested: evidence.Known(len(proofs) > 0), Digests: content}, Previous: previous}
	for _, proof := range proofs {
		f.Materials = append(f.Materials, verify.Material{Format: evidence.ProofBundle, Raw: []byte(proof), Origin: "https://registry.example.com/proof"})
	}
	return f
}

func file(name string, proofs ...string) registry.Found {
	f := found("", "", proofs...)
	f.Publication = evidence.Publication{Name: name, Attested: evidence.Known(len(proofs) > 0), Digests: content}
	return f
}

// look lays out a checkout of github.com/acme/weather.
func look(t *testing.T, files map[string]string) (seen *evidence.Snapshot, root string) {
	t.Helper()
	root = t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	seen, err := checkout.Collect(t.Context(), root, checkout.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	seen.Gaps = nil
	seen.Target = evidence.Target{Name: "acme/weather", Remote: "https://github.com/acme/weather", Commit: strings.Repeat("a", 40)}
	return seen, root
}

// tell puts what was collected into lines.
func tell(seen *evidence.Snapshot) (lines []string) {
	for _, p := range seen.Publications {
		line := fmt.Sprintf("%d %s %s", p.Rank, p.Subject(), p.Attested)
		for _, proof := range p.Proofs {
			line += " " + string(proof.Class)
		}
		if p.Why != "" {
			line += ": " + p.Why
		}
		if p.Pinned != "" {
			line += fmt.Sprintf(" pinned %s actual %s", p.Pinned, p.Actual)
		}
		lines = append(lines, line)
	}
	for _, r := range seen.Releases {
		lines = append(lines, "release "+r.Tag)
	}
	for _, g := range seen.Gaps {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("gap %s %s: %s [%s]", g.Kind, g.Subject, g.Reason, g.Unlock)))
	}
	return lines
}

const entry = `{"name": "io.github.acme/weather", "version": "1.2.0", "packages": [
	{"registryType": "npm", "identifier": "@acme/weather", "version": "1.2.0"},
	{"registryType": "pypi", "identifier": "weather", "version": "1.2.0"},
	{"registryType": "oci", "identifier": "ghcr.io/acme/weather:1.2.0"},
	{"registryType": "mcpb", "identifier": "https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb", "fileSha256": "aa"}]}`

func TestCollect(t *testing.T) {
	bundle := found("", "")
	bundle.Publication.Digests = []evidence.Digest{{Algorithm: "sha512", Value: "00"}, {Algorithm: "sha256", Value: "bb"}}
	wheels := found("1.2.0", "1.1.0")
	wheels.Files = []registry.Found{file("weather-1.2.0.tar.gz"), file("weather-1.2.0-py3-none-any.whl", "ok")}
	assets := found("v1.2.0", "", "only weather.tgz")
	assets.Files = []registry.Found{file("weather.zip"), file("weather.tgz")}
	index := found("1.2.0", "", "ok", "source-mismatch")
	index.Files = []registry.Found{file("linux/amd64"), file("linux/arm64")}
	sources := map[string]registry.Source{
		"npm":  &shelf{holds: map[string]registry.Found{"@acme/weather@1.2.0": found("1.2.0", "1.1.0"), "@acme/weather@1.1.0": found("1.1.0", "1.0.0", "ok")}},
		"pypi": &shelf{holds: map[string]registry.Found{"weather@1.2.0": wheels}},
		"oci":  &shelf{holds: map[string]registry.Found{"ghcr.io/acme/weather@1.2.0": index}},
		"mcpb": &shelf{holds: map[string]registry.Found{"https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb@": bundle}},
		"mcp":  &shelf{err: errors.New("registry.example.com did not answer")},
		"github-release": &hoster{
			shelf:    shelf{holds: map[string]registry.Found{"acme/weather@v1.2.0": assets}},
			releases: []evidence.Release{{Tag: "v1.2.0"}, {Tag: "v1.1.0", Rank: 1}},
		},
	}
	want := []string{
		"0 github-release:acme/weather@v1.2.0 weather.tgz yes ok",
		"0 github-release:acme/weather@v1.2.0 weather.zip no",
		"0 mcpb:https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb no pinned aa actual bb",
		"0 npm:@acme/weather@1.2.0 no",
		"1 npm:@acme/weather@1.1.0 yes ok",
		"0 oci:ghcr.io/acme/weather:1.2.0 yes source-mismatch ok",
		"0 pypi:weather@1.2.0 weather-1.2.0-py3-none-any.whl yes ok",
		"0 pypi:weather@1.2.0 weather-1.2.0.tar.gz no",
		"1 pypi:weather@1.1.0 unknown: https://registry.example.com/weather answered 404 Not Found",
		"0 dist/weather.mcpb yes signature-invalid",
		"release v1.2.0", "release v1.1.0",
		"gap registry-entries mcp:io.github.acme/weather: registry.example.com did not answer [run again when the registry answers]",
	}
	for workers := 1; workers <= 8; workers += 7 { // whoever is first, the order is the same
		seen, root := look(t, map[string]string{"server.json": entry, "dist/weather.mcpb": "signature-invalid"})
		seen.Histories = []evidence.History{{Tags: []evidence.GitObject{{Name: "v1.2.0", Target: seen.Target.Commit}}}}
		registry.Collect(t.Context(), seen, registry.Options{Sources: sources, Bench: verify.Bench{Engines: []verify.Engine{parrot{}}}, Root: root, Now: now, Workers: workers})
		if diff := cmp.Diff(want, tell(seen)); diff != "" {
			t.Error(diff)
		}
		if name := seen.Publications[4].Proofs[0].Detail; name != "pkg:npm/%40acme/weather@1.1.0" {
			t.Errorf("the subject of a package of npm is %s", name)
		}
	}
}

func TestNothingIsAsked(t *testing.T) {
	seen, root := look(t, map[string]string{"server.json": entry})
	asked := &shelf{}
	registry.Collect(t.Context(), seen, registry.Options{Sources: map[string]registry.Source{"npm": asked}, Root: root, Unasked: "--offline"})
	want := []string{
		"gap releases github-release:acme/weather: --offline: github-release:acme/weather was not looked up [a scan with a network, without --offline]",
		"gap registry-entries mcp:io.github.acme/weather: --offline: mcp:io.github.acme/weather was not looked up [a scan with a network, without --offline]",
		"gap published-bundles mcpb:https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb: --offline: mcpb:https://github.com/acme/weather/releases/download/v1.2.0/weather.mcpb was not looked up [a scan with a network, without --offline]",
		"gap publications npm:@acme/weather: --offline: npm:@acme/weather, pypi:weather were not looked up [a scan with a network, without --offline]",
		"gap published-images oci:ghcr.io/acme/weather: --offline: oci:ghcr.io/acme/weather was not looked up [a scan with a network, without --offline]",
	}
	if diff := cmp.Diff(want, tell(seen)); diff != "" || asked.asked.Load() != 0 {
		t.Errorf("asked %d times: %s", asked.asked.Load(), diff)
	}
	seen, root = look(t, map[string]string{"README.md": "nothing is published"})
	seen.Target.Remote = ""
	registry.Collect(t.Context(), seen, registry.Options{Root: root, Unasked: "--offline"})
	if got := tell(seen); len(got) != 0 {
		t.Errorf("a repository that publishes nothing has %q", got)
	}
}

// What only has a name that something of a stranger also has is not ours.
func TestStrangers(t *testing.T) {
	other := found("9.0.0", "", "ok")
	other.Publication.Declared = "https://github.com/other/web"
	silent := found("9.0.0", "", "ok")
	silent.Publication.Declared = ""
	npm := &shelf{holds: map[string]registry.Found{"web@": other, "tools@": silent, "ours@": found("1.0.0", "")}}
	seen, root := look(t, map[string]string{
		"web/package.json": `{"name": "web", "version": "1.0.0"}`, "tools/package.json": `{"name": "tools", "version": "1.0.0"}`,
		"ours/package.json": `{"name": "ours", "version": "1.1.0"}`, "new/package.json": `{"name": "never-published", "version": "1.0.0"}`,
		"hidden/package.json": `{"name": "@acme/hidden", "version": "1.0.0"}`, ".npmrc": "@acme:registry=https://npm.acme.example/\n",
	})
	registry.Collect(t.Context(), seen, registry.Options{
		Sources: map[string]registry.Source{"npm": npm, "github-release": &hoster{}}, Bench: verify.Bench{Engines: []verify.Engine{parrot{}}}, Root: root,
	})
	want := []string{
		"0 npm:ours@1.0.0 no",
		"gap publications npm:@acme/hidden: its name looks private (.npmrc takes @acme from npm.acme.example), so that no public registry is to hear it []",
		"gap listing npm:tools: the registry holds something of that name, and does not say that it is of this repository [mark its manifest private, or name this repository in its metadata]",
		"gap listing npm:web: the registry holds something of that name from github.com/other/web, and this is github.com/acme/weather [mark its manifest private, or name this repository in its metadata]",
	}
	if diff := cmp.Diff(want, tell(seen)); diff != "" {
		t.Error(diff)
	}
}

func TestBudget(t *testing.T) {
	files := map[string]string{"server.json": `{"name": "io.github.acme/weather", "version": "1.2.0", "packages": [{"registryType": "npm", "identifier": "zeta", "version": "1.0.0"}]}`}
	for i := range 6 {
		files[fmt.Sprintf("p%d/package.json", i)] = fmt.Sprintf(`{"name": "p%d", "version": "1.0.0"}`, i)
	}
	seen, root := look(t, files)
	npm := &shelf{}
	registry.Collect(t.Context(), seen, registry.Options{Sources: map[string]registry.Source{"npm": npm}, Root: root, Most: 2})
	want := []string{
		"0 npm:zeta@1.0.0 unknown: there is nothing of that name, or nobody may see it",
		"gap releases github-release:acme/weather: there is no way to ask about github-release here []",
		"gap registry-entries mcp:io.github.acme/weather: there is no way to ask about mcp here []",
		"gap publications npm:p1: npm:p1, npm:p2, npm:p3 and 2 more were not looked up: a run asks about 2 names []",
	}
	if diff := cmp.Diff(want, tell(seen)); diff != "" || npm.asked.Load() != 4 {
		t.Errorf("asked %d times: %s", npm.asked.Load(), diff)
	}
}

func TestUnlocks(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{web.ErrOffline, "without --offline"},
		{&web.Refused{Host: "10.0.0.1", Reason: "it is private"}, "provenance.registries"},
		{&web.Status{Code: http.StatusUnauthorized}, "a token"},
		{&web.Status{Code: http.StatusBadGateway}, "run again"},
	} {
		seen, root := look(t, map[string]string{"server.json": `{"name": "io.github.acme/weather", "packages": [{"registryType": "npm", "identifier": "zeta", "version": "1.0.0"}]}`})
		seen.Target.Remote = ""
		registry.Collect(t.Context(), seen, registry.Options{Sources: map[string]registry.Source{"npm": &shelf{err: c.err}, "mcp": &shelf{}}, Root: root})
		if len(seen.Gaps) != 1 || !strings.Contains(seen.Gaps[0].Unlock, c.want) {
			t.Errorf("%v: %q", c.err, tell(seen))
		}
	}
}

func TestComplete(t *testing.T) {
	npm := &shelf{holds: map[string]registry.Found{"zeta@1.0.0": found("1.0.0", "", "needs-network")}}
	for _, c := range []struct {
		err  error
		want evidence.ProofClass
	}{{nil, provenance.OK}, {errors.New("the log did not answer"), provenance.NeedsNetwork}} {
		seen, root := look(t, map[string]string{"server.json": `{"name": "io.github.acme/weather", "packages": [{"registryType": "npm", "identifier": "zeta", "version": "1.0.0"}]}`})
		registry.Collect(t.Context(), seen, registry.Options{
			Sources: map[string]registry.Source{"npm": npm}, Root: root,
			Bench: verify.Bench{Engines: []verify.Engine{parrot{}}, Complete: func(_ context.Context, m verify.Material) (verify.Material, error) {
				m.Raw = []byte("ok")
				return m, c.err
			}},
		})
		proof := seen.Publications[0].Proofs[0]
		if proof.Class != c.want || (len(proof.Notes) > 0) != (c.err != nil) {
			t.Errorf("%v: %+v", c.err, proof)
		}
	}
}
