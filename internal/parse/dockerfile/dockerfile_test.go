package dockerfile

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const digest = "sha256:0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"

// lines writes what was read, one thing a line.
func lines(path, data string) string {
	var out evidence.Snapshot
	var b strings.Builder
	source := text.NewSource(path, []byte(strings.ReplaceAll(data, "DIGEST", digest)))
	if err := Read(source, &out); err != nil {
		fmt.Fprintf(&b, "error %v\n", err)
	}
	for _, i := range out.Images {
		fmt.Fprintf(&b, "%d:%d-%d %s %s %s", i.At.Line, i.At.Column, i.At.EndColumn, i.Use, i.Anchor, strings.ReplaceAll(i.Ref, digest, "DIGEST"))
		if i.Written != i.Ref {
			fmt.Fprintf(&b, " (%s)", i.Written)
		}
		fmt.Fprintf(&b, " %s", i.Pin)
		if i.Why != "" {
			fmt.Fprintf(&b, ": %s", i.Why)
		}
		for _, from := range i.Filled {
			fmt.Fprintf(&b, " [%d:%d]", from.At.Line, from.At.Column)
		}
		b.WriteByte('\n')
	}
	if err := ReadCommands(source, &out); err != nil && b.Len() == 0 {
		fmt.Fprintf(&b, "error %v\n", err)
	}
	for _, s := range out.Scripts {
		fmt.Fprintf(&b, "%s %s\n", s.Anchor, s.Shell)
		for _, c := range s.Commands {
			fmt.Fprintf(&b, "  %d:%d-%d:%d", c.At.Line, c.At.Column, c.At.EndLine, c.At.EndColumn)
			for _, w := range c.Words {
				fmt.Fprintf(&b, " %s@%d:%d", w.Value, w.At.Line, w.At.Column)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"bases", `
# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM node:20 AS Build
FROM build
FROM  scratch
FROM node:20@DIGEST as x
`, `3:32-39 base stages/Build node:20 floating: no digest: the tag 20 can move
4:6-11 base stages/1 build local
5:7-14 base stages/2 scratch local
6:6-85 base stages/x node:20@DIGEST exact
`},
		{"syntax", "# syntax = docker/dockerfile:1.7 \nFROM scratch\n", `1:12-33 syntax syntax docker/dockerfile:1.7 floating: no digest: the tag 1.7 can move
2:6-13 base stages/0 scratch local
`},
		{"arguments", `ARG BASE=node:20
ARG REGISTRY="example.com"
ARG PIN=20@DIGEST
ARG OPEN
ARG DERIVED=${REGISTRY}/a
FROM $BASE
FROM ${BASE}-slim
FROM ${REGISTRY:-example.org}/x:1
FROM node:${PIN}
FROM ${OPEN}
FROM ${OPEN:-node:18}
FROM node:$OPEN
FROM a@sha256:${OPEN}
FROM $DERIVED:1
FROM a:$TARGETARCH
FROM "$BASE"
FROM ${NEVER}
`, `6:6-11 base stages/0 node:20 ($BASE) floating: no digest: the tag 20 can move [1:10]
7:6-18 base stages/1 node:20-slim (${BASE}-slim) floating: no digest: the tag 20-slim can move [1:10]
8:6-34 base stages/2 example.com/x:1 (${REGISTRY:-example.org}/x:1) floating: no digest: the tag 1 can move [2:14]
9:6-17 base stages/3 node:20@DIGEST (node:${PIN}) exact [3:9]
10:6-13 base stages/4 ${OPEN} unknown: the build argument OPEN has no default
11:6-22 base stages/5 node:18 (${OPEN:-node:18}) floating: no digest: the tag 18 can move
12:6-16 base stages/6 node:$OPEN unknown: the build argument OPEN has no default
13:6-22 base stages/7 a@sha256:${OPEN} unknown: the build argument OPEN has no default
14:6-16 base stages/8 example.com/a:1 ($DERIVED:1) floating: no digest: the tag 1 can move [5:13]
15:6-19 base stages/9 a:$TARGETARCH unknown: the build sets TARGETARCH
16:6-13 base stages/10 node:20 ("$BASE") floating: no digest: the tag 20 can move [1:10]
17:6-14 base stages/11 ${NEVER} unknown: NEVER is no build argument declared before the first FROM
`},
		{"stage by argument", `ARG V=9
FROM scratch AS sdk-9
FROM scratch AS sdk-arm64
FROM sdk-$V
FROM sdk-$TARGETARCH
`, `2:6-13 base stages/sdk-9 scratch local
3:6-13 base stages/sdk-arm64 scratch local
4:6-12 base stages/2 sdk-9 (sdk-$V) local [1:7]
5:6-21 base stages/3 sdk-$TARGETARCH local
`},
		{"copies", `FROM scratch AS a
COPY --from=A /x /y
COPY --from=0 /x /y
COPY --from=later /x /y
COPY --chown=1:1 --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/
COPY --from=7 /x /y
RUN --mount=type=bind,from=busybox,target=/b \
    --mount=type=bind,from=a,target=/a true
ONBUILD COPY --from=alpine@DIGEST /x /y
FROM scratch AS later
`, `1:6-13 base stages/a scratch local
2:13-14 copy stages/a A local
3:13-14 copy stages/a 0 local
4:13-18 copy stages/a later local
5:25-49 copy stages/a ghcr.io/astral-sh/uv:0.5 floating: no digest: the tag 0.5 can move
6:13-14 copy stages/a 7 floating: no tag and no digest: latest is used
7:28-35 copy stages/a busybox floating: no tag and no digest: latest is used
8:28-29 copy stages/a a local
9:21-99 copy stages/a alpine@DIGEST exact
10:6-13 base stages/later scratch local
stages/a sh
  8:40-8:44 true@8:40
`},
		{"continued", `FROM scratch
RUN apt-get update && \
    # why
    apt-get install -y curl \

    && rm "a \
b"
RUN ["npm", "install", "a\"b\u0041"]
`, `1:6-13 base stages/0 scratch local
stages/0 sh
  2:5-2:19 apt-get@2:5 update@2:13
  4:5-4:28 apt-get@4:5 install@4:13 -y@4:21 curl@4:24
  6:8-7:3 rm@6:8 a b@6:12
stages/0 exec
  8:7-8:35 npm@8:7 install@8:14 a"bA@8:25
`},
		{"escape", "# escape=`\r\nFROM mcr.microsoft.com/windows/servercore:ltsc2022@DIGEST\r\nSHELL [\"bash\", \"-c\"]\r\nRUN npm `\r\n  install left-pad\r\n",
			`2:6-123 base stages/0 mcr.microsoft.com/windows/servercore:ltsc2022@DIGEST exact
stages/0 bash
  4:5-5:19 npm@4:5 install@5:3 left-pad@5:11
`},
		{"heredocs", `FROM scratch
RUN <<EOF
npm install a
EOF
RUN <<-'EOF'
	#!/usr/bin/env bash
	npm install b
	EOF
RUN cat <<A | sh && pip install c
pip install d
A
RUN <<EOF
#!/usr/bin/perl
system("x")
EOF
COPY <<EOF /start.sh
#!/bin/sh
npx e
EOF
COPY <<EOF /etc/conf
FROM this
EOF
`, `1:6-13 base stages/0 scratch local
stages/0 sh
  3:1-3:14 npm@3:1 install@3:5 a@3:13
stages/0 bash
  7:2-7:15 npm@7:2 install@7:6 b@7:14
stages/0 sh
  9:5-9:8 cat@9:5
  9:15-9:17 sh@9:15
  10:1-10:14 pip@10:1 install@10:5 d@10:13
  9:21-9:34 pip@9:21 install@9:25 c@9:33
stages/0/copy sh
  18:1-18:6 npx@18:1 e@18:5
`},
		{"variables", `ARG V=1
FROM scratch AS a
ARG V
ARG W=2
ENV X=$V Y="3 4"
ENV Z five six
RUN npm i a@$V b@$W c@$X d@$Y e@$Z f@$U
FROM a
RUN npm i a@$V c@$X
`, `2:6-13 base stages/a scratch local
8:6-7 base stages/1 a local
stages/a sh
  7:5-7:40 npm@7:5 i@7:9 a@1@7:11 b@2@7:16 c@1@7:21 d@3@7:26 4@7:28 e@five@7:31 six@7:33 f@$U@7:36
stages/1 sh
  9:5-9:20 npm@9:5 i@9:9 a@$V@9:11 c@1@9:16
`},
		{"what starts", `FROM scratch
CMD ["old"]
ENTRYPOINT ["npx", "-y"]
CMD ["old"]
CMD ["new"]
HEALTHCHECK --interval=1s CMD curl -f http://localhost || exit 1
FROM scratch
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
CMD uvx thing
HEALTHCHECK NONE
ONBUILD RUN npm ci
`, `1:6-13 base stages/0 scratch local
7:6-13 base stages/1 scratch local
stages/0/healthcheck sh
  6:31-6:55 curl@6:31 -f@6:36 http://localhost@6:39
  6:59-6:65 exit@6:59 1@6:64
stages/0/entrypoint exec
  3:14-5:10 npx@3:14 -y@3:21 new@5:7
stages/1/onbuild bash
  11:13-11:19 npm@11:13 ci@11:17
stages/1/cmd bash
  9:5-9:14 uvx@9:5 thing@9:9
`},
		{"nothing", "# only a comment\n", ""},
		{"broken", `FROM node:20
FROMM x
RUN <<EOF
npm i a
`, `error Dockerfile:3:1: does not parse: unterminated heredoc
Dockerfile:2:1: FROMM is no Dockerfile instruction
1:6-13 base stages/0 node:20 floating: no digest: the tag 20 can move
`},
		{"broken between", `FROM node:20
ENV A=1 B
RUN npm i a
`, `error Dockerfile:2:1: does not parse: Syntax error - can't find = in "B". Must be of the form: name=value
1:6-13 base stages/0 node:20 floating: no digest: the tag 20 can move
stages/0 sh
  3:5-3:12 npm@3:5 i@3:9 a@3:11
`},
		{"no stage", "RUN npm i a\nFROM\n", `error Dockerfile:1:1: RUN stands before the first FROM, so nothing builds it
Dockerfile:2:1: FROM names no image
stages sh
  1:5-1:12 npm@1:5 i@1:9 a@1:11
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines("Dockerfile", c.data)); diff != "" {
				t.Error("(-want +got)\n" + diff)
			}
		})
	}
}

func TestTemplatesAreReadWhereTheyAreDockerfiles(t *testing.T) {
	if got := lines("Dockerfile.tmpl", "FROM node:20\n"); !strings.Contains(got, "floating") {
		t.Errorf("a template without a placeholder is not read: %q", got)
	}
	for _, data := range []string{"{% if x %}\nFROM node:20\n{% endif %}\n", "just text\n", "RUN a\n"} {
		if got := lines("Dockerfile.j2", data); got != "" {
			t.Errorf("%q is read as %q", data, got)
		}
	}
}

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		"Dockerfile": true, "a/b/Dockerfile": true, "Dockerfile.dev": true, "web.Dockerfile": true, "x.dockerfile": true,
		"Containerfile": true, "Containerfile.ci": true, "Dockerfile-alpine": true, "Dockerfile_x": true, "dockerfile": true,
		"Dockerfile.dockerignore": false, ".dockerignore": false, "dockerfile.go": false, "dockerfile_test.go": false,
		"Dockerfile.md": false, "dockerfiles/x": false, "Dockerfiles": false, "parse-dockerfile": false, "MyDockerfile": false,
	} {
		if got := Takes(path); got != want {
			t.Errorf("Takes(%q) = %v", path, got)
		}
	}
}

func TestShellOf(t *testing.T) {
	for list, want := range map[string]language{
		`["/bin/bash", "-eo", "pipefail", "-c"]`: {evidence.Bash, true},
		`["/bin/sh", "-c"]`:                      {evidence.POSIX, false},
		`["powershell.exe", "-Command"]`:         {evidence.PowerShell, false},
		`["cmd", "/S", "/C"]`:                    {evidence.Cmd, false},
		`["/usr/bin/perl", "-e"]`:                {evidence.Other, true},
		`[]`:                                     {evidence.Other, false},
	} {
		source := text.NewSource("Dockerfile", []byte(list))
		if got := shellOf(jsonStrings(source.Text(0, source.Len()))); got != want {
			t.Errorf("SHELL %s is %v, want %v", list, got, want)
		}
	}
	var r reader
	for base, want := range map[string]evidence.Shell{
		"mcr.microsoft.com/windows/servercore:ltsc2022": evidence.Cmd,
		"mcr.microsoft.com/windows:1809":                evidence.Cmd,
		"node:20":                                       evidence.POSIX,
	} {
		if got := r.before(&stage{Stage: evidence.Stage{Base: base}}).shell.shell; got != want {
			t.Errorf("%s runs %s, want %s", base, got, want)
		}
	}
}

func TestStages(t *testing.T) {
	out := parsetest.Read(t, Read, "Dockerfile", `ARG V=1
FROM scratch AS a
USER 1000:1000
ADD --checksum=sha256:00 https://example.com/x /x
ENTRYPOINT ["/a", "b"]
CMD run this
LABEL a=b "c"='d e'
`)
	var b strings.Builder
	for _, one := range append(out.Dockerfiles[0].Args, out.Dockerfiles[0].Stages[0].Instructions...) {
		fmt.Fprintf(&b, "%d:%d-%d %s %v %v", one.At.Line, one.At.Column, one.At.EndColumn, one.Name, one.Exec, one.Flags)
		for _, arg := range one.Args {
			fmt.Fprintf(&b, " %s@%d", arg.Value, arg.At.Column)
		}
		b.WriteByte('\n')
	}
	want := `1:1-8 ARG false [] V=1@5
3:1-15 USER false [] 1000:1000@6
4:1-50 ADD false [--checksum=sha256:00] https://example.com/x@26 /x@48
5:1-23 ENTRYPOINT true [] /a@14 b@20
6:1-13 CMD false [] run this@5
7:1-20 LABEL false [] a=b@7 "c"='d e'@11
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
}

// Nothing that a hostile file holds may cost more than its size.
func TestHostile(t *testing.T) {
	for name, data := range map[string]string{
		"onbuild in onbuild": strings.Repeat("ONBUILD \\\n", 100_000),
		"deep defaults":      "FROM " + strings.Repeat("${a:-", 10_000) + "\nRUN x <<" + strings.Repeat("${a:-", 10_000),
		"continued heredoc":  "FROM a\nRUN " + strings.Repeat("${a:- <<\\\n", 100_000),
		"doubling":           "FROM a\nENV A=aaaaaaaaaa\n" + strings.Repeat("ENV A=$A$A\nRUN $A\n", 30_000),
		"many stages":        strings.Repeat("FROM a AS b\nENV C=d\n", 40_000),
		"many broken":        strings.Repeat("ENV a=b c\n", 90_000),
		"long line":          "FROM node\nRUN " + strings.Repeat("x", 1<<19),
		"quotes":             "FROM a\n" + strings.Repeat("LABEL \"\n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			var out evidence.Snapshot
			source := text.NewSource("Dockerfile", []byte(data))
			_, _ = Read(source, &out), ReadCommands(source, &out)
		})
	}
}

func FuzzDockerfile(f *testing.F) {
	seeds := []string{
		"FROM node:20 AS x\nRUN <<-EOF\n\tnpm i\n\tEOF\nCOPY --from=x a b\n",
		"# escape=`\n# syntax=a/b:1\nARG A=\"b c\"\nFROM ${A:-d}\nRUN x `\n # c\n\n y\n",
		"\uFEFFFROM a\r\nRUN [\"a\", \"\\ud83d\\ude00\\n\"]\r\nHEALTHCHECK CMD x\r\nONBUILD RUN a <<B\r\nc\r\nB\r\n",
		"FROM a\nENV A=1 B=$A C\\ D=2\nENV x y z\nSHELL [\"pwsh\"]\nRUN $x\nENTRYPOINT [\"a\"]\nCMD [\"b\"]\n",
		"FROM a\nRUN --mount=type=bind,from=b,\"from=c\" --x='y z' -- true\n",
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		source := text.NewSource("Dockerfile", []byte(data))
		var out evidence.Snapshot
		for _, err := range []error{Read(source, &out), ReadCommands(source, &out)} {
			if err != nil && err.Error() == "" {
				t.Error("an error without words")
			}
		}
		parsetest.Inside(t, source, out)
		checkRebuilt(t, source)
	})
}

// checkRebuilt compares what the parser has joined with what we have joined.
func checkRebuilt(t *testing.T, source *text.Source) {
	result, err := parse(source.Data())
	if err != nil {
		return
	}
	rebuild := rebuilder{lines: physicalLines(source), escape: byte(result.EscapeToken)}
	for _, node := range result.AST.Children {
		whole, next := rebuild.logical(node.StartLine - 1)
		if whole.Value != node.Original {
			t.Errorf("line %d is joined to %q, by the parser to %q", node.StartLine, whole.Value, node.Original)
		}
		one := rebuild.instruction(node)
		for _, doc := range one.heredocs {
			if !doc.Chomp && doc.body.Value != doc.Content {
				t.Errorf("here-document at line %d is %q, by the parser %q", next+1, doc.body.Value, doc.Content)
			}
		}
		var words []string
		for next := node.Next; next != nil; next = next.Next {
			words = append(words, next.Value)
		}
		if one.exec && utf8.ValidString(node.Original) && len(words) != len(one.words) {
			t.Errorf("line %d has the words %q, by the parser %q", node.StartLine, one.words, words)
		}
		if one.name == "FROM" && len(words) != len(one.words) {
			t.Errorf("line %d has the words %q, by the parser %q", node.StartLine, one.words, words)
		}
	}
}
