// Package tools holds the checks that ask what the model is told and what it
// may do without asking.
package tools

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed auto_approved_tools.md
var autoApprovedToolsDoc string

// AutoApprovedTools finds committed settings that let tools run without asking.
var AutoApprovedTools = &audit.Check{
	ID:       "auto-approved-tools",
	Title:    "Committed configuration lets tools run without asking",
	Family:   audit.Tools,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Launches, evidence.Hooks},
	Doc:      autoApprovedToolsDoc,
	Controls: []string{"SSDF-PW.9.1", "CICD-SEC-5", "OWASP-MCP02", "OWASP-MCP07"},
	Inspect:  inspectAutoApprovedTools,
}

func inspectAutoApprovedTools(seen *evidence.Snapshot, record *audit.Record) {
	for _, launch := range seen.Launches {
		if shownOnly(launch.Origin) {
			continue // a page shows it: whoever copies it decides
		}
		judgeApproves(launch.Server, launch.Anchor, launch.Approves, launch.At, record)
		judgeReckless(launch.Words, launch.Anchor, record)
	}
	for _, remote := range seen.Remotes {
		if !shownOnly(remote.Origin) && !remote.Shown {
			judgeApproves(remote.Server, remote.Anchor, remote.Approves, remote.At, record)
		}
	}
	judgeSettings(seen.Approvals, record)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		switch script.Origin {
		case evidence.FromStep, evidence.FromAction, evidence.FromGitLab:
			continue // an agent in CI: agent-on-untrusted-input looks at it
		}
		for _, command := range script.Commands {
			if slices.Contains(agents, command.Program()) {
				judgeReckless(command.Words, script.Anchor, record)
			}
		}
	}
}

func shownOnly(origin evidence.LaunchOrigin) bool {
	return origin == evidence.LaunchDocs || origin == evidence.LaunchLink
}

// judgeApproves looks at the tools of one server: one finding, because whoever
// mends it reads the list as one.
func judgeApproves(server, anchor string, approves []evidence.Text, at evidence.Location, record *audit.Record) {
	if server == "" {
		server = "the server"
	}
	if len(approves) == 0 {
		record.Pass(server, at)
		return
	}
	first := approves[0]
	what := first.Value
	switch {
	case first.Value == "trust":
		what = "every tool (trust)"
	case first.Value == "*":
		what = "every tool"
	case len(approves) > 1:
		what = fmt.Sprintf("%d tools, %s among them,", len(approves), first.Value)
	}
	record.Defect(audit.Finding{
		Subject: server, Anchor: anchor, Location: first.At,
		Message: fmt.Sprintf("%s may run %s without asking, for everybody who opens this repository and in every later version of the server; leave that choice to each user's own settings", server, what),
	})
}

// judgeSettings looks at the settings of whole projects. The tools of one server
// that a file allows by their names are one finding, as they are in autoApprove.
func judgeSettings(approvals []evidence.Text, record *audit.Record) {
	type place struct{ path, server string }
	named := make(map[place][]evidence.Text)
	var order []place
	for _, approval := range approvals {
		server, tool := allowedTool(approval.Value)
		if tool == "" {
			judgeSetting(approval, record)
			continue
		}
		key := place{approval.At.Path, server}
		if named[key] == nil {
			order = append(order, key)
		}
		named[key] = append(named[key], approval)
	}
	for _, key := range order {
		tools := named[key]
		what := strings.TrimPrefix(tools[0].Value, allowPrefix) + " runs"
		if len(tools) > 1 {
			what = fmt.Sprintf("%d tools of the server %s, %s among them, run", len(tools), key.server, strings.TrimPrefix(tools[0].Value, allowPrefix))
		}
		record.Defect(audit.Finding{
			Subject: key.server, Anchor: "permissions/allow/" + key.server, Location: tools[0].At, Severity: audit.Medium, // by their names
			Message: what + " without asking for everybody who opens this repository; leave that choice to each user's own settings",
		})
	}
}

const allowPrefix = "permissions.allow: "

// allowedTool takes mcp__server__tool apart; tool is empty for anything else.
func allowedTool(approval string) (server, tool string) {
	rest, is := strings.CutPrefix(approval, allowPrefix+"mcp__")
	server, tool, _ = strings.Cut(rest, "__")
	if !is || strings.HasPrefix(tool, "*") {
		return "", ""
	}
	return server, tool
}

// judgeSetting looks at one that opens more than named tools.
func judgeSetting(approval evidence.Text, record *audit.Record) {
	finding := audit.Finding{Subject: approval.Value, Location: approval.At}
	permission, allowed := strings.CutPrefix(approval.Value, allowPrefix)
	switch {
	case approval.Value == "enableAllProjectMcpServers":
		finding.Message = "enableAllProjectMcpServers starts every server that this repository names, without asking those who open it; take the setting away"
	case allowed && strings.HasPrefix(permission, "mcp__"):
		finding.Message = fmt.Sprintf("every tool of %s runs without asking, for everybody who opens this repository; leave that choice to each user's own settings", permission)
	case allowed:
		finding.Message = fmt.Sprintf("%s lets the agent run any command without asking, for everybody who opens this repository; allow the few commands that are needed", permission)
	default:
		finding.Message = fmt.Sprintf("%s lets the agent act without asking, for everybody who opens this repository; take the setting away", approval.Value)
	}
	record.Defect(finding)
}

// agents are programs that ask before they act, unless told not to.
var agents = []string{"claude", "codex", "gemini", "qwen", "copilot", "cursor-agent", "amp", "droid"}

// reckless are the words that tell them not to.
var reckless = []string{"--dangerously-skip-permissions", "--dangerously-bypass-approvals-and-sandbox", "--yolo", "--allow-all-tools", "--dangerously-allow-all", "bypassPermissions"}

func judgeReckless(words []evidence.Word, anchor string, record *audit.Record) {
	for _, word := range words {
		if !slices.Contains(reckless, word.Value) && word.Value != "--permission-mode=bypassPermissions" {
			continue
		}
		record.Defect(audit.Finding{
			Subject: word.Value, Anchor: anchor, Location: word.At, Severity: audit.Medium,
			Message: fmt.Sprintf("%s lets the agent that this starts do anything without asking; take it away, or run it where there is nothing to lose", word.Value),
		})
	}
}
