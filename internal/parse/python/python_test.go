package python

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var manifests = []struct{ path, data, want string }{
	{"pyproject.toml", `[project]
name = "weather"
version = "1.2.0"
dependencies = [
    "httpx[http2]>=0.28,<1 ; python_version < '3.13'",
    'mcp==1.9.0', # exact
    "requests",
    "tool @ git+https://git.example.com/acme/tool@main",
]
[project.optional-dependencies]
docs = ["Sphinx (>=7)"]
[dependency-groups]
dev = ["pytest~=8.0", {include-group = "lint"}]
lint = ["acme.tools"]
[build-system]
requires = ["hatchling"]
[tool.uv.sources]
acme-tools = { path = "../tools" }
requests = { git = "https://git.example.com/r/requests", rev = "0123456789abcdef0123456789abcdef01234567" }
`, `5:6-27 dependencies httpx ">=0.28,<1" range
6:6-16 dependencies mcp "==1.9.0" exact
19:12-108 dependencies requests "git+https://git.example.com/r/requests@0123456789abcdef0123456789abcdef01234567" git commit 0123456
8:6-55 dependencies tool "git+https://git.example.com/acme/tool@main" git
11:10-22 optional-dependencies/docs Sphinx ">=7" range
13:9-20 dependency-groups/dev pytest "~=8.0" range
18:24-32 dependency-groups/lint acme.tools "../tools" path
16:14-23 build-system hatchling "" unbounded
`},
	{"poetry/pyproject.toml", `[tool.poetry]
name = "weather"
[tool.poetry.dependencies]
python = "^3.12"
httpx = "^0.28"
mcp = { version = "1.9.0", extras = ["cli"] }
any = "*"
tool = { git = "https://git.example.com/acme/tool", branch = "main" }
[tool.poetry.group.dev.dependencies]
pytest = [{ version = "<8", python = "<3.8" }, { version = ">=8" }]
`, `5:10-15 dependencies httpx "^0.28" range
6:20-25 dependencies mcp "1.9.0" exact
7:8-9 dependencies any "*" unbounded
8:8-70 dependencies tool "git+https://git.example.com/acme/tool@main" git
10:24-26 group/dev pytest "<8" range
10:61-64 group/dev pytest ">=8" range
`},
	{"requirements.txt", `# by hand
--extra-index-url https://packages.example.com/simple
-r requirements-base.txt
httpx==0.28.1 \
    --hash=sha256:aa \
    --hash=sha256:bb
requests  # anything
-e git+https://git.example.com/acme/tool@v1#egg=tool
https://files.example.com/acme-1.0-py3-none-any.whl ; sys_platform == 'win32'
./local
`, `4:1-14 requirements httpx "==0.28.1" exact hashed
7:1-9 requirements requests "" unbounded
8:4-53 requirements tool "git+https://git.example.com/acme/tool@v1#egg=tool" git
9:1-52 requirements acme "https://files.example.com/acme-1.0-py3-none-any.whl" url
10:1-8 requirements local "./local" path
`},
	{"Pipfile", `[[source]]
url = "https://packages.example.com/simple"
[packages]
httpx = "*"
tool = { file = "https://files.example.com/tool.zip" }
[dev-packages]
pytest = "==8.0.0"
`, `4:10-11 packages httpx "*" unbounded
5:18-52 packages tool "https://files.example.com/tool.zip" url
7:11-18 dev-packages pytest "==8.0.0" exact
`},
	{"setup.cfg", `[metadata]
name = weather
[options]
install_requires =
    httpx>=0.28
    # a comment
    requests ; python_version < "3.9"
`, `5:5-16 dependencies httpx ">=0.28" range
7:5-13 dependencies requests "" unbounded
`},
	{"setup.py", `from setuptools import setup
setup(name="weather", install_requires=["httpx>=0.28", # why
  'mcp'])
`, `2:42-53 dependencies httpx ">=0.28" range
3:4-7 dependencies mcp "" unbounded
`},
}

func TestManifests(t *testing.T) {
	for _, test := range manifests {
		t.Run(test.path, func(t *testing.T) {
			out := parsetest.Read(t, ReadManifest, test.path, test.data)
			if len(out.Manifests) != 1 {
				t.Fatalf("%d manifests", len(out.Manifests))
			}
			if diff := cmp.Diff(test.want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
				t.Error(diff)
			}
			parsetest.Inside(t, text.NewSource(test.path, []byte(test.data)), out)
		})
	}
}

