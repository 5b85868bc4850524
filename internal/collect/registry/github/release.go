package github

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// release and asset are of the API; go-github v60 lacks immutable and digest.
type release struct {
	Tag        string    `json:"tag_name"`
	Page       string    `json:"html_url"`
	Draft      bool      `json:"draft"`
	Prerelease bool      `json:"prerelease"`
	Immutable  *bool     `json:"immutable"`
	Created    time.Time `json:"created_at"`
	Published  time.Time `json:"published_at"`
	Assets     []asset   `json:"assets"`
}

type asset struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"`
	State   string    `json:"state"` // uploaded, or open while it is uploaded
	Size    int64     `json:"size"`
	Digest  string    `json:"digest"` // sha256:...; empty for uploads before June 2025
	Address string    `json:"browser_download_url"`
	Created time.Time `json:"created_at"`
	Updated time.Time `json:"updated_at"`
}

// maxAssets is what GitHub allows a release.
const maxAssets = 1000

// order puts what users get first: a prerelease is newer than the latest release,
// and nobody gets it who does not ask for it.
func order(listed []release) []release {
	var all []release
	for _, one := range listed {
		if one.Draft || one.Tag == "" {
			continue // not published
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b release) int {
		if a.Prerelease != b.Prerelease {
			if a.Prerelease {
				return 1
			}
			return -1
		}
		return cmp.Or(b.when().Compare(a.when()), strings.Compare(b.Tag, a.Tag))
	})
	return all
}

func (r release) when() time.Time {
	if r.Published.IsZero() {
		return r.Created
	}
	return r.Published
}

// evidence says a release in our words.
func (r release) evidence(rank int) evidence.Release {
	one := evidence.Release{Tag: r.Tag, Published: r.when(), Rank: rank, Immutable: evidence.Unknown}
	if r.Immutable != nil {
		one.Immutable = evidence.Known(*r.Immutable)
	}
	for _, a := range r.assets() {
		one.Assets = append(one.Assets, evidence.Asset{
			Name: a.Name, Address: a.Address, Size: a.Size, Digest: a.digest(), Created: a.Created, Updated: a.Updated, Role: Role(a.Name),
		})
	}
	return one
}

// assets are those that were uploaded whole, by name.
func (r release) assets() []asset {
	var all []asset
	for _, a := range r.Assets {
		if a.State == "open" || a.Name == "" || len(all) == maxAssets {
			continue // nobody can download it
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b asset) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}

// digest is the one that GitHub tells, the zero value where it tells none.
func (a asset) digest() evidence.Digest {
	value, is := strings.CutPrefix(a.Digest, "sha256:")
	if !is || len(value) != 64 || strings.Trim(value, "0123456789abcdef") != "" {
		return evidence.Digest{}
	}
	return evidence.Digest{Algorithm: "sha256", Value: value}
}
