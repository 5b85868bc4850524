package link

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

// command makes a command of plain words, each at its own column.
func command(words ...string) evidence.Command {
	var c evidence.Command
	for i, word := range words {
		c.Words = append(c.Words, evidence.Word{Value: word, Known: true, At: evidence.Location{Path: "ci.sh", Line: 1, Column: i + 1, EndLine: 1, EndColumn: i + 2}})
	}
	return c
}

func TestRegistriesOfCommands(t *testing.T) {
	for _, test := range []struct {
		words []string
		want  string
	}{
		{[]string{"pip", "install", "--extra-index-url=https://a.example.com/simple", "x"}, "1:3-4 pypi --extra-index-url https://a.example.com/simple host \"a.example.com\" extra\n"},
		{[]string{"python", "-m", "pip", "install", "-i", "https://u:p@a.example.com/simple", "x"}, "1:6-7 pypi -i https://a.example.com/simple host \"a.example.com\"\n"},
		{[]string{"uv", "add", "--index", "torch=https://a.example.com/whl", "torch"}, "1:4-5 pypi --index https://a.example.com/whl host \"a.example.com\" extra\n"},
		{[]string{"python", "serve.py", "-i", "https://a.example.com"}, ""},
		{[]string{"npm", "ci", "--registry", "$REGISTRY"}, "1:4-5 npm --registry $REGISTRY host \"$REGISTRY\"\n"},
		{[]string{"npm", "view", "x", "--registry", "https://a.example.com"}, ""},
		{[]string{"yarn", "npm", "publish", "--registry", "https://a.example.com"}, ""},
		{[]string{"npm", "ci", "--@acme:registry=https://a.example.com"}, "1:3-4 npm @acme:registry https://a.example.com host \"a.example.com\" for @acme\n"},
		{[]string{"npm", "publish", "--registry", "https://a.example.com"}, ""},
		{[]string{"npm", "config", "set", "registry", "https://a.example.com"}, "1:5-6 npm registry https://a.example.com host \"a.example.com\"\n"},
		{[]string{"dotnet", "nuget", "add", "source", "--name", "acme", "https://a.example.com/v3"}, "1:7-8 nuget nuget add source https://a.example.com/v3 host \"a.example.com\" extra\n"},
		{[]string{"dotnet", "nuget", "push", "x.nupkg", "--source", "https://a.example.com/v3"}, ""},
		{[]string{"dotnet", "tool", "install", "--add-source", "./out", "x"}, ""},
		{[]string{"export", "GOPROXY=https://a.example.com|direct", "GOSUMDB=off"}, "1:2-3 golang GOPROXY https://a.example.com host \"a.example.com\"\n1:3-4 golang GOSUMDB off host \"\"\n"},
		{[]string{"go", "env", "-w", "GOFLAGS=-insecure"}, "1:4-5 golang GOFLAGS -insecure host \"\"\n"},
		{[]string{"go", "build", "GOFLAGS=-mod=mod"}, ""},
	} {
		seen := evidence.Snapshot{Scripts: []evidence.Script{{Path: "ci.sh", Commands: []evidence.Command{command(test.words...)}}}}
		Registries(&seen)
		if diff := cmp.Diff(test.want, parsetest.Registries(seen.Registries)); diff != "" {
			t.Errorf("%q: %s", test.words, diff)
		}
	}
}

func TestRegistriesOfVariables(t *testing.T) {
	at := func(column int) evidence.Location {
		return evidence.Location{Path: "w.yml", Line: 1, Column: column, EndLine: 1, EndColumn: column + 1}
	}
	seen := evidence.Snapshot{
		Workflows: []evidence.Workflow{{
			Env: []evidence.Variable{{Name: "npm_config_registry", Value: "https://a.example.com", At: at(1)}, {Name: "GOFLAGS", Value: "-mod=mod", At: at(2)}},
			Jobs: []evidence.Job{{ID: "build", Steps: []evidence.Step{{
				Anchor: "jobs/build/steps/x", Env: []evidence.Variable{{Name: "PIP_EXTRA_INDEX_URL", Value: "https://b.example.com https://c.example.com", At: at(3)}},
			}}}},
		}},
		Dockerfiles: []evidence.Dockerfile{{Stages: []evidence.Stage{{Name: "build", Instructions: []evidence.Instruction{
			{Name: "ENV", Args: []evidence.Text{{Value: "UV_DEFAULT_INDEX=https://d.example.com", At: at(4)}}},
		}}}}},
	}
	Registries(&seen)
	want := `1:1-2 npm NPM_CONFIG_REGISTRY https://a.example.com host "a.example.com"
1:3-4 pypi PIP_EXTRA_INDEX_URL https://b.example.com host "b.example.com" extra
1:3-4 pypi PIP_EXTRA_INDEX_URL https://c.example.com host "c.example.com" extra
1:4-5 pypi UV_DEFAULT_INDEX https://d.example.com host "d.example.com"
`
	if diff := cmp.Diff(want, parsetest.Registries(seen.Registries)); diff != "" {
		t.Error(diff)
	}
}

func TestSourceToPushTo(t *testing.T) {
	add := command("dotnet", "nuget", "add", "source", "https://a.example.com/v3")
	push := command("dotnet", "nuget", "push", "x.nupkg")
	build := command("dotnet", "build")
	for _, test := range []struct {
		commands []evidence.Command
		want     int
	}{{[]evidence.Command{add, push}, 0}, {[]evidence.Command{add, build, push}, 1}, {[]evidence.Command{add}, 1}} {
		seen := evidence.Snapshot{Scripts: []evidence.Script{{Path: "ci.yml", Group: "jobs/a", Commands: test.commands}}}
		Registries(&seen)
		if len(seen.Registries) != test.want {
			t.Errorf("%v", seen.Registries)
		}
	}
}
