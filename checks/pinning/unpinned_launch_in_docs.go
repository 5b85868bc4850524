package pinning

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed unpinned_launch_in_docs.md
var unpinnedLaunchInDocsDoc string

// UnpinnedLaunchInDocs finds pages whose readers are told to start a server by a
// name that can come to mean other code.
var UnpinnedLaunchInDocs = &audit.Check{
	ID:       "unpinned-launch-in-docs",
	Title:    "Documentation tells readers to start a server by a name that can move",
	Family:   audit.Pinning,
	Severity: audit.Note,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Documents},
	Doc:      unpinnedLaunchInDocsDoc,
	Controls: []string{"OSPS-BR-05.01", "S2C2F-ENF-1", "OWASP-MCP04"},
	Inspect:  inspectUnpinnedLaunchInDocs,
}

func inspectUnpinnedLaunchInDocs(seen *evidence.Snapshot, record *audit.Record) {
	// Launches are in path order, so those of one page stand together.
	var page launchPage
	for _, launch := range seen.Launches {
		if launch.Origin != evidence.LaunchDocs && launch.Origin != evidence.LaunchLink {
			continue // a configuration: unpinned-server-launch looks at it
		}
		if launch.Path != page.path {
			page.report(record)
			page = launchPage{path: launch.Path}
		}
		for _, fetch := range launch.Fetches {
			page.add(fetch)
		}
	}
	page.report(record)
}

// launchPage is what one page shows.
type launchPage struct {
	path                      string
	floating, unknown, pinned int
	firstFloating             evidence.Fetch
	firstUnknown, firstPinned evidence.Fetch
}

func (p *launchPage) add(fetch evidence.Fetch) {
	switch fetch.Pin {
	case evidence.PinFloating:
		p.floating, p.firstFloating = p.floating+1, earlier(p.firstFloating, fetch)
	case evidence.PinUnknown:
		p.unknown, p.firstUnknown = p.unknown+1, earlier(p.firstUnknown, fetch)
	case evidence.PinExact, evidence.PinLocal, evidence.PinLocked:
		p.pinned, p.firstPinned = p.pinned+1, earlier(p.firstPinned, fetch)
	}
}

func earlier(a, b evidence.Fetch) evidence.Fetch {
	if a.At.Line == 0 || b.At.Compare(a.At) < 0 {
		return b
	}
	return a
}

// report writes one line for the page: whoever edits it mends all its launches.
func (p *launchPage) report(record *audit.Record) {
	switch {
	case p.floating > 0:
		record.Defect(audit.Finding{
			Subject:  p.path,
			Location: p.firstFloating.At,
			Message:  p.message(),
		})
	case p.unknown > 0:
		record.Doubt(audit.Doubt{
			Subject:  p.path,
			Location: p.firstUnknown.At,
			Reason:   fmt.Sprintf("which %s the reader is told to start depends on what the reader puts in", p.firstUnknown.Name),
		})
	case p.pinned > 0:
		record.Pass(p.path, p.firstPinned.At)
	}
}

func (p *launchPage) message() string {
	what := fmt.Sprintf("one launch of a server by a name that can move, %s (%s)", subjectOf(p.firstFloating), p.firstFloating.Why)
	if p.floating > 1 {
		what = fmt.Sprintf("%d launches of servers by names that can move, the first of them %s (%s)", p.floating, subjectOf(p.firstFloating), p.firstFloating.Why)
	}
	return fmt.Sprintf("%s shows %s; %s", p.path, what, pinLaunch(p.firstFloating))
}
