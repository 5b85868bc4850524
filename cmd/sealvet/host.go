package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/gitlab"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// hosting says what is asked of the code host, and as whom.
type hosting struct {
	repository  string
	appID       string
	appKey      string
	appInstall  int64
	maxRequests int
}

func (h *hosting) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&h.repository, "repository", "", "owner/name on the code host (default: the git remote's, else the CI's)")
	flags.StringVar(&h.appID, "github-app-id", os.Getenv("SEALVET_APP_ID"), "ask as a GitHub App; also $SEALVET_APP_ID")
	flags.StringVar(&h.appKey, "github-app-key", "", "file of the App's private key (default: $SEALVET_APP_KEY holds the key itself)")
	flags.Int64Var(&h.appInstall, "github-app-installation", 0, "number of the App's installation (default: that of the repository)")
	flags.IntVar(&h.maxRequests, "max-requests", 0, "most requests to the code host (default: no bound)")
}

// gitHub is whom to ask about the repository, false where it is on no GitHub that we
// may ask.
func (h *hosting) gitHub(r *reach, remote string) (options github.Options, known bool, err error) {
	owner, name, api, known := github.Where(remote, os.Getenv)
	if r.github != "" { // the user says that the remote's host has this API
		api = r.github
		owner, name, known = github.Named(remote)
	}
	if h.repository != "" {
		owner, name, known = strings.Cut(h.repository, "/")
		if !known || strings.Contains(name, "/") {
			if _, elsewhere := h.gitLab(r, remote); elsewhere {
				return options, false, nil // the path of a project in a group
			}
			return options, false, fmt.Errorf("--repository takes owner/name, not %q", h.repository)
		}
		api = r.githubAPI()
	}
	if !known {
		return options, false, nil
	}
	options = github.Options{API: api, Owner: owner, Name: name, MaxRequests: h.maxRequests, JobToken: os.Getenv("GITHUB_ACTIONS") == "true"}
	value, variable := github.TokenFor(api, r.github != "", os.Getenv)
	if !strings.HasPrefix(value, "glpat-") { // one of GitLab's is none of GitHub's business
		options.Token = value
	}
	options.JobToken = options.JobToken && variable == "GITHUB_TOKEN"
	options.SignerKeys = variable == "SEALVET_TOKEN" || h.appID != "" // the job's token is not meant for people's keys
	options.App, err = h.app()
	return options, err == nil, err
}

func (h *hosting) app() (github.App, error) {
	if h.appID == "" {
		return github.App{}, nil
	}
	key := []byte(os.Getenv("SEALVET_APP_KEY"))
	if h.appKey != "" {
		var err error
		if key, err = os.ReadFile(h.appKey); err != nil {
			return github.App{}, fmt.Errorf("read the App's key: %w", err)
		}
	}
	if len(key) == 0 {
		return github.App{}, errors.New("--github-app-id needs the App's private key: --github-app-key FILE, or $SEALVET_APP_KEY")
	}
	return github.App{ID: h.appID, Key: key, Installation: h.appInstall}, nil
}

// gitLab is whom to ask about the project, false where it is on no GitLab that we
// may ask.
func (h *hosting) gitLab(r *reach, remote string) (gitlab.Options, bool) {
	project, base, known := gitlab.Where(remote, os.Getenv)
	if r.gitlab != "" { // the user says that the remote's host has this API
		base = r.gitlab
		project, known = gitlab.Named(remote, base)
	}
	switch _, _, _, onGitHub := github.Where(remote, os.Getenv); {
	case h.repository == "":
	case r.gitlab != "" || os.Getenv("GITLAB_CI") != "":
		project, base, known = h.repository, r.gitlabAPI(), true
	case known && !onGitHub:
		project = h.repository // another one on the same host
	default:
		known = false
	}
	if !known {
		return gitlab.Options{}, false
	}
	options := gitlab.Options{Base: base, Project: project, MaxRequests: h.maxRequests}
	value, _, job := gitlab.TokenFor(base, r.gitlab != "", os.Getenv)
	if github.DetectToken(value) == github.Opaque { // one of GitHub's is none of GitLab's business
		options.Token, options.JobToken = value, job
	}
	return options, true
}

// ask asks the code host. The error says why the scan is not whole; what came until
// then is in the snapshot.
func (h *hosting) ask(cmd *cobra.Command, seen *evidence.Snapshot, client *web.Client, r *reach, settings evidence.Settings) error {
	if r.offline {
		unasked(seen, "--offline", "a scan with a network, without --offline")
		return nil
	}
	asked := len(seen.Hosts)
	err := h.collect(cmd, seen, client, r, settings)
	var status *web.Status
	if err != nil && len(seen.Hosts) == asked && !h.wanted(r) && !errors.As(err, &status) && cmd.Context().Err() == nil && errors.As(err, new(net.Error)) {
		return nil // there is no network, and nobody asked for the host by a flag: its gap says so
	}
	return err
}

// wanted says whether a flag asks for what the host knows.
func (h *hosting) wanted(r *reach) bool {
	return h.repository != "" || h.appID != "" || r.github != "" || r.gitlab != ""
}

func (h *hosting) collect(cmd *cobra.Command, seen *evidence.Snapshot, client *web.Client, r *reach, settings evidence.Settings) error {
	project, onGitLab := h.gitLab(r, seen.Target.Remote)
	options, onGitHub, err := h.gitHub(r, seen.Target.Remote)
	switch {
	case err != nil:
		return exitCode{exitUsage, err}
	case onGitLab && (r.gitlab != "" || !onGitHub):
		project.Client, project.Now = client, func() time.Time { return seen.TakenAt }
		for _, name := range settings.Branches.Release {
			project.Branches = append(project.Branches, gitlab.WantedBranch{Name: name, Role: "release"})
		}
		return gitlab.Collect(cmd.Context(), seen, project)
	case !onGitHub:
		unasked(seen, "nothing tells on which code host the repository is", "a git remote on the code host, or --repository owner/name")
		return nil
	}
	options.Client = client
	options.Environments = environments(seen)
	for _, name := range settings.Branches.Release {
		options.Branches = append(options.Branches, github.WantedBranch{Name: name, Role: "release"})
	}
	for _, name := range publishing(seen) {
		options.Branches = append(options.Branches, github.WantedBranch{Name: name, Role: "publishes"})
	}
	bar := newProgress(cmd.ErrOrStderr(), "asking the code host")
	options.Waiting = bar.say
	err = github.Collect(cmd.Context(), seen, options)
	bar.clear()
	return err
}

func unasked(seen *evidence.Snapshot, reason, unlock string) {
	seen.Gaps = append(seen.Gaps, evidence.Gap{Kind: evidence.Hosts, Subject: "code host", Reason: reason, Unlock: unlock})
}

// environments are those that publishing jobs run in.
func environments(seen *evidence.Snapshot) []string {
	var names []string
	for _, publisher := range trace.Of(seen).Publishers {
		if name := publisher.Environment(); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// publishing are the branches on whose pushes a publishing workflow starts, as far as
// it names them: a pattern may mean any branch, and each costs requests.
func publishing(seen *evidence.Snapshot) []string {
	var names []string
	for _, publisher := range trace.Of(seen).Publishers {
		if publisher.Job.Workflow == nil {
			continue // a pipeline of another system
		}
		for _, trigger := range publisher.Job.Workflow.Triggers {
			for _, filter := range trigger.Filters {
				if trigger.Event == "push" && filter.Name == "branches" {
					names = append(names, strings.Split(filter.Value, ",")...)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" || strings.ContainsAny(name, "*?[!+") })
}
