package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/attest"
	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

func newAttest() *cobra.Command {
	var a attesting
	cmd := &cobra.Command{
		Use:   "attest [PATH]",
		Short: "Say the verdict on a checkout as a signed statement",
		Long: `attest looks at a checkout and judges it as scan does, and says the verdict in the
form that others verify: a SLSA verification summary of the commit, and of the
artifacts that --artifact names.

It is signed in one of three ways:
  --key FILE    by a private key. This writes a DSSE envelope; with --public-log or
                --rekor-url it is logged too, and written as a Sigstore bundle. The
                passphrase of a key that cosign encrypted is read from $COSIGN_PASSWORD.
  --keyless     as the CI job that this runs in, where GitHub or GitLab offers it an
                identity token. This writes a Sigstore bundle. The public log shows the
                name of the repository, its workflow and the commit to everybody, for
                ever: a repository that is not public asks for --public-log, or for an
                instance of one's own (--fulcio-url, --rekor-url, --tsa-url,
                --signing-config).
  --unsigned    by nobody. This writes the bare statement, for another tool to sign.

A policy that is not met is stated too, as FAILED. Levels are SLSA_BUILD_LEVEL_n where
the evidence proves it of every artifact, and for this very commit; SEALVET_POLICY_MET;
and SEALVET_ALL_ASSESSED where no check was left open.

Exit codes: 0 policy met, 1 policy not met, 2 usage or configuration error,
3 could not finish (1 beats 3).`,
		Example: `  sealvet attest --keyless --out weather.sealvet.sigstore.json
  sealvet attest --key cosign.key --artifact dist/weather-1.2.0.tgz -o summary.json
  sealvet attest --unsigned | jq .predicate`,
		Args: cobra.MaximumNArgs(1),
		RunE: a.run,
	}
	a.flags(cmd)
	return cmd
}

// attesting is what attest is asked for.
type attesting struct {
	judging
	collecting
	signing
	artifacts []string
	resource  string
	out       string
}

func (a *attesting) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&a.artifacts, "artifact", nil, "file that was made from the commit, to be a subject too; repeatable")
	flags.StringVar(&a.resource, "resource", "", "URI of what the statement is of (default: the remote, as git+https://host/owner/name)")
	flags.StringVarP(&a.out, "out", "o", "", "file to write (default: standard output)")
	a.signing.flags(cmd)
	a.collecting.flags(cmd)
	a.ruleFlags(cmd)
}

func (a *attesting) run(cmd *cobra.Command, args []string) error {
	sign, err := a.signing.prepare(cmd.Context(), a.reach)
	if err != nil {
		return unjudged(err)
	}
	if err := a.readPolicies(cmd, &a.reach); err != nil {
		return err
	}
	seen, err := a.collect(cmd, args, a.policy)
	if err != nil {
		return err
	}
	if err := unchanged(cmd.Context(), target(args), seen); err != nil {
		return unjudged(err)
	}
	inputs, err := a.inputs(seen)
	if err != nil {
		return unjudged(err)
	}
	if err := addEvidence(cmd, seen, a.evidence); err != nil {
		return unjudged(err)
	}
	report, err := a.report(cmd, seen)
	if err != nil {
		return unjudged(err)
	}
	statement, err := a.statement(report, seen, inputs)
	if err != nil {
		return unjudged(err)
	}
	err = a.write(cmd, sign, statement, report)
	switch {
	case !report.Verdict.Met:
		return exitCode{exitNotMet, err}
	case err != nil:
		return exitCode{exitUnfinished, err}
	}
	return nil
}

// write signs, and says what was signed.
func (a *attesting) write(cmd *cobra.Command, sign signer, statement []byte, report *reports.Report) error {
	signed, err := sign.sign(cmd.Context(), statement)
	if err != nil {
		return err
	}
	err = output{path: a.out}.save(cmd, "the statement", func(w io.Writer) error {
		_, err := w.Write(append(signed, '\n'))
		return err
	})
	if err != nil {
		return err
	}
	outcome := "PASSED: the policy is met"
	if !report.Verdict.Met {
		outcome = "FAILED (sealvet scan says why): the policy is not met"
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s, %d checks not assessed; %s\n", outcome, report.Verdict.Summary.NotAssessed, sign.how)
	return nil
}

// unchanged refuses a checkout that is not the commit that the statement would name.
func unchanged(ctx context.Context, path string, seen *evidence.Snapshot) error {
	if seen.Target.Commit == "" {
		return nil // it names no commit
	}
	work, err := checkout.Tracked(ctx, path)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return fmt.Errorf("compare the checkout with its commit: %w", err)
	case work.Changed:
		return fmt.Errorf("the checkout is not what commit %s holds: files were changed since. Commit them, or attest a fresh checkout", seen.Target.Commit)
	}
	return nil
}

// inputs are what the verdict rests on: what was seen, evidence collected elsewhere,
// and what was known before.
func (a *attesting) inputs(seen *evidence.Snapshot) ([]attest.Reference, error) {
	var snapshot bytes.Buffer
	if err := writeSnapshot(&snapshot, seen, false); err != nil { // as collect writes it
		return nil, err
	}
	list := []attest.Reference{{URI: reports.Home + "#" + evidence.Schema, Digest: attest.Digest(snapshot.Bytes())}}
	files := a.evidence
	if a.baselinePath != "" {
		files = append(files[:len(files):len(files)], a.baselinePath)
	}
	for _, file := range files {
		if file == "-" {
			return nil, errors.New("--evidence - cannot be named in a statement; give a file")
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		list = append(list, attest.Reference{URI: "file:" + filepath.Base(file), Digest: attest.Digest(data)})
	}
	return list, nil
}

func (a *attesting) statement(report *reports.Report, seen *evidence.Snapshot, inputs []attest.Reference) ([]byte, error) {
	rules := report.Verdict.Policy
	in := attest.Input{
		Target: seen.Target, Resource: a.resource, Home: reports.Home, Version: report.Tool.Version,
		At: seen.TakenAt, Inputs: inputs, Verdict: &report.Verdict,
		Policy: attest.Reference{URI: reports.Home + "#default-policy"},
	}
	switch {
	case a.policyPath == "" && a.orgPolicy != "":
		in.Policy.URI = sourceURI(rules.Sources[0])
	case a.policyPath != "":
		in.Policy.URI = "file:" + filepath.Base(a.policyPath)
	case rules.Path != "":
		in.Policy.URI = attest.InRepository(seen.Target, rules.Path)
	}
	var err error
	if in.Policy.Digest, err = attest.PolicyDigest(rules); err != nil {
		return nil, err
	}
	for _, path := range a.artifacts {
		artifact, err := openArtifact(path, seen)
		if err != nil {
			return nil, err
		}
		in.Artifacts = append(in.Artifacts, artifact)
	}
	return attest.Statement(in)
}

// sourceURI names a policy that the caller gave.
func sourceURI(source policy.Source) string {
	if source.Commit == "" {
		return "file:" + filepath.Base(source.Path)
	}
	place, _, _ := strings.Cut(source.Path, "@")
	return reports.Home + "#policy/" + place + "@" + source.Commit
}

func openArtifact(path string, seen *evidence.Snapshot) (attest.Subject, error) {
	file, err := os.Open(path)
	if err != nil {
		return attest.Subject{}, fmt.Errorf("--artifact: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return attest.Subject{}, fmt.Errorf("--artifact: %s is no file", path)
	}
	return attest.Artifact(filepath.Base(path), file, seen)
}
