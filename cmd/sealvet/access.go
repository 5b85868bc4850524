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

The token comes from $SEALVET_TOKEN, $GITHUB_TOKEN or $GH_TOKEN, or from a GitHub App;
it is never shown.`,
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
	Kind       github.Kind
	From       string // the variable of the environment that holds the token
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
	cmd.Flags().StringArrayVar(&a.allow, "allow-host", nil, "host, or host:port, that may be asked although it is private; repeatable")
}

var repositoryName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+$`)

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
	options, known, err := a.gitHub(&a.reach, seen.Target.Remote)
	switch {
	case err != nil:
		return nil, nil, err
	case !known:
		return nil, nil, errors.New("nothing tells on which code host the repository is; name it: sealvet access owner/name")
	}
	unfinished = a.ask(cmd, seen, client, &a.reach, rules.Settings)
	if code := (exitCode{}); errors.As(unfinished, &code) {
		return nil, nil, unfinished
	}
	seen.Settings = rules.Settings
	found = &accessFound{Repository: options.Owner + "/" + options.Name, Host: options.API, Rows: access.Table(audit.Run(checks.All, seen))}
	found.Kind, found.From = a.asker(options)
	if host := seen.Host(); host != nil {
		found.Repository, found.Host, found.Requests = host.Name, host.Address, host.Cost.Requests+host.Cost.Lookups
		if host.Asker != "" {
			found.Kind = github.Kind(host.Asker)
		}
	}
	return found, unfinished, nil
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

// asker tells what kind of token asks, and where it came from.
func (a *asking) asker(options github.Options) (github.Kind, string) {
	if options.App.ID != "" {
		return github.Installation, "App " + options.App.ID
	}
	kind := github.DetectToken(options.Token)
	if kind == github.Installation && options.JobToken {
		kind = github.Job
	}
	from := ""
	if options.Token != "" {
		_, from = github.TokenFor(options.API, a.github != "", os.Getenv)
	}
	return kind, from
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
