package npm

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const manifest = `{
  "name": "@acme/server",
  "version": "1.2.3",
  "private": true,
  "mcpName": "io.example/server",
  "packageManager": "pnpm@9.1.0",
  "workspaces": {"packages": ["packages/*", "!packages/old"], "catalog": {"zod": "^3"}},
  "scripts": {"build": "tsc && node \"x.js\"", "odd": 1},
  "dependencies": {
    "express": "^4.0.0",
    "empty": "",
    "tool": "acme/tool#0123456789abcdef0123456789abcdef01234567",
    "broken": {}
  },
  "devDependencies": {"@types/node": "workspace:*"},
  "peerDependencies": {"react": ">=18"},
  "overrides": {"a": "1.0.0", "b": {".": "2.0.0", "c": "latest"}, "express": "$express"}
}
`

func TestReadManifest(t *testing.T) {
	var out evidence.Snapshot
	if err := ReadManifest(text.NewSource("app/package.json", []byte(manifest)), &out); err != nil {
		t.Fatal(err)
	}
	m := out.Manifests[0]
	var got strings.Builder
	fmt.Fprintf(&got, "%s %s %s private=%t workspace=%q %s %s %s\n", m.Name, m.Tool, m.Version.Value, m.Private, m.Workspace, m.MCPName.Value, m.MCPName.At, m.At)
	for _, d := range m.Dependencies {
		fmt.Fprintf(&got, "%s %s %q %s %q %s\n", d.At, d.Name, d.Requirement, d.Anchor, d.Class, d.Commit)
	}
	want := `@acme/server pnpm 1.2.3 private=true workspace=["packages/*" "!packages/old"] io.example/server app/package.json:5:15 app/package.json:9:4
app/package.json:10:17 express "^4.0.0" dependencies/express "range" 
app/package.json:11:14 empty "" dependencies/empty "unbounded" 
app/package.json:12:14 tool "acme/tool#0123456789abcdef0123456789abcdef01234567" dependencies/tool "git" 0123456789abcdef0123456789abcdef01234567
app/package.json:15:39 @types/node "workspace:*" devDependencies/@types/node "path" 
app/package.json:16:34 react ">=18" peerDependencies/react "range" 
app/package.json:17:23 a "1.0.0" overrides/a "exact" 
app/package.json:17:43 b "2.0.0" overrides/b/. "exact" 
app/package.json:17:57 c "latest" overrides/b/c "unbounded" 
app/package.json:7:83 zod "^3" workspaces/catalog/zod "range" 
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadScripts(t *testing.T) {
	var out evidence.Snapshot
	if err := ReadScripts(text.NewSource("app/package.json", []byte(manifest)), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Scripts) != 1 {
		t.Fatalf("%d scripts, want 1", len(out.Scripts))
	}
	s := out.Scripts[0]
	if s.Anchor != "scripts/build" || s.Dir != "app" || s.Shell != evidence.POSIX || s.Origin != evidence.FromNPM || s.At.String() != "app/package.json:8:25" {
		t.Errorf("got %+v", s)
	}
}

func TestReadLock(t *testing.T) {
	for _, c := range []struct{ name, lock, want string }{
		{"version 3", `{
  "lockfileVersion": 3,
  "packages": {
    "": {"dependencies": {"a": "^1.0.0"}, "devDependencies": {"m": "*"}},
    "packages/m": {"name": "m", "optionalDependencies": {"b": "2"}},
    "node_modules/m": {"resolved": "packages/m", "link": true},
    "node_modules/a": {"version": "1.1.0", "resolved": "https://example.org/a/-/a-1.1.0.tgz", "integrity": "sha512-AA== sha1-BB=="},
    "node_modules/a/node_modules/@x/y": {"version": "2.0.0", "inBundle": true},
    "node_modules/other": {"name": "real", "version": "1.0.0", "resolved": "http://example.org/real/-/real-1.0.0.tgz"},
    "node_modules/g": {"version": "0.1.0", "resolved": "git+ssh://git@example.com/acme/g.git#0123456789abcdef0123456789abcdef01234567"},
    "node_modules/h": {"version": "0.1.0", "resolved": "git+ssh://git@example.com/acme/h.git#0123456"},
    "node_modules/u": {"version": "0.1.0", "resolved": "https://example.com/u.tgz"}
  }
}`, `npm 3
declared "" a ^1.0.0 dependencies 4:28
declared "" m * devDependencies 4:64
declared "packages/m" b 2 optionalDependencies 5:59
6:6 m@ [node_modules/m] path "" [] 0
7:6 a@1.1.0 [node_modules/a]  "" [sha512-AA== sha1-BB==] 0
8:6 @x/y@2.0.0 [node_modules/a/node_modules/@x/y]  "" [] 0
9:6 real@1.0.0 [node_modules/other]  "" [] 1
10:6 g@0.1.0 [node_modules/g] git "0123456789abcdef0123456789abcdef01234567" [] 0
11:6 h@0.1.0 [node_modules/h] git "" [] 0
12:6 u@0.1.0 [node_modules/u] url "" [] 1
`},
		{"version 1", `{
  "lockfileVersion": 1,
  "dependencies": {
    "a": {"version": "1.0.0", "resolved": "https://example.org/a/-/a-1.0.0.tgz", "integrity": "sha512-AA==",
      "dependencies": {"b": {"version": "2.0.0", "bundled": true}}},
    "c": {"version": "npm:d@3.0.0"},
    "g": {"version": "github:acme/g#0123456789abcdef0123456789abcdef01234567", "from": "github:acme/g"},
    "f": {"version": "file:../f"}
  }
}`, `npm 1
4:6 a@1.0.0 [node_modules/a]  "" [sha512-AA==] 0
5:25 b@2.0.0 [node_modules/a/node_modules/b]  "" [] 0
6:6 d@3.0.0 [node_modules/c]  "" [] 1
7:6 g@ [node_modules/g] git "0123456789abcdef0123456789abcdef01234567" [] 0
8:6 f@ [node_modules/f] path "" [] 0
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out evidence.Snapshot
			if err := ReadLock(text.NewSource("package-lock.json", []byte(c.lock)), &out); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, show(out.Lockfiles[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func show(lock evidence.Lockfile) string {
	var out strings.Builder
	place := func(at evidence.Location) string { return fmt.Sprintf("%d:%d", at.Line, at.Column) }
	fmt.Fprintf(&out, "%s %s\n", lock.Tool, lock.Format)
	for _, d := range lock.Declared {
		fmt.Fprintf(&out, "declared %q %s %s %s %s\n", d.Importer, d.Name, d.Requirement, d.Group, place(d.At))
	}
	for _, e := range lock.Entries {
		fmt.Fprintf(&out, "%s %s@%s %v %s %q %v %d\n", place(e.At), e.Name, e.Version, e.Keys, e.Source, e.Commit, e.Integrity, e.Unhashed)
	}
	return out.String()
}

func TestBrokenLockIsAnError(t *testing.T) {
	for _, data := range []string{"", "[]", `{"packages": {`} {
		var out evidence.Snapshot
		if err := ReadLock(text.NewSource("package-lock.json", []byte(data)), &out); err == nil {
			t.Errorf("%q gives no error", data)
		}
	}
}

func TestKeywordsAndCommands(t *testing.T) {
	for data, want := range map[string]string{
		`{"name": "@acme/tool", "bin": "cli.js", "keywords": ["mcp"]}`: "[mcp] [tool]",
		`{"name": "tool", "bin": {"a": "a.js", "b": "b.js"}}`:          "[] [a b]",
		`{"name": "tool"}`: "[] []",
	} {
		var out evidence.Snapshot
		if err := ReadManifest(text.NewSource("package.json", []byte(data)), &out); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(out.Manifests[0].Keywords, out.Manifests[0].Bins); got != want {
			t.Errorf("%s gives %s, want %s", data, got, want)
		}
	}
}

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		"package.json": true, "a/package.json": true, "a/node_modules/b/package.json": false, "xpackage.json": false,
	} {
		if TakesManifest(path) != want {
			t.Errorf("TakesManifest(%q) is not %t", path, want)
		}
	}
	for path, want := range map[string]bool{
		"package-lock.json": true, "a/npm-shrinkwrap.json": true, "node_modules/b/npm-shrinkwrap.json": false, "package.json": false,
	} {
		if TakesLock(path) != want {
			t.Errorf("TakesLock(%q) is not %t", path, want)
		}
	}
}

func FuzzNPM(f *testing.F) {
	f.Add([]byte(manifest))
	f.Add([]byte(`{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "1"}}, "node_modules/a": {"link": true}, "node_modules/": {}}}`))
	f.Add([]byte(`{"dependencies": {"a": {"version": "npm:@", "dependencies": {"": {}}}}, "catalogs": {"": {"a": ""}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		src := text.NewSource("p.json", data)
		var out evidence.Snapshot
		err := errors.Join(ReadManifest(src, &out), ReadScripts(src, &out), ReadLock(src, &out))
		_ = err
		for _, m := range out.Manifests {
			for _, d := range m.Dependencies {
				inside(t, src, d.At)
			}
		}
		for _, lock := range out.Lockfiles {
			for _, e := range lock.Entries {
				inside(t, src, e.At)
			}
		}
		if _, err := json.Marshal(out); err != nil {
			t.Error(err)
		}
	})
}

func inside(t *testing.T, src *text.Source, at evidence.Location) {
	if end := src.Offset(at.EndLine, at.EndColumn); at.Line < 1 || end < src.Offset(at.Line, at.Column) || end > src.Len() {
		t.Errorf("%+v is not inside the file", at)
	}
}
