package registry_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/github"
	"github.com/sealvet/sealvet/internal/collect/registry/mcp"
	"github.com/sealvet/sealvet/internal/collect/registry/mcpb"
	"github.com/sealvet/sealvet/internal/collect/registry/npm"
	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/collect/registry/pypi"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/registrytest"
	fakegithub "github.com/sealvet/sealvet/internal/registrytest/github"
	"github.com/sealvet/sealvet/internal/registrytest/mcpregistry"
	fakenpm "github.com/sealvet/sealvet/internal/registrytest/npm"
	fakeoci "github.com/sealvet/sealvet/internal/registrytest/oci"
	fakepypi "github.com/sealvet/sealvet/internal/registrytest/pypi"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	enginemcpb "github.com/sealvet/sealvet/internal/verify/mcpb"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// world is everything that hands out what acme/weather publishes.
type world struct {
	sigstore *sigstoretest.Sigstore
	npm      *fakenpm.Server
	pypi     *fakepypi.Server
	github   *fakegithub.Server
	mcp      *mcpregistry.Server
	oci      *fakeoci.Server
	bundles  *registrytest.Server
	bundle   []byte
}

// spoiled is what an attacker did to it.
type spoiled struct {
	npmBy      string // repository whose workflow published the package, acme/weather unless set
	takenOver  bool   // the package is of another repository that has the name now
	npmBare    bool   // the version under audit has no attestations
	npmSwapped bool   // its tarball is another one
	bareWheel  bool
	bareAsset  bool
	bareImage  bool
	imageOf    string // what the label of the image says it is
	bundle     bool   // the bundle is another file than the entry names
	entryOf    string
}

var tarball, wheel, sdist, asset, bundled = []byte("tarball of weather"), []byte("wheel"), []byte("sdist"), []byte("asset of the release"), []byte("PK a bundle")

func build(t *testing.T, s spoiled) *world {
	w := &world{sigstore: sigstoretest.New(t.Name(), sigstoretest.Options{}), bundle: bundled}
	w.serveNPM(t, s)
	w.servePyPI(t, s)
	w.serveGitHub(t, s)
	w.serveOCI(t, s)
	repository := "https://github.com/acme/weather"
	if s.entryOf != "" {
		repository = s.entryOf
	}
	w.mcp = mcpregistry.Serve(t, mcpregistry.Entry{Server: strings.Replace(w.entry("https://bundles.example.com"), "https://github.com/acme/weather\"", repository+"\"", 1)})
	if s.bundle {
		w.bundle = []byte("PK another bundle")
	}
	w.bundles = registrytest.Start(t, http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) { _, _ = answer.Write(w.bundle) }))
	return w
}

// ofWorkflow is the release workflow of a repository; server.json tells the id of ours.
func ofWorkflow(repository string) sigstoretest.Identity {
	who := sigstoretest.Workflow(repository, sigstoretest.Tag)
	who.RepositoryID = "9999"
	if repository == sigstoretest.Repository {
		who.RepositoryID = "4711"
	}
	return who
}

func (w *world) serveNPM(t *testing.T, s spoiled) {
	by := sigstoretest.Repository
	if s.npmBy != "" {
		by = s.npmBy
	}
	who := ofWorkflow(by)
	if s.takenOver {
		who.RepositoryID = "9999"
	}
	version := func(number string, tarball []byte) fakenpm.Version {
		return fakenpm.Version{
			Number: number, Tarball: tarball, Repository: "git+https://github.com/acme/weather.git", MCPName: "io.github.acme/weather",
			Attestations: w.sigstore.AttestPackage(who, "@acme/weather", number, tarball, sigstoretest.Signing{}),
		}
	}
	before, now := version("1.1.0", []byte("the tarball before")), version("1.2.0", tarball)
	if s.npmBare {
		now.Attestations = nil
	}
	if s.npmSwapped {
		now.Tarball = []byte("another tarball")
	}
	w.npm = fakenpm.Serve(t, fakenpm.Package{Name: "@acme/weather", Versions: []fakenpm.Version{before, now}})
	w.npm.Keys = w.sigstore.NPMKeysJSON()
}

func (w *world) servePyPI(t *testing.T, s spoiled) {
	file := func(name string, content []byte, bare bool) fakepypi.File {
		f := fakepypi.File{Name: name, Content: content}
		if !bare {
			who := ofWorkflow(sigstoretest.Repository)
			statement := sigstoretest.Statement(sigstoretest.PyPIPublish, nil, sigstoretest.SubjectOf(name, content))
			f.Provenance = sigstoretest.PyPIProvenance(who, sigstoretest.PEP740(w.sigstore.Attest(who, statement, sigstoretest.Signing{})))
		}
		return f
	}
	w.pypi = fakepypi.Serve(t, fakepypi.Project{Name: "weather-mcp", Releases: []fakepypi.Release{{
		Version: "1.2.0", Links: map[string]string{"Repository": "https://github.com/acme/weather"}, Description: "<!-- mcp-name: io.github.acme/weather -->",
		Files: []fakepypi.File{file("weather_mcp-1.2.0-py3-none-any.whl", wheel, s.bareWheel), file("weather_mcp-1.2.0.tar.gz", sdist, false)},
	}}})
}

