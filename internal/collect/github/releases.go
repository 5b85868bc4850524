package github

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	registry "github.com/sealvet/sealvet/internal/collect/registry/github"
	"github.com/sealvet/sealvet/internal/evidence"
)

// maxReleases is how many of the newest releases are asked for, in one request.
const maxReleases = 10

// toldRelease is one release; go-github v60 lacks immutable and digest.
type toldRelease struct {
	Tag        string      `json:"tag_name"`
	Draft      bool        `json:"draft"`
	Prerelease bool        `json:"prerelease"`
	Immutable  *bool       `json:"immutable"`
	Created    time.Time   `json:"created_at"`
	Published  time.Time   `json:"published_at"`
	Assets     []toldAsset `json:"assets"`
}

type toldAsset struct {
	Name    string    `json:"name"`
	State   string    `json:"state"` // uploaded, or open while it is uploaded
	Size    int64     `json:"size"`
	Digest  string    `json:"digest"` // sha256:..., none for uploads before June 2025
	Address string    `json:"browser_download_url"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
}

// releases adds the newest releases with their assets, where no registry source did so
// before.
func (c *collection) releases(ctx context.Context) error {
	if len(c.seen.Releases) > 0 {
		return nil
	}
	if c.kind == Job && c.sent() >= jobTotal {
		c.note("releases", "left out: with the token of a job a scan asks for no more than ten things", "a token of your own")
		return nil
	}
	var all []toldRelease
	if _, err := c.get(ctx, c.path("/releases?per_page=10"), &all); err != nil {
		return c.unseen("releases", err, "contents:read")
	}
	all = slices.DeleteFunc(all, func(r toldRelease) bool { return r.Draft || r.Tag == "" })
	slices.SortStableFunc(all, func(a, b toldRelease) int {
		if a.Prerelease != b.Prerelease { // nobody gets a prerelease who does not ask for it
			return cmp.Compare(ordinal(a.Prerelease), ordinal(b.Prerelease))
		}
		return cmp.Or(b.Published.Compare(a.Published), strings.Compare(b.Tag, a.Tag))
	})
	for rank, one := range all[:min(len(all), maxReleases)] {
		c.seen.Releases = append(c.seen.Releases, one.evidence(rank))
	}
	return nil
}

func ordinal(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (r toldRelease) evidence(rank int) evidence.Release {
	one := evidence.Release{Tag: r.Tag, Published: r.Published, Rank: rank}
	if one.Published.IsZero() {
		one.Published = r.Created
	}
	if r.Immutable != nil {
		one.Immutable = evidence.Known(*r.Immutable)
	}
	for _, a := range r.Assets {
		if a.Name == "" || a.State == "open" {
			continue // nobody can download it
		}
		one.Assets = append(one.Assets, evidence.Asset{
			Name: a.Name, Address: a.Address, Size: a.Size, Digest: a.digest(), Created: a.Created, Updated: a.Updated, Role: registry.Role(a.Name),
		})
	}
	slices.SortStableFunc(one.Assets, func(a, b evidence.Asset) int { return strings.Compare(a.Name, b.Name) })
	return one
}

// digest is the one that the host tells, the zero value where it tells none.
func (a toldAsset) digest() evidence.Digest {
	value, is := strings.CutPrefix(a.Digest, "sha256:")
	if !is || len(value) != 64 || strings.Trim(value, "0123456789abcdef") != "" {
		return evidence.Digest{}
	}
	return evidence.Digest{Algorithm: "sha256", Value: value}
}
