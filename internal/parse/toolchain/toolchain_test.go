package toolchain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
	"github.com/sealvet/sealvet/internal/parse/toolchain"
)

var files = []struct{ path, data, want string }{
	{".python-version", "\n# all\n3.12.1 # main\r\n3.11\n", "python 3.12.1 exact 3:1-7, python 3.11 exact 4:1-5"},
	{"web/.nvmrc", "lts/*", "node lts/* floating 1:1-6"},
	{".node-version", "v22.1.0\n", "node v22.1.0 exact 1:1-8"},
	{".tool-versions", "nodejs 22.1.0 20.0.0\ngolang latest # why\n\nterraform 1.9.0\n",
		"node 22.1.0 exact 1:8-14, node 20.0.0 exact 1:15-21, go latest floating 2:8-14, terraform 1.9.0 exact 4:11-16"},
	{"mise.toml", "[tools]\nnode = '22'\npython = ['3.12', 'latest']\nnpm = {version = \"ref:main\"}\n",
		"node 22 exact 2:9-11, python 3.12 exact 3:12-16, python latest floating 3:20-26, npm ref:main floating 4:19-27"},
	{"rust-toolchain", "1.80.0\n", "rust 1.80.0 exact 1:1-7"},
	{"rust-toolchain", "[toolchain]\nchannel = \"nightly\"\n", "rust nightly floating 2:12-19"},
	{"rust-toolchain.toml", "[toolchain]\npath = \"../rust\"\n", ""},
	{"global.json", `{"sdk": {"version": "8.0.100"}}`, "dotnet 8.0.100 exact 1:22-29"},
	{"global.json", `{"sdk": {"version": "8.0.100", "rollForward": "latestMajor"}}`, "dotnet 8.0.100 floating 1:48-59"},
	{"global.json", `{"msbuild-sdks": {}}`, ""},
	{"package.json", `{"packageManager": "pnpm@9.1.0+sha512.00ff", "volta": {"node": "22", "extends": "../package.json"}}`,
		"pnpm 9.1.0+sha512.00ff exact 1:21-43, node 22 exact 1:65-67"},
	{"package.json", `{"packageManager": "yarn@4.9.1"}`, "yarn 4.9.1 floating 1:21-31"},
	{"package.json", `{"engines": {"node": "*"}, "packageManager": {}}`, ""},
	{"go.mod", "module example.com/a\n\ngo 1.26\n", "go 1.26 exact 3:4-8"},
	{"go.mod", "module example.com/a\n\ngo 1.26\ntoolchain go1.26.8\n", "go go1.26.8 exact 4:11-19"},
	{"go.mod", "module example.com/a\n", "go  floating 1:1-21"},
	{"go.mod", "", ""},
}

func TestRead(t *testing.T) {
	for _, test := range files {
		out := parsetest.Read(t, toolchain.Read, test.path, test.data)
		var got []string
		for _, c := range out.Toolchains {
			got = append(got, fmt.Sprintf("%s %s %s %d:%d-%d", c.Tool, c.Version, c.Pin, c.At.Line, c.At.Column, c.At.EndColumn))
		}
		if joined := strings.Join(got, ", "); joined != test.want {
			t.Errorf("%s %q:\ngot  %s\nwant %s", test.path, test.data, joined, test.want)
		}
	}
}

func TestProblems(t *testing.T) {
	for path, data := range map[string]string{
		"go.mod":       "module example.com/a\ngo one two\n",
		"package.json": `{"packageManager": `,
		"mise.toml":    "[tools",
	} {
		if err := toolchain.Read(text.NewSource(path, []byte(data)), new(evidence.Snapshot)); err == nil {
			t.Errorf("%s %q: no error", path, data)
		}
	}
}

func TestClassify(t *testing.T) {
	for _, test := range []struct {
		tool, version string
		want          evidence.Pin
	}{
		{"node", "", evidence.PinFloating},
		{"node", "22", evidence.PinExact},
		{"node", "v22.1.0", evidence.PinExact},
		{"node", "lts/jod", evidence.PinExact}, // a release line by its name
		{"node", "lts/-1", evidence.PinFloating},
		{"node", "LATEST", evidence.PinFloating},
		{"node", ">=18", evidence.PinFloating},
		{"node", ">=18 <20", evidence.PinExact},
		{"python", "3", evidence.PinFloating},
		{"python", "3.x", evidence.PinFloating},
		{"python", "^3.10", evidence.PinFloating},
		{"python", "3.12", evidence.PinExact},
		{"python", "pypy3.10", evidence.PinExact},
		{"go", "1.x", evidence.PinFloating},
		{"go", "oldstable", evidence.PinFloating},
		{"go", "1.26.x", evidence.PinExact},
		{"java", "1", evidence.PinExact},
		{"rust", "nightly", evidence.PinFloating},
		{"rust", "nightly-2026-01-01", evidence.PinExact},
	} {
		if pin, why := toolchain.Classify(test.tool, test.version); pin != test.want || (why == "") != (pin == evidence.PinExact) {
			t.Errorf("%s %q: got %s (%s), want %s", test.tool, test.version, pin, why, test.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	seeds := make(map[string]string)
	for _, test := range files {
		seeds[test.path] += test.data
	}
	parsetest.Fuzz(f, toolchain.Read, seeds)
}
