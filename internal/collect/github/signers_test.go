package github

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	gh "github.com/sealvet/sealvet/internal/githubtest"
)

func signedWorld() gh.World {
	w := acme(gh.Repository{Commits: []gh.Commit{
		{Author: gh.Person{Login: "ada"}, Signature: &gh.Signature{Kind: "ssh", Fingerprint: "x", Signer: "ada"}},
		{Author: gh.Person{Login: "bob"}, Signature: &gh.Signature{KeyID: "00AA", Signer: "bob"}},
		{Author: gh.Person{Login: "bob"}, Web: true, Signature: byHost},
	}})
	expires := day.AddDate(3, 0, 0)
	w.Users = []gh.User{
		{Login: "ada", SigningKeys: []gh.Key{{Key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", Created: day}}},
		{Login: "bob", GPGKeys: []gh.GPGKey{{KeyID: "00AA", Created: day, Expires: expires, Subkeys: []gh.GPGKey{{KeyID: "00BB", Created: day, Revoked: true}, {KeyID: "00CC", NoSign: true}}}}},
	}
	return w
}

func TestSigners(t *testing.T) {
	s := gh.Serve(t, signedWorld())
	c := sampling(t, s, Options{Token: s.Token(gh.Classic), SignerKeys: true})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.ResetCounters()
	if err := c.signers(context.Background()); err != nil {
		t.Fatal(err)
	}
	blob, _ := base64.StdEncoding.DecodeString("AAAAC3NzaC1lZDI1NTE5")
	sum := sha256.Sum256(blob)
	want := []evidence.AccountKey{
		{Login: "ada", Key: "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]), Kind: "ssh", Created: day},
		{Login: "bob", Key: "00aa", Kind: "openpgp", Created: day, Expires: day.AddDate(3, 0, 0), Revoked: evidence.No},
		{Login: "bob", Key: "00bb", Kind: "openpgp", Created: day, Revoked: evidence.Yes},
	}
	if len(c.host.Signers) != len(want) {
		t.Fatalf("got %v", c.host.Signers)
	}
	for i := range want {
		if c.host.Signers[i] != want[i] {
			t.Errorf("got %v, want %v", c.host.Signers[i], want[i])
		}
	}
	if s.Requests() != 4 || len(c.host.Unseen) != 0 {
		t.Errorf("%d requests, %v", s.Requests(), c.host.Unseen)
	}
}

func TestSignersTakeATokenThatIsMeantForIt(t *testing.T) {
	for name, options := range map[string]func(*gh.Server) Options{
		"not asked":   func(s *gh.Server) Options { return Options{Token: s.Token(gh.Classic)} },
		"token of CI": func(s *gh.Server) Options { return Options{Token: s.Token(gh.Job), JobToken: true, SignerKeys: true} },
	} {
		s := gh.Serve(t, signedWorld())
		c := sampling(t, s, options(s))
		if err := c.changes(context.Background()); err != nil {
			t.Fatal(err)
		}
		s.ResetCounters()
		if err := c.signers(context.Background()); err != nil || s.Requests() != 0 || !unseenOf(c, "signers") {
			t.Errorf("%s: %v, %d requests, %v", name, err, s.Requests(), c.host.Unseen)
		}
	}
}

func TestReleases(t *testing.T) {
	replaced := day.Add(48 * time.Hour)
	s := gh.Serve(t, acme(gh.Repository{Releases: []gh.Release{
		{Tag: "v3-rc", Prerelease: true, Published: day.Add(72 * time.Hour)},
		{Tag: "draft", Draft: true},
		{Tag: "v2", Immutable: true, Published: day, Assets: []gh.Asset{{Name: "tool.tar.gz", Updated: replaced}, {Name: "checksums.txt", Undigested: true}}},
		{Tag: "v1", Published: day.Add(-time.Hour)},
	}}))
	c := sampling(t, s, Options{Token: s.Token(gh.Job), JobToken: true})
	for range 2 { // the second time they are there
		if err := c.releases(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	all := c.seen.Releases
	if len(all) != 3 || all[0].Tag != "v2" || all[1].Tag != "v1" || all[2].Tag != "v3-rc" || all[0].Immutable != evidence.Yes || all[1].Immutable != evidence.No || all[2].Rank != 2 {
		t.Fatalf("got %+v", all)
	}
	sums, tool := all[0].Assets[0], all[0].Assets[1]
	if sums.Role != "checksums" || sums.Digest.Value != "" || len(tool.Digest.Value) != 64 || !tool.Updated.Equal(replaced) || !tool.Created.Equal(day) {
		t.Errorf("got %+v", all[0].Assets)
	}
	if s.Requests() != 1 {
		t.Errorf("%d requests", s.Requests())
	}
}

// A whole scan with the token of a job sends ten requests at most, whatever the
// history, and the look-ups of actions beside.
func TestJobTokenSendsTenRequests(t *testing.T) {
	r := long(120)
	for i := range r.PullRequests {
		for range 30 {
			r.PullRequests[i].Commits = append(r.PullRequests[i].Commits, gh.Commit{Author: gh.Person{Login: "ada"}})
		}
	}
	s := gh.Serve(t, acme(r))
	seen := &evidence.Snapshot{}
	client := web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1})
	options := Options{Client: client, API: s.URL, Owner: "acme", Name: "tool", Token: s.Token(gh.Job), JobToken: true}
	if err := Collect(context.Background(), seen, options); err != nil {
		t.Fatal(err)
	}
	host := seen.Hosts[0]
	if len(host.Changes.Commits) != 100 || s.Requests() > jobTotal || host.Cost.Requests != s.Requests() {
		t.Errorf("%d commits, %d requests, counted %+v: %v", len(host.Changes.Commits), s.Requests(), host.Cost, s.Asked())
	}
	if one := host.Changes.Commits[0].Request; one.ReviewsSeen != evidence.Yes || host.Why("changes/120").Reason == "the host did not say" {
		t.Errorf("%+v, %v", one, host.Unseen)
	}
}

func TestKeysAreKeptForADay(t *testing.T) {
	s := gh.Serve(t, signedWorld())
	client := web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, CacheDir: t.TempDir(), Retries: -1})
	for _, requests := range []int{4, 0} {
		c := sampling(t, s, Options{Token: s.Token(gh.Classic), SignerKeys: true, Client: client})
		c.host.Changes, c.signed = &evidence.Changes{}, map[string]bool{"ada": true, "bob": true, "../x": true}
		if err := c.signers(context.Background()); err != nil || s.Requests() != requests || len(c.host.Signers) != 3 {
			t.Errorf("%v, %d requests, %v", err, s.Requests(), c.host.Signers)
		}
	}
}
