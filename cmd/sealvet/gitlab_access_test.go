package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/gitlabtest"
)

// planted by name, on a GitLab.
func insidersOfGitLab() gitlabtest.World {
	return gitlabtest.World{
		Groups: []gitlabtest.Group{{
			Path: "acme", Members: []gitlabtest.Member{{Name: "ada", Level: gitlabtest.Owner}}, Variables: []gitlabtest.Variable{{Key: "PLANTED_SHARED"}},
			Hooks: []gitlabtest.Hook{{URL: "http://planted.example.com/o"}},
		}},
		Projects: []gitlabtest.Project{{
			Path: "acme/tool", Variables: []gitlabtest.Variable{{Key: "PLANTED_TOKEN"}}, Hooks: []gitlabtest.Hook{{URL: "http://planted.example.com/a"}},
			DeployKeys: []gitlabtest.DeployKey{{Title: "planted key", CanPush: true}}, Runners: []gitlabtest.Runner{{Name: "planted-box"}},
		}},
	}
}

// outsideOfGitLab is no CI of GitLab's either.
func outsideOfGitLab(t *testing.T) {
	t.Helper()
	outside(t)
	for _, name := range []string{"GITLAB_TOKEN", "CI_JOB_TOKEN", "CI_SERVER_URL", "CI_API_V4_URL", "CI_PROJECT_PATH"} {
		t.Setenv(name, "")
	}
}

func TestWhatTokensOfGitLabDecide(t *testing.T) {
	outsideOfGitLab(t)
	s := gitlabtest.Serve(t, insidersOfGitLab())
	ask := func(token string) (d accessDocument) {
		t.Setenv("GITLAB_TOKEN", token)
		got := sealvet(t, "access", "acme/tool", "--gitlab-api", s.Base, "--format", "json")
		if err := json.Unmarshal([]byte(got.out), &d); err != nil || got.code != exitMet || token != "" && strings.Contains(got.out+got.err, token) {
			t.Fatalf("%v: exit %d: %s%s", err, got.code, got.out, got.err)
		}
		return d
	}
	owner, guest, nobody := ask(s.Token(gitlabtest.Personal)), ask(s.Token(gitlabtest.ProjectToken)), ask("")
	if owner.Token.Kind != "personal" || owner.Token.From != "GITLAB_TOKEN" || owner.Repository != "acme/tool" {
		t.Errorf("%+v", owner)
	}
	if owner.check(t, "writable-deploy-key").Decides != access.Yes || nobody.check(t, "writable-deploy-key").Decides != access.No {
		t.Errorf("an owner %+v, nobody %+v", owner.check(t, "writable-deploy-key"), nobody.check(t, "writable-deploy-key"))
	}
	if nobody.Open <= owner.Open || guest.Open < owner.Open || nobody.Token.From != "" {
		t.Errorf("open: an owner %d, a project's token %d, nobody %d", owner.Open, guest.Open, nobody.Open)
	}
	t.Setenv("GITLAB_TOKEN", "")
	text := sealvet(t, "access", "acme/tool", "--gitlab-api", s.Base).out
	if !strings.Contains(text, "asked with no token") || !strings.Contains(text, "unlocks most: ") {
		t.Errorf("the table says\n%s", text)
	}
}

// A public project's CI names nobody, and no token of GitLab's is written anywhere.
func TestWhatIsWrittenOfAGitLabProject(t *testing.T) {
	outsideOfGitLab(t)
	s := gitlabtest.Serve(t, insidersOfGitLab())
	token := s.Token(gitlabtest.Personal)
	for name, env := range map[string]map[string]string{
		"GITLAB_TOKEN":  {"GITLAB_TOKEN": token},
		"SEALVET_TOKEN": {"SEALVET_TOKEN": token},
		"the job's":     {"CI_JOB_TOKEN": s.Token(gitlabtest.Job), "CI_SERVER_URL": strings.TrimSuffix(s.Base, "/api/v4"), "CI_API_V4_URL": s.Base, "CI_PROJECT_PATH": "acme/tool"},
	} {
		t.Run(name, func(t *testing.T) {
			outsideOfGitLab(t)
			t.Setenv("GITLAB_CI", "true")
			for name, value := range env {
				t.Setenv(name, value)
			}
			told := everything(t, checkedOut(t, "https://gitlab.example.com/acme/tool.git"), "", []string{"--gitlab-api", s.Base})
			found(t, told, "TESTTOKEN")
			for where, words := range told {
				if planted(words) {
					t.Errorf("%s names insiders:\n%.3000s", where, words)
				}
			}
			if name != "the job's" && !strings.Contains(told["/text"], "a deploy key") {
				t.Errorf("nothing was withheld, so that this proves nothing:\n%s", told["/text"])
			}
			if !slices.ContainsFunc(s.Asked(), func(a gitlabtest.Asked) bool { return a.Token != "" }) {
				t.Error("no token was sent")
			}
		})
	}
}
