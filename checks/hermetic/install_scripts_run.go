package hermetic

import (
	_ "embed"
	"fmt"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

//go:embed install_scripts_run.md
var installScriptsRunDoc string

// InstallScriptsRun finds installs on the release path that let dependencies run
// code of their own.
var InstallScriptsRun = &audit.Check{
	ID:       "install-scripts-run",
	Title:    "Dependencies run install scripts on the release path",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Commands, evidence.Workflows},
	Doc:      installScriptsRunDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.2.4", "SSDF-PO.5.1", "S2C2F-ENF-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectInstallScriptsRun,
}

func inspectInstallScriptsRun(seen *evidence.Snapshot, record *audit.Record) {
	traced := trace.Of(seen)
	told := make(map[evidence.Location]bool)
	for _, way := range traced.Paths {
		for n := range way.Nodes() {
			if n.Script == nil || n.Again || n.Within(trace.KindOutputs) {
				continue // told where it is called first; or no file comes from it
			}
			for i := range n.Script.Commands {
				command := &n.Script.Commands[i]
				for _, install := range command.Installs {
					if told[command.At] {
						continue
					}
					told[command.At] = true
					run := installRun{seen: seen, job: way.Job, node: n, command: command, install: install}
					run.judge(record)
				}
			}
		}
	}
	doubtHidden(traced, record)
}

// installRun is one install on the release path.
type installRun struct {
	seen    *evidence.Snapshot
	job     *trace.Job
	node    *trace.Node
	command *evidence.Command
	install evidence.Install
}

func (r *installRun) judge(record *audit.Record) {
	subject := line(*r.command)
	runs, who := evidence.Unknown, ""
	switch r.install.Tool {
	case "npm", "pnpm", "yarn":
		runs, who = r.runs()
	case "bun": // runs those of trustedDependencies and of a list of its own
		runs = evidence.No
	default:
		return // installs run no code of the packages, or cannot be kept from it
	}
	switch runs {
	case evidence.No:
		record.Pass(subject, r.command.At)
	case evidence.Unknown:
		record.Doubt(audit.Doubt{Subject: subject, Location: r.command.At, Reason: who, Unlock: "name the version in packageManager of package.json, or say --ignore-scripts"})
	case evidence.Yes:
		record.Defect(audit.Finding{
			Subject: subject, Thing: r.install.Tool, Anchor: r.node.Script.Anchor, Location: r.command.At,
			Message: fmt.Sprintf("%s lets %s run code in %s; %s", subject, who, where(r.job, r.node), mendScripts[r.install.Tool]),
			Flow:    flow(r.node.Chain()),
		})
	}
}

var mendScripts = map[string]string{
	"npm":  "use npm 12 or later and list in allowScripts what needs it, or add --ignore-scripts",
	"pnpm": "use pnpm 10 or later and list in onlyBuiltDependencies what needs it",
	"yarn": "set enableScripts: false, and allow in dependenciesMeta what needs it",
}

// runs says whether install scripts of dependencies run, and whose, or why that
// cannot be told.
func (r *installRun) runs() (evidence.Answer, string) {
	if r.ignored() {
		return evidence.No, ""
	}
	if r.install.Tool == "npm" {
		return r.npmRuns()
	}
	if policy, found := r.policy(""); found {
		switch policy.Runs {
		case evidence.No, evidence.Unknown: // none, or those of a list that somebody chose
			return evidence.No, ""
		case evidence.Yes:
			return evidence.Yes, every
		}
	}
	if r.install.Tool == "pnpm" {
		switch major := r.major("pnpm"); {
		case major >= 10:
			return evidence.No, ""
		case major == 0:
			return evidence.Unknown, "which pnpm runs is not said: before version 10 every dependency may run install scripts"
		}
	}
	return evidence.Yes, every
}

const every = "every dependency"

// npmRuns: the lock knows who has scripts; from version 12 on only those of
// allowScripts run, before that where it is strict.
func (r *installRun) npmRuns() (evidence.Answer, string) {
	if policy, found := r.policy("ignore-scripts"); found && policy.Runs == evidence.No {
		return evidence.No, ""
	}
	names, known := r.scripted()
	if known && len(names) == 0 {
		return evidence.No, ""
	}
	who := listed(names)
	if !known {
		who = every
	}
	if policy, found := r.policy("dangerously-allow-all-scripts"); found && policy.Runs == evidence.Yes {
		return evidence.Yes, who
	}
	major := r.major("npm")
	_, chosen := r.policy("allowScripts")
	switch {
	case major >= 12 || chosen && r.strict():
		return evidence.No, ""
	case chosen && major == 0:
		return evidence.Unknown, "allowScripts holds from npm 12 on, before that with strict-allow-scripts only, and which npm runs is not said"
	}
	return evidence.Yes, who
}
