package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed agent_on_untrusted_input.md
var agentOnUntrustedInputDoc string

// AgentOnUntrustedInput finds AI agents that read what outsiders write while they
// hold rights.
var AgentOnUntrustedInput = &audit.Check{
	ID:       "agent-on-untrusted-input",
	Title:    "AI agent with rights reads what outsiders write",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows, evidence.Commands},
	Doc:      agentOnUntrustedInputDoc,
	Controls: []string{"OSPS-BR-01.01", "SSDF-PO.5.1", "CICD-SEC-4", "OWASP-MCP06"},
	Inspect:  inspectAgentOnUntrustedInput,
}

func inspectAgentOnUntrustedInput(seen *evidence.Snapshot, record *audit.Record) {
	runs := newRuns(seen)
	for s := range runs.sites {
		if agent, found := agentOf(runs, s); found {
			judgeAgent(record, runs, s, agent)
		}
	}
}

// agent is one start of an AI agent.
type agent struct {
	name string
	at   evidence.Location
	// gate says who may start it, by the agent's own rules: Yes where people with
	// rights only.
	gate  bool
	open  evidence.Variable // the input that opens the gate
	tools string            // what lets it act: shell, edits, a server; "" where only text comes out
}

// agentOf says whether a step starts an agent.
func agentOf(runs *runs, s site) (agent, bool) {
	if s.step.Run.Value != "" {
		return agentCommand(runs, s)
	}
	name := strings.ToLower(evidence.SplitUses(s.step.Uses.Value).Name())
	a := agent{name: s.step.Uses.Value, at: s.step.Uses.At, tools: shellTool}
	switch name {
	case "anthropics/claude-code-action":
		a.gate, a.tools = true, claudeTools(s.step)
		a.opens(s.step, "allowed_non_write_users")
	case "openai/codex-action":
		a.gate = true
		a.opens(s.step, "allow-users")
		if sandbox, _ := input(s.step.With, "sandbox"); sandbox.Value == "read-only" {
			a.tools = ""
		}
	case "sst/opencode/github", "anomalyco/opencode/github", "factory-ai/droid-action":
		a.gate = true
	case "anthropics/claude-code-base-action":
		a.tools = claudeTools(s.step)
	case "google-github-actions/run-gemini-cli", "google-gemini/gemini-cli-action",
		"cursor/cursor-agent-action", "augmentcode/augment-agent", "warpdotdev/oz-agent-action", "warpdotdev/warp-agent-action", "block/goose-action":
	case "actions/ai-inference":
		a.tools = ""
		if on, _ := input(s.step.With, "enable-github-mcp"); strings.EqualFold(on.Value, "true") {
			a.tools = "the tools of GitHub's MCP server"
		}
	default:
		return agent{}, false
	}
	return a, true
}

// claudeTools says what the agent may do without asking. Without a list it edits
// files and comments.
func claudeTools(step *evidence.Step) string {
	allowed := ""
	for _, name := range []string{"claude_args", "allowed_tools", "settings"} {
		v, _ := input(step.With, name)
		allowed += v.Value + ","
	}
	switch {
	case strings.Contains(allowed, "--dangerously-skip-permissions"):
		return shellTool
	case strings.Contains(allowed, "Bash("):
		return "some commands of a shell"
	case strings.Contains(allowed, "Bash"):
		return shellTool
	}
	return "its tools"
}

// The tools with which an agent can do anything.
const shellTool = "a shell"

// opens notes an input that lets anyone start the agent.
func (a *agent) opens(step *evidence.Step, name string) {
	if v, set := input(step.With, name); set && strings.Contains(v.Value, "*") {
		a.gate, a.open = false, v
	}
}

