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
	"github.com/sealvet/sealvet/internal/evidence"
)

func newScan() *cobra.Command {
	var judging judging
	var collecting collecting
	cmd := &cobra.Command{
		Use:   "scan [PATH]",
		Short: "Collect the evidence of a checkout, judge it, report",
		Long: `scan looks at a checkout (the folder you stand in, if you name none), asks every
check, holds the answers against the policy in .sealvet.yml, and reports.

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
			seen, err := collecting.collect(cmd, args)
			if err != nil {
				return err
			}
			return judging.judge(cmd, seen, outputs)
		},
	}
	collecting.flags(cmd)
	judging.flags(cmd)
	return cmd
}

// collecting is what scan and collect have in common.
type collecting struct {
	now     string
	offline bool
	stats   bool
}

func (c *collecting) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.offline, "offline", false, "dial nothing (what needs a network is then not assessed)")
	cmd.Flags().BoolVar(&c.stats, "stats", false, "say on standard error what the scan cost")
	if cmd.Flags().Lookup("now") == nil {
		cmd.Flags().StringVar(&c.now, "now", "", "take this for the present: YYYY-MM-DD or RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)")
	}
}

func (c *collecting) collect(cmd *cobra.Command, args []string) (*evidence.Snapshot, error) {
	path := "."
	if len(args) == 1 {
		path = args[0]
	}
	if path == "" {
		return nil, errors.New("the path is empty; name the folder of the repository, or nothing for the one you stand in")
	}
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return nil, err
	}
	start := time.Now()
	bar := newProgress(cmd.ErrOrStderr())
	seen, err := checkout.Collect(cmd.Context(), path, checkout.Options{Now: now, Progress: bar.step})
	bar.clear()
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil, exitCode{exitUnfinished, errInterrupted}
	case err != nil:
		return nil, exitCode{exitUsage, explainPath(path, err)}
	}
	if c.stats {
		fmt.Fprintf(cmd.ErrOrStderr(), "collected %d files in %s\n", len(seen.Files), time.Since(start).Round(time.Millisecond))
	}
	return seen, nil
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
