package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// whether reads the value of an input that turns something on: a truth value, a
// word that names what is on, or an expression.
func whether(value string, job *trace.Job) evidence.Answer {
	value = strings.TrimSpace(value)
	if strings.Contains(value, "${{") {
		return holds(value, job)
	}
	switch strings.ToLower(value) {
	case "", "false", "no", "off", "0":
		return evidence.No
	}
	return evidence.Yes
}

// never tells whether a step's condition keeps it from running when the job
// publishes.
func never(condition string, job *trace.Job) bool {
	return condition != "" && holds(condition, job) == evidence.No
}

// holds reads a condition as it comes out when the job publishes: for a release
// or a tag if these start it, and never for a pull request.
func holds(condition string, job *trace.Job) evidence.Answer {
	bare := strings.TrimSpace(condition)
	if inner, is := strings.CutPrefix(bare, "${{"); is && strings.Count(bare, "${{") == 1 {
		bare = strings.TrimSuffix(inner, "}}")
	}
	if strings.Contains(bare, "||") {
		return evidence.Unknown
	}
	answer := evidence.Yes
	for part := range strings.SplitSeq(bare, "&&") {
		switch term(part, job) {
		case evidence.No:
			return evidence.No
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.Yes:
		}
	}
	return answer
}

var (
	ofTags = []string{
		"startsWith(github.ref,'refs/tags/')", "startsWith(github.ref,'refs/tags/v')", "startsWith(github.ref,'refs/tags')",
		"github.ref_type=='tag'", "github.ref_type!='branch'",
	}
	notOfTags = []string{
		"!startsWith(github.ref,'refs/tags/')", "!startsWith(github.ref,'refs/tags/v')", "!startsWith(github.ref,'refs/tags')",
		"github.ref_type!='tag'", "github.ref_type=='branch'",
	}
)

// term is one part of a condition.
func term(part string, job *trace.Job) evidence.Answer {
	part = strings.ReplaceAll(strings.Join(strings.Fields(part), ""), `"`, "'")
	tagged := job.Workflow != nil && startedByRelease(job.Workflow)
	switch part {
	case "true", "always()", "success()", "!cancelled()", "github.event_name!='pull_request'":
		return evidence.Yes
	case "false", "github.event_name=='pull_request'", "github.event_name=='pull_request_target'", "failure()":
		return evidence.No
	case "github.event_name=='push'", "github.event_name=='release'":
		if tagged {
			return evidence.Yes
		}
		return evidence.Unknown
	}
	switch {
	case slices.Contains(ofTags, part) && tagged:
		return evidence.Yes
	case slices.Contains(notOfTags, part) && tagged:
		return evidence.No
	}
	return evidence.Unknown
}
