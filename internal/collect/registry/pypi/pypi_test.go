package pypi

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/pypi"
)

const sdistSum = "9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3"

func real(t *testing.T, name string) []byte {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "testdata", "provenance", "pypi", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func projects(t *testing.T) []fake.Project {
	day := func(n int) time.Time { return time.Date(2024, 12, n, 12, 0, 0, 0, time.UTC) }
	provenance := real(t, "pypi_attestations-0.0.19.tar.gz.provenance")
	return []fake.Project{
		{Name: "pypi-attestations", Releases: []fake.Release{
			{Version: "0.0.18", Files: []fake.File{{Name: "pypi_attestations-0.0.18.tar.gz", Content: []byte("old"), Uploaded: day(1)}}},
			{Version: "0.0.19", Links: map[string]string{"Source Code": "https://github.com/trailofbits/pypi-attestations/tree/main", "Homepage": "https://example.com"},
				Description: "# x\n<!-- mcp-name: io.github.trailofbits/attestations -->\n",
				Files: []fake.File{
					{Name: "pypi_attestations-0.0.19.tar.gz", SHA256: sdistSum, Uploaded: day(3), Provenance: provenance},
					{Name: "pypi_attestations-0.0.19-py2-none-any.whl", Content: []byte("w"), Uploaded: day(4), Yanked: true},
				}},
			{Version: "0.1.0rc1", Files: []fake.File{{Name: "pypi_attestations-0.1.0rc1.tar.gz", Content: []byte("rc"), Uploaded: day(5)}}},
			{Version: "0.2.0", Files: []fake.File{{Name: "pypi_attestations-0.2.0.tar.gz", Content: []byte("bad"), Uploaded: day(6), Yanked: true}}},
		}},
		{Name: "rfc8785", Releases: []fake.Release{{Version: "0.1.2", Home: "https://github.com/trailofbits/rfc8785.py", Files: []fake.File{
			{Name: "rfc8785-0.1.2-py3-none-any.whl", Content: real(t, "rfc8785-0.1.2-py3-none-any.whl"), Provenance: provenance},
			{Name: "rfc8785-0.1.2.tar.gz", Content: []byte("s")},
		}}}},
		{Name: "plain", Releases: []fake.Release{{Version: "1.0.0", Files: []fake.File{{Name: "plain-1.0.0.tar.gz", Content: []byte("p")}}}}},
		{Name: "empty", Releases: []fake.Release{{Version: "1.0.0"}}},
	}
}

func ask(s *fake.Server, options Options) *Source {
	options.Client, options.Base = web.New(web.Options{Allow: []string{s.Host()}, Pause: time.Millisecond}), s.URL+"/simple/"
	return New(options)
}

func TestFindsAttestations(t *testing.T) {
	server := fake.Serve(t, projects(t)...)
	found, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: "PyPI_Attestations"})
	if err != nil {
		t.Fatal(err)
	}
	p := found.Publication
	if p.Version != "0.0.19" || found.Previous != "0.0.18" || p.Attested != evidence.Yes || p.Name != "pypi-attestations" ||
		p.Declared != "github.com/trailofbits/pypi-attestations" || p.ServerName != "io.github.trailofbits/attestations" || p.Published.Day() != 3 {
		t.Errorf("%+v, previous %s", p, found.Previous)
	}
	if len(found.Files) != 1 {
		t.Fatalf("%d files: the withdrawn one counts", len(found.Files))
	}
	f := found.Files[0]
	if f.Publication.Name != "pypi_attestations-0.0.19.tar.gz" || f.Publication.Digests[0].String() != "sha256:"+sdistSum {
		t.Errorf("%+v", f.Publication)
	}
	if len(f.Materials) != 1 || f.Materials[0].Format != evidence.ProofPEP740 || string(f.Materials[0].Raw) != string(real(t, "pypi_attestations-0.0.19.tar.gz.provenance")) {
		t.Errorf("%d materials", len(f.Materials))
	}
	if n := server.Count("/"); n != 3 {
		t.Errorf("%d requests: %v", n, server.Asked())
	}
}

