package provenance

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed mutable_release.md
var mutableReleaseDoc string

// MutableRelease finds releases whose files and tags can be changed.
var MutableRelease = &audit.Check{
	ID:       "mutable-release",
	Title:    "Files and tag of a release can be changed after it came out",
	Family:   audit.Provenance,
	Severity: audit.Medium,
	Source:   audit.FromHost,
	Needs:    []evidence.Kind{evidence.Hosts},
	Doc:      mutableReleaseDoc,
	Controls: []string{"SLSA-SOURCE-L2", "OSPS-BR-06.01", "CIS-SSC-2.4.4", "SSDF-PS.2.1", "SSDF-PS.3.1", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectMutableRelease,
}

func inspectMutableRelease(seen *evidence.Snapshot, record *audit.Record) {
	host := seen.Host()
	if host != nil && host.System == "gitlab" || !releases(seen) {
		return // there is no such setting, or nothing that it could hold
	}
	newest := newestRelease(seen)
	switch immutableByRule(host) {
	case evidence.No:
		record.Defect(audit.Finding{
			Subject: "releases of " + host.Name, Anchor: "host/security/immutableRelease",
			Message: fmt.Sprintf("releases of %s can be changed after they came out, files and tag, by everybody who may write; enable immutable releases", host.Name),
		})
	case evidence.Yes:
		record.Pass("releases of "+host.Name, evidence.Location{})
		if newest != nil {
			judgeOlder(seen, record, newest)
		}
	case evidence.Unknown:
		judgeNewest(seen, record, host, newest)
	}
}

// judgeOlder looks at the newest release where the rule holds: it may be older than
// the rule.
func judgeOlder(seen *evidence.Snapshot, record *audit.Record, newest *evidence.Release) {
	switch newest.Immutable {
	case evidence.No:
		record.Defect(mutable(seen, newest, audit.Low, "was made before immutable releases were enabled, and can still be changed; make a new one in its place"))
	case evidence.Unknown:
		record.Doubt(audit.Doubt{
			Subject: "release " + newest.Tag, Location: ofRelease(seen, *newest).At,
			Reason: "whether it was made since immutable releases were enabled is not told", Unlock: "an answer of the host that tells it of each release",
		})
	case evidence.Yes: // the rule held when it was made
	}
}

// judgeNewest goes by the newest release, where nobody told the rule.
func judgeNewest(seen *evidence.Snapshot, record *audit.Record, host *evidence.Host, newest *evidence.Release) {
	if newest != nil {
		switch newest.Immutable {
		case evidence.No:
			record.Defect(mutable(seen, newest, audit.Medium, "can be changed by everybody who may write, files and tag; enable immutable releases, which holds for those to come"))
			return
		case evidence.Yes:
			record.Pass("release "+newest.Tag, ofRelease(seen, *newest).At)
			return
		case evidence.Unknown: // the host tells why below
		}
	}
	if host != nil {
		record.Unseen("releases of "+host.Name, host.Why("security/immutableRelease"))
	}
}

func mutable(seen *evidence.Snapshot, release *evidence.Release, severity audit.Severity, says string) audit.Finding {
	subject := "release " + release.Tag
	return audit.Finding{
		Subject: subject, Thing: "release", Severity: severity, Location: ofRelease(seen, *release).At,
		Message: subject + " " + says,
	}
}

// immutableByRule is what the repository's setting says, or its organisation's, which
// holds for it too.
func immutableByRule(host *evidence.Host) evidence.Answer {
	if host == nil {
		return evidence.Unknown
	}
	if host.Organisation != nil && host.Organisation.ImmutableReleases == evidence.Yes {
		return evidence.Yes
	}
	return host.Security.ImmutableRelease
}

// releases tells whether the repository has any, makes any, or may have some that
// were not seen.
func releases(seen *evidence.Snapshot) bool {
	return len(seen.Releases) > 0 ||
		slices.ContainsFunc(seen.Gaps, func(g evidence.Gap) bool { return g.Kind == evidence.Releases }) ||
		slices.ContainsFunc(trace.Products(seen), func(p trace.Product) bool { return p.Registry == "github-release" && p.Sure })
}

// newestRelease is the one under audit; nil where none was seen.
func newestRelease(seen *evidence.Snapshot) *evidence.Release {
	for i := range seen.Releases {
		if release := &seen.Releases[i]; release.Rank == 0 && !release.Draft {
			return release
		}
	}
	return nil
}
