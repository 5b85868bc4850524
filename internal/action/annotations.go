package action

import (
	"fmt"
	"strconv"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// mostOfLevel is how many annotations of one level a step may have; the rest is
// dropped without a word. Source: observed on GitHub, documented nowhere.
const mostOfLevel = 10

// level of the annotation for a finding.
func level(severity audit.Severity) string {
	switch {
	case severity >= audit.High:
		return "error"
	case severity == audit.Medium:
		return "warning"
	}
	return "notice"
}

// Annotate marks the lines of the worst open findings of the report, ten a level, but
// for those that are shown otherwise. Below is the report's place in the repository.
func (r *Runner) Annotate(report *reports.Report, below string, shown func(policy.Judged) bool) {
	tree := reports.NewTree(report.Files)
	said, more := map[string]int{}, 0
	for _, finding := range report.Verdict.Findings { // worst first
		if finding.Status != policy.Open || shown(finding) {
			continue // forgiven, or an alert that is shown beside the same line
		}
		level := level(finding.Severity)
		if said[level] == mostOfLevel {
			more++
			continue
		}
		said[level]++
		r.annotate(level, finding, tree, below)
	}
	if more > 0 {
		fmt.Fprintf(r.out, "%s more; the summary of the job has the worst, the JSON report all.\n", reports.Count(more, "finding"))
	}
}

func (r *Runner) annotate(level string, finding policy.Judged, tree reports.Tree, below string) {
	fields := map[string]string{"title": reports.Plain("sealvet: " + finding.Check)}
	message := reports.Plain(finding.Message)
	if at, real := tree.Place(finding.Location); real {
		fields["file"] = inside(below, at.Path)
		for name, n := range map[string]int{"line": at.Line, "col": at.Column, "endLine": at.EndLine, "endColumn": at.EndColumn} {
			if n > 0 {
				fields[name] = strconv.Itoa(n)
			}
		}
	} else {
		message += reports.Plain(reports.Elsewhere(finding.Location))
	}
	command := r.commands.WithFieldsMap(fields)
	switch level {
	case "error":
		command.Errorf("%s", message)
	case "warning":
		command.Warningf("%s", message)
	default:
		command.Noticef("%s", message)
	}
}

// Warn and Note say something of ours on the page of the run; Fail says why there is
// no verdict.
func (r *Runner) Warn(text string) { r.say("warning", text) }

// Note is Warn for what is no cause for worry.
func (r *Runner) Note(text string) { r.say("notice", text) }

// Fail is Warn for what ends the step.
func (r *Runner) Fail(text string) { r.say("error", text) }

func (r *Runner) say(level, text string) {
	command := r.commands.WithFieldsMap(map[string]string{"title": "sealvet"})
	text = reports.Plain(text)
	switch level {
	case "error":
		command.Errorf("%s", text)
	case "warning":
		command.Warningf("%s", text)
	default:
		command.Noticef("%s", text)
	}
}
