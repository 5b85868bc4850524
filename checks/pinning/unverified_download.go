package pinning

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed unverified_download.md
var unverifiedDownloadDoc string

// UnverifiedDownload finds what is fetched and then run or installed with
// nothing in between that would notice other bytes.
var UnverifiedDownload = &audit.Check{
	ID:       "unverified-download",
	Title:    "Downloaded code runs without a check of what was downloaded",
	Family:   audit.Pinning,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Commands},
	Doc:      unverifiedDownloadDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-3.1.2", "SSDF-PW.4.1", "SSDF-PW.4.4", "S2C2F-ENF-1", "CICD-SEC-3", "CICD-SEC-9", "OWASP-MCP04"},
	Inspect:  inspectUnverifiedDownload,
}

func inspectUnverifiedDownload(seen *evidence.Snapshot, record *audit.Record) {
	tree, traced := treeOf(seen), trace.Of(seen)
	for _, group := range machines(seen.Scripts) {
		m := newMachine(tree)
		for _, script := range group {
			m.run(script, !traced.Reached(script))
		}
		m.report(record)
	}
}

// machines sorts the scripts by the machine they run on, in order: the steps
// of a job, the RUN lines of a stage.
func machines(scripts []evidence.Script) [][]*evidence.Script {
	type place struct{ path, group string }
	at := make(map[place]int)
	var groups [][]*evidence.Script
	for i := range scripts {
		script := &scripts[i]
		where := place{script.Path, script.Group}
		if n, known := at[where]; known && script.Group != "" {
			groups[n] = append(groups[n], script)
			continue
		}
		at[where] = len(groups)
		groups = append(groups, []*evidence.Script{script})
	}
	return groups
}

// report says of each download how it ended. One that nobody ran is data.
func (m *machine) report(record *audit.Record) {
	for _, d := range m.downloads {
		use := d.use
		switch {
		case use == nil:
			continue // never run: data, or a program somebody else starts
		case isAddressedByContent(d.from):
			record.Pass(d.from, use.at)
		case use.verified:
			record.Pass(d.from, use.at)
		case use.doubt:
			record.Doubt(audit.Doubt{
				Subject: d.from, Location: use.at,
				Reason: "what it is piped into is known to the run only",
				Unlock: "write the program's name out",
			})
		case d.called != "" && d.beside == nil && !d.ignored:
			record.Doubt(audit.Doubt{
				Subject: d.from, Location: use.at,
				Reason: fmt.Sprintf("%s may verify it, and is not written here", d.called),
				Unlock: "compare the checksum in the script that downloads",
			})
		default:
			record.Defect(d.finding())
		}
	}
}

func (d *download) finding() audit.Finding {
	finding := audit.Finding{
		Subject:  d.from,
		Thing:    withoutVersion(d.from),
		Anchor:   d.anchor,
		Location: d.use.at,
		Message:  d.message(),
	}
	switch {
	case d.idle:
		finding.Severity = audit.Medium // people run it, by hand
	case d.from == ownRelease || strings.HasPrefix(d.from, ownRelease+" "):
		finding.Severity = audit.Medium // its own release, which the same people write
	}
	if d.at != d.use.at {
		finding.Related = []audit.Related{{Location: d.at, Message: "downloaded here"}}
	}
	return finding
}

func (d *download) message() string {
	const mend = "compare it with a sha256 kept in this repository, or verify its signature, before that"
	switch {
	case d.beside != nil:
		return fmt.Sprintf("%s is %s after a check against a checksum that comes from the same place, which whoever changes the one changes too; keep the sha256 in this repository, or verify a signature", d.from, d.use.how)
	case d.ignored:
		return fmt.Sprintf("%s is %s whether or not the check before it succeeds; let a failed check end the script (set -e, or && between them)", d.from, d.use.how)
	}
	return fmt.Sprintf("%s is %s as it comes from the network; %s", d.from, d.use.how, mend)
}

// withoutVersion takes out of an address what an update changes.
func withoutVersion(from string) string {
	parts := strings.FieldsFunc(from, func(c rune) bool { return c == '/' || c == '-' || c == '_' || c == '?' || c == '=' })
	kept := parts[:0]
	for _, part := range parts {
		number := strings.TrimPrefix(part, "v")
		if number != "" && '0' <= number[0] && number[0] <= '9' && strings.Contains(number, ".") || isFullSHA(part) {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "/")
}
