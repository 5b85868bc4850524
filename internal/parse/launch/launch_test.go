package launch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// lines are launches as people write them, and what each brings in: name,
// requirement and pin.
var lines = []struct{ line, want string }{
	{"npx -y weather-mcp", "weather-mcp  floating"},
	{"npx -y @acme/weather@1.2.3 --key ${KEY}", "@acme/weather 1.2.3 exact"},
	{"/usr/local/bin/npx weather-mcp", "weather-mcp  floating"},
	{`npx.cmd -y weather-mcp@latest`, "weather-mcp latest floating"},
	{"cmd /c npx -y weather-mcp", "weather-mcp  floating"},
	{"cmd.exe /d /s /c npx -y weather-mcp", "weather-mcp  floating"},
	{"env A=b C=d uvx weather-mcp==1.2", "weather-mcp ==1.2 exact"},
	{"env -i A=b sh -c 'npx weather-mcp && echo done'", "weather-mcp  floating"},
	{"bash -lc 'cd /srv; exec uvx weather-mcp'", "weather-mcp  floating"},
	{"sh start.sh", ""},
	{"node dist/index.js", ""},
	{"${workspaceFolder}/bin/weather", ""},
	{"uvx --from git+https://github.com/acme/weather weather", "git+https://github.com/acme/weather  floating"},
	{"env", ""},
	{"cmd /c", ""},
}

func TestSplit(t *testing.T) {
	for _, c := range lines {
		l, _ := Split(text.NewSource("x", []byte(c.line)).Text(0, len(c.line)), Place{Path: "x"})
		var got []string
		for _, fetch := range l.Fetches {
			got = append(got, fmt.Sprintf("%s %s %s", fetch.Name, fetch.Requirement, fetch.Pin))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.line, diff)
		}
	}
}

func TestBridge(t *testing.T) {
	line := "npx -y mcp-remote@0.1.38 https://mcp.example.com/sse --header X:y"
	l, remotes := Split(text.NewSource("x", []byte(line)).Text(0, len(line)), Place{Path: "x", Origin: evidence.LaunchConfig, Server: "far"})
	want := `1:1-66 client-config "far" : npx -y mcp-remote@0.1.38 https://mcp.example.com/sse --header X:y
1:26-53 client-config "far" : https://mcp.example.com/sse auth=yes
`
	if diff := cmp.Diff(want, parsetest.Launches(&evidence.Snapshot{Launches: []evidence.Launch{l}, Remotes: remotes})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKnown(t *testing.T) {
	for value, want := range map[string]bool{
		"plain": true, "": true, "a$": true, "$1": true, "100%": true, "{a}": true,
		"${VAR}": false, "${VAR:-default}": false, "${input:key}": false, "--key=${env:X}": false, "$HOME/x": false, "$(pwd)": false, "{{atlas.key}}": false,
	} {
		if got := Word(text.NewSource("x", []byte(value)).Text(0, len(value))).Known; got != want {
			t.Errorf("%q is known: %v", value, got)
		}
	}
}

func TestAdd(t *testing.T) {
	for line, want := range map[string]string{
		"claude mcp add weather -- npx -y weather-mcp":                                 "npx -y weather-mcp",
		"claude mcp add -e A=b --scope user weather -- npx weather-mcp":                "npx weather-mcp",
		"claude mcp add weather npx weather-mcp -y":                                    "npx weather-mcp -y",
		"gemini mcp add weather uv -- run weather":                                     "uv run weather",
		"codex mcp add weather --env=A=b -- uvx weather-mcp":                           "uvx weather-mcp",
		"q mcp add --name weather --command npx --args -y,weather-mcp":                 "npx -y weather-mcp",
		"droid mcp add weather 'npx -y weather-mcp'":                                   "npx -y weather-mcp",
		"claude mcp add-json weather '{\"command\":\"npx\",\"args\":[\"w\"]}'":         "npx w",
		"code --add-mcp '{\"name\":\"weather\",\"command\":\"npx\",\"args\":[\"w\"]}'": "npx w",
		"claude mcp add -t http weather https://mcp.example.com":                       "https://mcp.example.com",
		"codex mcp add weather --url https://mcp.example.com":                          "https://mcp.example.com",
		"claude mcp list":         "",
		"claude mcp add":          "",
		"claude mcp add --scope":  "",
		"code --add-mcp":          "",
		"code .":                  "",
		"npx weather-mcp mcp add": "",
	} {
		words := splitWords(line)
		var out evidence.Snapshot
		Add(words, evidence.Location{}, Place{}, &out)
		got := ""
		for _, l := range out.Launches {
			got += l.Command
		}
		for _, r := range out.Remotes {
			got += r.URL.Value
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestRuns(t *testing.T) {
	for line, want := range map[string]bool{
		"npx a": true, "uv tool run a": true, "uv tool install a": false, "dotnet tool exec A": true, "dotnet tool install A": false,
		"docker run a": true, "docker pull a": false, "npm install a": false, "npm exec a": true, "go run a": true, "npx": false,
	} {
		words := splitWords(line)
		if got := Runs(words); got != want {
			t.Errorf("%s runs: %v", line, got)
		}
	}
}

func splitWords(line string) []evidence.Word {
	l, _ := Split(text.NewSource("x", []byte(line)).Text(0, len(line)), Place{})
	return l.Words
}

func FuzzSplit(f *testing.F) {
	for _, c := range lines {
		f.Add(c.line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		source := text.NewSource("x", []byte(line))
		l, remotes := Split(source.Text(0, len(line)), Place{Path: "x"})
		parsetest.Inside(t, source, evidence.Snapshot{Launches: []evidence.Launch{l}, Remotes: remotes})
		var out evidence.Snapshot
		Add(l.Words, l.At, Place{Path: "x"}, &out)
		parsetest.Inside(t, source, out)
	})
}
