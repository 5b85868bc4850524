package link

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
)

func at(path string) evidence.Location {
	return evidence.Location{Path: path, Line: 1, Column: 1, EndLine: 1, EndColumn: 2}
}

func depends(path, ecosystem, name string, dependencies ...evidence.Dependency) evidence.Manifest {
	for i := range dependencies {
		dependencies[i].At = at(path)
	}
	return evidence.Manifest{Path: path, Ecosystem: ecosystem, Name: name, Dependencies: dependencies, At: at(path)}
}

func TestSignals(t *testing.T) {
	for name, c := range map[string]struct {
		seen   evidence.Snapshot
		want   string
		server bool
	}{
		"server.json alone": {
			evidence.Snapshot{ServerManifests: []evidence.ServerManifest{{At: at("server.json")}, {At: at("b/server.json")}}},
			"server.json=5", true,
		},
		"an SDK and a name": {
			evidence.Snapshot{Manifests: []evidence.Manifest{depends("package.json", evidence.NPM, "weather-mcp", evidence.Dependency{Name: "@modelcontextprotocol/sdk", Group: "dependencies"})}},
			"dependency on an MCP SDK=4 package or command named mcp=2", true,
		},
		"a client": {
			evidence.Snapshot{Manifests: []evidence.Manifest{depends("package.json", evidence.NPM, "chat", evidence.Dependency{Name: "@modelcontextprotocol/sdk", Group: "dependencies"})}},
			"dependency on an MCP SDK=4", false,
		},
		"a client by its name": {
			evidence.Snapshot{Manifests: []evidence.Manifest{depends("pyproject.toml", evidence.PyPI, "mcp-client", evidence.Dependency{Name: "mcp[cli]", Group: "project"})}},
			"dependency on an MCP SDK=4", false,
		},
		"only its tests use the SDK": {
			evidence.Snapshot{Manifests: []evidence.Manifest{depends("package.json", evidence.NPM, "weather-mcp", evidence.Dependency{Name: "fastmcp", Group: "devDependencies"})}},
			"package or command named mcp=2", false,
		},
		"only configurations": {
			evidence.Snapshot{Launches: []evidence.Launch{{Path: ".mcp.json", At: at(".mcp.json")}}},
			"", false,
		},
		"in fixtures": {
			evidence.Snapshot{Files: []evidence.File{{Path: "testdata/server.json", Role: evidence.Fixture}}, ServerManifests: []evidence.ServerManifest{{At: at("testdata/server.json")}}},
			"", false,
		},
		"a server framework": {
			evidence.Snapshot{Manifests: []evidence.Manifest{depends("pom.xml", evidence.Maven, "weather", evidence.Dependency{Name: "io.quarkiverse.mcp:quarkus-mcp-server-stdio"})}},
			"dependency on an MCP SDK=5", true,
		},
		"one signal of a reader for each file": {
			evidence.Snapshot{Signals: []evidence.Signal{{Name: "smithery.yaml", Score: 3, At: at("a/smithery.yaml")}, {Name: "smithery.yaml", Score: 3, At: at("b/smithery.yaml")}}},
			"smithery.yaml=3", false,
		},
		"a label": {
			evidence.Snapshot{Dockerfiles: []evidence.Dockerfile{{Path: "Dockerfile", Stages: []evidence.Stage{{Instructions: []evidence.Instruction{
				{Name: "LABEL", Args: []evidence.Text{{Value: "a=b"}, {Value: nameLabel + `="io.github.acme/weather"`, At: at("Dockerfile")}}},
			}}}}}},
			"image label io.modelcontextprotocol.server.name=5", true,
		},
	} {
		Servers(&c.seen)
		Signals(&c.seen)
		var got []string
		for _, signal := range c.seen.Signals {
			got = append(got, fmt.Sprintf("%s=%d", signal.Name, signal.Score))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" || c.seen.IsServer() != c.server {
			t.Errorf("%s: server %v (-want +got):\n%s", name, c.seen.IsServer(), diff)
		}
	}
}

func TestShippedConfigs(t *testing.T) {
	seen := evidence.Snapshot{
		Files: []evidence.File{{Path: "p/.claude-plugin/plugin.json"}, {Path: "q/plugin.json"}},
		Launches: []evidence.Launch{
			{Path: "p/.mcp.json", Origin: evidence.LaunchConfig}, {Path: "p/.vscode/mcp.json", Origin: evidence.LaunchConfig},
			{Path: ".mcp.json", Origin: evidence.LaunchConfig},
		},
		Remotes: []evidence.Remote{{Path: "q/mcp.json", Origin: evidence.LaunchConfig}},
	}
	Servers(&seen)
	got := fmt.Sprint(seen.Launches[0].Origin, seen.Launches[1].Origin, seen.Launches[2].Origin, seen.Remotes[0].Origin)
	if want := fmt.Sprint(evidence.LaunchPlugin, evidence.LaunchConfig, evidence.LaunchConfig, evidence.LaunchPlugin); got != want {
		t.Errorf("origins %s, want %s", got, want)
	}
}
