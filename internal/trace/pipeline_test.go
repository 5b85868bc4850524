package trace

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// TestPipelines: a job of GitLab publishes by a command or by release:, and takes
// over artifacts; the stages of Jenkins that share a machine are one job.
func TestPipelines(t *testing.T) {
	at := func(path string, line int) evidence.Location {
		return evidence.Location{Path: path, Line: line, Column: 1, EndLine: line, EndColumn: 9}
	}
	job := func(origin evidence.Origin, path string, line int, anchor, group, run string) evidence.Script {
		return evidence.Script{Path: path, Origin: origin, Anchor: anchor, Group: group, At: at(path, line), Commands: []evidence.Command{command("", run)}}
	}
	const lab, jenkins = ".gitlab-ci.yml", "Jenkinsfile"
	seen := &evidence.Snapshot{
		Pipelines: []evidence.Pipeline{
			{Path: lab, System: evidence.OnGitLab, Jobs: []evidence.PipelineJob{
				{Name: "build", Group: "jobs/build", At: at(lab, 1)},
				{
					Name: "publish", Group: "jobs/publish", At: at(lab, 3), Environment: evidence.Text{Value: "production"},
					IDTokens: []evidence.Variable{{Name: "PYPI_ID_TOKEN", Value: "pypi"}}, Needs: []evidence.Text{{Value: "build", At: at(lab, 4)}},
				},
				{Name: "release", Group: "jobs/release", At: at(lab, 6), Release: evidence.Text{Value: "$CI_COMMIT_TAG", At: at(lab, 8)}},
			}},
			{Path: jenkins, System: evidence.OnJenkins, Jobs: []evidence.PipelineJob{
				{Name: "Build", Group: "pipeline", At: at(jenkins, 1)}, {Name: "Publish", Group: "pipeline", At: at(jenkins, 3)},
			}},
		},
		Scripts: []evidence.Script{
			job(evidence.FromGitLab, lab, 2, "jobs/build/script", "jobs/build", "uv sync"),
			job(evidence.FromGitLab, lab, 5, "jobs/publish/script", "jobs/publish", "uv publish"),
			job(evidence.FromGitLab, lab, 7, "jobs/release/script", "jobs/release", "echo"),
			job(evidence.FromGitLab, lab, 9, "jobs/.hidden/script", "jobs/.hidden", "npm publish"),
			job(evidence.FromJenkins, jenkins, 2, "stages/Build", "pipeline", "npm install"),
			job(evidence.FromJenkins, jenkins, 4, "stages/Publish", "pipeline", "npm publish"),
		},
	}
	traced := Of(seen)
	var b strings.Builder
	for _, p := range traced.Publishers {
		fmt.Fprintf(&b, "%s: %s to %s, id token %s, environment %q\n", p.Job, p.Subject, p.Registry, p.IDToken(), p.Environment())
	}
	for i := range seen.Scripts {
		if _, on := traced.On(&seen.Scripts[i]); on {
			fmt.Fprintf(&b, "%s on the path\n", seen.Scripts[i].Anchor)
		}
	}
	const want = `.gitlab-ci.yml job publish: uv publish to pypi, id token yes, environment "production"
.gitlab-ci.yml job release: release: $CI_COMMIT_TAG to release, id token no, environment ""
Jenkinsfile job pipeline: npm publish to npm, id token unknown, environment ""
jobs/build/script on the path
jobs/publish/script on the path
jobs/release/script on the path
stages/Build on the path
stages/Publish on the path
`
	if got := b.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
