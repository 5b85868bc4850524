package workflow_test

import (
	"slices"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/workflow"
)

const withExpressions = `on:
  workflow_call:
    inputs:
      tag: {type: string}
    outputs:
      version: {value: "${{ jobs.build.outputs.v }}"}
env:
  TITLE: ${{ github.event.issue.title }}
jobs:
  build:
    if: github.event_name == 'push'
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: ${{ fromJSON(inputs.os) }}
        include:
          - os: ${{ vars.BIG }}
    outputs:
      v: ${{ steps.v.outputs.v }}
    steps:
      - id: v
        env: {A: "${{ github.head_ref }}"}
        run: |
          echo ${{ env.TITLE }}
`

func TestExpressionsOfEveryLevel(t *testing.T) {
	var out evidence.Snapshot
	if err := workflow.Read(text.NewSource(".github/workflows/ci.yml", []byte(withExpressions)), &out); err != nil {
		t.Fatal(err)
	}
	w := out.Workflows[0]
	job := w.Jobs[0]
	var got []string
	for _, all := range [][]evidence.Expression{w.Expressions, job.Expressions, job.Steps[0].Expressions} {
		for _, e := range all {
			got = append(got, e.Place+" "+e.Text+" "+e.At.String()[len(".github/workflows/ci.yml:"):])
		}
	}
	want := []string{
		"env/TITLE github.event.issue.title 8:10",
		"outputs/version jobs.build.outputs.v 6:25",
		"if github.event_name == 'push' 11:9",
		"outputs/v steps.v.outputs.v 19:10",
		"matrix/os fromJSON(inputs.os) 15:13",
		"matrix/os vars.BIG 17:17",
		"runs-on matrix.os 12:14",
		"env/A github.head_ref 22:19",
		"run env.TITLE 24:16",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(w.Inputs) != 1 || w.Inputs[0].Name != "tag" || w.Inputs[0].Type != "string" || w.Inputs[0].Event != "workflow_call" {
		t.Errorf("inputs are %+v", w.Inputs)
	}
}
