package provenance

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed asset_replaced_after_release.md
var assetReplacedAfterReleaseDoc string

// AssetReplacedAfterRelease finds releases whose files changed after they came out.
var AssetReplacedAfterRelease = &audit.Check{
	ID:         "asset-replaced-after-release",
	Title:      "File of a release changed after it came out",
	Family:     audit.Provenance,
	Severity:   audit.High,
	Confidence: audit.Likely, // it may be an addition
	Source:     audit.FromHost,
	Needs:      []evidence.Kind{evidence.Releases},
	Doc:        assetReplacedAfterReleaseDoc,
	Controls:   []string{"SLSA-BUILD-L1", "OSPS-BR-06.01", "CIS-SSC-2.4.4", "SSDF-PS.2.1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:    inspectAssetReplacedAfterRelease,
}

// settling is how long a release may take to get its files: builds that its
// publication starts, and the retry of one that failed.
const settling = 24 * time.Hour

func inspectAssetReplacedAfterRelease(seen *evidence.Snapshot, record *audit.Record) {
	for _, release := range seen.Releases {
		if !release.Draft && len(release.Assets) > 0 { // a draft is not out yet
			judgeAssets(seen, record, release)
		}
	}
	if len(seen.Releases) == 0 {
		unasked(seen, record, "github-release")
	}
}

func judgeAssets(seen *evidence.Snapshot, record *audit.Record, release evidence.Release) {
	subject, at := "release "+release.Tag, ofRelease(seen, release).At
	if release.Immutable == evidence.Yes {
		record.Pass(subject, at) // the host lets nobody
		return
	}
	var late []string
	var last time.Duration
	unproved, undated := false, false
	for _, asset := range release.Assets {
		if asset.Updated.IsZero() || release.Published.IsZero() {
			undated = true
			continue
		}
		if after := asset.Updated.Sub(release.Published); after > settling {
			late, last = append(late, asset.Name), max(last, after)
			matters := asset.Role == "" || asset.Role == "checksums" // a bill or a proof may well come later
			unproved = unproved || matters && !proved(seen, release, asset)
		}
	}
	switch {
	case len(late) > 0:
		f := audit.Finding{Subject: subject, Thing: subject, Location: at, Anchor: "releases/" + release.Tag}
		if !unproved {
			f.Severity = audit.Low
		}
		f.Message = fmt.Sprintf("%s changed after it came out: %s, up to %d days later; find out who did it and why, and make a new release for what is new", subject, listed(late), int(last/(24*time.Hour)))
		record.Defect(f)
	case undated:
		record.Doubt(audit.Doubt{Subject: subject, Location: at, Reason: "the host does not say when its files were last changed"})
	default:
		record.Pass(subject, at)
	}
}

// proved: a proof of origin that holds covers the file, so that it was built from
// this repository, whenever that was.
func proved(seen *evidence.Snapshot, release evidence.Release, asset evidence.Asset) bool {
	for _, p := range seen.Publications {
		if p.Registry == "github-release" && p.Version == release.Tag && p.File == asset.Name && len(provenBy(p)) > 0 {
			return true
		}
	}
	return false
}

// listed names the first three.
func listed(names []string) string {
	if more := len(names) - 3; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), more)
	}
	return strings.Join(names, ", ")
}