func TestAbsentAndUnknown(t *testing.T) {
	for name, test := range map[string]struct {
		strip, keyless, html bool
		project              string
		want                 evidence.Answer
		why                  string
	}{
		"one file of two":               {project: "rfc8785", want: evidence.No, why: "1 of 2 files have no attestation: rfc8785-0.1.2.tar.gz"},
		"none":                          {project: "plain", want: evidence.No, why: "plain-1.0.0.tar.gz"},
		"no key, the API says none":     {keyless: true, project: "plain", want: evidence.No},
		"no key, the API has it":        {keyless: true, project: "pypi-attestations", want: evidence.Yes},
		"a mirror":                      {strip: true, project: "pypi-attestations", want: evidence.Unknown, why: "does not tell of attestations"},
		"a mirror, of a plain one":      {strip: true, project: "plain", want: evidence.Unknown, why: "does not tell of attestations"},
		"a mirror that speaks HTML":     {strip: true, html: true, project: "pypi-attestations", want: evidence.Unknown, why: "does not tell of attestations"},
		"HTML before an honest API":     {html: true, project: "plain", want: evidence.No},
		"a version that has no file":    {project: "empty", want: evidence.Unknown, why: "no file"},
		"HTML, and the API has it":      {html: true, project: "pypi-attestations", want: evidence.Yes},
		"a mirror, of a half of it all": {strip: true, project: "rfc8785", want: evidence.Unknown, why: "does not tell of attestations"},
	} {
		t.Run(name, func(t *testing.T) {
			server := fake.Serve(t, projects(t)...)
			server.Strip, server.Keyless, server.HTML = test.strip, test.keyless, test.html
			found, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: test.project})
			if err != nil || found.Publication.Attested != test.want || !strings.Contains(found.Publication.Why, test.why) {
				t.Errorf("%v %q %v, want %v", found.Publication.Attested, found.Publication.Why, err, test.want)
			}
		})
	}
}

func TestNamedButNotHandedOut(t *testing.T) {
	for name, fault := range map[string]registrytest.Fault{
		"missing": registrytest.Answer(404),
		"empty":   registrytest.Send("application/json", []byte(`{"attestation_bundles":[{"attestations":[]}]}`)),
		"junk":    registrytest.Send("text/html", []byte(`<html>`)),
	} {
		server := fake.Serve(t, projects(t)...)
		server.Always("/integrity/", fault)
		found, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: "pypi-attestations"})
		if err != nil || found.Publication.Attested != evidence.Unknown || !strings.Contains(found.Publication.Why, "does not hand them out") {
			t.Errorf("%s: %+v %v", name, found.Publication, err)
		}
	}
	server := fake.Serve(t, projects(t)...)
	server.Always("/integrity/", registrytest.Answer(500))
	if _, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: "pypi-attestations"}); err == nil {
		t.Error("an API that fails is an answer")
	}
}

func TestWhatIsNotThere(t *testing.T) {
	server := fake.Serve(t, projects(t)...)
	source := ask(server, Options{})
	for _, reference := range []registry.Reference{{Name: "never-published"}, {Name: "plain", Version: "9"}, {Name: "plain", Version: "x"}} {
		if _, err := source.Find(t.Context(), reference); !web.NotFound(err) {
			t.Errorf("%+v: %v", reference, err)
		}
	}
	if found, err := source.Find(t.Context(), registry.Reference{Name: "plain", Version: "1.0"}); err != nil || found.Publication.Version != "1.0.0" {
		t.Errorf("1.0 is not 1.0.0: %v", err)
	}
	if found, err := source.Find(t.Context(), registry.Reference{Name: "pypi-attestations", Version: "0.2.0"}); err != nil || len(found.Notes) != 1 || len(found.Files) != 1 {
		t.Errorf("a withdrawn version: %+v %v", found, err)
	}
	for _, name := range []string{"", "..", "a/b", "a b", "-a", strings.Repeat("a", 300)} {
		if _, err := source.Find(t.Context(), registry.Reference{Name: name}); err == nil || web.NotFound(err) {
			t.Errorf("%q: %v", name, err)
		}
	}
	public := New(Options{Client: web.New(web.Options{Offline: true})})
	if _, err := public.Find(t.Context(), registry.Reference{Name: "inside", Private: true}); !errors.Is(err, registry.ErrPrivate) {
		t.Errorf("a private name: %v", err)
	}
}

