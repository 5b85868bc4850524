package oci

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// previous is the highest version below this one among the tags. A moving tag is of
// the version that its label tells.
func (l *look) previous(ctx context.Context, p evidence.Publication, version string) string {
	if canonical(version) == "" {
		return "" // a digest, or a tag that moves
	}
	tags, err := l.store.tags(ctx)
	if err != nil && !errors.Is(err, web.ErrAbsent) {
		return "" // nobody can tell
	}
	return highestBelow(tags, version)
}

// canonical is a tag as a version, empty for one that is none: v1.2.0 and 1.2.0,
// not 1.2, which moves.
func canonical(tag string) string {
	v := "v" + strings.TrimPrefix(tag, "v")
	if !semver.IsValid(v) || semver.Canonical(v) != strings.SplitN(v, "+", 2)[0] {
		return ""
	}
	return v
}

// highestBelow is the highest full version below another, of the same spelling; of
// all when that is empty. Prereleases count only below one.
func highestBelow(tags []string, limit string) string {
	below := canonical(limit)
	best := ""
	for _, tag := range tags {
		v := canonical(tag)
		switch {
		case v == "" || len(tag) > 128:
			continue // no version
		case semver.Prerelease(v) != "" && (below == "" || semver.Prerelease(below) == ""):
			continue // nobody gets it who does not ask for it
		case limit != "" && (strings.HasPrefix(limit, "v") != strings.HasPrefix(tag, "v") || semver.Compare(v, below) >= 0):
			continue // not below
		}
		if best == "" || semver.Compare(v, canonical(best)) > 0 {
			best = tag
		}
	}
	return best
}
