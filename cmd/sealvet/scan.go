package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/collect/history"
	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

func newScan() *cobra.Command { return newScanOf(new(collecting), new(judging)) }

// newScanOf is scan for a caller that wants to know more of it than its exit code.
func newScanOf(collecting *collecting, judging *judging) *cobra.Command {
	var comparing comparing
	cmd := &cobra.Command{
		Use:   "scan [PATH]",
		Short: "Collect the evidence of a checkout, judge it, report",
		Long: `scan looks at a checkout (the folder you stand in, if you name none): at its files,
at its commits and tags, and at what registries hand out of what it publishes. It
asks every check, holds the answers against the policy in .sealvet.yml, and reports.

Only public registries and the code host are asked, for the names that the
repository publishes; --offline asks nobody, and what then nobody can tell is not
assessed.

On a pull request (--base, or in CI by itself) only what is new or worse than in the
base counts, and policy, waivers, baseline and lists of signers are the base's.

Exit codes: 0 policy met, 1 policy not met, 2 usage or configuration error,
3 could not finish.`,
		Example: `  sealvet scan
  sealvet scan --format json . | jq .summary
  sealvet scan --output sarif=sealvet.sarif --output json=sealvet.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := judging.outputs(cmd)
			if err != nil {
				return err
			}
			base, err := comparing.find(cmd, target(args))
			if err != nil {
				return err
			}
			defer base.close()
			judging.base, collecting.base = base, base
			if err := judging.readPolicies(cmd, &collecting.reach); err != nil {
				return err
			}
			seen, err := collecting.collect(cmd, args, judging.policy)
			if err != nil {
				return err
			}
			return judging.judge(cmd, seen, outputs, collecting.unfinished)
		},
	}
	collecting.flags(cmd)
	judging.flags(cmd)
	comparing.flags(cmd)
	return cmd
}

// collecting is what every command that looks at a checkout has in common.
type collecting struct {
	proving
	hosting
	now   string
	stats bool
	// unfinished is why the evidence is not whole; what came until then counts.
	unfinished error
	base       *base // nil where no change is judged
}

func (c *collecting) flags(cmd *cobra.Command) {
	c.proving.flags(cmd)
	c.hosting.flags(cmd)
	c.treeFlags(cmd)
}

// treeFlags are those of a command that looks at the files alone.
func (c *collecting) treeFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.stats, "stats", false, "say on standard error what the scan cost")
	if cmd.Flags().Lookup("now") == nil {
		cmd.Flags().StringVar(&c.now, "now", "", "take this for the present: YYYY-MM-DD or RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)")
	}
}

// rules finds the policy that judges, for what must be known of it before: which
// file lists the signers, which keys are revoked.
type rules func(*evidence.Snapshot, time.Time) (*policy.Policy, error)

// collect looks at the files of a checkout, at its history, and at what
// registries hold of what it publishes.
func (c *collecting) collect(cmd *cobra.Command, args []string, find rules) (*evidence.Snapshot, error) {
	seen, err := c.tree(cmd, args)
	if err != nil {
		return nil, err
	}
	folder := target(args)
	if c.base != nil {
		c.base.swap(seen)
		folder = c.base.folder
	}
	if err := c.collectPolicies(cmd, seen, folder); err != nil {
		return nil, err
	}
	policy, err := find(seen, seen.TakenAt)
	if err != nil {
		return nil, unjudged(err)
	}
	if err := c.beyond(cmd, seen, target(args), policy.Settings); err != nil {
		return nil, err
	}
	return seen, nil
}

func target(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	return "."
}

// tree looks at the files of a checkout.
func (c *collecting) tree(cmd *cobra.Command, args []string) (*evidence.Snapshot, error) {
	path := target(args)
	if path == "" {
		return nil, errors.New("the path is empty; name the folder of the repository, or nothing for the one you stand in")
	}
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return nil, err
	}
	start := time.Now()
	bar := newProgress(cmd.ErrOrStderr(), "reading files")
	seen, err := checkout.Collect(cmd.Context(), path, checkout.Options{Now: now, Progress: bar.step})
	bar.clear()
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, exitCode{exitUnfinished, errInterrupted}
	case err != nil:
		return nil, exitCode{exitUsage, explainPath(path, err)}
	}
	c.tell(cmd, start, "collected %d files", len(seen.Files))
	return seen, nil
}

// beyond looks at what is not in the files: commits, tags and their signatures,
// and what registries hand out of what the repository makes, with its proofs.
func (c *collecting) beyond(cmd *cobra.Command, seen *evidence.Snapshot, path string, settings evidence.Settings) error {
	var trusted []string // the repository's own policy may not send us to hosts of its choice
	if given := cmd.Flag("policy"); given != nil && given.Changed {
		trusted = settings.Provenance.Registries
	}
	bench, err := c.bench(seen.TakenAt, path, trusted...)
	if err != nil {
		return err
	}
	defer bench.close()
	start := time.Now()
	options := history.Options{
		Signers: settings.Signing.AllowedSigners, Keyrings: settings.Signing.Keyrings, RevokedKeys: settings.Signing.RevokedKeys,
		Roots: bench.store, Now: seen.TakenAt,
	}
	if c.base != nil {
		options.Base = c.base.commit
	}
	history.Append(cmd.Context(), seen, path, options)
	if c.base != nil && c.base.folder != "" {
		options.At = c.base.commit
		history.Append(cmd.Context(), c.base.seen, path, options)
	}
	c.tell(cmd, start, "read the history")
	start = time.Now()
	unasked := ""
	if c.offline {
		unasked = "--offline"
	}
	bar := newProgress(cmd.ErrOrStderr(), "asking registries")
	registry.Collect(cmd.Context(), seen, registry.Options{
		Sources: bench.sources, Bench: bench.Bench, Root: path, Unasked: unasked, Now: seen.TakenAt, Step: bar.step,
	})
	bar.clear()
	c.tell(cmd, start, "asked about %d publications in %d requests", len(seen.Publications), bench.client.Stats().Requests)
	if cmd.Context().Err() != nil {
		return exitCode{exitUnfinished, errInterrupted}
	}
	start = time.Now()
	err = c.ask(cmd, seen, bench.client, &c.reach, settings)
	var code exitCode
	if errors.As(err, &code) {
		return err
	}
	c.unfinished = err
	if host := seen.Host(); host != nil {
		c.tell(cmd, start, "asked the code host in %d requests and %d look-ups, %d points", host.Cost.Requests, host.Cost.Lookups, host.Cost.Points)
	}
	return nil
}

// tell says what a step cost, where --stats asks for it.
func (c *collecting) tell(cmd *cobra.Command, start time.Time, format string, args ...any) {
	if c.stats {
		fmt.Fprintf(cmd.ErrOrStderr(), format+" in %s\n", append(args, time.Since(start).Round(time.Millisecond))...)
	}
}

// explainPath says more than "no such file" where the argument names a
// repository rather than a folder.
func explainPath(path string, err error) error {
	if info, statErr := os.Stat(path); statErr == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; give the folder of the repository", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if strings.Contains(path, "://") || strings.HasPrefix(path, "git@") || strings.Count(path, "/") == 1 && !strings.HasPrefix(path, ".") {
		return fmt.Errorf("there is no folder %s; to scan a repository that is elsewhere, clone it and give its folder", path)
	}
	return fmt.Errorf("there is no folder %s", path)
}

// lastSecond is the end of the year 9999, after which dates have another form.
const lastSecond = 253402300799

// moment reads --now, falling back to SOURCE_DATE_EPOCH and the clock.
func moment(flag string) (time.Time, error) {
	if flag == "" {
		if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
			seconds, err := strconv.ParseInt(epoch, 10, 64)
			if err != nil || seconds < 0 || seconds > lastSecond {
				return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is a number of seconds since 1970, not %q", epoch)
			}
			return time.Unix(seconds, 0).UTC(), nil
		}
		return time.Now().UTC().Truncate(time.Second), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, flag); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("--now is a day (2026-11-24) or a moment (2026-11-24T12:00:00Z), not %q", flag)
}
