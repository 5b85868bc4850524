package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/policyfile"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
)

func newJudge() *cobra.Command {
	var judging judging
	cmd := &cobra.Command{
		Use:   "judge SNAPSHOT",
		Short: "Judge a saved snapshot again, offline",
		Long: `judge reads a snapshot that collect saved ("-" is standard input), asks every
check of this sealvet, and reports as scan does. With the same policy and the
same --now it writes the same bytes as the scan would have.`,
		Example: `  sealvet collect -o before.json.gz && sealvet judge before.json.gz`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := judging.outputs(cmd)
			if err != nil {
				return err
			}
			if err := judging.readPolicies(cmd, nil); err != nil {
				return err
			}
			seen, err := readSnapshot(cmd.Context(), cmd.InOrStdin(), args[0])
			if err != nil {
				return unjudged(err)
			}
			return judging.judge(cmd, seen, outputs, nil)
		},
	}
	judging.flags(cmd)
	return cmd
}

// judging is what every command that ends in a verdict has in common.
type judging struct {
	reporting
	privacy
	ruling
	baselinePath    string
	failAt          string
	evidence        []string
	includeFixtures bool
	force           bool
	// told hears of the report before it is written; may be nil.
	told func(*reports.Report)
}

func (j *judging) flags(cmd *cobra.Command) {
	j.ruleFlags(cmd)
	j.reporting.flags(cmd)
	j.privacy.flags(cmd)
}

// ruleFlags are those that decide the verdict.
func (j *judging) ruleFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	j.ruling.flags(cmd)
	flags.StringVar(&j.baselinePath, "baseline", "", "file of findings known before, which do not fail the build")
	flags.StringArrayVar(&j.evidence, "evidence", nil, "file of evidence collected elsewhere, as reproduce -o writes it; repeatable")
	flags.StringVar(&j.failAt, "fail-at", "", "lowest severity that fails: note, low, medium, high, critical, never (default: the policy's, else high)")
	flags.BoolVar(&j.includeFixtures, "include-fixtures", false, "count findings in test fixtures, examples and vendored code")
	flags.BoolVar(&j.force, "force", false, "do not remark that the repository makes no MCP server")
	if flags.Lookup("now") == nil {
		flags.String("now", "", "take this for the present: YYYY-MM-DD or RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)")
	}
}

// judge runs the checks, judges, writes every report, and turns the verdict
// into the exit code. A verdict that fails beats a report that could not be written
// and evidence that is not whole, of which unfinished is the reason.
func (j *judging) judge(cmd *cobra.Command, seen *evidence.Snapshot, outputs []output, unfinished error) error {
	if err := addEvidence(cmd, seen, j.evidence); err != nil {
		return unjudged(err)
	}
	report, err := j.report(cmd, seen)
	if err != nil {
		return unjudged(err)
	}
	if unfinished != nil {
		report.Verdict.Summary.Complete = false
	}
	report.Verdict = j.privacy.verdict(cmd.ErrOrStderr(), seen, report.Verdict)
	if j.told != nil {
		j.told(report)
	}
	writeErr := errors.Join(unfinished, write(cmd, outputs, report))
	if !report.Verdict.Met {
		return exitCode{exitNotMet, writeErr}
	}
	if writeErr != nil {
		return exitCode{exitUnfinished, writeErr}
	}
	return nil
}

// unjudged is how the program ends where there is no verdict.
func unjudged(err error) error {
	var unreachable *policyfile.Unreachable
	if errors.Is(err, errInterrupted) || errors.Is(err, policy.ErrNotRead) || errors.As(err, &unreachable) {
		return exitCode{exitUnfinished, err}
	}
	return exitCode{exitUsage, err}
}

