package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/action"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/markdown"
)

// telling is a judged report on its way to the runner.
type telling struct {
	runner *action.Runner
	inputs action.Inputs
	report *reports.Report
	below  string // place of what was scanned in its repository
	// notes say what did not go as the workflow wants it, in our own words.
	notes []string
}

// upload hands the report to code scanning and answers which parts of it are there.
// What cannot go there is no failure of the step: it is annotated instead.
func (t *telling) upload(ctx context.Context, reach *reach) map[string]bool {
	if t.inputs.Upload == "false" {
		return nil
	}
	done, err := t.send(ctx, reach)
	if err == nil {
		return done
	}
	note := "Nothing was uploaded to code scanning"
	if len(done) > 0 {
		note = "Not everything was uploaded to code scanning"
	}
	note += ": " + err.Error() + ". The verdict is the same; the findings are annotated and in the summary."
	t.notes = append(t.notes, note)
	if t.inputs.Upload == "true" {
		t.runner.Warn(note)
	} else {
		t.runner.Note(note)
	}
	return done
}

func (t *telling) send(ctx context.Context, reach *reach) (map[string]bool, error) {
	event, repository := action.ReadEvent(os.Getenv), os.Getenv("GITHUB_REPOSITORY")
	switch {
	case reach.offline:
		return nil, errors.New("the scan is offline")
	case event.FromFork(repository) && os.Getenv("GITHUB_EVENT_NAME") == "pull_request":
		return nil, errors.New("the pull request comes from a fork, whose token may only read")
	case t.inputs.Token == "":
		return nil, errors.New("there is no token; leave github-token at its default")
	}
	at, err := event.Of(os.Getenv, t.report.Target.Commit)
	if err != nil {
		return nil, err
	}
	client, err := reach.client(nil)
	if err != nil {
		return nil, err
	}
	host, err := action.NewCodeScanning(client, reach.jobAPI(), t.inputs.Token, repository)
	if err != nil {
		return nil, err
	}
	parts, err := action.Parts(t.report, t.inputs.Category, t.below)
	if err != nil {
		return nil, err
	}
	done := map[string]bool{}
	for _, part := range parts {
		if part.SARIF == nil {
			t.notes = append(t.notes, fmt.Sprintf("Findings of the %s were not uploaded to code scanning, which would close alerts of what was not seen: %s.", part.Name, part.Unseen))
			continue
		}
		if err := host.Upload(ctx, part.SARIF, at); err != nil {
			return done, err
		}
		done[part.Name] = true
	}
	return done, nil
}

// finish annotates, writes the summary and sets the outputs. A runner that does not
// take them is told of, and the verdict stays.
func (t *telling) finish(dir string, uploaded map[string]bool, err error) error {
	t.runner.Annotate(t.report, t.below, func(f policy.Judged) bool { return f.Rule != nil && uploaded[action.PartOf(f.Rule)] })
	var page bytes.Buffer
	problem := markdown.Write(&page, t.report)
	for _, note := range t.notes {
		fmt.Fprintf(&page, "\n> %s\n", reports.Markdown(note))
	}
	problem = errors.Join(problem, t.runner.Summary(page.String()), t.outputs(dir, err))
	if problem != nil {
		t.runner.Warn(problem.Error())
	}
	var code exitCode
	if errors.As(err, &code) && code.err != nil {
		t.runner.Fail(code.Error())
	}
	return err
}

func (t *telling) outputs(dir string, err error) error {
	result := "met"
	var code exitCode
	if errors.As(err, &code) {
		result = map[int]string{exitNotMet: "not-met", exitUnfinished: "unfinished"}[code.code]
	}
	summary := t.report.Verdict.Summary
	failing := 0
	for _, f := range t.report.Verdict.Findings {
		if f.Fails {
			failing++
		}
	}
	pairs := [][2]string{
		{"result", result},
		{"complete", strconv.FormatBool(summary.Complete)},
		{"findings", strconv.Itoa(summary.Open)},
		{"failing", strconv.Itoa(failing)},
		{"waived", strconv.Itoa(summary.Waived)},
		{"not-assessed", strconv.Itoa(summary.NotAssessed)},
		{"critical", strconv.Itoa(summary.BySeverity[audit.Critical])},
		{"high", strconv.Itoa(summary.BySeverity[audit.High])},
		{"medium", strconv.Itoa(summary.BySeverity[audit.Medium])},
		{"low", strconv.Itoa(summary.BySeverity[audit.Low])},
		{"report-dir", dir},
	}
	for _, report := range t.inputs.Reports(dir) {
		if _, err := os.Stat(report.File); err == nil {
			pairs = append(pairs, [2]string{strings.ToLower(report.Format) + "-file", report.File})
		}
	}
	var problems []error
	for _, pair := range pairs {
		problems = append(problems, t.runner.Output(pair[0], pair[1]))
	}
	return errors.Join(problems...)
}

// jobAPI is the API of the server whose runner this is: the job's token is for no
// other, whatever a flag says.
func (r *reach) jobAPI() string { return (&reach{}).githubAPI() }
