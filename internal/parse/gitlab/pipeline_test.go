package gitlab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

func TestJobs(t *testing.T) {
	seen := parsetest.Read(t, Read, ".gitlab-ci.yml", `
default:
  tags: [linux]
.base:
  cache:
    - key: $CI_COMMIT_REF_SLUG
    - key: {files: [uv.lock]}
    - {key: out, policy: push}
test:
  extends: .base
  script: [make]
  only: [merge_requests]
publish:
  needs: [{job: test, artifacts: true}, lint]
  environment: {name: production}
  id_tokens:
    PYPI_ID_TOKEN: {aud: pypi}
    OTHER: {aud: [a, b]}
  rules:
    - {if: $CI_PIPELINE_SOURCE == "schedule", when: never}
    - if: $CI_COMMIT_TAG
  release: {tag_name: $CI_COMMIT_TAG}
  tags: [docker]
  script: [uv publish]
`)
	var b strings.Builder
	for _, one := range seen.Pipelines[0].Jobs {
		fmt.Fprintf(&b, "%d:%d %s of %s\n", one.At.Line, one.At.Column, one.Name, one.Group)
		say := func(what string, all ...evidence.Text) {
			for _, text := range all {
				if text.Value != "" {
					fmt.Fprintf(&b, "  %s %d:%d %s\n", what, text.At.Line, text.At.Column, text.Value)
				}
			}
		}
		say("environment", one.Environment)
		for _, token := range one.IDTokens {
			say("token "+token.Name, evidence.Text{Value: token.Value, At: token.At})
		}
		say("release", one.Release)
		say("if", one.Conditions...)
		say("needs", one.Needs...)
		say("cache", one.Caches...)
		say("runner", one.Runners...)
	}
	if got := b.String(); got != wantJobs {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantJobs)
	}
}

const wantJobs = `9:1 test of jobs/test
  if 12:10 merge_requests
  cache 6:12 $CI_COMMIT_REF_SLUG
  cache 7:7 default
  runner 3:10 linux
13:1 publish of jobs/publish
  environment 15:23 production
  token PYPI_ID_TOKEN 17:5 pypi
  token OTHER 18:5 a
  token OTHER 18:5 b
  release 22:23 $CI_COMMIT_TAG
  if 21:11 $CI_COMMIT_TAG
  needs 14:17 test
  needs 14:41 lint
  runner 23:10 docker
`
