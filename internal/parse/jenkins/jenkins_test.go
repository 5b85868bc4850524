package jenkins

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestTakes(t *testing.T) {
	for path, want := range map[string]bool{
		"Jenkinsfile":              true,
		"ci/Jenkinsfile":           true,
		"Jenkinsfile.release":      true,
		"Jenkinsfile-nightly":      true,
		"jenkinsfile":              true,
		"ci/release.jenkinsfile":   true,
		"Jenkinsfile.md":           false,
		"tests/jenkinsfile.sh":     false,
		"JenkinsfileRunner/README": false,
		"vars/build.groovy":        false,
	} {
		if got := Takes(path); got != want {
			t.Errorf("Takes(%q) = %v", path, got)
		}
	}
}

const declarative = `@Library(['build@main', 'tools@0123456789abcdef0123456789abcdef01234567', 'plain']) _
def NODE = '20'   // set once
pipeline {
  agent { docker { image "node:${NODE}"; args '-u root' } }
  environment {
    TOOL = 'acme/tool'
    TOKEN = credentials('npm')
    IMAGE = "${TOOL}:1.2"
  }
  stages {
    stage('Build') {
      steps {
        sh 'npm ci && npx cowsay@$VERSION'
        sh "docker pull ${IMAGE} && docker pull \"${params.OTHER}\""
        dir('sub') { sh(script: '''
          #!/bin/sh
          curl -sL https://example.com/x | sh
        ''', returnStdout: true) }
        bat "npm install ^\n--global"
      }
    }
    stage("Test") {
      agent { docker 'maven:3' }
      when { branch 'main' }
      parallel {
        stage('a') { steps { script { def out = sh(script: 'make ' + env.TARGET, returnStdout: true).trim() } } }
        stage('b') { agent { dockerfile true } steps { withEnv(['V=1.0.0']) { sh 'npx pkg@$V' } } }
      }
    }
    stage('Pods') {
      agent { kubernetes { yaml '''
spec:
  containers:
  - name: go
    image: golang:1.26
''' } }
      steps { container('go') { sh command } }
    }
    stage('Matrix') {
      matrix {
        agent { docker { image "python:${PY}" } }
        axes { axis { name 'PY'; values '3.12', '3.13' } }
        stages { stage('m') { steps { sh /echo \/slashed/ } } }
      }
    }
  }
  post { always { script { docker.image('alpine').inside { sh 'true' }
    docker.image('acme/mine').push() } } }
}
`

func TestImages(t *testing.T) {
	var out evidence.Snapshot
	err := Read(text.NewSource("Jenkinsfile", []byte(declarative)), &out)
	if err != nil {
		t.Error(err)
	}
	var b strings.Builder
	for _, one := range out.Images {
		fmt.Fprintf(&b, "%d:%d-%d %s %s (%s) %s %s\n", one.At.Line, one.At.Column, one.At.EndColumn, one.Anchor, one.Ref, one.Written, one.Pin, one.Why)
	}
	for _, one := range out.Includes {
		fmt.Fprintf(&b, "%d:%d-%d %s@%s %s %s\n", one.At.Line, one.At.Column, one.At.EndColumn, one.Name.Value, one.Ref.Value, one.Pin, one.Why)
	}
	for _, one := range out.Pipelines[0].Jobs {
		fmt.Fprintf(&b, "%d:%d %s of %s", one.At.Line, one.At.Column, one.Name, one.Group)
		for _, more := range append(one.Credentials, one.Conditions...) {
			fmt.Fprintf(&b, ", %d:%d %s", more.At.Line, more.At.Column, more.Value)
		}
		b.WriteByte('\n')
	}
	if got := b.String(); got != wantImages {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantImages)
	}
}

