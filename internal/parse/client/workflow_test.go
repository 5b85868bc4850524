package client

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var workflows = map[string]string{
	".github/workflows/agent.yml": `on: push
jobs:
  agent:
    runs-on: ubuntu-24.04
    steps:
      - id: json
        uses: acme/agent@v1
        with:
          mcp_config: |
            {
              "mcpServers": {"weather": {"command": "npx", "args": ["-y", "weather-mcp@${{ inputs.version }}"]}}
            }
      - id: args
        uses: acme/agent@v1
        with:
          claude_args: --model x --mcp-config '{"mcpServers":{"far":{"url":"https://mcp.example.com"}}}'
      - id: file
        run: |
          if true; then {
            cat > mcpservers.json <<'EOF'
            {"mcpServers": {"weather": {"command": "uvx", "args": ["weather-mcp"]}}}
          EOF
          }; fi
      - run: echo '{"command":"npx"}' # mcp
`,
}

func TestReadWorkflow(t *testing.T) {
	const path = ".github/workflows/agent.yml"
	want := `11:41-112 workflow "weather" jobs/agent/steps/json/mcpServers/weather: npx -y 'weather-mcp@${{ inputs.version }}' ?11:76-109
21:40-83 workflow "weather" jobs/agent/steps/file/mcpServers/weather: uvx weather-mcp
16:77-100 workflow "far" jobs/agent/steps/args/mcpServers/far: https://mcp.example.com auth=unknown
`
	got := parsetest.Launches(parsetest.Read(t, ReadWorkflow, path, workflows[path]))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestObjects(t *testing.T) {
	const data = `--a x --mcp-config '{"a": {"b": "}\"{"}}' {} {"open": `
	var got []string
	for object := range objects(text.NewSource("x", []byte(data)).Text(0, len(data))) {
		got = append(got, object.Value)
	}
	if diff := cmp.Diff([]string{`{"a": {"b": "}\"{"}}`, `{}`}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzReadWorkflow(f *testing.F) { parsetest.Fuzz(f, ReadWorkflow, workflows) }
