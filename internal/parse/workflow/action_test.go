package workflow_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/workflow"
)

const composite = `name: Set up
inputs:
  node:
    description: version
    default: '22'
  token:
    required: true
runs:
  using: composite
  steps:
    - id: install
      run: npm ci
      shell: bash
    - uses: actions/setup-node@v4
      with:
        node-version: ${{ inputs.node }}
`

func TestComposite(t *testing.T) {
	out := parsetest.Read(t, workflow.ReadAction, "setup/action.yml", composite)
	action := out.Actions[0]
	got := fmt.Sprintln(action.Name, action.Using)
	for _, input := range action.Inputs {
		got += fmt.Sprintln("input", input.Name, input.Value, span(input.At))
	}
	for _, step := range action.Steps {
		got += fmt.Sprintln("step", step.Anchor, step.Run.Value, step.Uses.Value)
	}
	for _, chosen := range out.Toolchains {
		got += fmt.Sprintln("toolchain", chosen.Tool, chosen.Version, chosen.Pin, chosen.Where, span(chosen.At))
	}
	want := `Set up composite
input node 22 5:15-17
input token  6:3-8
step runs/steps/install npm ci 
step runs/steps  actions/setup-node@v4
toolchain node 22 exact actions/setup-node 5:15-17
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if script := out.Scripts[0]; script.Origin != evidence.FromAction || script.Group != "runs" {
		t.Errorf("script of %s in %s", script.Origin, script.Group)
	}
}

func TestDockerAction(t *testing.T) {
	for ref, want := range map[string]string{
		"docker://alpine:3.20": "runs/image alpine:3.20 floating 3:19-30",
		"Dockerfile":           "", // built here: the Dockerfile is read by itself
	} {
		out := parsetest.Read(t, workflow.ReadAction, "action.yml", "runs:\n  using: docker\n  image: "+ref+"\n")
		got := ""
		for _, image := range out.Images {
			got = fmt.Sprintf("%s %s %s %s", image.Anchor, image.Ref, image.Pin, span(image.At))
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", ref, got, want)
		}
	}
}

// TestOthersAction leaves files of the same name alone.
func TestOthersAction(t *testing.T) {
	for _, yaml := range []string{"", "steps: [{uses: a/b@v1}]\n", "runs: often\n", "- a\n", "42\n"} {
		if out := parsetest.Read(t, workflow.ReadAction, "deploy/action.yml", yaml); len(out.Actions) > 0 {
			t.Errorf("%q is taken for an action", yaml)
		}
	}
}

func TestHandedTexts(t *testing.T) {
	src := text.NewSource(file, []byte(`jobs:
  review:
    steps:
      - parallel:
          - id: agent
            uses: acme/agent@v1
            with:
              mcp_config: |
                {"mcpServers": {}}
      - run: agent --mcp-config x.json
`))
	got := ""
	for _, one := range workflow.HandedTexts(src) {
		got += fmt.Sprintf("%s %s %s %s %q\n", one.Anchor, one.Uses, one.Name, span(one.Text.At()), one.Text.Value)
	}
	want := `jobs/review/steps/agent acme/agent@v1 mcp_config 9:17-10:1 "{\"mcpServers\": {}}\n"
jobs/review/steps  run 10:14-39 "agent --mcp-config x.json"
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	read := func(src *text.Source, out *evidence.Snapshot) error {
		workflow.HandedTexts(src)
		if workflow.Takes(src.Path()) {
			return workflow.Read(src, out)
		}
		return workflow.ReadAction(src, out)
	}
	parsetest.Fuzz(f, read, map[string]string{file: whole, "action.yml": composite})
}
