package client

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

var files = map[string]string{
	".mcp.json": `{
  "mcpServers": {
    "git": {"command": "npx", "args": ["-y", "@acme/git@1.2.3", "--key=${KEY}"], "env": {"API_KEY": "s3cr3t", "LEVEL": "1"}},
    "docs": {"type": "http", "url": "https://mcp.example.com/mcp"},
    "odd": 3
  }
}
`,
	".vscode/mcp.json": `{
  // comments are fine here
  "inputs": [{"id": "token", "type": "promptString", "password": true}],
  "servers": {
    "py": {"type": "stdio", "command": "uvx", "args": ["weather==1.0", "${input:token}"]},
  },
}
`,
	".vscode/settings.json":           `{"mcp": {"servers": {"a": {"command": "node", "args": ["x.js"]}}}, "editor.tabSize": 2}`,
	".devcontainer/devcontainer.json": `{"customizations": {"vscode": {"mcp": {"servers": {"a": {"command": "npx", "args": ["a"]}}}}}}`,
	".gemini/settings.json":           `{"mcpServers": {"a": {"httpUrl": "https://a.example.com", "headers": {"X": "y"}, "trust": true}}}`,
	"gemini-extension.json":           `{"name": "x", "mcpServers": {"a": {"command": "npx", "args": ["a"], "trust": true}}}`,
	".codex/config.toml": `model = "x"
[mcp_servers.docs]
command = "npx"
args = ["-y", "docs@2.0.0"]
[mcp_servers.far]
url = "https://far.example.com"
bearer_token_env_var = "T"
`,
	".zed/settings.json":                     `{"context_servers": {"a": {"command": {"path": "npx", "args": ["a"]}}}}`,
	"opencode.jsonc":                         `{"mcp": {"a": {"type": "local", "command": ["bunx", "a"]}, "b": {"type": "remote", "url": "https://b.example.com"}}}`,
	"plugins/x/.claude-plugin/plugin.json":   `{"name": "x", "mcpServers": {"a": {"command": "npx", "args": ["a"]}}}`,
	"plugins/y/.claude-plugin/plugin.json":   `{"name": "y", "mcpServers": "./.mcp.json"}`,
	".claude-plugin/marketplace.json":        `{"plugins": [{"name": "p", "source": "./", "mcpServers": {"a": {"command": "npx", "args": ["a"]}}}]}`,
	"plugins/cursor/mcp.json":                `{"bare": {"url": "https://mcp.example.com/mcp"}}`,
	"src/kiro_power/mcp.json":                `{"mcpServers": {"a": {"command": "uvx", "args": ["a@latest"], "autoApprove": ["read", "write"]}}}`,
	".github/agents/writer.agent.md":         "---\nname: writer\nmcp-servers:\n  docs:\n    type: local\n    command: npx\n    args: [\"-y\", \"docs\"]\n---\n# Writer\n",
	".goose/config.yaml":                     "extensions:\n  git:\n    cmd: uvx\n    args: [mcp-git]\n",
	"conf/mcp-servers.yaml":                  "mcpServers:\n  - name: a\n    command: npx a\n  - name: b\n    url: https://b.example.com\n",
	"claude_desktop_config.example.json":     `{"mcpServers": {"a": {"command": "cmd", "args": ["/c", "npx", "a"]}}}`,
	"windsurf/mcp_config.json":               `{"mcpServers": {"a": {"serverUrl": "http://localhost:3000/sse"}}}`,
	"src/resources/proxied-mcp-servers.json": `[{"name": "caas", "transport": "stdio", "command": "/bin/x"}]`,
	"api/openapi-mcp.json":                   `{"openapi": "3.0.0", "servers": [{"url": "https://api.example.com"}]}`,
	"acme.code-workspace":                    `{"settings": {"mcp": {"servers": {"a": {"command": "npx", "args": ["a"]}}}}}`,
	"plugins/x/.mcp.json":                    `{"mcpServers": {"bridge": {"command": "npx", "args": ["mcp-remote@0.1.38", "https://far.example.com/sse", "--header", "A:b"]}}}`,
}