func (w *world) serveGitHub(t *testing.T, s spoiled) {
	who := ofWorkflow(sigstoretest.Repository)
	attested := map[string][][]byte{
		fakegithub.Digest(asset): {w.sigstore.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("weather.tgz", asset)), sigstoretest.Signing{})},
	}
	if s.bareAsset {
		attested = nil
	}
	w.github = fakegithub.Serve(t, fakegithub.Repository{
		Owner: "acme", Name: "weather", Attestations: attested, Tags: map[string]fakegithub.Tag{"v1.2.0": {Object: sigstoretest.Commit}},
		Releases: []fakegithub.Release{{
			Tag: "v1.2.0", Published: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC),
			Assets: []fakegithub.Asset{{Name: "weather.tgz", Content: asset}, {Name: "weather.spdx.json", Content: []byte("{}")}},
		}},
	})
}

func (w *world) serveOCI(t *testing.T, s spoiled) {
	w.oci = fakeoci.Serve(t, true)
	name := "io.github.acme/weather"
	if s.imageOf != "" {
		name = s.imageOf
	}
	image := w.oci.Image("acme/weather", "1.2.0", "content", map[string]string{
		"io.modelcontextprotocol.server.name": name, "org.opencontainers.image.source": "https://github.com/acme/weather",
	})
	if s.bareImage {
		return
	}
	who := ofWorkflow(sigstoretest.Repository)
	subject := sigstoretest.Subject{Name: "acme/weather", Algorithm: "sha256", Digest: strings.TrimPrefix(image.Digest, "sha256:")}
	w.oci.Refer("acme/weather", image, fakeoci.BundleType, fakeoci.BundleType, w.sigstore.Attest(who, sigstoretest.SLSA1(who, subject), sigstoretest.Signing{}))
}

// entry is the server.json of the tree, and of the MCP registry.
func (w *world) entry(bundles string) string {
	sum := sha256.Sum256(bundled)
	return fmt.Sprintf(`{"$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
 "name": "io.github.acme/weather", "description": "Weather", "version": "1.2.0",
 "repository": {"url": "https://github.com/acme/weather", "source": "github", "id": "4711"}, "packages": [
 {"registryType": "npm", "identifier": "@acme/weather", "version": "1.2.0", "transport": {"type": "stdio"}},
 {"registryType": "pypi", "identifier": "weather-mcp", "version": "1.2.0", "transport": {"type": "stdio"}},
 {"registryType": "oci", "identifier": "%s/acme/weather:1.2.0", "transport": {"type": "stdio"}},
 {"registryType": "mcpb", "identifier": "%s/weather-mcp.mcpb", "fileSha256": "%s", "transport": {"type": "stdio"}}]}`, w.oci.Host(), bundles, hex.EncodeToString(sum[:]))
}

