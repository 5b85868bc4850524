package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/action"
	"github.com/sealvet/sealvet/reports"
)

// newAction is what action.yml starts. Nobody types it, so the help is silent of it.
func newAction() *cobra.Command {
	return &cobra.Command{
		Use:    "action",
		Short:  "Scan as a step of a GitHub workflow, by the inputs of action.yml",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE:   runAction,
	}
}

func runAction(cmd *cobra.Command, _ []string) error {
	runner := action.NewRunner(os.Getenv, cmd.OutOrStdout())
	inputs, err := action.ReadInputs(os.Getenv)
	if err != nil {
		return failed(runner, exitCode{exitUsage, err})
	}
	if err := takeTokens(runner, inputs); err != nil {
		return failed(runner, exitCode{exitUnfinished, err})
	}
	dir, err := os.MkdirTemp(os.Getenv("RUNNER_TEMP"), "sealvet-")
	if err != nil {
		return failed(runner, exitCode{exitUnfinished, fmt.Errorf("make a folder for the reports: %w", err)})
	}
	var report *reports.Report
	var collecting collecting
	scan := newScanOf(&collecting, &judging{told: func(r *reports.Report) { report = r }})
	scan.SilenceErrors, scan.SilenceUsage = true, true
	scan.SetArgs(inputs.Scan(dir))
	scan.SetOut(cmd.OutOrStdout())
	scan.SetErr(cmd.OutOrStdout()) // one stream, so that the runner is deaf to all of it
	hear := runner.Deaf()
	err = scan.ExecuteContext(cmd.Context())
	hear()
	if report == nil {
		return failed(runner, coded(err))
	}
	telling := telling{runner: runner, inputs: inputs, report: report, below: action.Below(inputs.Path)}
	uploaded := telling.upload(cmd.Context(), &collecting.reach)
	return telling.finish(dir, uploaded, coded(err))
}

// takeTokens moves the tokens to where the scan looks for them and out of what a
// program that we start could see twice.
func takeTokens(runner *action.Runner, inputs action.Inputs) error {
	for _, name := range action.Variables {
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	for name, token := range map[string]string{"GITHUB_TOKEN": inputs.Token, "SEALVET_TOKEN": inputs.AuditToken} {
		runner.Mask(token)
		if token == "" {
			continue // what the workflow put into the environment stays
		}
		if err := os.Setenv(name, token); err != nil {
			return err
		}
	}
	return nil
}

// coded is an error with the code that the program ends with.
func coded(err error) error {
	var code exitCode
	if err == nil || errors.As(err, &code) {
		return err
	}
	return exitCode{exitUsage, err}
}

// failed tells the runner why there is no verdict.
func failed(runner *action.Runner, err error) error {
	result := "error"
	var code exitCode
	if errors.As(err, &code) && code.code == exitUnfinished {
		result = "unfinished"
	}
	runner.Fail(err.Error())
	if outputErr := runner.Output("result", result); outputErr != nil {
		runner.Warn(outputErr.Error())
	}
	return err
}