func TestRead(t *testing.T) {
	for path, want := range map[string]string{
		".claude-plugin/marketplace.json": `1:64-97 plugin "a" plugins/p/mcpServers/a: npx a` + "\n",
		".codex/config.toml": `2:1-19 client-config "docs" mcp_servers/docs: npx -y docs@2.0.0` + "\n" +
			`6:8-31 client-config "far" mcp_servers/far: https://far.example.com auth=yes` + "\n",
		".devcontainer/devcontainer.json": `1:57-90 client-config "a" customizations/vscode/mcp/servers/a: npx a` + "\n",
		".gemini/settings.json":           `1:35-56 client-config "a" mcpServers/a: https://a.example.com auth=yes` + "\n",
		".github/agents/writer.agent.md":  `5:5-7:25 client-config "docs" mcp-servers/docs: npx -y docs` + "\n",
		".mcp.json": `3:12-125 client-config "git" mcpServers/git: npx -y @acme/git@1.2.3 --key=${KEY} ?3:66-78 API_KEY=*** LEVEL=1` + "\n" +
			`4:38-65 client-config "docs" mcpServers/docs: https://mcp.example.com/mcp auth=unknown` + "\n",
		".vscode/mcp.json":                   `5:11-90 client-config "py" servers/py: uvx weather==1.0 ${input:token} ?5:73-87` + "\n",
		".vscode/settings.json":              `1:27-64 client-config "a" mcp/servers/a: node x.js` + "\n",
		".zed/settings.json":                 `1:27-70 client-config "a" context_servers/a: npx a` + "\n",
		"acme.code-workspace":                `1:40-73 client-config "a" settings/mcp/servers/a: npx a` + "\n",
		"claude_desktop_config.example.json": `1:22-68 client-config "a" mcpServers/a: cmd /c npx a` + "\n",
		"gemini-extension.json":              `1:35-83 plugin "a" mcpServers/a: npx a approves trust 1:70-75` + "\n",
		"opencode.jsonc": `1:15-58 client-config "a" mcp/a: bunx a` + "\n" +
			`1:92-113 client-config "b" mcp/b: https://b.example.com auth=unknown` + "\n",
		"plugins/cursor/mcp.json":              `1:19-46 plugin "bare" bare: https://mcp.example.com/mcp auth=unknown` + "\n",
		"plugins/x/.claude-plugin/plugin.json": `1:35-68 plugin "a" mcpServers/a: npx a` + "\n",
		"plugins/x/.mcp.json": `1:27-126 plugin "bridge" mcpServers/bridge: npx mcp-remote@0.1.38 https://far.example.com/sse --header A:b` + "\n" +
			`1:77-104 plugin "bridge" mcpServers/bridge: https://far.example.com/sse auth=yes` + "\n",
		"plugins/y/.claude-plugin/plugin.json": "",
		"src/kiro_power/mcp.json":              `1:22-96 plugin "a" mcpServers/a: uvx a@latest approves read 1:80-84 approves write 1:88-93` + "\n",
		"windsurf/mcp_config.json":             `1:37-62 client-config "a" mcpServers/a: http://localhost:3000/sse auth=unknown` + "\n",
	} {
		if !Takes(path) {
			t.Errorf("%s is not taken", path)
		}
		if diff := cmp.Diff(want, parsetest.Launches(parsetest.Read(t, Read, path, files[path]))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestReadGuess(t *testing.T) {
	for path, want := range map[string]string{
		"conf/mcp-servers.yaml": `2:5-3:19 client-config "a" mcpServers/0: npx a
5:10-31 client-config "b" mcpServers/1: https://b.example.com auth=unknown
`,
		"src/resources/proxied-mcp-servers.json": "",
		"api/openapi-mcp.json":                   "",
	} {
		if Takes(path) || !Guesses(path) {
			t.Errorf("%s: taken %v, guessed %v", path, Takes(path), Guesses(path))
		}
		if diff := cmp.Diff(want, parsetest.Launches(parsetest.Read(t, ReadGuess, path, files[path]))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestProblems(t *testing.T) {
	out := parsetest.Read(t, Read, ".mcp.json", `{"mcpServers": {
  "fine": {"command": "npx", "args": ["a"]},
  "off": {"disabled": true},
  "variable": {"url": "${URL}"},
  "empty": {},
  "word": "npx a",
  "typo": {"type": "stdoi", "command": "npx"},
  "line": {"command": "npx", "args": "-y a"},
  "bare": {"type": "stdio", "url": "https://mcp.example.com"}
}}`)
	var got []string
	for _, p := range out.ConfigProblems {
		got = append(got, fmt.Sprintf("%s %s %s", p.At, p.Anchor, p.What))
	}
	want := []string{
		`.mcp.json:5:12 mcpServers/empty names neither a command nor an address`,
		`.mcp.json:6:11 mcpServers/word must be a map`,
		`.mcp.json:7:11 mcpServers/typo has a type that is none of "stdio", "http" and "sse"`,
		`.mcp.json:8:11 mcpServers/line has arguments that are no list`,
		`.mcp.json:9:11 mcpServers/bare has the type "stdio" and no command`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTakesLeavesOthersAlone(t *testing.T) {
	for _, path := range []string{"package.json", "README.md", "src/settings.json", "config.toml", "data/plugin.json", "docs/agents/intro.md", "mcp.go"} {
		if Takes(path) || Guesses(path) {
			t.Errorf("%s is taken", path)
		}
	}
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files) }
