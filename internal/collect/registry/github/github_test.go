package github_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/github"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/github"
	"github.com/sealvet/sealvet/internal/sigstoretest"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/sigstore"
	"github.com/sealvet/sealvet/internal/verify/sums"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

var (
	pool    = sigstoretest.New("github source", sigstoretest.Options{})
	private = sigstoretest.New("github source, releases", sigstoretest.Options{GitHub: true})
	who     = sigstoretest.Workflow("acme/weather", "refs/tags/v1.2.0")
)

const (
	tagObject = "1111111111111111111111111111111111111111"
	commit    = "0123456789abcdef0123456789abcdef01234567"
)

func attest(name string, content []byte) []byte {
	return pool.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf(name, content)), sigstoretest.Signing{})
}

func day(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC) }

func yes() *bool { answer := true; return &answer }

// weather is a repository with two releases, a prerelease and a draft.
func weather() fake.Repository {
	linux, mac, old := []byte("linux"), []byte("mac"), []byte("old")
	list := []byte(strings.TrimPrefix(fake.Digest(linux), "sha256:") + "  weather-linux\n" + strings.TrimPrefix(fake.Digest(mac), "sha256:") + "  weather-mac\n")
	return fake.Repository{
		Owner: "acme", Name: "weather",
		Releases: []fake.Release{
			{Tag: "v2.0.0-rc.1", Prerelease: true, Published: day(9)},
			{Tag: "v1.1.0", Published: day(1), Assets: []fake.Asset{{Name: "weather-linux", Content: old}}},
			{Tag: "v1.2.0", Published: day(5), Immutable: yes(), Assets: []fake.Asset{
				{Name: "weather-mac", Content: mac},
				{Name: "weather-linux", Content: linux},
				{Name: "weather-linux.spdx.json", Content: []byte(`{"spdxVersion":"SPDX-2.3"}`)},
				{Name: "SHA256SUMS", Content: list},
				{Name: "SHA256SUMS.sigstore.json", Content: pool.SignMessage(who, list, sigstoretest.Signing{})},
			}},
			{Tag: "v9", Draft: true, Published: day(9)},
		},
		Tags: map[string]fake.Tag{"v1.2.0": {Object: tagObject, Commit: commit}, "v1.1.0": {Object: commit}},
		Attestations: map[string][][]byte{
			fake.Digest(linux): {attest("weather-linux", linux)},
			fake.Digest(old):   {attest("weather-linux", old)},
			"sha1:" + tagObject: {private.Attest(sigstoretest.GitHubRelease(), sigstoretest.Release("acme/weather", "v1.2.0", tagObject,
				sigstoretest.SubjectOf("weather-linux", linux), sigstoretest.SubjectOf("weather-mac", mac)), sigstoretest.Signing{})},
		},
	}
}

func client(allow ...string) *web.Client {
	if len(allow) == 0 {
		allow = []string{"127.0.0.1"}
	}
	return web.New(web.Options{Allow: allow, Retries: 1, MaxWait: time.Millisecond})
}

func source(s *fake.Server, token string) *github.Source {
	return github.New(github.Options{Client: client(), Base: s.URL, Token: web.Token{Value: token}})
}

