package client

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

var hookFiles = map[string]string{
	".claude/settings.json": `{
  "enableAllProjectMcpServers": true,
  "hooks": {"SessionStart": [{"matcher": "*", "hooks": [{"type": "command", "command": "./start.sh"}, {"type": "prompt"}]}]}
}
`,
	".devcontainer/devcontainer.json": `{"initializeCommand": "./a.sh", "postCreateCommand": {"x": ["npm", "ci"], "y": "make"}, "postStartCommand": ["go", "run", "."]}`,
	".github/hooks/start.json":        `{"hooks": {"sessionStart": [{"type": "command", "bash": "./start.sh"}]}}`,
	".codex/config.toml":              "approval_policy = \"never\"\n",
	".claude/settings.local.json":     `{"permissions": {"defaultMode": "bypassPermissions", "allow": ["Read", "mcp__a__b", "Bash"]}, "statusLine": {"command": "x"}, "hooks": {"Stop": [{"hooks": [{"command": "sh", "args": ["-c", "y"]}]}]}}`,
	".cursor/hooks.json":              `{"version": 1, "hooks": {"beforeShellExecution": [{"command": "audit"}]}}`,
	".vscode/tasks.json":              `{"tasks": [{"label": "a", "command": "make"}, {"label": "b", "command": "node x", "runOptions": {"runOn": "folderOpen"}}]}`,
}

func TestReadHooks(t *testing.T) {
	for path, want := range map[string]string{
		".claude/settings.json":           "3:89 SessionStart hooks/SessionStart/0/hooks/0: ./start.sh\n2:4 enableAllProjectMcpServers\n",
		".devcontainer/devcontainer.json": "1:24 initializeCommand initializeCommand: ./a.sh\n1:62 postCreateCommand postCreateCommand/x: npm ci\n1:81 postCreateCommand postCreateCommand/y: make\n1:111 postStartCommand postStartCommand: go run .\n",
		".github/hooks/start.json":        "1:58 sessionStart hooks/sessionStart/0: ./start.sh\n",
		".codex/config.toml":              "1:19 approval_policy: never\n",
		".claude/settings.local.json":     "1:170 Stop hooks/Stop/0/hooks/0: sh -c y\n1:122 statusLine statusLine: x\n1:33 permissions.defaultMode: bypassPermissions\n1:73 permissions.allow: mcp__a__b\n1:86 permissions.allow: Bash\n",
		".cursor/hooks.json":              "1:64 beforeShellExecution hooks/beforeShellExecution/0: audit\n",
		".vscode/tasks.json":              "1:74 folderOpen tasks/1: node x\n",
	} {
		out := parsetest.Read(t, ReadHooks, path, hookFiles[path])
		var got strings.Builder
		for _, h := range out.Hooks {
			fmt.Fprintf(&got, "%d:%d %s %s: %s\n", h.Command.At.Line, h.Command.At.Column, h.Event, h.Anchor, h.Command.Value)
		}
		for _, a := range out.Approvals {
			fmt.Fprintf(&got, "%d:%d %s\n", a.At.Line, a.At.Column, a.Value)
		}
		if !TakesHooks(path) {
			t.Errorf("%s is not taken", path)
		}
		if diff := cmp.Diff(want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func FuzzReadHooks(f *testing.F) { parsetest.Fuzz(f, ReadHooks, hookFiles) }
