package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/collect/checkout"
)

// BenchmarkScan is the whole path, folder to JSON report, over repositories of
// 1, 10 and 60 packages. One package has some 60 files, among them a lock of 150
// packages, a Dockerfile, a README with launch snippets; so 60 are a monorepo of
// 3,700 files. Cost should grow with the files and no faster.
func BenchmarkScan(b *testing.B) {
	for _, packages := range []int{1, 10, 60} {
		root := b.TempDir()
		files := layOutMonorepo(b, root, packages)
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				scanOnce(b, root)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(files), "µs/file")
		})
	}
}

// BenchmarkFolder scans the folder that SEALVET_BENCH names, to profile a real one:
//
//	SEALVET_BENCH=path/to/repo go test ./cmd/sealvet -run '^$' -bench Folder -cpuprofile cpu.prof
func BenchmarkFolder(b *testing.B) {
	root := os.Getenv("SEALVET_BENCH")
	if root == "" {
		b.Skip("SEALVET_BENCH names no folder")
	}
	b.ReportAllocs()
	for b.Loop() {
		scanOnce(b, root)
	}
}

// BenchmarkCollect is the part before the checks.
func BenchmarkCollect(b *testing.B) {
	root := b.TempDir()
	layOutMonorepo(b, root, 10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := checkout.Collect(context.Background(), root, checkout.Options{Now: time.Unix(0, 0)}); err != nil {
			b.Fatal(err)
		}
	}
}

func scanOnce(b *testing.B, root string) {
	cmd := &cobra.Command{}
	var out, problems bytes.Buffer
	scan := newScan()
	cmd.AddCommand(scan)
	cmd.SetArgs([]string{"scan", "--format", "json", "--fail-at", "never", root})
	cmd.SetOut(&out)
	cmd.SetErr(&problems)
	if err := cmd.ExecuteContext(context.Background()); err != nil {
		b.Fatal(err, problems.String())
	}
}

func layOutMonorepo(b *testing.B, root string, packages int) (files int) {
	write := func(name, text string) {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		files++
	}
	lock := uvLock(150)
	for p := range packages {
		dir := fmt.Sprintf("src/server-%02d/", p)
		write(dir+"pyproject.toml", fmt.Sprintf("[project]\nname = \"server-%02d\"\nversion = \"1.0.0\"\ndependencies = [\"package-001>=1.0\", \"mcp>=1.2\"]\n", p))
		write(dir+"uv.lock", lock)
		write(dir+"Dockerfile", "FROM python:3.13-slim AS build\nRUN pip install uv && uv sync --frozen\nFROM build\nCMD [\"server\"]\n")
		write(dir+"README.md", strings.Repeat("Some words about the server, and how to start it.\n\n", 60)+"```json\n{\"mcpServers\":{\"s\":{\"command\":\"uvx\",\"args\":[\"server@latest\"]}}}\n```\n")
		write(".github/workflows/"+fmt.Sprintf("server-%02d.yml", p), "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          pip install ruff\n          uv run pytest\n")
		for i := range 55 {
			write(fmt.Sprintf("%sserver/module_%02d.py", dir, i), strings.Repeat("def f(x):\n    return x\n", 100))
		}
	}
	return files
}

// uvLock writes a lock of that many packages, 20 files each: some 250 KB for 150.
func uvLock(packages int) string {
	var b strings.Builder
	b.WriteString("version = 1\nrequires-python = \">=3.10\"\n")
	for p := range packages {
		fmt.Fprintf(&b, "\n[[package]]\nname = \"package-%03d\"\nversion = \"1.%d.0\"\nsource = { registry = \"https://pypi.org/simple\" }\nwheels = [\n", p, p)
		for w := range 10 {
			fmt.Fprintf(&b, "    { url = \"https://files.example.org/packages/%02d/package_%03d-1.%d.0-cp3%d-manylinux.whl\", hash = \"sha256:%064x\", size = 12345 },\n", w, p, p, w, p*100+w)
		}
		b.WriteString("]\n")
	}
	return b.String()
}