// scan looks at a checkout of acme/weather and asks the whole world.
func (w *world) scan(t *testing.T) *evidence.Snapshot {
	t.Helper()
	seen, root := look(t, map[string]string{"server.json": w.entry(w.bundles.URL), ".github/workflows/release.yml": "on: push\n"})
	dir := t.TempDir()
	for name, content := range map[string][]byte{"root.json": w.sigstore.TrustedRootJSON(), "keys.json": w.sigstore.NPMKeysJSON()} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store, err := trust.Open(trust.Options{File: filepath.Join(dir, "root.json"), NPMKeysFile: filepath.Join(dir, "keys.json"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	client := web.New(web.Options{Allow: []string{"127.0.0.1"}, Retries: -1})
	registry.Collect(t.Context(), seen, registry.Options{
		Sources: map[string]registry.Source{
			"npm":            npm.New(npm.Options{Client: client, Base: w.npm.URL, Download: true}),
			"pypi":           pypi.New(pypi.Options{Client: client, Base: w.pypi.URL}),
			"mcp":            mcp.New(mcp.Options{Client: client, Base: w.mcp.URL}),
			"oci":            oci.New(oci.Options{Client: client}),
			"mcpb":           mcpb.New(mcpb.Options{Client: client}),
			"github-release": github.New(github.Options{Client: client, Base: w.github.URL, Token: web.Token{Host: w.github.Host(), Value: fakegithub.Token}}),
		},
		Bench: verify.Bench{Engines: []verify.Engine{sigstore.New(store, sigstore.Options{}), &enginemcpb.Engine{}}}, Root: root, Now: now,
	})
	return seen
}

// asked are the checks that judge what was heard.
func asked(seen *evidence.Snapshot) (failed, open []string) {
	var register []*audit.Check
	for _, check := range checks.All {
		if check.Source == audit.FromRegistry || check.ID == "server-identity-mismatch" {
			register = append(register, check)
		}
	}
	for _, result := range audit.Run(register, seen) {
		serious := slices.ContainsFunc(result.Findings, func(f audit.Finding) bool { return f.Severity > audit.Note })
		switch {
		case serious:
			failed = append(failed, result.Check.ID)
		case len(result.Doubts)+len(result.Gaps) > 0:
			open = append(open, result.Check.ID)
		}
	}
	return failed, open
}

func TestWholeWorld(t *testing.T) {
	for _, c := range []struct {
		name    string
		spoiled spoiled
		failed  []string
		open    []string
	}{
		{name: "good"},
		{name: "published by a fork", spoiled: spoiled{npmBy: sigstoretest.Fork}, failed: []string{"provenance-from-elsewhere"}},
		{name: "of a repository that took the name over", spoiled: spoiled{takenOver: true}, failed: []string{"provenance-from-elsewhere"}},
		{name: "published by hand", spoiled: spoiled{npmBare: true}, failed: []string{"package-without-provenance", "build-level-too-low", "provenance-regression"}},
		{name: "another tarball", spoiled: spoiled{npmSwapped: true}, failed: []string{"invalid-provenance", "build-level-too-low"}, open: []string{"package-without-provenance", "provenance-regression"}},
		{name: "a wheel without", spoiled: spoiled{bareWheel: true}, failed: []string{"package-without-provenance", "build-level-too-low"}},
		{name: "an asset without", spoiled: spoiled{bareAsset: true}, failed: []string{"release-without-provenance", "build-level-too-low"}},
		{name: "an image without", spoiled: spoiled{bareImage: true}, failed: []string{"image-without-provenance", "build-level-too-low"}},
		{name: "an image of another server", spoiled: spoiled{imageOf: "io.github.mallory/weather"}, failed: []string{"server-identity-mismatch"}},
		{name: "another bundle", spoiled: spoiled{bundle: true}, failed: []string{"bundle-hash-mismatch"}},
		{name: "another entry", spoiled: spoiled{entryOf: "https://github.com/mallory/weather"}, failed: []string{"server-identity-mismatch"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := build(t, c.spoiled).scan(t)
			seen.Settings.Provenance.MinLevel = 1
			failed, open := asked(seen)
			if diff := cmp.Diff(c.failed, failed); diff != "" {
				t.Errorf("failed: %s", diff)
			}
			if diff := cmp.Diff(c.open, open); diff != "" {
				t.Errorf("open: %s", diff)
			}
			if t.Failed() {
				t.Log(strings.Join(tell(seen), "\n"))
				for _, p := range seen.Publications {
					for _, proof := range p.Proofs {
						t.Log(p.Subject(), proof.Class, proof.Detail, proof.Claims.Source)
					}
				}
			}
		})
	}
}

// The chain of the good world holds, link by link.
func TestWholeChain(t *testing.T) {
	for _, chain := range provenance.Chains(build(t, spoiled{}).scan(t)) {
		for _, link := range chain.Links {
			if link.State != provenance.Holds && !strings.HasPrefix(link.From, "mcpb:") {
				t.Errorf("%s: %s -> %s is %s: %s", chain.Artifact, link.From, link.To, link.State, link.Reason)
			}
		}
	}
}

// A mirror that strips attestations proves nothing and disproves nothing.
func TestWholeMirror(t *testing.T) {
	w := build(t, spoiled{})
	w.npm.Strip = true
	seen := w.scan(t)
	failed, open := asked(seen)
	if len(failed) > 0 || !slices.Contains(open, "package-without-provenance") || !slices.Contains(open, "provenance-regression") {
		t.Errorf("failed %v, open %v", failed, open)
	}
}

// One registry that is down costs only its own checks.
func TestWholeOutage(t *testing.T) {
	w := build(t, spoiled{})
	w.npm.Close()
	seen := w.scan(t)
	failed, open := asked(seen)
	if len(failed) > 0 || slices.Contains(open, "release-without-provenance") || !slices.Contains(open, "package-without-provenance") {
		t.Errorf("failed %v, open %v", failed, open)
	}
	if !slices.ContainsFunc(seen.Publications, func(p evidence.Publication) bool { return p.Registry == "pypi" }) {
		t.Error("the index was not asked")
	}
}
