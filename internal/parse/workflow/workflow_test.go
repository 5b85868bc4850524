package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/workflow"
)

const file = ".github/workflows/ci.yml"

// whole uses most of what a workflow can hold.
const whole = `name: CI
on:
  push:
    branches: [main, 'release/*']
  schedule:
    - cron: '0 4 * * 1'
  workflow_dispatch:
permissions:
  contents: read
  id-token: write
env:
  VERSION: 1.2
  REF: ${{ github.ref }}
defaults:
  run:
    shell: sh
jobs:
  build:
    name: Build
    runs-on: [self-hosted, linux]
    needs: [lint, test]
    if: github.ref == 'refs/heads/main'
    environment:
      name: production
    permissions: write-all
    container: node:22
    services:
      db:
        image: 'postgres@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
      cache:
        image: ${{ matrix.cache }}
    strategy:
      matrix:
        go: ['1.25', '1.26']
        include:
          - os: windows-2022
    steps:
      - id: get
        uses: "actions/checkout@v4"
        with:
          persist-credentials: false
      - name: Install
        run: |
          npm ci
            npm run build
        shell: bash
        working-directory: ./web/
      - parallel:
          - run: "go  test"
          - uses: docker://alpine:3
  call:
    uses: acme/flows/.github/workflows/x.yml@v1
    with: { level: 3 }
    secrets: inherit
`

