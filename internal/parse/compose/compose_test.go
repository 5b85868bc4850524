package compose

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
		fmt.Fprintf(&b, " %s: %s\n", i.Pin, i.Why)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	out := parsetest.Read(t, Read, "compose.yml", strings.ReplaceAll(`x-base: &base
  image: alpine:3
services:
  pinned: {image: "node:20@DIGEST"}
  db:
    image: postgres:16
  default:
    image: ${REGISTRY:-example.com}/a:${TAG-1.${MINOR:-2}}
  open:
    image: example.com/a:${TAG}
  open2:
    image: $IMAGE
  needed:
    image: a:${TAG:?set it}
  digest: {image: "a:${TAG}@DIGEST"}
  money: {image: "a$$b"}
  built:
    image: ours:1
    build: .
  worker: {image: "ours:1", command: work}
  contexts:
    build:
      context: .
      additional_contexts:
        base: docker-image://busybox
        other: ./x
  listed:
    build:
      additional_contexts: ["base=docker-image://busybox:1"]
  one: *base
  two: {<<: *base, command: x}
  nothing:
`, "DIGEST", digest))
	want := `4:20-99 compose services/pinned node:20@DIGEST exact: 
6:12-23 compose services/db postgres:16 floating: no digest: the tag 16 can move
8:12-59 compose services/default example.com/a:1.2 (${REGISTRY:-example.com}/a:${TAG-1.${MINOR:-2}}) floating: no digest: the tag 1.2 can move
10:12-32 compose services/open example.com/a:${TAG} unknown: the variable TAG has no default
12:12-18 compose services/open2 $IMAGE unknown: the variable IMAGE has no default
14:12-28 compose services/needed a:${TAG:?set it} unknown: the variable TAG has no default
15:20-100 compose services/digest a:${TAG}@DIGEST exact: 
16:19-23 compose services/money a$b (a$$b) unknown: a$b is known to the run only
18:12-18 compose services/built ours:1 local: 
20:20-26 compose services/worker ours:1 local: 
25:30-37 compose services/contexts/build busybox floating: no tag and no digest: latest is used
29:50-59 compose services/listed/build busybox:1 floating: no digest: the tag 1 can move
2:10-18 compose services/one alpine:3 floating: no digest: the tag 3 can move
2:10-18 compose services/two alpine:3 floating: no digest: the tag 3 can move
`
	if diff := cmp.Diff(want, images(out)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestReadCommands(t *testing.T) {
	out := parsetest.Read(t, ReadCommands, "compose.yml", `services:
  a:
    entrypoint: ["npx", "-y"]
    command: [thing, --port, "80"]
  b:
    command: sh -c "npm i ${PKG:-x} && echo $$HOME"
    healthcheck:
      test: ["CMD-SHELL", "curl -f localhost || exit 1"]
  c:
    entrypoint: /run.sh
    command: [x]
    healthcheck: {test: [CMD, wget, x]}
  d:
    healthcheck: {test: [NONE]}
`)
	var b strings.Builder
	for _, s := range out.Scripts {
		fmt.Fprintf(&b, "%s %s %s\n", s.Anchor, s.Group, s.Shell)
		for _, c := range s.Commands {
			for _, w := range c.Words {
				fmt.Fprintf(&b, "  %s@%d:%d", w.Value, w.At.Line, w.At.Column)
			}
			b.WriteByte('\n')
		}
	}
	want := `services/a/entrypoint services/a exec
  npx@3:19  -y@3:26  thing@4:15  --port@4:22  80@4:31
services/b/command services/b sh
  sh@6:14  -c@6:17  npm i ${PKG:-x} && echo $$HOME@6:21
  npm@6:21  i@6:25  ${PKG:-x}@6:27
  echo@6:40  $$HOME@6:45
services/b/healthcheck services/b sh
  curl@8:28  -f@8:33  localhost@8:36
  exit@8:49  1@8:54
services/c/entrypoint services/c sh
  /run.sh@10:17
services/c/command services/c exec
  x@11:15
services/c/healthcheck services/c exec
  wget@12:31  x@12:37
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestBrokenAndForeignFiles(t *testing.T) {
	for data, want := range map[string]string{
		"services:\n  a: {image: x}\n b\n":                 "compose.yml:2:1: ",
		"services: [a]\n":                                  "compose.yml:1:11: services is not a mapping",
		"services:\n a: {build: {dockerfile_inline: x}}\n": "compose.yml:2:33: a Dockerfile inside of a compose file is not read",
		"just: yaml\n":                                     "",
		"":                                                 "",
	} {
		var out evidence.Snapshot
		err := Read(text.NewSource("compose.yml", []byte(data)), &out)
		if got := fmt.Sprint(err); err == nil && want != "" || err != nil && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}

func TestReadDevContainer(t *testing.T) {
	out := parsetest.Read(t, ReadDevContainer, ".devcontainer/devcontainer.json", `{
  // the image
  "image": "mcr.microsoft.com/devcontainers/base:ubuntu", "features": {},
}`)
	want := "3:13-56 build image mcr.microsoft.com/devcontainers/base:ubuntu floating: no digest: the tag ubuntu can move\n"
	if diff := cmp.Diff(want, images(out)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		"compose.yml": true, "a/compose.yaml": true, "docker-compose.yml": true, "docker-compose.override.yml": true,
		"docker-compose-dev.yaml": true, "compose.prod.yml": true, "dev.docker-compose.yml": true, "test-compose.yml": true,
		"composer.yml": false, "decompose.yml": false, "docker-compose": false, "compose.json": false, "docker.yml": false,
	} {
		if got := Takes(path); got != want {
			t.Errorf("Takes(%q) = %v", path, got)
		}
	}
	for path, want := range map[string]bool{
		".devcontainer.json": true, ".devcontainer/devcontainer.json": true, ".devcontainer/go/devcontainer.json": true,
		"devcontainer.json": false, "x/.devcontainer.json": true, ".devcontainer/other.json": false,
	} {
		if got := TakesDevContainer(path); got != want {
			t.Errorf("TakesDevContainer(%q) = %v", path, got)
		}
	}
}

func FuzzCompose(f *testing.F) {
	read := func(src *text.Source, out *evidence.Snapshot) error {
		if src.Path() == ".devcontainer.json" {
			return ReadDevContainer(src, out)
		}
		_ = ReadCommands(src, out)
		return Read(src, out)
	}
	parsetest.Fuzz(f, read, map[string]string{
		"compose.yml":        "services:\n  a: &a\n    image: ${A:-b:${C}}$$\n    command: [\"a\", 'b']\n    build: {additional_contexts: {x: docker-image://y}}\n  b: {<<: *a, command: \"a ${B} $$c\", healthcheck: {test: [CMD-SHELL, x]}}\n",
		".devcontainer.json": `{"image": "a\u0041:1", /* c */}`,
	})
}
