package doc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

const someHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// uvLock is about 400 KB of TOML as in a uv.lock.
func uvLock() []byte {
	var b strings.Builder
	b.WriteString("version = 1\nrequires-python = \">=3.11\"\n")
	for i := 0; b.Len() < 400<<10; i++ {
		fmt.Fprintf(&b, "\n[[package]]\nname = \"package-%d\"\nversion = \"1.%d.0\"\nsource = { registry = \"https://packages.example/simple\" }\n", i, i)
		fmt.Fprintf(&b, "dependencies = [\n    { name = \"package-%d\" },\n    { name = \"other\", marker = \"python_full_version < '3.13'\" },\n]\n", i+1)
		fmt.Fprintf(&b, "sdist = { url = \"https://files.example/package-%d.tar.gz\", hash = \"sha256:%s\", size = 12345, upload-time = \"2025-01-02T03:04:05.678Z\" }\nwheels = [\n", i, someHash)
		for range 6 {
			fmt.Fprintf(&b, "    { url = \"https://files.example/package-%d-cp311.whl\", hash = \"sha256:%s\", size = 12345 },\n", i, someHash)
		}
		b.WriteString("]\n\n[package.metadata]\nrequires-dist = [{ name = \"other\", specifier = \">=1\" }]\n")
	}
	return []byte(b.String())
}

// pnpmLock is about 780 KB of YAML as in a pnpm-lock.yaml.
func pnpmLock() []byte {
	var b strings.Builder
	b.WriteString("lockfileVersion: '9.0'\n\npackages:\n")
	for i := 0; b.Len() < 780<<10; i++ {
		fmt.Fprintf(&b, "\n  '@scope/package-%d@1.2.3':\n    resolution: {integrity: sha512-%s==}\n    engines: {node: '>=18'}\n", i, someHash)
		b.WriteString("    deprecated: \"use another \\\"package\\\"\"\n    dependencies:\n      other: 1.0.0\n      '@scope/more': 2.0.0(peer@1.0.0)\n")
	}
	return []byte(b.String())
}

// packageLock is about 2 MB of JSON as in a package-lock.json.
func packageLock() []byte {
	var b strings.Builder
	b.WriteString("{\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {}")
	for i := 0; b.Len() < 2<<20; i++ {
		fmt.Fprintf(&b, ",\n    \"node_modules/package-%d\": {\n      \"version\": \"1.2.3\",\n      \"resolved\": \"https://packages.example/package-%d.tgz\",\n      \"integrity\": \"sha512-%s==\",\n      \"dev\": true,\n      \"engines\": {\n        \"node\": \">=18\"\n      }\n    }", i, i, someHash)
	}
	b.WriteString("\n  }\n}\n")
	return []byte(b.String())
}

func BenchmarkTOML(b *testing.B) {
	benchmark(b, uvLock(), TOML)
}

func BenchmarkYAML(b *testing.B) {
	benchmark(b, pnpmLock(), func(src *text.Source) (*Node, error) {
		documents, err := YAML(src)
		return documents[0], err
	})
}

func BenchmarkJSON(b *testing.B) {
	benchmark(b, packageLock(), JSON)
}

func benchmark(b *testing.B, file []byte, read func(*text.Source) (*Node, error)) {
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := read(text.NewSource("f", file)); err != nil || n == nil {
			b.Fatal(err)
		}
	}
}