func find(t *testing.T, s *github.Source, version string) registry.Found {
	t.Helper()
	found, err := s.Find(context.Background(), registry.Reference{Registry: "github-release", Name: "acme/weather", Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// told lists files as name, answer and the formats of their materials.
func told(found registry.Found) string {
	var all []string
	for _, f := range found.Files {
		line := f.Publication.Name + " " + f.Publication.Attested.String()
		for _, m := range f.Materials {
			line += " " + string(m.Format)
		}
		all = append(all, line)
	}
	return strings.Join(all, "; ")
}

func TestFindTheNewestRelease(t *testing.T) {
	for _, byAddress := range []bool{false, true} {
		s := fake.Serve(t, weather())
		s.ByAddress = byAddress
		asked := source(s, fake.Token)
		found := find(t, asked, "")
		want := "weather-linux yes sigstore-bundle checksums; weather-mac yes checksums"
		if told(found) != want || found.Publication.Version != "v1.2.0" || found.Previous != "v1.1.0" {
			t.Errorf("by address %v: %s@%s before %s: %s, want %s", byAddress, found.Publication.Name, found.Publication.Version, found.Previous, told(found), want)
		}
		if len(found.Materials) != 1 || found.Publication.Bill != evidence.Yes {
			t.Errorf("%d attestations of the release, bill %v", len(found.Materials), found.Publication.Bill)
		}
		before := find(t, asked, "v1.1.0")
		if told(before) != "weather-linux yes sigstore-bundle" || before.Previous != "" {
			t.Errorf("the release before: %s, before it %q", told(before), before.Previous)
		}
		if n := s.Count("/orgs/"); n != 1 {
			t.Errorf("%d bulk requests for two releases", n)
		}
		if n := s.Count("/repos/acme/weather/attestations/sha256"); n != 0 {
			t.Errorf("%d requests for single digests", n)
		}
		if n := len(s.Asked()); n > 8 {
			t.Errorf("%d requests of the API: %v", n, s.Asked())
		}
		for _, a := range s.Storage.Asked() {
			if a.Authorization != "" {
				t.Errorf("the storage got the token for %s", a.Path)
			}
		}
	}
}

func TestProofsOfAReleaseVerify(t *testing.T) {
	s := fake.Serve(t, weather())
	s.ByAddress = true
	found := find(t, source(s, fake.Token), "v1.2.0")
	path := filepath.Join(t.TempDir(), "root.jsonl")
	if err := os.WriteFile(path, sigstoretest.Join(pool.TrustedRootJSON(), private.TrustedRootJSON()), 0o600); err != nil {
		t.Fatal(err)
	}
	roots, err := trust.Open(trust.Options{File: path})
	if err != nil {
		t.Fatal(err)
	}
	inner := sigstore.New(roots, sigstore.Options{})
	engines := []verify.Engine{inner, sums.New(inner)}
	for _, file := range found.Files {
		for _, m := range append(file.Materials, found.Materials...) {
			for _, e := range engines {
				if !e.Can(m.Format) {
					continue // the other one
				}
				question := verify.Question{Material: m, Subject: provenance.Subject{Name: file.Publication.Name, Digests: file.Publication.Digests}, Now: time.Now()}
				for _, proof := range e.Verify(context.Background(), question) {
					if proof.Class != provenance.OK {
						t.Errorf("%s by %s: %s: %s", file.Publication.Name, m.Origin, proof.Class, proof.Detail)
					}
				}
			}
		}
	}
}

func TestReleasesAreListed(t *testing.T) {
	s := fake.Serve(t, weather())
	releases, err := source(s, fake.Token).Releases(context.Background(), "acme/weather")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range releases {
		roles := ""
		for _, a := range r.Assets {
			roles += " " + a.Name + "=" + a.Role
		}
		got = append(got, fmt.Sprintf("%d %s %s %s%s", r.Rank, r.Tag, r.Immutable, r.Commit, roles))
	}
	want := []string{
		"0 v1.2.0 yes " + commit + " SHA256SUMS=checksums SHA256SUMS.sigstore.json=signature weather-linux= weather-linux.spdx.json=sbom weather-mac=",
		"1 v1.1.0 unknown " + commit + " weather-linux=",
		"2 v2.0.0-rc.1 unknown ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAbsentIsNotUnknown is about each way in which nothing is seen.
func TestAbsentIsNotUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		token string
		set   func(*fake.Server)
		mac   evidence.Answer // the asset without attestation
		linux evidence.Answer
		why   string
	}{
		"all is seen":                   {token: fake.Token, mac: evidence.No, linux: evidence.Yes},
		"left out instead of null":      {token: fake.Token, set: func(s *fake.Server) { s.Silent = true }, mac: evidence.No, linux: evidence.Yes},
		"no bulk call":                  {token: fake.Token, set: func(s *fake.Server) { s.NoBulk = true }, mac: evidence.No, linux: evidence.Yes},
		"bulk call stumbles":            {token: fake.Token, set: func(s *fake.Server) { s.Always("/orgs/", registrytest.Answer(502)) }, mac: evidence.No, linux: evidence.Yes},
		"without a token":               {mac: evidence.No, linux: evidence.Yes},
		"without the permission":        {token: fake.Token, set: func(s *fake.Server) { s.Unpermitted = true }, why: "attestations=read"},
		"rate limit":                    {token: fake.Token, set: func(s *fake.Server) { s.Limit = 2 }, why: "no more requests"},
		"rate limit without a token":    {set: func(s *fake.Server) { s.Limit = 2 }, why: "a token raises the limit"},
		"too fast":                      {token: fake.Token, set: func(s *fake.Server) { s.Always("/orgs/", registrytest.Limited(3600)) }, why: "too often"},
		"broken bulk answer":            {token: fake.Token, set: func(s *fake.Server) { s.Always("/orgs/", registrytest.Send("application/json", []byte("{"))) }, mac: evidence.No, linux: evidence.Yes},
		"broken answers":                {token: fake.Token, set: func(s *fake.Server) { broken(s) }, why: "not read"},
		"storage is down":               {token: fake.Token, set: func(s *fake.Server) { s.ByAddress = true; s.Storage.Always("/", registrytest.Answer(500)) }, mac: evidence.No, why: "500"},
		"storage sends something else":  {token: fake.Token, set: func(s *fake.Server) { s.ByAddress = true; s.Storage.Always("/", registrytest.Send("x", []byte("no"))) }, mac: evidence.No, why: "Snappy"},
		"storage of nobody knows where": {token: fake.Token, set: func(s *fake.Server) { s.ByAddress = true; s.Away = "https://blobs.example.com" }, mac: evidence.No, why: "blobs.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			one := weather()
			one.Releases[2].Assets = one.Releases[2].Assets[:2] // no proofs beside
			one.Releases[2].Immutable = nil
			s := fake.Serve(t, one)
			if c.set != nil {
				c.set(s)
			}
			found := find(t, source(s, c.token), "v1.2.0")
			answers := map[string]evidence.Publication{}
			for _, f := range found.Files {
				answers[f.Publication.Name] = f.Publication
			}
			if got := answers["weather-mac"].Attested; got != c.mac {
				t.Errorf("the asset without attestation reads %v, want %v", got, c.mac)
			}
			linux := answers["weather-linux"]
			if linux.Attested != c.linux || !strings.Contains(linux.Why, c.why) || (linux.Attested == evidence.Unknown) != (linux.Unlock != "") {
				t.Errorf("the attested asset reads %v (%s; %s), want %v (%s)", linux.Attested, linux.Why, linux.Unlock, c.linux, c.why)
			}
		})
	}
}

func broken(s *fake.Server) {
	s.Always("/orgs/", registrytest.Send("application/json", []byte("{")))
	s.Always("/repos/acme/weather/attestations/", registrytest.Send("application/json", []byte("{")))
}

func TestWhatIsNotThere(t *testing.T) {
	hidden := weather()
	hidden.Private = true
	empty := fake.Repository{Owner: "acme", Name: "empty"}
	s := fake.Serve(t, hidden, empty)
	ask := func(token, name, version string) error {
		_, err := source(s, token).Find(context.Background(), registry.Reference{Name: name, Version: version})
		return err
	}
	for _, c := range []struct{ token, name, version string }{
		{fake.Token, "acme/weather", "v0"}, {fake.Token, "acme/empty", ""}, {"", "acme/weather", ""}, {fake.Token, "acme/nothing", ""},
	} {
		if err := ask(c.token, c.name, c.version); !web.NotFound(err) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := ask("stale", "acme/weather", ""); err == nil || web.NotFound(err) || !web.Denied(err) {
		t.Errorf("a bad token: %v", err)
	}
	for _, name := range []string{"acme", "acme/..", "../acme", "acme/weather/releases", "acme/we?x=", "", "acme/" + strings.Repeat("a", 200)} {
		s.Forget()
		if err := ask(fake.Token, name, ""); err == nil || len(s.Asked()) > 0 {
			t.Errorf("%q was asked for: %v", name, err)
		}
	}
}

func TestRenamedRepository(t *testing.T) {
	old := fake.Repository{Owner: "acme", Name: "meteo", Renamed: "acme/weather"}
	s := fake.Serve(t, old, weather())
	found, err := source(s, fake.Token).Find(context.Background(), registry.Reference{Name: "acme/meteo"})
	if err != nil || found.Publication.Name != "acme/weather" || found.Publication.Version != "v1.2.0" {
		t.Errorf("%s@%s, %v", found.Publication.Name, found.Publication.Version, err)
	}
}

func TestAssetWithoutDigestIsHashed(t *testing.T) {
	one := weather()
	for i := range one.Releases[2].Assets {
		one.Releases[2].Assets[i].Undigested = true
	}
	s := fake.Serve(t, one)
	if got := told(find(t, source(s, fake.Token), "v1.2.0")); got != "weather-linux yes sigstore-bundle checksums; weather-mac yes checksums" {
		t.Errorf("got %s", got)
	}
	s.Storage.Always("/", registrytest.Answer(500))
	found := find(t, source(s, fake.Token), "v1.2.0")
	for _, f := range found.Files {
		if f.Publication.Attested != evidence.Unknown || len(f.Materials) > 0 {
			t.Errorf("%s, whose digest nobody knows, reads %v with %d proofs", f.Publication.Name, f.Publication.Attested, len(f.Materials))
		}
	}
}

func TestManyReleases(t *testing.T) {
	one := fake.Repository{Owner: "acme", Name: "weather"}
	for i := range 45 {
		one.Releases = append(one.Releases, fake.Release{Tag: fmt.Sprintf("v1.%d.0", 45-i), Published: day(1).AddDate(0, 0, -i)})
	}
	s := fake.Serve(t, one)
	asked := source(s, fake.Token)
	if found := find(t, asked, "v1.2.0"); found.Publication.Version != "v1.2.0" || found.Previous != "" {
		t.Errorf("an old release: %s before %q", found.Publication.Version, found.Previous)
	}
	if _, err := asked.Find(context.Background(), registry.Reference{Name: "acme/weather", Version: "v7"}); !web.NotFound(err) {
		t.Errorf("no such release: %v", err)
	}
}

func TestManyAttestationsAreCut(t *testing.T) {
	content := []byte("much attested")
	one := fake.Repository{Owner: "acme", Name: "weather", Releases: []fake.Release{{Tag: "v1", Published: day(1), Assets: []fake.Asset{{Name: "app", Content: content}}}}}
	bundle := attest("app", content)
	one.Attestations = map[string][][]byte{}
	for range 40 {
		one.Attestations[fake.Digest(content)] = append(one.Attestations[fake.Digest(content)], bundle)
	}
	found := find(t, source(fake.Serve(t, one), fake.Token), "")
	if n := len(found.Files[0].Materials); n != 30 || !strings.Contains(strings.Join(found.Files[0].Publication.Notes, ""), "more attestations") {
		t.Errorf("%d of 40 were read: %v", n, found.Files[0].Publication.Notes)
	}
}

// nothing has nothing.
func nothing() http.Handler { return http.NotFoundHandler() }

func TestManyAssetsAreFewRequests(t *testing.T) {
	one := fake.Repository{Owner: "acme", Name: "weather", User: true, Attestations: map[string][][]byte{}}
	for r, tag := range []string{"v1.1.0", "v1.2.0"} {
		release := fake.Release{Tag: tag, Published: day(r + 1)}
		for i := range 700 {
			content := []byte(fmt.Sprint(tag, i))
			release.Assets = append(release.Assets, fake.Asset{Name: fmt.Sprintf("app-%03d", i), Content: content})
			one.Attestations[fake.Digest(content)] = [][]byte{[]byte(`{}`)}
		}
		one.Releases = append(one.Releases, release)
	}
	s := fake.Serve(t, one)
	asked := source(s, fake.Token)
	if found := find(t, asked, ""); len(found.Files) != 700 || len(found.Files[699].Materials) != 1 {
		t.Errorf("%d files", len(found.Files))
	}
	find(t, asked, "v1.1.0")
	if n := s.Count("/users/acme/attestations/bulk-list"); n != 2 {
		t.Errorf("%d bulk requests for 1,400 digests, at most 1,024 in each", n)
	}
	if n := len(s.Asked()); n > 6 {
		t.Errorf("%d requests", n)
	}
}

func TestSingleSignOnIsNotAbsence(t *testing.T) {
	s := fake.Serve(t, weather())
	s.Always("/repos/acme/weather", registrytest.Answer(403, "X-GitHub-SSO", "required; url=https://github.example.com/sso"))
	_, err := source(s, fake.Token).Find(context.Background(), registry.Reference{Name: "acme/weather"})
	if err == nil || web.NotFound(err) || !web.Denied(err) || !strings.Contains(err.Error(), "single sign-on") {
		t.Errorf("got %v", err)
	}
}
