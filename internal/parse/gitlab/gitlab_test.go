package gitlab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const digest = "sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"

func images(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, i := range out.Images {
		fmt.Fprintf(&b, "%d:%d-%d %s %s %s", i.At.Line, i.At.Column, i.At.EndColumn, i.Use, i.Anchor, strings.ReplaceAll(i.Ref, digest, "DIGEST"))
		if i.Written != i.Ref {
			fmt.Fprintf(&b, " (%s)", i.Written)
		}
		fmt.Fprintf(&b, " %s: %s", i.Pin, i.Why)
		for _, from := range i.Filled {
			fmt.Fprintf(&b, " [%d:%d]", from.At.Line, from.At.Column)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func scripts(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, s := range out.Scripts {
		fmt.Fprintf(&b, "%s %s %s\n", s.Anchor, s.Group, s.Shell)
		for _, c := range s.Commands {
			for _, w := range c.Words {
				fmt.Fprintf(&b, " %s@%d:%d", w.Value, w.At.Line, w.At.Column)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestImages(t *testing.T) {
	out := parsetest.Read(t, Read, ".gitlab-ci.yml", strings.ReplaceAll(`spec:
  inputs:
    version: {default: "3.2"}
---
variables:
  NODE: "20"
  REGISTRY: {value: example.com, description: where}
  OPEN: $CI_REGISTRY
default:
  image: ruby:$[[ inputs.version ]]
  services:
    - postgres:16
    - name: redis:7@DIGEST
      alias: cache
.base:
  image: {name: "node:${NODE}", entrypoint: [""]}
.unused:
  image: alpine:$WHAT
stages: [a]
build:
  extends: .base
  script: [x]
test:
  extends: [.base]
  variables: {NODE: "18"}
  services: []
lint:
  image: $REGISTRY/lint:1
  script: [x]
own:
  image: $CI_REGISTRY_IMAGE/x:1
open:
  image: a:$OPEN
matrix:
  image: go:${GO}
  parallel:
    matrix:
      - GO: ["1.2@DIGEST", "1.3"]
referenced:
  image: !reference [.unused, image]
plain:
  script: [x]
`, "DIGEST", digest))
	want := `16:18-30 gitlab jobs/.base node:20 (node:${NODE}) floating: no digest: the tag 20 can move [6:10]
12:7-18 service default/services postgres:16 floating: no digest: the tag 16 can move
13:13-92 service default/services redis:7@DIGEST exact: 
28:10-26 gitlab jobs/lint example.com/lint:1 ($REGISTRY/lint:1) floating: no digest: the tag 1 can move [7:21]
31:10-32 gitlab jobs/own $CI_REGISTRY_IMAGE/x:1 unknown: GitLab sets CI_REGISTRY_IMAGE
33:10-17 gitlab jobs/open a:$OPEN unknown: OPEN has no value in this file
35:10-18 gitlab jobs/matrix go:1.3 (go:${GO}) floating: no digest: the tag 1.3 can move [38:94]
18:10-22 gitlab jobs/referenced alpine:$WHAT unknown: WHAT has no value in this file
10:10-36 gitlab default ruby:3.2 (ruby:$[[ inputs.version ]]) floating: no digest: the tag 3.2 can move [3:25]
`
	if diff := cmp.Diff(want, images(out)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestScripts(t *testing.T) {
	out := parsetest.Read(t, ReadCommands, ".gitlab-ci.yml", `variables: {V: "1"}
default:
  before_script: [apk add curl]
.setup:
  script:
    - npm i a@$V
    - [npm i b, npm i c]
  after_script: [echo bye]
build:
  variables: {V: "2"}
  script:
    - !reference [.setup, script]
    - |
      npm i d
      npm i e@$V
    - npm i $[[ inputs.x ]]
test:
  extends: .setup
  before_script: []
windows:
  tags: [saas-windows-medium]
  script: npm i f
lost:
  script: [!reference [.elsewhere, script], make]
.hidden: {script: [npm i h]}
`)
	want := `jobs/build/script jobs/build bash
 apk@3:19 add@3:23 curl@3:27
 npm@6:7 i@6:11 a@2@6:13
 npm@7:8 i@7:12 b@7:14
 npm@7:17 i@7:21 c@7:23
 npm@14:7 i@14:11 d@14:13
 npm@15:7 i@15:11 e@2@15:13
 npm@16:7 i@16:11 $[[ inputs.x ]]@16:13
jobs/test/after_script jobs/test bash
 echo@8:18 bye@8:23
jobs/windows/script jobs/windows pwsh
 npm@22:11 i@22:15 f@22:17
jobs/lost/script jobs/lost bash
 make@24:45
jobs/.hidden/script jobs/.hidden bash
 npm@25:20 i@25:24 h@25:26
`
	if diff := cmp.Diff(want, scripts(out)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestIncludes(t *testing.T) {
	sha := strings.Repeat("0f", 20)
	out := parsetest.Read(t, Read, ".gitlab-ci.yml", strings.ReplaceAll(`include:
  - /local.yml
  - https://example.com/a.yml
  - local: b.yml
  - remote: https://example.com/c.yml
    integrity: sha256-abc
  - remote: https://example.com/raw/HEX/c.yml
  - project: group/x
    file: d.yml
  - project: group/x
    ref: main
    file: [d.yml]
  - project: group/x
    ref: HEX
    file: d.yml
  - project: $CI_PROJECT_PATH
    ref: $REF
    file: d.yml
  - component: gitlab.example.com/g/c@1.0
  - component: gitlab.example.com/g/c@~latest
  - component: gitlab.example.com/g/c@HEX
  - component: $CI_SERVER_FQDN/g/c@$CI_COMMIT_SHA
  - template: Auto-DevOps.gitlab-ci.yml
child:
  trigger:
    include: e.yml
`, "HEX", sha))
	var b strings.Builder
	for _, i := range out.Includes {
		fmt.Fprintf(&b, "%d:%d %s %s", i.At.Line, i.At.Column, i.Kind, strings.ReplaceAll(i.Name.Value, sha, "HEX"))
		if i.Ref.Value != "" {
			fmt.Fprintf(&b, " at %s", strings.ReplaceAll(i.Ref.Value, sha, "HEX"))
		}
		fmt.Fprintf(&b, " %s %s: %s\n", i.Anchor, i.Pin, i.Why)
	}
	want := `2:5 local /local.yml include local: 
3:5 remote https://example.com/a.yml include floating: no integrity: the address can serve another file
4:12 local b.yml include local: 
5:13 remote https://example.com/c.yml include exact: 
7:13 remote https://example.com/raw/HEX/c.yml include exact: 
8:14 project group/x include floating: no ref: the newest commit of the default branch
11:10 project group/x at main include floating: the ref main can move
14:10 project group/x at HEX include exact: 
17:10 project $CI_PROJECT_PATH at $REF include unknown: the ref $REF is known to the run only
19:39 component gitlab.example.com/g/c at 1.0 include floating: the ref 1.0 can move
20:39 component gitlab.example.com/g/c at ~latest include floating: ~latest follows every release
21:39 component gitlab.example.com/g/c at HEX include exact: 
22:36 component $CI_SERVER_FQDN/g/c at $CI_COMMIT_SHA include local: 
23:15 template Auto-DevOps.gitlab-ci.yml include floating: a template comes with the GitLab that runs it and names no version
26:14 local e.yml jobs/child/trigger local: 
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestBrokenAndHostileFiles(t *testing.T) {
	for data, want := range map[string]string{
		"a: [\n": ".gitlab-ci.yml:",
		"[a]\n":  ".gitlab-ci.yml:1:1: is no pipeline: the file is not a mapping",
		"":       "",
		"a: {extends: b}\nb: {extends: [a, b]}\n":                  "",
		"a: !reference [a]\nb: {script: !reference [b, script]}\n": "",
		"variables: {A: $B$B, B: $A$A}\n":                          "",
	} {
		var out evidence.Snapshot
		source := text.NewSource(".gitlab-ci.yml", []byte(data))
		_ = ReadCommands(source, &out)
		if err := Read(source, &out); err == nil && want != "" || err != nil && (want == "" || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
	var b strings.Builder
	b.WriteString("variables:\n  A: aaaaaaaaaa\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "  V%d: %s\n", i, strings.Repeat("$A", 50))
	}
	for i := range 5000 {
		fmt.Fprintf(&b, "j%d: {extends: [j%d, j%d], image: \"a:$A\", script: [echo $A]}\n", i, i+1, i+2)
	}
	var out evidence.Snapshot
	source := text.NewSource(".gitlab-ci.yml", []byte(b.String()))
	_, _ = Read(source, &out), ReadCommands(source, &out)
}

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		".gitlab-ci.yml": true, "a/.gitlab-ci.yaml": true, "build.gitlab-ci.yml": true, ".gitlab/ci/build.yml": true,
		"ci/gitlab-ci/x.yml": true, ".gitlab/fuzz.yml": true, ".gitlab/agents/x/config.yaml": false, "gitlab.yml": false, ".gitlab-ci.yml.tmpl": false,
	} {
		if got := Takes(path); got != want {
			t.Errorf("Takes(%q) = %v", path, got)
		}
	}
}

func FuzzGitLab(f *testing.F) {
	read := func(src *text.Source, out *evidence.Snapshot) error {
		_ = ReadCommands(src, out)
		return Read(src, out)
	}
	parsetest.Fuzz(f, read, map[string]string{
		".gitlab-ci.yml": "spec: {inputs: {v: {default: 1}}}\n---\nvariables: {A: b}\ninclude:\n  - component: a/b@1\ndefault: {image: \"x:$A\"}\n.x: {script: [&l npm i, [b]]}\ny:\n  extends: [.x]\n  image: {name: \"c:${D}$[[ inputs.v | f ]]\"}\n  parallel: {matrix: [{D: [1, 2]}]}\n  before_script:\n    - !reference [.x, script]\n    - *l\n    - |\n      c\n",
	})
}
