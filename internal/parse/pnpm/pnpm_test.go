package pnpm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const version9 = `lockfileVersion: '9.0'

importers:

  .:
    configDependencies: {}
    packageManagerDependencies:
      pnpm:
        specifier: 11.0.0
        version: 11.0.0

packages:

  pnpm@11.0.0:
    resolution: {integrity: sha512-PN==}

---
lockfileVersion: '9.0'

catalogs:
  default:
    zod:
      specifier: ^3.0.0
      version: 3.22.0

importers:

  .:
    dependencies:
      express:
        specifier: ^4.21.2
        version: 4.21.2(debug@4.0.0)
      other:
        specifier: npm:real@^1
        version: real@1.0.0
  packages/lib:
    devDependencies:
      zod:
        specifier: 'catalog:'
        version: 3.22.0
      sibling:
        specifier: workspace:*
        version: link:../sibling

packages:

  '@x/my_pkg@1.0.0':
    resolution: {integrity: sha512-AA==}

  express@4.21.2:
    resolution: {integrity: sha512-BB==}

  real@1.0.0:
    resolution: {tarball: http://example.org/real.tgz}

  tool@https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567:
    resolution: {tarball: https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567}
    version: 1.0.0

  g@git+https://example.com/g.git#0123456:
    resolution: {commit: "0123456", repo: https://example.com/g.git, type: git}
    version: 1.0.0

  d@file:../d:
    resolution: {directory: ../d, type: directory}

snapshots:

  express@4.21.2(debug@4.0.0):
    dependencies:
      debug: 4.0.0
`

const version6 = `lockfileVersion: '6.0'

dependencies:
  a:
    specifier: ^1.0.0
    version: 1.1.0(b@2.0.0)
  other:
    specifier: npm:real@^1
    version: /real@1.0.0

packages:

  /@x/y@1.0.0(b@2.0.0):
    resolution: {integrity: sha512-AA==}

  github.com/acme/tool/0123456789abcdef0123456789abcdef01234567:
    resolution: {tarball: https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567}
    name: tool
    version: 1.0.0
`

const version5 = `lockfileVersion: 5.4

importers:

  packages/a:
    specifiers:
      b: ^1.0.0
    dependencies:
      b: 1.0.1_c@2.0.0

packages:

  /@x/y/1.0.0_c@2.0.0:
    resolution: {integrity: sha512-AA==}

  /b/1.0.1:
    resolution: {integrity: sha512-BB==}
`

func TestReadLock(t *testing.T) {
	for _, c := range []struct{ name, lock, want string }{
		{"9", version9, `9.0
declared "" dependencies express ^4.21.2 4.21.2 30:7
declared "" dependencies other npm:real@^1 real@1.0.0 33:7
declared "packages/lib" devDependencies zod catalog: 3.22.0 38:7
declared "packages/lib" devDependencies sibling workspace:* link:../sibling 41:7
declared "" catalogs/default zod ^3.0.0 3.22.0 22:5
14:3 pnpm@11.0.0 [pnpm@11.0.0]  "" [sha512-PN==] 0 
47:4 @x/my_pkg@1.0.0 [@x/my_pkg@1.0.0]  "" [sha512-AA==] 0 
50:3 express@4.21.2 [express@4.21.2]  "" [sha512-BB==] 0 
53:3 real@1.0.0 [real@1.0.0] url "" [] 1 http://example.org/real.tgz
56:3 tool@1.0.0 [tool@https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567] git "0123456789abcdef0123456789abcdef01234567" [] 0 https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567
60:3 g@1.0.0 [g@git+https://example.com/g.git#0123456] git "" [] 0 https://example.com/g.git
64:3 d@file:../d [d@file:../d] path "" [] 0 
`},
		{"6", version6, `6.0
declared "" dependencies a ^1.0.0 1.1.0 4:3
declared "" dependencies other npm:real@^1 real@1.0.0 7:3
13:3 @x/y@1.0.0 [@x/y@1.0.0]  "" [sha512-AA==] 0 
16:3 tool@1.0.0 [github.com/acme/tool/0123456789abcdef0123456789abcdef01234567] git "0123456789abcdef0123456789abcdef01234567" [] 0 https://codeload.github.com/acme/tool/tar.gz/0123456789abcdef0123456789abcdef01234567
`},
		{"5", version5, `5.4
declared "packages/a" dependencies b ^1.0.0 1.0.1 9:7
13:3 @x/y@1.0.0 [@x/y@1.0.0]  "" [sha512-AA==] 0 
16:3 b@1.0.1 [b@1.0.1]  "" [sha512-BB==] 0 
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out evidence.Snapshot
			if err := ReadLock(text.NewSource("pnpm-lock.yaml", []byte(c.lock)), &out); err != nil {
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
	fmt.Fprintln(&out, lock.Format)
	for _, d := range lock.Declared {
		fmt.Fprintf(&out, "declared %q %s %s %s %s %d:%d\n", d.Importer, d.Group, d.Name, d.Requirement, d.Version, d.At.Line, d.At.Column)
	}
	for _, e := range lock.Entries {
		fmt.Fprintf(&out, "%d:%d %s@%s %v %s %q %v %d %s\n", e.At.Line, e.At.Column, e.Name, e.Version, e.Keys, e.Source, e.Commit, e.Integrity, e.Unhashed, e.Resolved)
	}
	return out.String()
}

func TestReadWorkspace(t *testing.T) {
	const workspace = "packages:\n  - packages/*\n  - '!**/old'\ncatalog:\n  zod: ^3.0.0\ncatalogs:\n  next:\n    zod: latest\n"
	var out evidence.Snapshot
	if err := ReadWorkspace(text.NewSource("pnpm-workspace.yaml", []byte(workspace)), &out); err != nil {
		t.Fatal(err)
	}
	m := out.Manifests[0]
	got := fmt.Sprintf("%q", m.Workspace)
	for _, d := range m.Dependencies {
		got += fmt.Sprintf(" %s %s %s %s %s", d.Group, d.Name, d.Class, d.Anchor, d.At)
	}
	const want = `["packages/*" "!**/old"] catalogs/default zod range catalog/zod pnpm-workspace.yaml:5:8 catalogs/next zod unbounded catalogs/next/zod pnpm-workspace.yaml:8:10`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzPNPM(f *testing.F) {
	for _, seed := range []string{version9, version6, version5, "packages:\n  /:\n    resolution: {commit: x}\n  '':\n    name: a\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		src := text.NewSource("pnpm-lock.yaml", data)
		var out evidence.Snapshot
		_ = ReadLock(src, &out)
		_ = ReadWorkspace(src, &out)
		for _, lock := range out.Lockfiles {
			for _, e := range lock.Entries {
				if end := src.Offset(e.At.EndLine, e.At.EndColumn); e.At.Line < 1 || end > src.Len() {
					t.Errorf("%+v is not inside the file", e)
				}
			}
		}
	})
}
