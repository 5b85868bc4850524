package bun

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const lock = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": {"a": "^1.0.0", },
    },
    "packages/m": {"name": "m", "devDependencies": {"z": "catalog:"}},
  },
  "catalog": {"z": "^3"},
  "packages": {
    "@x/a": ["@x/a@1.0.0", "", {}, "sha512-AA=="],
    "b": ["b@2.0.0", "http://example.org/b/-/b-2.0.0.tgz", {"dependencies": {"c": "1"}}],
    "b/c": ["c@1.0.0", "https://example.org/", {}, "sha512-CC=="],
    "m": ["m@workspace:packages/m"],
    "g": ["g@github:acme/g#0123456", {}, "acme-g-0123456"],
    "h": ["h@git+ssh://git@example.com/h.git#0123456789abcdef0123456789abcdef01234567", {}, "0123456789abcdef0123456789abcdef01234567"],
    "u": ["u@https://example.com/u.tgz", {}],
    "broken": [],
  }
}
`

const want = `1
declared "" dependencies a ^1.0.0 6:25
declared "packages/m" devDependencies z catalog: 8:54
declared "" catalogs/default z ^3 10:16
12:6 @x/a@1.0.0 [@x/a]  "" [sha512-AA==] 0 
13:6 b@2.0.0 [b]  "" [] 1 http://example.org/b/-/b-2.0.0.tgz
14:6 c@1.0.0 [b/c]  "" [sha512-CC==] 0 https://example.org/
15:6 m@ [m] path "" [] 0 
16:6 g@ [g] git "" [] 0 github:acme/g#0123456
17:6 h@ [h] git "0123456789abcdef0123456789abcdef01234567" [] 0 git+ssh://git@example.com/h.git#0123456789abcdef0123456789abcdef01234567
18:6 u@ [u] url "" [] 1 https://example.com/u.tgz
`

func TestRead(t *testing.T) {
	var out evidence.Snapshot
	if err := Read(text.NewSource("bun.lock", []byte(lock)), &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, show(out.Lockfiles[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBinaryLockIsOpaque(t *testing.T) {
	var out evidence.Snapshot
	if err := Read(text.NewSource("bun.lockb", []byte("#!/usr/bin/env bun\nbun-lockfile-format-v0\n\x00")), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Lockfiles) != 1 || !out.Lockfiles[0].Opaque {
		t.Errorf("got %+v", out.Lockfiles)
	}
}

func show(lock evidence.Lockfile) string {
	var out strings.Builder
	fmt.Fprintln(&out, lock.Format)
	for _, d := range lock.Declared {
		fmt.Fprintf(&out, "declared %q %s %s %s %d:%d\n", d.Importer, d.Group, d.Name, d.Requirement, d.At.Line, d.At.Column)
	}
	for _, e := range lock.Entries {
		fmt.Fprintf(&out, "%d:%d %s@%s %v %s %q %v %d %s\n", e.At.Line, e.At.Column, e.Name, e.Version, e.Keys, e.Source, e.Commit, e.Integrity, e.Unhashed, e.Resolved)
	}
	return out.String()
}

func FuzzBun(f *testing.F) {
	f.Add([]byte(lock))
	f.Add([]byte(`{"packages": {"": ["@"], "a": ["a@", null, {}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := text.NewSource("bun.lock", data)
		var out evidence.Snapshot
		_ = Read(src, &out)
		for _, lock := range out.Lockfiles {
			for _, e := range lock.Entries {
				if end := src.Offset(e.At.EndLine, e.At.EndColumn); e.At.Line < 1 || end > src.Len() {
					t.Errorf("%+v is not inside the file", e)
				}
			}
		}
	})
}