// agentCommand finds an agent that runs without anybody at the keyboard.
func agentCommand(runs *runs, s site) (agent, bool) {
	for _, command := range runs.commands(s) {
		words := command.Words
		if len(words) < 2 {
			continue
		}
		program, rest := command.Program(), words[1:]
		if slices.Contains([]string{"npx", "bunx", "uvx", "pnpx"}, program) {
			for len(rest) > 0 && strings.HasPrefix(rest[0].Value, "-") {
				rest = rest[1:]
			}
			if len(rest) == 0 {
				continue
			}
			program, rest = packagedAgents[unversioned(rest[0].Value)], rest[1:]
		}
		has := func(any ...string) bool {
			return slices.ContainsFunc(rest, func(w evidence.Word) bool {
				flag, _, _ := strings.Cut(w.Value, "=")
				return slices.Contains(any, w.Value) || slices.Contains(any, flag)
			})
		}
		tools := ""
		runsAlone := false
		switch program {
		case "claude":
			runsAlone = has("-p", "--print")
			if has("--dangerously-skip-permissions", "--allowedTools", "--allowed-tools", "--permission-mode", "--mcp-config") {
				tools = "tools that need no leave"
			}
		case "codex":
			runsAlone = has("exec", "e")
			if has("--full-auto", "--dangerously-bypass-approvals-and-sandbox", "--yolo", "--sandbox", "-s") && !has("read-only") {
				tools = shellTool
			}
		case "gemini", "qwen":
			runsAlone = has("-p", "--prompt", "--yolo", "-y")
			if has("--yolo", "-y", "--approval-mode", "--allowed-tools") {
				tools = shellTool
			}
		case "copilot":
			runsAlone = has("-p", "--prompt")
			if has("--allow-all-tools", "--allow-tool", "--allow-all", "--yolo") {
				tools = "tools that need no leave"
			}
		case "opencode", "goose":
			runsAlone, tools = has("run"), shellTool
		case "aider":
			runsAlone, tools = has("--message", "-m", "--message-file", "--yes", "--yes-always"), "edits"
		case "cursor-agent":
			runsAlone = has("-p", "--print")
			if has("--force", "-f") {
				tools = shellTool
			}
		case "amp", "droid":
			runsAlone, tools = has("-x", "--execute", "exec"), shellTool
		}
		if runsAlone {
			return agent{name: line(command), at: command.At, tools: tools}, true
		}
	}
	return agent{}, false
}

var packagedAgents = map[string]string{
	"@anthropic-ai/claude-code": "claude", "@openai/codex": "codex", "@google/gemini-cli": "gemini", "@github/copilot": "copilot",
	"opencode-ai": "opencode", "aider-chat": "aider", "@sourcegraph/amp": "amp",
}

// unversioned is a package's name without its version.
func unversioned(name string) string {
	if at := strings.LastIndexByte(name, '@'); at > 0 {
		return name[:at]
	}
	return name
}

// spoken are the events that bring text of people without rights to an agent
// that holds rights.
var spoken = []string{"issues", "issue_comment", "discussion", "discussion_comment", "pull_request_target", "workflow_run", "commit_comment"}

func judgeAgent(record *audit.Record, runs *runs, s site, a agent) {
	var heard []event
	for _, e := range runs.events(s) {
		if slices.Contains(spoken, e.name) && !e.own {
			heard = append(heard, e)
		}
	}
	open := slices.DeleteFunc(slices.Clone(heard), func(e event) bool { return len(e.guards) > 0 || labelled(e) })
	prompt, told := promptOf(runs, s)
	switch {
	case len(heard) == 0, a.gate, len(open) == 0:
		record.Pass(a.name, a.at) // only people with rights can start it
		return
	case a.tools == "" && !mayWrite(s):
		record.Pass(a.name, a.at) // says something, can do nothing
		return
	}
	f := audit.Finding{
		Subject: a.name, Anchor: s.step.Anchor, Location: a.at,
		Related: []audit.Related{{Location: open[0].at, Message: "outsiders cause the run: " + open[0].name}},
	}
	f.Thing, _, _ = strings.Cut(a.name, "@")
	if a.open.Name != "" {
		f.Related = append(f.Related, audit.Related{Location: a.open.At, Message: a.open.Name + " lets anyone start it"})
	}
	if told {
		f.Related = append(f.Related, audit.Related{Location: prompt, Message: "what an outsider wrote goes into the prompt"})
	} else {
		f.Confidence = audit.Likely
	}
	holds := a.tools
	if mayWrite(s) {
		holds = strings.TrimPrefix(holds+" and a token that can write", " and ")
	} else {
		f.Severity = audit.Medium
	}
	if !strings.Contains(a.tools, "shell") {
		f.Severity = audit.Medium // it can do what its tools are for
	}
	f.Message = fmt.Sprintf("%s can be started by anyone (%s) and holds %s, so that a text can tell it what to do; let only people with rights start it, and give it no more than reading", a.name, open[0].name, holds)
	record.Defect(f)
}

// promptOf finds text of outsiders that is put into the step itself. An agent
// mostly finds the text by itself.
func promptOf(runs *runs, s site) (evidence.Location, bool) {
	for _, e := range s.step.Expressions {
		if e.Place == "if" {
			continue
		}
		for _, from := range runs.texts(s, e) {
			if from.who == anyone {
				return e.At, true
			}
		}
	}
	return evidence.Location{}, false
}

// mayWrite tells whether the job's token can write something, or nothing says
// that it cannot.
func mayWrite(s site) bool {
	if s.job == nil {
		return true
	}
	p := s.job.Permissions
	if !p.Declared {
		p = s.workflow.Permissions
	}
	return !p.Declared || p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(v evidence.Variable) bool {
		return v.Value == "write" && v.Name != "id-token" && v.Name != "models"
	})
}
