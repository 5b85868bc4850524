package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/github"
	"github.com/sealvet/sealvet/internal/collect/gitlab"
	"github.com/sealvet/sealvet/internal/evidence"
)

func newAccess() *cobra.Command {
	var asking asking
	var format string
	cmd := &cobra.Command{
		Use:   "access [PATH | OWNER/NAME]",
		Short: "Show what a token can and cannot decide",
		Long: `access asks the code host what a scan would ask, with the token that a scan would
take, and shows which checks it decides, and which permission would decide the rest:
for this token and for every other kind. It judges nothing.

The token comes from the environment ($SEALVET_TOKEN, $GITHUB_TOKEN, $GH_TOKEN,
$GITLAB_TOKEN, ...) or from a GitHub App; it is never shown.`,
		Example: "  sealvet access\n  GITHUB_TOKEN=... sealvet access acme/weather --format json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := writeAccessText
			switch format {
			case "text":
			case "json":
				write = writeAccessJSON
			default:
				return fmt.Errorf("there is no access format %q; known are json, text", format)
			}
			found, unfinished, err := asking.access(cmd, args)
			if err != nil {
				return err
			}
			if err := (output{}).save(cmd, "the table", func(w io.Writer) error { return write(w, found) }); err != nil {
				return err
			}
			if unfinished != nil {
				return exitCode{exitUnfinished, unfinished}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "json or text")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
	asking.flags(cmd)
	return cmd
}

// accessFound is what a token can decide of one repository.
type accessFound struct {
	Repository string
	Host       string // its address
	Kind       string // of the token, as the host's collector calls it
	Who        string // the same for people
	From       string // the variable of the environment that holds the token, or the App
	Requests   int
	Rows       []access.Row
}

// asking is how the command comes to the code host.
type asking struct {
	collecting
}

func (a *asking) flags(cmd *cobra.Command) {
	a.hosting.flags(cmd)
	a.treeFlags(cmd)
	cmd.Flags().StringVar(&a.github, "github-api", "", "address of GitHub's API (default: $GITHUB_API_URL, else the public one)")
	cmd.Flags().StringVar(&a.gitlab, "gitlab-api", "", "address of GitLab's API, which ends in /api/v4 (default: that of the CI, else the public one)")
	cmd.Flags().StringArrayVar(&a.allow, "allow-host", nil, "host, or host:port, that may be asked although it is private; repeatable")
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)+$`)

// access asks the host, and works out from what the checks then say what the token is
// good for. unfinished is why the answers are not whole.
func (a *asking) access(cmd *cobra.Command, args []string) (found *accessFound, unfinished, err error) {
	seen, err := a.target(cmd, args)
	if err != nil {
		return nil, nil, err
	}
	a.cache = "none" // a table of today's rights is asked for today
	client, err := a.client(nil)
	if err != nil {
		return nil, nil, err
	}
	rules, err := ownPolicy(seen, seen.TakenAt)
	if err != nil {
		return nil, nil, err
	}
	if found, err = a.asker(seen.Target.Remote); err != nil {
		return nil, nil, err
	}
	unfinished = a.ask(cmd, seen, client, &a.reach, rules.Settings)
	if code := (exitCode{}); errors.As(unfinished, &code) {
		return nil, nil, unfinished
	}
	seen.Settings = rules.Settings
	found.Rows = access.Table(audit.Run(checks.All, seen))
	if host := seen.Host(); host != nil {
		found.Repository, found.Host, found.Requests = host.Name, host.Address, host.Cost.Requests+host.Cost.Lookups
		found.is(host.System, host.Asker)
	}
	return found, unfinished, nil
}

// is notes the kind of token that asked.
func (f *accessFound) is(system, kind string) {
	f.Kind, f.Who = kind, github.Kind(kind).Describe()
	if system == "gitlab" && kind != "" {
		f.Who = gitlab.Kind(kind).Describe()
	}
}

// target is the snapshot of a checkout, or an empty one of a repository that is only
// named.
func (a *asking) target(cmd *cobra.Command, args []string) (*evidence.Snapshot, error) {
	if len(args) == 1 && repositoryName.MatchString(args[0]) {
		if _, err := os.Stat(args[0]); err != nil {
			now, err := moment(cmd.Flag("now").Value.String())
			a.repository = args[0]
			return &evidence.Snapshot{Schema: evidence.Schema, TakenAt: now, Target: evidence.Target{Name: args[0]}}, err
		}
	}
	return a.tree(cmd, args)
}

// asker tells whom to ask about what, with what kind of token, and where that came
// from. What kind it really is, the host says.
func (a *asking) asker(remote string) (*accessFound, error) {
	project, onGitLab := a.gitLab(&a.reach, remote)
	options, onGitHub, err := a.gitHub(&a.reach, remote)
	found := new(accessFound)
	switch {
	case err != nil:
		return nil, err
	case onGitLab && (a.gitlab != "" || !onGitHub):
		found.Repository, found.Host = project.Project, project.Base
		found.is("gitlab", string(gitlab.DetectToken(project.Token, project.JobToken)))
		if project.Token != "" {
			_, found.From, _ = gitlab.TokenFor(project.Base, a.gitlab != "", os.Getenv)
		}
	case !onGitHub:
		return nil, errors.New("nothing tells on which code host the repository is; name it: sealvet access owner/name")
	case options.App.ID != "":
		found.Repository, found.Host, found.From = options.Owner+"/"+options.Name, options.API, "App "+options.App.ID
		found.is("github", string(github.Installation))
	default:
		found.Repository, found.Host = options.Owner+"/"+options.Name, options.API
		kind := github.DetectToken(options.Token)
		if kind == github.Installation && options.JobToken {
			kind = github.Job
		}
		found.is("github", string(kind))
		if options.Token != "" {
			_, found.From = github.TokenFor(options.API, a.github != "", os.Getenv)
		}
	}
	return found, nil
}

// leastFor are the words for what a kind of token must have to decide the rest of a
// check; access.Never where it cannot.
func leastFor(row access.Row, kind access.Kind) []string {
	var words []string
	for _, name := range row.Missing {
		right, _ := access.Find(name)
		if its := right.For(kind); its == access.Never {
			return []string{access.Never}
		} else if !slices.Contains(words, its) {
			words = append(words, its)
		}
	}
	return words
}
