package cargo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const cargoTOML = `[package]
name = "weather"
version = "0.3.0"
publish = false

[dependencies]
serde = "1.0"
any = "*"
pinned = { version = "=1.2.3", features = ["x"] }
here = { path = "../here", version = "0.1" }
tool = { git = "https://git.example.com/acme/tool", branch = "main" }
held = { git = "https://git.example.com/acme/held", rev = "0123456789abcdef0123456789abcdef01234567" }
shared.workspace = true
json = { package = "serde_json", version = "1" }

[target.'cfg(unix)'.dev-dependencies]
nix = "0.30"

[workspace]
members = ["crates/*"]
exclude = ["crates/old"]

[workspace.dependencies]
shared = "2"

[patch.crates-io]
serde = { git = "https://git.example.com/acme/serde" }
`

func TestManifest(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "Cargo.toml", cargoTOML)
	want := `7:10-13 dependencies serde "1.0" range
8:8-9 dependencies any "*" unbounded
9:23-29 dependencies pinned "=1.2.3" exact
10:18-25 dependencies here "../here" path
11:17-50 dependencies tool "git+https://git.example.com/acme/tool#main" git
12:17-50 dependencies held "git+https://git.example.com/acme/held#0123456789abcdef0123456789abcdef01234567" git commit 0123456
13:1-7 dependencies shared ""  inherits
14:45-46 dependencies serde_json "1" range
17:8-12 dev-dependencies nix "0.30" range
27:18-52 patch serde "git+https://git.example.com/acme/serde" git
24:11-12 workspace.dependencies shared "2" range
`
	if diff := cmp.Diff(want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"crates/*", "!crates/old"}, out.Manifests[0].Workspace); diff != "" || !out.Manifests[0].Private {
		t.Error(diff)
	}
}

const cargoLock = `version = 4

[[package]]
name = "serde"
version = "1.0.2"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa"

[[package]]
name = "other"
version = "1.0.0"
source = "sparse+https://packages.example.com/index/"

[[package]]
name = "tool"
version = "0.1.0"
source = "git+https://git.example.com/acme/tool?branch=main#0123456789abcdef0123456789abcdef01234567"

[[package]]
name = "weather"
version = "0.3.0"
`

func TestLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "Cargo.lock", cargoLock)
	want := `4:9-14 serde 1.0.2 sha256:aa
10:9-14 other 1.0.0  https://packages.example.com/index/ unhashed 1
15:9-13 tool 0.1.0  git git+https://git.example.com/acme/tool?branch=main#0123456789abcdef0123456789abcdef01234567 0123456789abcdef0123456789abcdef01234567
20:9-16 weather 0.3.0  path
`
	if diff := cmp.Diff(want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			return ReadLock(src, out)
		}
		return ReadManifest(src, out)
	}, map[string]string{"Cargo.toml": cargoTOML, "Cargo.lock": cargoLock})
}
