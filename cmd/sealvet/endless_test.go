package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// TestJudgeEndsBetweenChecks: who interrupts a scan does not wait for the checks.
func TestJudgeEndsBetweenChecks(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd := newScan()
	cmd.SetContext(ctx)
	cmd.SetErr(new(bytes.Buffer))
	var code exitCode
	if err := new(judging).judge(cmd, new(evidence.Snapshot), nil, nil); !errors.As(err, &code) || code.code != exitUnfinished {
		t.Errorf("an interrupted judgement ends with %v, not with %d", err, exitUnfinished)
	}
}

// TestNoFolderIsEndless scans commands that run in folders which are no folders of
// the tree. Whoever looks for a manifest or a lock in the folders above must end
// there, too.
func TestNoFolderIsEndless(t *testing.T) {
	folders := []string{
		"/abs/x", "/", "//x", "../x", "..", "../..", "a/../../x", ".", "./", "sub/", `C:\x`, `C:\`, "C:/x", `\\host\x`, "~", "~/x",
		"$HOME", "${X}/y", "$(pwd)", "${{ matrix.dir }}", "${{ github.workspace }}/x", "/${{ matrix.dir }}/x", "x/*/y", "é/ü",
	}
	commands := []string{
		"yarn install", "yarn build", "npx cowsay", "npm run build", "npm ci", "pnpm -C %s install", "pip install -r requirements.txt", "pip install build",
		"uv sync", "uv run tool", "uvx tool", "poetry install", "just build", "make -C %s all", "make all", "task build", "go build ./...", "cargo build",
		"./build.sh", "bash ./build.sh", "docker build %s", "docker build -f %s/Dockerfile .", "dotnet restore", "bundle install", "gradle build", "npm --prefix %s test",
	}
	root := t.TempDir()
	put := func(name, data string) {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var workflow, gitlab, jenkins, docker, script, recipes strings.Builder
	workflow.WriteString("on: push\njobs:\n")
	jenkins.WriteString("pipeline { agent any\n stages {\n")
	docker.WriteString("FROM example.com/base:1\n")
	recipes.WriteString("all:\n")
	for i, folder := range folders {
		fmt.Fprintf(&workflow, "  j%d:\n    runs-on: ubuntu-24.04\n    steps:\n", i)
		fmt.Fprintf(&gitlab, "j%d:\n  script:\n    - 'cd %s'\n", i, folder)
		fmt.Fprintf(&jenkins, "stage('%d') { steps { dir('%s') {\n", i, strings.ReplaceAll(folder, `\`, `\\`))
		fmt.Fprintf(&docker, "WORKDIR %s\n", folder)
		for _, command := range commands {
			command = strings.ReplaceAll(command, "%s", folder)
			fmt.Fprintf(&workflow, "      - run: %s\n        working-directory: '%s'\n", command, folder)
			fmt.Fprintf(&workflow, "      - run: cd %s && %s\n", folder, command)
			fmt.Fprintf(&gitlab, "    - '%s'\n", command)
			fmt.Fprintf(&jenkins, "sh '%s'\n", strings.ReplaceAll(command, `\`, `\\`))
			fmt.Fprintf(&docker, "RUN %s\n", command)
			fmt.Fprintf(&script, "(cd %s; %s)\n", folder, command)
			fmt.Fprintf(&recipes, "\tcd %s && %s\n", strings.ReplaceAll(folder, "$", "$$"), strings.ReplaceAll(command, "$", "$$"))
		}
		jenkins.WriteString("} } }\n")
	}
	jenkins.WriteString("} }\n")
	put(".github/workflows/ci.yml", workflow.String())
	put(".gitlab-ci.yml", gitlab.String())
	put("Jenkinsfile", jenkins.String())
	put("Dockerfile", docker.String())
	put("build.sh", script.String())
	put("Makefile", recipes.String())
	put("justfile", "build:\n\techo\n")
	put("deep/package.json", `{"name":"deep","scripts":{"build":"cd /abs && yarn install && cd ../.. && npm run build"},"dependencies":{"x":"^1"}}`)

	done := make(chan error, 1)
	go func() {
		cmd := newScan()
		cmd.SetArgs([]string{"--format", "json", "--fail-at", "never", root})
		cmd.SetOut(new(bytes.Buffer))
		cmd.SetErr(new(bytes.Buffer))
		done <- cmd.ExecuteContext(t.Context())
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the scan does not end")
	}
}