func TestWhole(t *testing.T) {
	out := parsetest.Read(t, workflow.Read, file, whole)
	want := `trigger push 3:3-7 branches=main,release/*
trigger schedule 5:3-11 cron=0 4 * * 1
trigger workflow_dispatch 7:3-20
permissions 8:1-12 contents=read id-token=write
env VERSION=1.2 REF=${{ github.ref }}
job build 18:3-8 on self-hosted,linux needs lint,test environment production
  if 22:9-40 github.ref == 'refs/heads/main'
  permissions 25:18-27 write-all
  matrix go=1.25 go=1.26 os=windows-2022
  step jobs/build/steps/get uses 39:16-35 actions/checkout@v4 with persist-credentials=false
  step jobs/build/steps/Install run 44:11-46:1 "npm ci\n  npm run build\n"
  step jobs/build/steps run 49:19-27 "go  test"
  step jobs/build/steps uses 50:19-36 docker://alpine:3
job call 51:3-7 uses 52:11-48 acme/flows/.github/workflows/x.yml@v1 with level=3 secrets inherit=inherit
image container jobs/build/container 26:16-23 node:22 floating
image service jobs/build/services/db 29:17-97 postgres@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef exact
image service jobs/build/services/cache 31:16-35 ${{ matrix.cache }} unknown
image step jobs/build/steps 50:28-36 alpine:3 floating
script jobs/build/steps/Install bash in "web" of jobs/build 44:11-46:1
script jobs/build/steps sh in "" of jobs/build 49:19-27
`
	if diff := cmp.Diff(want, render(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestShapes reads the odder ways to write the same.
func TestShapes(t *testing.T) {
	for _, test := range []struct{ name, yaml, want string }{
		{"on as a word", "on: push\n", "trigger push 1:5-9\n"},
		{"on as a list", "'on': [push, \"pull_request\"]\n", "trigger push 1:8-12\ntrigger pull_request 1:15-27\n"},
		{"no permissions at all", "on: push\npermissions: {}\n", "trigger push 1:5-9\npermissions 2:1-12\n"},
		{"an empty file", "", ""},
		{"a comment only", "# nothing yet\n", ""},
		{"unknown keys", "future: [1, {a: b}]\nrun-name: x\njobs: {a: {future: true, steps: [{future: {a: 1}}]}}\n",
			"job a 3:8-9\n  step jobs/a/steps\n"},
		{"a runner group", "jobs: {a: {runs-on: {group: big, labels: [x]}, steps: }}\n", "job a 1:8-9 on x group big\n"},
		{"aliases", `jobs:
  a:
    steps: &steps
      - &one {uses: x/y@v1}
      - *one
  b:
    steps: *steps
`, `job a 2:3-4
  step jobs/a/steps uses 4:21-27 x/y@v1
  step jobs/a/steps uses 4:21-27 x/y@v1
job b 6:3-4
  step jobs/b/steps uses 4:21-27 x/y@v1
  step jobs/b/steps uses 4:21-27 x/y@v1
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := parsetest.Read(t, workflow.Read, file, test.yaml)
			if diff := cmp.Diff(test.want, render(out)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestShell tells which language a run is in.
func TestShell(t *testing.T) {
	for _, test := range []struct {
		name, job, step string
		want            evidence.Shell
	}{
		{"Linux", "runs-on: ubuntu-latest", "", evidence.Bash},
		{"Windows", "runs-on: windows-2022", "", evidence.PowerShell},
		{"Windows by label", "runs-on: [self-hosted, Windows, X64]", "", evidence.PowerShell},
		{"a matrix of Windows", "runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2022, windows-11-arm]}}", "", evidence.PowerShell},
		{"a mixed matrix", "runs-on: ${{ matrix.os }}\n    strategy: {matrix: {os: [windows-2022, macos-15]}}", "", evidence.Bash},
		{"an unknown runner", "runs-on: ${{ inputs.runner }}", "", evidence.Bash},
		{"the job's default", "runs-on: windows-2022\n    defaults: {run: {shell: bash}}", "", evidence.Bash},
		{"the step before the default", "defaults: {run: {shell: bash}}", "python", evidence.Python},
		{"options", "", "bash -eo pipefail {0}", evidence.Bash},
		{"a wrapper", "", "nix develop -c bash -e {0}", evidence.Bash},
		{"a path", "", `C:\tools\msys64\usr\bin\Bash.EXE {0}`, evidence.Bash},
		{"Alpine", "", "alpine.sh --root {0}", evidence.POSIX},
		{"cmd", "", "cmd", evidence.Cmd},
		{"another language", "", "perl {0}", evidence.Other},
		{"one of several", "", "${{ matrix.shell }}", evidence.Bash},
		{"a word that is no shell", "", "uv run {0}", evidence.Other},
	} {
		t.Run(test.name, func(t *testing.T) {
			yaml := "jobs:\n  a:\n    " + test.job + "\n    steps:\n      - run: echo\n"
			if test.step != "" {
				yaml += "        shell: '" + test.step + "'\n"
			}
			out := parsetest.Read(t, workflow.Read, file, yaml)
			if got := out.Scripts[0].Shell; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestCommandInputs reads the commands that an action is given to run.
func TestCommandInputs(t *testing.T) {
	out := parsetest.Read(t, workflow.Read, file, `jobs:
  a:
    steps:
      - id: again
        uses: Nick-Fields/retry@v3
        with:
          shell: pwsh
          command: npm install
      - uses: actions/github-script@v7
        with:
          script: require('fs')
`)
	want := "script jobs/a/steps/again/with/command pwsh in \"\" of jobs/a 8:20-31\n"
	if got := scripts(out); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestConstants hands the constants of all levels to the shell, and hides one
// behind an expression of an inner level.
func TestConstants(t *testing.T) {
	out := parsetest.Read(t, workflow.Read, file, `env: {A: one, B: one}
jobs:
  a:
    env: {B: '${{ github.sha }}'}
    steps:
      - run: npx "a@$A" "b@$B" "c@$C"
        env: {C: two}
`)
	command := out.Scripts[0].Commands[0]
	var words []string
	for _, word := range command.Words {
		words = append(words, fmt.Sprintf("%s %v", word.Value, word.Known))
	}
	want := []string{"npx true", "a@one true", "b@$B false", "c@two true"}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestImages follows expressions to where the images they name are written.
func TestImages(t *testing.T) {
	out := parsetest.Read(t, workflow.Read, file, `jobs:
  a:
    container: ${{ matrix.image }}
    services:
      tag: 'redis:${{ matrix.redis }}'
      digest: 'redis@${{ matrix.digest }}'
      other: ${{ inputs.image }}
      none: ''
      port: {ports: [1]}
    strategy:
      matrix:
        redis: [7, 8]
        digest: ['sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef']
        include:
          - image: debian:13
          - image: debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
`)
	got := ""
	for _, one := range out.Images {
		got += fmt.Sprintf("%s %s %.30s %s\n", one.Anchor, span(one.At), one.Ref, one.Pin)
	}
	want := `jobs/a/container 15:20-29 debian:13 floating
jobs/a/container 16:20-98 debian@sha256:0123456789abcdef exact
jobs/a/services/tag 5:13-38 redis:${{ matrix.redis }} floating
jobs/a/services/digest 6:16-42 redis@${{ matrix.digest }} exact
jobs/a/services/other 7:14-33 ${{ inputs.image }} unknown
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, yaml, want string }{
		{"no mapping", "- a\n", "1:1: is no workflow: the file is not a mapping"},
		{"two documents", "on: push\n---\non: push\n", "3:1: is a second document; only the first one is read"},
		{"jobs", "jobs: [a]\n", "1:7: jobs is not a mapping"},
		{"job", "jobs:\n  a: b\n", "2:6: job a is not a mapping"},
		{"steps", "jobs: {a: {steps: '${{ x }}'}}\n", "1:19: steps of jobs/a are not a list; they are known to the run only"},
		{"broken", "jobs: {a: [\n", "did not find"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := workflow.Read(text.NewSource(file, []byte(test.yaml)), new(evidence.Snapshot))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestLong ends files that are too long, in good time.
func TestLong(t *testing.T) {
	var jobs, axis strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&jobs, "  j%d: {env: {A: 1}}\n", i)
		fmt.Fprintf(&axis, "v%d, ", i)
	}
	step := "      - &s {uses: actions/setup-node@v4, with: {node-version: '${{ matrix.v }}'}, env: {A: 1}}\n"
	for _, test := range []struct{ yaml, want string }{
		{"env: {" + strings.ReplaceAll(axis.String(), ",", ": 1,") + "}\njobs:\n" + jobs.String(), "more than 1000 jobs"},
		{"jobs:\n  a:\n    strategy: {matrix: {v: [" + axis.String() + "]}}\n    steps:\n" + step + strings.Repeat("      - *s\n", 6000), "more than 5000 steps"},
		{"jobs:\n  a:\n    steps:\n      - &s {run: '" + strings.Repeat("true;", 1000) + "'}\n" + strings.Repeat("      - *s\n", 1000), "longer than 4 MB"},
	} {
		start := time.Now()
		err := workflow.Read(text.NewSource(file, []byte(test.yaml)), new(evidence.Snapshot))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %.200v, want %s", err, test.want)
		}
		if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
			t.Errorf("%s: took %s", test.want, took)
		}
	}
}

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		".github/workflows/ci.yml": true, ".github/workflows/ci.yaml": true, ".gitea/workflows/ci.yml": true,
		".forgejo/workflows/ci.yml": true, ".github/workflows/agent.lock.yml": true,
		".github/workflows/sub/ci.yml": false, "x/.github/workflows/ci.yml": false,
		".github/workflows/actions.lock": false, ".github/ci.yml": false,
	} {
		if got := workflow.Takes(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func render(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, w := range out.Workflows {
		for _, trigger := range w.Triggers {
			fmt.Fprintf(&b, "trigger %s %s%s\n", trigger.Event, span(trigger.At), list("", trigger.Filters))
		}
		b.WriteString(permissions("", w.Permissions))
		if w.Env != nil {
			fmt.Fprintf(&b, "env%s\n", list("", w.Env))
		}
		for _, job := range w.Jobs {
			b.WriteString(renderJob(job))
		}
	}
	for _, image := range out.Images {
		fmt.Fprintf(&b, "image %s %s %s %s %s\n", image.Use, image.Anchor, span(image.At), image.Ref, image.Pin)
	}
	return b.String() + scripts(out)
}

func renderJob(job evidence.Job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "job %s %s", job.ID, span(job.At))
	if job.RunsOn != nil {
		var labels []string
		for _, label := range job.RunsOn {
			labels = append(labels, label.Value)
		}
		b.WriteString(" on " + strings.Join(labels, ","))
	}
	for _, part := range [][2]string{{"group", job.RunnerGroup.Value}, {"needs", strings.Join(job.Needs, ",")}, {"environment", job.Environment.Value}} {
		if part[1] != "" {
			b.WriteString(" " + part[0] + " " + part[1])
		}
	}
	if job.Uses.Value != "" {
		b.WriteString(" uses " + span(job.Uses.At) + " " + job.Uses.Value)
	}
	b.WriteString(list(" with", job.With) + list(" secrets", job.Secrets) + "\n")
	if job.If.Value != "" {
		b.WriteString("  if " + span(job.If.At) + " " + job.If.Value + "\n")
	}
	b.WriteString(permissions("  ", job.Permissions))
	if job.Matrix != nil {
		b.WriteString(list("  matrix", job.Matrix) + "\n")
	}
	for _, step := range job.Steps {
		b.WriteString("  step " + step.Anchor)
		if step.Uses.Value != "" {
			b.WriteString(" uses " + span(step.Uses.At) + " " + step.Uses.Value)
		}
		if step.Run.Value != "" {
			fmt.Fprintf(&b, " run %s %q", span(step.Run.At), step.Run.Value)
		}
		b.WriteString(list(" with", step.With) + "\n")
	}
	return b.String()
}

func scripts(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, s := range out.Scripts {
		fmt.Fprintf(&b, "script %s %s in %q of %s %s\n", s.Anchor, s.Shell, s.Dir, s.Group, span(s.At))
	}
	return b.String()
}

func permissions(indent string, p evidence.Permissions) string {
	if !p.Declared {
		return ""
	}
	all := p.All
	if all != "" {
		all = " " + all
	}
	return indent + "permissions " + span(p.At) + all + list("", p.Scopes) + "\n"
}

func list(title string, all []evidence.Variable) string {
	if len(all) == 0 {
		return ""
	}
	for _, v := range all {
		title += " " + v.Name + "=" + v.Value
	}
	return title
}

func span(at evidence.Location) string {
	if at.EndLine != at.Line {
		return fmt.Sprintf("%d:%d-%d:%d", at.Line, at.Column, at.EndLine, at.EndColumn)
	}
	return fmt.Sprintf("%d:%d-%d", at.Line, at.Column, at.EndColumn)
}