func TestDownloads(t *testing.T) {
	server := fake.Serve(t, projects(t)...)
	found, err := ask(server, Options{Download: true}).Find(t.Context(), registry.Reference{Name: "rfc8785"})
	if err != nil {
		t.Fatal(err)
	}
	p := found.Files[0].Publication
	if p.Actual != "c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201" || len(found.Files[0].Notes) != 0 {
		t.Errorf("%+v %v", p, found.Files[0].Notes)
	}
}

// What the index names is dialled only on its own host, on one that is built in, or
// on one that is allowed.
func TestAddressesOfTheIndex(t *testing.T) {
	inside := registrytest.Start(t, nil)
	server := fake.Serve(t, projects(t)...)
	server.Always("/simple/", registrytest.Send(simpleJSON, []byte(`{"versions":["1.0"],"files":[{"filename":"plain-1.0.tar.gz","url":"x","provenance":"`+inside.URL+`/"}]}`)))
	var refused *web.Refused
	if _, err := ask(server, Options{}).Find(t.Context(), registry.Reference{Name: "plain"}); !errors.As(err, &refused) {
		t.Error(err)
	}
	if inside.Count("/") != 0 {
		t.Error("it was dialled")
	}
}

func TestMaxFiles(t *testing.T) {
	server := fake.Serve(t, projects(t)...)
	found, err := ask(server, Options{MaxFiles: 1}).Find(t.Context(), registry.Reference{Name: "rfc8785"})
	if err != nil || found.Files[1].Publication.Attested != evidence.Unknown || found.Publication.Attested != evidence.Unknown {
		t.Errorf("%+v %v", found.Publication, err)
	}
}

func TestVersionOfAFile(t *testing.T) {
	for name, want := range map[string]string{
		"my_tool-1.2.3-py3-none-any.whl":                 "1.2.3",
		"my.tool-1.2.3-1-cp312-cp312-manylinux_2_17.whl": "1.2.3",
		"My-Tool-1.0-rc-1.tar.gz":                        "1.0-rc-1",
		"my-tool-1.0.zip":                                "1.0",
		"my_tool-1.0.tar.bz2":                            "1.0",
		"other-1.0.tar.gz":                               "",
		"my_tool-1.0.egg":                                "",
		"my_tool.whl":                                    "",
		"":                                               "",
		"-1.0.tar.gz":                                    "",
		"my_toolbox-1.0-py3-none-any.whl":                "",
		"my_tool-2024.1.post1.dev3+local.1-py3-none-any.whl": "2024.1.post1.dev3+local.1",
	} {
		if got := versionOf(name, "my-tool"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestServerMark(t *testing.T) {
	for text, want := range map[string]string{
		"<!-- mcp-name: io.github.a/b -->": "io.github.a/b",
		"mcp-name: io.github.a/b":          "io.github.a/b",
		"mcp-name: io.github.a/b.":         "io.github.a/b",
		"mcp-name: io.github.a/b/c":        "",
		"mcp-name: nothing":                "",
	} {
		got := ""
		if m := mark.FindStringSubmatch(text); m != nil {
			got = strings.TrimRight(m[1], ".")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte(`{"versions":["1.0"],"files":[{"filename":"a-1.0.tar.gz","url":"x","yanked":"bad","hashes":{"sha256":"AA"},"provenance":null,"upload-time":"2024-01-01T00:00:00Z"}]}`), "1")
	f.Add([]byte(`{"files":[{"filename":"a-1.0-py3-none-any.whl","provenance":{}},{}]}`), "")
	f.Fuzz(func(t *testing.T, raw []byte, wish string) {
		var all index
		if json.Unmarshal(raw, &all) != nil {
			return
		}
		all.sort("a")
		version := choose(all.dated(), wish)
		for _, f := range all.of(version) {
			_, _ = f.digests(), f.uploaded()
		}
	})
}