func (j *judging) report(cmd *cobra.Command, seen *evidence.Snapshot) (*reports.Report, error) {
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return nil, err
	}
	rules, err := j.policy(seen, now)
	if err != nil {
		return nil, err
	}
	known, err := j.baseline()
	if err != nil {
		return nil, err
	}
	if !seen.IsServer() && !j.force {
		fmt.Fprintln(cmd.ErrOrStderr(), "This does not look like the repository of an MCP server; everything that applies is checked all the same (--force drops this remark).")
	}
	seen.Settings = rules.Settings // of the policy that judges, whatever a snapshot brought along
	start := time.Now()
	var results []audit.Result
	for result := range audit.Results(checks.All, seen) {
		if cmd.Context().Err() != nil {
			return nil, errInterrupted
		}
		results = append(results, result)
	}
	knownBefore, err := j.baseline() // each remembers which of its entries were met
	if err != nil {
		return nil, err
	}
	before, err := j.base.before(cmd.Context(), rules, knownBefore, now, j.policyPath == "")
	if err != nil {
		return nil, err
	}
	verdict := policy.JudgeChange(results, seen, rules, known, now, before)
	tellPolicies(cmd, &verdict)
	if stats := cmd.Flag("stats"); stats != nil && stats.Value.String() == "true" {
		fmt.Fprintf(cmd.ErrOrStderr(), "judged %d checks in %s\n", len(verdict.Results), time.Since(start).Round(time.Millisecond))
	}
	return &reports.Report{
		Tool: tool(), Target: seen.Target, Server: seen.IsServer(),
		TakenAt: seen.TakenAt, Files: seen.Files, LeftAlone: seen.LeftAlone(),
		Chains: chains(seen), Source: sourceControls(seen), Verdict: verdict,
	}, nil
}

func sourceControls(seen *evidence.Snapshot) string {
	host := seen.Host()
	if host == nil {
		return ""
	}
	return provenance.SourceLevelOf(host).String()
}

// chains are those of what registries were asked about: without an answer all their
// links would only say so.
func chains(seen *evidence.Snapshot) []provenance.Chain {
	asked := slices.ContainsFunc(seen.Publications, func(p evidence.Publication) bool { return !p.InTree })
	if !asked {
		return nil
	}
	return provenance.Chains(seen)
}

// policy is the one in force; flags that speak of the same thing come last.
func (j *judging) policy(seen *evidence.Snapshot, now time.Time) (*policy.Policy, error) {
	rules, err := j.inForce(seen, now)
	if err != nil {
		return nil, err
	}
	if j.failAt != "" {
		if rules.FailAt, err = policy.ParseFailAt(j.failAt); err != nil {
			return nil, fmt.Errorf("--fail-at: %w", err)
		}
	}
	rules.IncludeFixtures = rules.IncludeFixtures || j.includeFixtures
	return rules, nil
}

func (j *judging) baseline() (*policy.Known, error) {
	if j.baselinePath == "" {
		return nil, nil
	}
	data, err := j.base.readFile(j.baselinePath)
	if j.base != nil && errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the change brings it; it counts once it is merged
	}
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	return policy.LoadBaseline(j.baselinePath, data)
}

func newBaseline() *cobra.Command {
	var judging judging
	var collecting collecting
	var to string
	cmd := &cobra.Command{
		Use:   "baseline [PATH]",
		Short: "Record today's findings, so that only new ones fail",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := judging.readPolicies(cmd, &collecting.reach); err != nil {
				return err
			}
			seen, err := collecting.collect(cmd, args, judging.policy)
			if err != nil {
				return err
			}
			if collecting.unfinished != nil { // what was not seen would count as new tomorrow
				return exitCode{exitUnfinished, collecting.unfinished}
			}
			report, err := judging.report(cmd, seen)
			if err != nil {
				return unjudged(err)
			}
			data, err := policy.WriteBaseline(report.Verdict)
			if err != nil {
				return err
			}
			return output{path: to}.save(cmd, "the baseline", func(w io.Writer) error { _, err := w.Write(data); return err })
		},
	}
	cmd.Flags().StringVarP(&to, "out", "o", "", "file to write (default: standard output)")
	collecting.flags(cmd)
	judging.ruling.flags(cmd)
	cmd.Flags().BoolVar(&judging.force, "force", false, "do not remark that the repository makes no MCP server")
	return cmd
}

var errSharedStdout = errors.New("only one report can go to standard output; give the others a file, as --output json=report.json")