const wantImages = `4:27-39 pipeline node:20 (node:${NODE}) floating no digest: the tag 20 can move
23:23-30 stages/Test maven:3 (maven:3) floating no digest: the tag 3 can move
35:12-23 stages/Pods golang:1.26 (golang:1.26) floating no digest: the tag 1.26 can move
41:33-45 stages/Matrix python:3.12 (python:${PY}) floating no digest: the tag 3.12 can move
47:42-48 pipeline alpine (alpine) floating no tag and no digest: latest is used
1:18-22 build@main floating the ref main can move
1:32-72 tools@0123456789abcdef0123456789abcdef01234567 exact 
1:76-81 plain@ unknown no ref: the settings of Jenkins choose the version
1:1 pipeline of pipeline, 7:26 npm
11:11 Build of pipeline
22:11 Test of stages/Test, 24:14 branch 'main'
26:15 a of stages/Test
27:15 b of stages/b
30:11 Pods of stages/Pods
39:11 Matrix of pipeline
43:24 m of stages/Matrix
`

func TestCommands(t *testing.T) {
	var out evidence.Snapshot
	err := ReadCommands(text.NewSource("Jenkinsfile", []byte(declarative)), &out)
	var b strings.Builder
	for _, one := range out.Scripts {
		fmt.Fprintf(&b, "%s in %q of %s, %s\n", one.Anchor, one.Dir, one.Group, one.Shell)
		for _, command := range one.Commands {
			fmt.Fprintf(&b, "  %d:%d", command.At.Line, command.At.Column)
			for _, word := range command.Words {
				fmt.Fprintf(&b, " %s", word.Value)
				if !word.Known {
					b.WriteByte('?')
				}
			}
			b.WriteByte('\n')
		}
	}
	fmt.Fprintln(&b, err)
	if got := b.String(); got != wantCommands {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantCommands)
	}
}

const wantCommands = `stages/Build in "" of pipeline, sh
  13:13 npm ci
  13:23 npx cowsay@$VERSION?
stages/Build in "" of pipeline, sh
  14:13 docker pull acme/tool:1.2
  14:37 docker pull ${params.OTHER}?
stages/Build in "sub" of pipeline, sh
  17:11 curl -sL https://example.com/x
  17:44 sh
stages/Build in "" of pipeline, cmd
  19:14 npm install --global
stages/a in "" of stages/Test, sh
  26:61 make env.TARGET?
stages/b in "" of stages/b, sh
  27:83 npx pkg@1.0.0
stages/m in "" of stages/Matrix, sh
  43:43 echo /slashed
pipeline in "" of pipeline, sh
  47:64 true
Jenkinsfile:37:33: runs a command that only the run knows
`

func TestProblems(t *testing.T) {
	for data, want := range map[string]string{
		"node { sh 'make' }":              "Jenkinsfile:1:1: is a scripted pipeline, which is a program: only steps that stand in it as they are were read",
		"buildPlugin(useContainer: true)": "Jenkinsfile:1:1: holds no pipeline { } of its own: what makes the pipeline is not in this file",
		"pipeline { sh 'x }":              "Jenkinsfile:1:15: the string is never closed",
		"pipeline { sh 'x'":               "Jenkinsfile:1:10: { is never closed",
		"pipeline { load 'a.groovy' }":    "Jenkinsfile:1:18: runs the Groovy program a.groovy, which is not read",
	} {
		var out evidence.Snapshot
		err := Read(text.NewSource("Jenkinsfile", []byte(data)), &out)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", data, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		var again evidence.Snapshot
		if err := Read(src, &again); err != nil && err.Error() == "" {
			f.Error("an error without words")
		}
		out.Pipelines, out.Images, out.Includes = again.Pipelines, again.Images, again.Includes
		return ReadCommands(src, out)
	}, map[string]string{
		"Jenkinsfile":         declarative,
		"Jenkinsfile.release": "node('x') {\n  def v = \"${env.A}/$b.c\"\n  sh \"\"\"x \\\n ${v + '}'} \"\"\".stripIndent()\n  docker.withRegistry('https://example.com') { docker.image(v).inside { pwsh $/a $$ b/$ } }\n}",
	})
}
