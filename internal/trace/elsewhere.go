package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Elsewhere is a sign of something that may publish and cannot be seen here.
type Elsewhere struct {
	System string // CircleCI, a reusable workflow of another repository
	At     evidence.Location
}

// elsewhere finds the files of other build systems, and calls of workflows that
// lie in other repositories.
func elsewhere(seen *evidence.Snapshot) []Elsewhere {
	var all []Elsewhere
	read := make(map[string]bool) // what they leave unread is a gap
	for _, pipeline := range seen.Pipelines {
		read[pipeline.Path] = true
	}
	for _, file := range seen.Files {
		if read[file.Path] {
			continue
		}
		if system := systemOf(file.Path); system != "" {
			all = append(all, Elsewhere{system, evidence.Location{Path: file.Path}})
		}
	}
	for _, workflow := range seen.Workflows {
		for _, job := range workflow.Jobs {
			if job.Uses.Value != "" && evidence.SplitUses(job.Uses.Value).Kind == evidence.UsesRemote && speaksOfPublishing(job.Uses.Value+" "+job.ID) {
				all = append(all, Elsewhere{"the workflow " + job.Uses.Value + " of another repository", job.Uses.At})
			}
		}
	}
	return all
}

func speaksOfPublishing(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"release", "publish", "deploy", "push"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// systemOf names the build system that a file belongs to, where that is none of
// those that are read here.
func systemOf(file string) string {
	base := path.Base(file)
	lower := strings.ToLower(base)
	yaml := strings.HasSuffix(lower, ".yml") || strings.HasSuffix(lower, ".yaml")
	switch {
	case file == ".circleci/config.yml":
		return "CircleCI"
	case yaml && strings.HasPrefix(lower, "azure-pipelines"), yaml && strings.HasPrefix(file, ".azure-pipelines/"), yaml && strings.HasPrefix(file, "eng/pipelines/"), yaml && strings.HasPrefix(file, ".pipelines/"):
		return "Azure Pipelines"
	case strings.HasPrefix(base, "Jenkinsfile") || strings.HasSuffix(lower, ".jenkinsfile"):
		return "Jenkins"
	case yaml && strings.HasPrefix(file, ".buildkite/"):
		return "Buildkite"
	case file == ".travis.yml":
		return "Travis CI"
	case file == "appveyor.yml" || file == ".appveyor.yml":
		return "AppVeyor"
	case file == ".drone.yml" || file == ".drone.yaml":
		return "Drone"
	case file == "bitbucket-pipelines.yml":
		return "Bitbucket Pipelines"
	case strings.HasPrefix(lower, "cloudbuild") && yaml:
		return "Google Cloud Build"
	case file == ".cirrus.yml":
		return "Cirrus CI"
	case yaml && (strings.HasPrefix(file, ".woodpecker/") || file == ".woodpecker.yml"):
		return "Woodpecker"
	case yaml && strings.HasPrefix(file, ".tekton/"):
		return "Tekton"
	case yaml && strings.HasPrefix(file, ".semaphore/"):
		return "Semaphore"
	case strings.HasPrefix(file, ".release/") && strings.HasSuffix(lower, ".hcl"):
		return "a vendor's release system"
	case file == "buildspec.yml" || file == "buildspec.yaml":
		return "AWS CodeBuild"
	case file == ".craft.yml":
		return "Craft"
	}
	return ""
}

// Hidden says why no publisher is visible: in half a sentence, and where the
// sign of it stands. It is empty where one is visible.
func (t *Trace) Hidden() (reason string, at evidence.Location) {
	switch {
	case len(t.Publishers) > 0:
		return "", at
	case len(t.Elsewhere) > 0:
		first := t.Elsewhere[0]
		return "no publisher visible: " + first.System + " may publish it", first.At
	case len(t.Jobs) > 0:
		return "no publisher visible: no job publishes anything; it may be published by hand", at
	}
	return "no publisher visible: there is no workflow and no pipeline; if anything is published, it is by hand", at
}
