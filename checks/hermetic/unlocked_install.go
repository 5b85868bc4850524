// Package hermetic holds the checks that ask whether a build takes nothing but
// its declared inputs.
package hermetic

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed unlocked_install.md
var unlockedInstallDoc string

// UnlockedInstall finds installs that may change or ignore the lock.
var UnlockedInstall = &audit.Check{
	ID:       "unlocked-install",
	Title:    "Install may change or ignore the lock",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Commands, evidence.Workflows},
	Doc:      unlockedInstallDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.4.2", "SSDF-PO.5.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectUnlockedInstall,
}

func inspectUnlockedInstall(seen *evidence.Snapshot, record *audit.Record) {
	traced := trace.Of(seen)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		for _, command := range script.Commands {
			for _, install := range command.Installs {
				if install.Lockless {
					continue // no lock to hold to: missing-lockfile says so of the manifest
				}
				judgeInstall(record, traced, script, command, install)
			}
		}
	}
}

// judgeInstall grades by what the install is for: high where what it brings in is
// published, low where nothing in CI runs it and people set up their own machine.
func judgeInstall(record *audit.Record, traced *trace.Trace, script *evidence.Script, command evidence.Command, install evidence.Install) {
	subject := line(command)
	switch install.Frozen {
	case evidence.Yes:
		record.Pass(subject, command.At)
	case evidence.Unknown:
		record.Doubt(audit.Doubt{Subject: subject, Location: command.At, Reason: install.Why, Unlock: "say it in the command: " + install.Mend})
	case evidence.No:
		finding := audit.Finding{
			Subject: subject, Thing: install.Tool, Anchor: script.Anchor, Location: command.At,
			Message: fmt.Sprintf("%s does not hold to the lock: %s; use %s", subject, install.Why, install.Mend),
		}
		if way, on := traced.On(script); on {
			finding.Severity, finding.Flow = audit.High, flow(way)
		} else if !traced.Reached(script) {
			finding.Severity = audit.Low
		}
		record.Defect(finding)
	}
}

// line is the command in one line, cut where it gets long.
func line(command evidence.Command) string {
	const most = 60
	text := ""
	for i, word := range command.Words {
		if i > 0 {
			text += " "
		}
		if text += strings.Join(strings.Fields(word.Value), " "); len([]rune(text)) > most {
			return string([]rune(text)[:most]) + "…"
		}
	}
	return text
}
