package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/reproduce"
	"github.com/sealvet/sealvet/internal/reproduce/sandbox"
	"github.com/sealvet/sealvet/reports"
)

func newReproduce() *cobra.Command {
	var twice reproducing
	cmd := &cobra.Command{
		Use:   "reproduce [PATH]",
		Short: "Build the package twice in a sandbox and compare (runs its code)",
		Long: `reproduce builds the package in a folder of a checkout twice, from the files that
git tracks, and says whether the same bytes come out. The two builds differ in
path, times of files, time zone, language, user, host, umask, order of folders
and parallelism. What differs is told file by file, with its cause.

It executes the repository's code: its build scripts and its dependencies'. So it
asks first, or takes --yes. The build runs in a sandbox of Linux namespaces, as
an ordinary user, in copies, with no network, no socket of this machine, and an
environment that holds no token. Dependencies are fetched before that, by a step
that has a network and runs no code (npm ci --ignore-scripts, go mod download,
cargo fetch, pip download of wheels).

Packages: npm (npm and pnpm), Python (any PEP 517 back end), the programs of a Go
module, crates, MCPB bundles; with the tools that are installed.

Exit codes: 0 the same both times, 1 not the same, 2 usage error, 3 it could not
be built, or no sandbox can be had (--unsandboxed does without one).`,
		Example: `  sealvet reproduce
  sealvet reproduce --yes --format json packages/server
  sealvet reproduce --yes -o evidence.json && sealvet scan --evidence evidence.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return twice.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.BoolVarP(&twice.yes, "yes", "y", false, "do not ask whether the repository's code may be executed")
	flags.BoolVar(&twice.unsandboxed, "unsandboxed", false, "build without a sandbox: the code can do all that you can")
	flags.StringVarP(&twice.format, "format", "f", "text", "text or json")
	flags.StringVarP(&twice.out, "out", "o", "", "file to write the result to as evidence for scan and judge")
	flags.StringSliceVar(&twice.recipes, "recipe", nil, "build these only: "+strings.Join(reproduce.Names, ", ")+" (default: all that the folder holds)")
	flags.DurationVar(&twice.timeout, "timeout", sandbox.DefaultLimits.Time, "most time for each step")
	flags.String("now", "", "take this for the present: YYYY-MM-DD or RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)")
	return cmd
}

type reproducing struct {
	yes, unsandboxed bool
	format, out      string
	recipes          []string
	timeout          time.Duration
}

func (r *reproducing) run(cmd *cobra.Command, args []string) error {
	if r.format != "text" && r.format != "json" {
		return fmt.Errorf("--format is text or json, not %q", r.format)
	}
	for _, name := range r.recipes {
		if !slices.Contains(reproduce.Names, name) {
			return fmt.Errorf("there is no recipe %q; known are %s", name, strings.Join(reproduce.Names, ", "))
		}
	}
	now, err := moment(cmd.Flag("now").Value.String())
	if err != nil {
		return err
	}
	path := "."
	if len(args) == 1 {
		path = args[0]
	}
	plan, err := r.plan(cmd.Context(), path, now)
	if err != nil {
		return exitCode{exitUsage, err}
	}
	if err := r.consent(cmd, plan); err != nil {
		return err
	}
	results, err := r.build(cmd, plan)
	if len(results) == 0 && err != nil {
		return exitCode{exitUnfinished, err}
	}
	part := &evidence.Snapshot{Schema: evidence.Schema, TakenAt: now, Target: plan.work.Target, Reproductions: results}
	return errors.Join(r.report(cmd, part, err))
}

// plan is what will be built.
type plan struct {
	root    string // the top of the checkout
	work    checkout.Work
	seen    *evidence.Snapshot
	recipes []reproduce.Recipe
}

func (r *reproducing) plan(ctx context.Context, path string, now time.Time) (*plan, error) {
	dir, err := filepath.Abs(path)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return nil, explainPath(path, err)
	}
	top := topOf(dir)
	work, err := checkout.Tracked(ctx, top)
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", path, err)
	}
	seen, err := checkout.Collect(ctx, top, checkout.Options{Now: now})
	if err != nil {
		return nil, err
	}
	inside, err := filepath.Rel(top, dir)
	if err != nil {
		return nil, err
	}
	recipes, err := reproduce.Find(top, work, seen, filepath.ToSlash(inside))
	if err != nil {
		return nil, err
	}
	if len(r.recipes) > 0 {
		recipes = slices.DeleteFunc(recipes, func(one reproduce.Recipe) bool { return !slices.Contains(r.recipes, one.Name) })
	}
	if len(recipes) == 0 {
		return nil, fmt.Errorf("%s holds no package that could be built: no tracked package.json that may be published, pyproject.toml or setup.py, go.mod, Cargo.toml, or manifest.json of a bundle; name the package's own folder", path)
	}
	return &plan{top, work, seen, recipes}, nil
}

// topOf is the top of the checkout that dir lies in, else dir itself.
func topOf(dir string) string {
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			return top
		}
		if top == filepath.Dir(top) {
			return dir
		}
	}
}

// consent says what will be executed, and asks.
func (r *reproducing) consent(cmd *cobra.Command, plan *plan) error {
	problems := cmd.ErrOrStderr()
	if !r.unsandboxed {
		if err := sandbox.Check(cmd.Context()); err != nil {
			return exitCode{exitUnfinished, fmt.Errorf("nothing was built: %w; --unsandboxed builds without one, where the code can do all that you can", err)}
		}
	}
	where := "in a sandbox without a network"
	if r.unsandboxed {
		where = "WITHOUT A SANDBOX, with all that you may do,"
	}
	fmt.Fprintf(problems, "This executes code of %s and of its dependencies, %s twice:\n", reports.Plain(plan.work.Target.Name), where)
	for _, recipe := range plan.recipes {
		fmt.Fprintf(problems, "  %s: %s\n", reports.Plain(recipe.Manifest), reports.Plain(strings.Join(recipe.Steps, "; ")))
	}
	if r.yes {
		return nil
	}
	input, isFile := cmd.InOrStdin().(*os.File)
	if !isFile || !term.IsTerminal(int(input.Fd())) {
		return exitCode{exitUsage, errors.New("nothing was built: there is no terminal to ask on; --yes says that the code may be executed")}
	}
	fmt.Fprint(problems, "Go on? [y/N] ")
	answer, _ := bufio.NewReader(input).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return exitCode{exitUsage, errors.New("nothing was built")}
	}
	return nil
}

// build builds every recipe. One that fails does not keep the others from being built.
func (r *reproducing) build(cmd *cobra.Command, plan *plan) (results []evidence.Reproduction, err error) {
	epoch := ""
	if reproduce.SetsEpoch(plan.seen) {
		epoch = strconv.FormatInt(plan.seen.TakenAt.Unix(), 10)
	}
	var failures []error
	for _, recipe := range plan.recipes {
		result, err := r.one(cmd, plan, recipe, epoch)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		results = append(results, *result)
	}
	return results, errors.Join(failures...)
}

func (r *reproducing) one(cmd *cobra.Command, plan *plan, recipe reproduce.Recipe, epoch string) (result *evidence.Reproduction, err error) {
	scratch, err := os.MkdirTemp("", "sealvet-reproduce-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(cmd.ErrOrStderr(), "%6s  %s: %s\n", time.Since(start).Round(time.Second), reports.Plain(recipe.Manifest), reports.Plain(fmt.Sprintf(format, args...)))
	}
	options := reproduce.Options{Runner: sandbox.New(), Sandboxed: true, Limits: sandbox.DefaultLimits, Scratch: scratch, Epoch: epoch, Say: say}
	options.Limits.Time = r.timeout
	if r.unsandboxed {
		options.Runner, options.Sandboxed = sandbox.Unsandboxed(filepath.Join(scratch, "work")), false
	}
	return reproduce.Run(cmd.Context(), plan.work, plan.root, recipe, options)
}

// report writes the result and turns it into the exit code: differing beats failing.
func (r *reproducing) report(cmd *cobra.Command, part *evidence.Snapshot, failed error) error {
	if r.out != "" {
		err := output{path: r.out}.save(cmd, "the evidence", func(w io.Writer) error { return writeEvidence(w, part) })
		if err != nil {
			return err
		}
	}
	var err error
	if r.format == "json" {
		err = writeEvidence(cmd.OutOrStdout(), part)
	} else {
		err = writeReproductions(cmd.OutOrStdout(), part.Reproductions)
	}
	for _, one := range part.Reproductions {
		for _, artifact := range one.Artifacts {
			if !artifact.Reproduced() {
				return exitCode{exitNotMet, errors.Join(failed, err)}
			}
		}
	}
	if err := errors.Join(failed, err); err != nil {
		return exitCode{exitUnfinished, err}
	}
	return nil
}

func writeEvidence(w io.Writer, part *evidence.Snapshot) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(part)
}

func writeReproductions(w io.Writer, results []evidence.Reproduction) error {
	out := bufio.NewWriter(w)
	for _, one := range results {
		for _, artifact := range one.Artifacts {
			name := reports.Plain(artifact.Name)
			if artifact.Reproduced() {
				fmt.Fprintf(out, "%s: the same both times\n  sha256 %s, %d bytes\n", name, artifact.SHA256, artifact.Size)
				continue
			}
			fmt.Fprintf(out, "%s: not the same (%s)\n", name, reports.Plain(one.Path))
			for _, d := range artifact.Differences {
				place := ""
				if d.File != "" {
					place = reports.Plain(d.File) + ": "
				}
				fmt.Fprintf(out, "  %s%s: %s\n", place, d.Cause, reports.Plain(d.Detail))
			}
			if artifact.More > 0 {
				fmt.Fprintf(out, "  and %d more\n", artifact.More)
			}
		}
	}
	return out.Flush()
}
