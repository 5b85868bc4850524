package markdown

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const config = `{"command":"npx","args":["-y","weather-mcp@latest"]}`

var files = map[string]string{
	"json.md":  "# MCP\n\n1. Add this:\n\n   ```json\n   {\n     \"mcpServers\": {\n       \"ä\": {\"command\": \"npx\", \"args\": [\"-y\", \"weather-mcp\"]}\n     }\n   }\n   ```\n",
	"part.md":  "MCP\n```jsonc\n\"weather\": {\n  // comment\n  \"command\": \"uvx\",\n  \"args\": [\"weather-mcp\"],\n}\n```\n",
	"toml.md":  "MCP\n\n> ```toml\n> [mcp_servers.weather]\n> command = \"npx\"\n> args = [\"weather-mcp\"]\n> ```\n",
	"yaml.mdx": "MCP\n\n<Tabs>\n  <Tab>\n    ```yaml\n    extensions:\n      weather:\n        cmd: npx\n        args: [weather-mcp]\n    ```\n  </Tab>\n</Tabs>\n",
	"none.md":  "MCP\n```\n{\"mcpServers\": {\"weather\": {\"url\": \"https://mcp.example.com\"}}}\n```\n",
	"add.md": "```sh\n" + strings.Join([]string{
		"claude mcp add weather -e KEY=1 --scope user -- npx -y weather-mcp",
		"claude mcp add weather npx -y weather-mcp --flag",
		"claude mcp add --transport http weather https://mcp.example.com/mcp --header \"A: b\"",
		"codex mcp add weather --url https://mcp.example.com/mcp",
		"droid mcp add weather \"npx -y weather-mcp\" --env KEY=1",
		"claude mcp add-json weather '" + config + "'",
		"code --add-mcp '{\"name\":\"weather\",\"command\":\"uvx\",\"args\":[\"weather-mcp\"]}'",
		"claude mcp list",
	}, "\n") + "\n```\n",
	"run.md":   "```console\n$ npx weather-mcp \\\n    --port 80\nlistening, see uvx other-mcp\n$ npx eslint .\n```\n",
	"quiet.md": "Run `npx weather-mcp`, or npm install weather-mcp. Not a fence.\n\n```ts\nconst mcp = {command: \"npx\", args: [\"weather-mcp\"]}\n```\n",
	"link.md": fmt.Sprintf("MCP: [a](cursor://anysphere.cursor-deeplink/mcp/install?name=weather&config=%s) and\n"+
		"<a href=\"https://insiders.vscode.dev/redirect/mcp/install?name=weather&amp;config=%s\">b</a> or\n"+
		"https://vscode.dev/redirect?url=%s\n[c]: vscode:mcp/install?%s\n"+
		"goose://extension?cmd=npx&arg=-y&arg=weather-mcp&id=x [d](https://cursor.com/install-mcp?name=x&config=!!!)\n",
		base64.StdEncoding.EncodeToString([]byte(config)), url.QueryEscape(config),
		url.QueryEscape("vscode:mcp/install?"+url.QueryEscape(config)), url.PathEscape(config)),
	"README.md": "<!-- mcp-name: io.github.acme/weather -->\n# Weather\n",
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files) }

func TestTooLarge(t *testing.T) {
	var out evidence.Snapshot
	err := Read(text.NewSource("big.md", []byte(strings.Repeat("mcp\n", maxSize/4+1))), &out)
	if err == nil || !strings.Contains(err.Error(), "pages over 2 MB are not read") {
		t.Error(err)
	}
}

func TestNested(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		deep bool
	}{
		"quotes":  {"mcp\n" + strings.Repeat(">", maxNesting+1), true},
		"lists":   {"mcp\n" + strings.Repeat("- ", 300_000), true},
		"numbers": {"mcp\n" + strings.Repeat("1. ", 300_000), true},
		"a rule":  {"mcp\n" + strings.Repeat("-", 300), false},
		"prose":   {"mcp\n" + strings.Repeat("a - b > c ", 300), false},
	} {
		var out evidence.Snapshot
		err := Read(text.NewSource("page.md", []byte(c.page)), &out)
		if (err != nil) != c.deep {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNameMark(t *testing.T) {
	out := parsetest.Read(t, Read, "README.md", files["README.md"])
	want := []evidence.NameMark{{Where: "readme", Name: evidence.Text{
		Value: "io.github.acme/weather",
		At:    evidence.Location{Path: "README.md", Line: 1, Column: 16, EndLine: 1, EndColumn: 38},
	}}}
	if diff := cmp.Diff(want, out.NameMarks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRead(t *testing.T) {
	for path, want := range map[string]string{
		"README.md": "",
		"add.md": `2:1-67 docs "weather" : npx -y weather-mcp
3:1-49 docs "weather" : npx -y weather-mcp --flag
6:1-55 docs "weather" : npx -y weather-mcp
7:30-82 docs "" : npx -y weather-mcp@latest
8:17-74 docs "weather" : uvx weather-mcp
4:41-68 docs "weather" : https://mcp.example.com/mcp auth=yes shown
5:29-56 docs "weather" : https://mcp.example.com/mcp auth=unknown shown
`,
		"json.md": `8:13-62 docs "ä" mcpServers/ä: npx -y weather-mcp` + "\n",
		"link.md": `1:10-149 install-link "weather" : npx -y weather-mcp@latest
2:10-173 install-link "weather" : npx -y weather-mcp@latest
3:1-186 install-link "" : npx -y weather-mcp@latest
4:6-109 install-link "" : npx -y weather-mcp@latest
5:1-54 install-link "" : npx -y weather-mcp
`,
		"none.md":  `3:37-60 docs "weather" mcpServers/weather: https://mcp.example.com auth=unknown shown` + "\n",
		"part.md":  `3:12-7:2 docs "weather" weather: uvx weather-mcp` + "\n",
		"quiet.md": "",
		"run.md":   `2:3-3:14 docs "" : npx weather-mcp --port 80` + "\n",
		"toml.md":  `4:3-24 docs "weather" mcp_servers/weather: npx weather-mcp` + "\n",
		"yaml.mdx": `8:9-9:28 docs "weather" extensions/weather: npx weather-mcp` + "\n",
	} {
		if !Takes(path) {
			t.Errorf("%s is not taken", path)
		}
		if diff := cmp.Diff(want, parsetest.Launches(parsetest.Read(t, Read, path, files[path]))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