var locks = []struct{ path, data, want string }{
	{"uv.lock", `version = 1

[[package]]
name = "httpx"
version = "0.28.1"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.example.com/httpx.tar.gz", hash = "sha256:aa" }
wheels = [
    { url = "https://files.example.com/httpx.whl" },
]

[[package]]
name = "tool"
version = "1.0"
source = { git = "https://git.example.com/acme/tool?rev=v1#0123456789abcdef0123456789abcdef01234567" }

[[package]]
name = "weather"
version = "1.2.0"
source = { editable = "src/weather" }

[package.metadata]
requires-dist = [
    { name = "httpx", extras = ["http2"], specifier = ">=0.28,<1" },
    { name = "sphinx", marker = "extra == 'docs'", specifier = ">=7" },
    { name = "tool", git = "https://git.example.com/acme/tool?rev=v1" },
]

[package.metadata.requires-dev]
dev = [{ name = "pytest", specifier = "~=8.0" }]
`, `4:9-14 httpx 0.28.1 sha256:aa unhashed 1
13:9-13 tool 1.0  git https://git.example.com/acme/tool?rev=v1#0123456789abcdef0123456789abcdef01234567 0123456789abcdef0123456789abcdef01234567
18:9-16 weather 1.2.0  path src/weather
24:15-20 declared "src/weather" dependencies httpx ">=0.28,<1"
25:15-21 declared "src/weather" optional-dependencies/docs sphinx ">=7"
26:15-19 declared "src/weather" dependencies tool "git+https://git.example.com/acme/tool@v1"
30:18-24 declared "src/weather" dependency-groups/dev pytest "~=8.0"
`},
	{"poetry.lock", `[[package]]
name = "PyYAML"
version = "6.0.3"
files = [
    {file = "pyyaml.whl", hash = "sha256:aa"},
    {file = "pyyaml.tar.gz", hash = "sha256:bb"},
]

[[package]]
name = "tool"
version = "1.0"
files = []
[package.source]
type = "git"
url = "https://git.example.com/acme/tool"
resolved_reference = "0123456789abcdef0123456789abcdef01234567"

[metadata]
lock-version = "2.1"
`, `2:9-15 pyyaml 6.0.3 sha256:aa
10:9-13 tool 1.0  git https://git.example.com/acme/tool#0123456789abcdef0123456789abcdef01234567 0123456789abcdef0123456789abcdef01234567
`},
	{"pdm.lock", `[[package]]
name = "httpx"
version = "0.28.1"
files = [{file = "httpx.whl", hash = "sha256:aa"}]
`, "2:9-14 httpx 0.28.1 sha256:aa\n"},
	{"pylock.toml", `lock-version = "1.0"
[[packages]]
name = "httpx"
version = "0.28.1"
index = "https://packages.example.com/simple"
wheels = [{name = "httpx.whl", hashes = {sha256 = "aa"}}]
`, "3:9-14 httpx 0.28.1 sha256:aa https://packages.example.com/simple\n"},
	{"Pipfile.lock", `{"_meta": {}, "default": {"httpx": {"hashes": ["sha256:aa"], "version": "==0.28.1"}}, "develop": {"x": {"version": "==1"}}}`,
		"1:28-33 httpx 0.28.1 sha256:aa\n1:100-101 x 1  unhashed 1\n"},
	{"requirements.txt", `#
# This file is autogenerated by pip-compile
httpx==0.28.1 --hash=sha256:aa
mcp==1.9.0
`, "3:1-14 httpx 0.28.1 sha256:aa\n4:1-11 mcp 1.9.0  unhashed 1\n"},
}

func TestLocks(t *testing.T) {
	for _, test := range locks {
		t.Run(test.path, func(t *testing.T) {
			out := parsetest.Read(t, ReadLock, test.path, test.data)
			if len(out.Lockfiles) != 1 {
				t.Fatalf("%d lockfiles", len(out.Lockfiles))
			}
			if diff := cmp.Diff(test.want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestListByHandIsNoLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "requirements.txt", "httpx==0.28.1\n")
	if len(out.Lockfiles) != 0 {
		t.Errorf("taken for a lock: %+v", out.Lockfiles)
	}
}

func TestConfigurationOnlyDeclaresNothing(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "pyproject.toml", "[tool.ruff]\nline-length = 100\n")
	if len(out.Manifests) != 0 {
		t.Errorf("taken for a manifest: %+v", out.Manifests)
	}
}

func TestGaps(t *testing.T) {
	for path, test := range map[string][2]string{
		"setup.py":         {"setup(install_requires=read_them())\n", "setup.py:1:24: install_requires is computed"},
		"requirements.in":  {"a\n-r base.txt\n", "requirements.in:2:4: includes base.txt, which is not read"},
		"requirements.txt": {"a\n&&&\n", `requirements.txt:2:1: "&&&" is no requirement`},
		"pyproject.toml":   {"[project]\ndependencies = [\"=1\"]\n", `pyproject.toml:2:18: "=1" is no requirement`},
	} {
		var out evidence.Snapshot
		err := ReadManifest(text.NewSource(path, []byte(test[0])), &out)
		if err == nil || !strings.Contains(err.Error(), test[1]) {
			t.Errorf("%s: %v", path, err)
		}
		if len(out.Manifests) != 1 {
			t.Errorf("%s: %d manifests", path, len(out.Manifests))
		}
	}
}

func FuzzRead(f *testing.F) {
	seeds := make(map[string]string)
	for _, test := range manifests {
		seeds[test.path] = test.data
	}
	for _, test := range locks {
		seeds[test.path] = test.data
	}
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			_ = ReadLock(src, out)
		}
		if TakesManifest(src.Path()) {
			return ReadManifest(src, out)
		}
		return nil
	}, seeds)
}

func TestProseIsFewGaps(t *testing.T) {
	var out evidence.Snapshot
	err := ReadManifest(text.NewSource("docs/requirements.txt", []byte(strings.Repeat("The server shall answer.\n", 100))), &out)
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 11 || !strings.HasSuffix(lines[10], "90 more lines are no requirements") {
		t.Errorf("%d lines: %v", len(lines), err)
	}
}
