package tools

import (
	_ "embed"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed committed_agent_hook.md
var committedAgentHookDoc string

// CommittedAgentHook finds commands that an agent or an editor runs by itself
// for whoever opens the repository.
var CommittedAgentHook = &audit.Check{
	ID:       "committed-agent-hook",
	Title:    "Opening the repository runs a command",
	Family:   audit.Tools,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Hooks},
	Doc:      committedAgentHookDoc,
	Controls: []string{"SSDF-PW.9.1", "CICD-SEC-4", "OWASP-MCP05"},
	Inspect:  inspectCommittedAgentHook,
}

func inspectCommittedAgentHook(seen *evidence.Snapshot, record *audit.Record) {
	hooked := make(map[string]bool)
	for _, hook := range seen.Hooks {
		hooked[hook.Path] = true
		finding := audit.Finding{
			Subject: hook.Event + " " + short(hook.Command.Value), Thing: hook.Event, Anchor: hook.Anchor, Location: hook.Command.At,
		}
		command := short(hook.Command.Value)
		switch {
		case hook.Event == "initializeCommand":
			finding.Message = fmt.Sprintf("initializeCommand runs %s on the machine itself whenever somebody opens the dev container; move it to postCreateCommand, which runs inside", command)
		case strings.HasSuffix(hook.Path, "devcontainer.json"):
			finding.Severity = audit.Low // in a container, which the editor offers to start
			finding.Message = fmt.Sprintf("%s runs %s in the dev container of whoever opens it; keep it short, and let the owners of the build review it", hook.Event, command)
		case hook.Event == "folderOpen":
			finding.Message = fmt.Sprintf("a task runs %s as soon as the folder is opened; let people start it by hand", command)
		case isPluginHook(hook.Path):
			finding.Severity = audit.Low // what a plugin is installed for
			finding.Message = fmt.Sprintf("the hook %s of this plugin runs %s on the machine of everybody who installs it; say so in its documentation, and let the owners review it", hook.Event, command)
		default:
			finding.Message = fmt.Sprintf("the hook %s runs %s on the machine of everybody whose agent works in this repository; let people add it to their own settings", hook.Event, command)
		}
		record.Defect(finding)
	}
	for _, file := range seen.Files {
		if !hooked[file.Path] && mayHook(file.Path) {
			record.Pass(file.Path, evidence.Location{Path: file.Path})
		}
	}
}

// isPluginHook tells the hooks that a plugin brings from those of a project.
func isPluginHook(file string) bool {
	return path.Base(file) == "hooks.json" && path.Base(path.Dir(file)) == "hooks"
}

// mayHook names the files that can hold a hook.
func mayHook(file string) bool {
	folder := path.Base(path.Dir(file))
	switch path.Base(file) {
	case "settings.json":
		return folder == ".claude" || folder == ".gemini" || folder == ".qwen"
	case "tasks.json":
		return folder == ".vscode"
	case "hooks.json":
		return folder == ".cursor" || folder == ".codex"
	case "devcontainer.json", ".devcontainer.json":
		return true
	}
	return false
}

// short is a command on one line, cut where it gets long.
func short(command string) string {
	const most = 60
	runes := []rune(strings.Join(strings.Fields(command), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
