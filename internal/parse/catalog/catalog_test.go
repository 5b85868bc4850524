package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

var files = map[string]string{
	"smithery.yaml": `startCommand:
  type: stdio
  commandFunction: |-
    (config) => ({
      // command: 'nothing'
      command: 'npx',
      args: ['-y', "weather-mcp@latest", '--key', config.key, 'a' + config.b, ...(config.c ? ['--c'] : [])],
      env: { KEY: config.key }
    })
`,
	"a/smithery.yaml": "startCommand:\n  type: http\n  configSchema: {}\n",
	"b/smithery.yml":  "runtime: typescript\n",
	"c/smithery.yaml": "startCommand:\n  commandFunction: \"config => ({command: `${config.bin}`, args: [`--port=${config.port}`]})\"\n",
	"d/smithery.yaml": "startCommand:\n  command: npx\n  args: [weather]\n",
	"servers/weather/server.yaml": `name: weather
image: acme/weather:latest
type: server
source:
  project: https://github.com/acme/weather
  commit: 0123456789abcdef0123456789abcdef01234567
`,
	"servers/built/server.yaml":  "name: built\nimage: mcp/built\nsource:\n  commit: 0123456789abcdef0123456789abcdef01234567\n",
	"servers/moving/server.yaml": "name: moving\nimage: mcp/moving\nsource:\n  branch: main\n",
	"servers/far/server.yaml":    "name: far\ntype: remote\nremote:\n  transport_type: sse\n  url: https://far.example.com/sse\noauth:\n  - provider: far\n",
}

func TestTakes(t *testing.T) {
	for _, path := range []string{"server.yaml", "deploy/server.yaml", "smithery.json"} {
		if Takes(path) {
			t.Errorf("%s is taken", path)
		}
	}
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files) }

func TestRead(t *testing.T) {
	for path, want := range map[string]string{
		"a/smithery.yaml":             "",
		"b/smithery.yml":              "",
		"c/smithery.yaml":             `2:43-56 catalog "" startCommand: ${config.bin} --port=${config.port} ?2:43-56 ?2:67-88` + "\n",
		"d/smithery.yaml":             `2:3-3:18 catalog "" startCommand: npx weather` + "\n",
		"servers/built/server.yaml":   "",
		"servers/far/server.yaml":     `5:8-35 catalog "far" remote: https://far.example.com/sse auth=yes` + "\n",
		"servers/moving/server.yaml":  `2:8-18 catalog "moving" image: docker run mcp/moving` + "\n",
		"servers/weather/server.yaml": `2:8-27 catalog "weather" image: docker run acme/weather:latest` + "\n",
		"smithery.yaml":               `6:17-20 catalog "" startCommand: npx -y weather-mcp@latest --key a ?7:64-65` + "\n",
	} {
		if !Takes(path) {
			t.Errorf("%s is not taken", path)
		}
		if diff := cmp.Diff(want, parsetest.Launches(parsetest.Read(t, Read, path, files[path]))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
