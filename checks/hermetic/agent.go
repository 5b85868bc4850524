package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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

// agentProgram says how a command line starts an agent with nobody at the
// keyboard, and which of its flags let it act. tools is what it may do anyway.
type agentProgram struct {
	alone, acts []string
	tools       string
	given       string // what it may do with one of the flags
}

var agentPrograms = map[string]agentProgram{
	"claude":       {[]string{"-p", "--print"}, []string{"--dangerously-skip-permissions", "--allowedTools", "--allowed-tools", "--permission-mode", "--mcp-config"}, "", "tools that need no leave"},
	"codex":        {[]string{"exec", "e"}, []string{"--full-auto", "--dangerously-bypass-approvals-and-sandbox", "--yolo", "workspace-write", "danger-full-access"}, "", shellTool},
	"gemini":       {[]string{"-p", "--prompt", "--yolo", "-y"}, []string{"--yolo", "-y", "--approval-mode", "--allowed-tools"}, "", shellTool},
	"qwen":         {[]string{"-p", "--prompt", "--yolo", "-y"}, []string{"--yolo", "-y", "--approval-mode"}, "", shellTool},
	"copilot":      {[]string{"-p", "--prompt"}, []string{"--allow-all-tools", "--allow-tool", "--allow-all", "--yolo"}, "", "tools that need no leave"},
	"cursor-agent": {[]string{"-p", "--print"}, []string{"--force", "-f"}, "", shellTool},
	"opencode":     {[]string{"run"}, nil, shellTool, ""},
	"goose":        {[]string{"run"}, nil, shellTool, ""},
	"amp":          {[]string{"-x", "--execute"}, nil, shellTool, ""},
	"droid":        {[]string{"exec"}, nil, shellTool, ""},
	"aider":        {[]string{"--message", "-m", "--message-file", "--yes", "--yes-always"}, nil, "edits", ""},
}

// agentCommand finds an agent that runs without anybody at the keyboard.
func agentCommand(runs *runs, s site) (agent, bool) {
	for _, command := range runs.commands(s) {
		known, arguments := programOf(command)
		if !mentions(arguments, known.alone) {
			continue
		}
		tools := known.tools
		if mentions(arguments, known.acts) {
			tools = known.given
		}
		return agent{name: line(command), at: command.At, tools: tools}, true
	}
	return agent{}, false
}

// programOf sees through the runners of packages.
func programOf(command evidence.Command) (agentProgram, []evidence.Word) {
	if len(command.Words) == 0 {
		return agentProgram{}, nil
	}
	program, rest := command.Program(), command.Words[1:]
	if slices.Contains([]string{"npx", "bunx", "uvx", "pnpx"}, program) {
		for len(rest) > 0 && strings.HasPrefix(rest[0].Value, "-") {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			return agentProgram{}, nil
		}
		program, rest = packagedAgents[unversioned(rest[0].Value)], rest[1:]
	}
	return agentPrograms[program], rest
}

// mentions finds one of the flags, with or without a value of its own.
func mentions(words []evidence.Word, flags []string) bool {
	return slices.ContainsFunc(words, func(w evidence.Word) bool {
		flag, _, _ := strings.Cut(w.Value, "=")
		return slices.Contains(flags, flag)
	})
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
