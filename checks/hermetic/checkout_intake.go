package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// intake is foreign code or data that a step brings into the workspace.
type intake struct {
	what     string // for people
	at       evidence.Location
	way      []audit.Related
	checkout *evidence.Checkout // of actions/checkout
	allowed  bool               // allow-unsafe-pr-checkout: true
	artifact bool
	dir      string // where the artifact is put
}

// takesIn says whether a step brings a contributor's code or artifacts in.
func takesIn(runs *runs, s site) (intake, bool) {
	uses := evidence.SplitUses(s.step.Uses.Value)
	if version, found := evidence.CheckoutVersion(uses); found {
		return checksOut(runs, s, version)
	}
	switch name := strings.ToLower(uses.Name()); {
	case name == "actions/download-artifact" && slices.ContainsFunc(evidence.At(s.step.Expressions, "with/run-id"), func(e evidence.Expression) bool {
		return slices.Contains(e.Contexts(), "github.event.workflow_run.id")
	}), name == "dawidd6/action-download-artifact":
		dir, _ := input(s.step.With, "path")
		return intake{what: s.step.Uses.Value, at: s.step.Uses.At, artifact: true, dir: dir.Value}, true
	case s.step.Run.Value != "":
		return fetches(runs, s)
	}
	return intake{}, false
}

func input(all []evidence.Variable, name string) (evidence.Variable, bool) {
	for _, v := range all {
		if strings.EqualFold(v.Name, name) {
			return v, true
		}
	}
	return evidence.Variable{}, false
}

// checksOut looks at the ref and the repository of actions/checkout.
func checksOut(runs *runs, s site, version evidence.Checkout) (intake, bool) {
	for _, name := range []string{"ref", "repository"} {
		value, set := input(s.step.With, name)
		if !set {
			continue
		}
		for _, e := range evidence.At(s.step.Expressions, "with/"+name) {
			sources := runs.heads(s, e)
			pull := strings.Contains(value.Value, "refs/pull/")
			if len(sources) == 0 && !pull {
				continue
			}
			allowed, _ := input(s.step.With, "allow-unsafe-pr-checkout")
			taken := intake{what: value.Value, at: value.At, checkout: &version, allowed: allowed.Value == "true"}
			if len(sources) > 0 {
				taken.way = sources[0].way
			}
			return taken, true
		}
	}
	return intake{}, false
}

// ofContributor knows the contexts that name a contributor's commit, branch or
// repository.
func ofContributor(context string) (written, string) {
	below := strings.TrimPrefix(context, "github.event.")
	switch {
	case context == "github.head_ref",
		strings.HasPrefix(below, "pull_request.head."),
		below == "pull_request.merge_commit_sha",
		strings.HasPrefix(below, "workflow_run.head_"),
		strings.HasPrefix(below, "workflow_run.pull_requests."),
		below == "check_suite.head_sha", below == "check_run.head_sha":
		return anyone, ""
	}
	return fixed, ""
}

// headFinders are actions that give out the branch or commit of a pull request.
var headFinders = []string{
	"xt0rted/pull-request-comment-branch", "alessbell/pull-request-comment-branch", "eficode/resolve-pr-refs", "potiuk/get-workflow-origin",
	"8bitjonny/gh-get-current-pr", "gotson/pull-request-comment-branch", "github/branch-deploy",
}

// asksForHead tells whether a script asks the host for the head of a pull request
// and gives it out under that name.
func asksForHead(step *evidence.Step, output string) bool {
	if slices.Contains(headFinders, strings.ToLower(evidence.SplitUses(step.Uses.Value).Name())) {
		return strings.Contains(output, "head") || strings.Contains(output, "sha") || strings.Contains(output, "ref")
	}
	script, _ := input(step.With, "script")
	text := strings.ToLower(step.Run.Value + script.Value)
	gives := strings.Contains(text, "setoutput('"+output+"'") || strings.Contains(text, `setoutput("`+output+`"`) || strings.Contains(text, output+"=")
	return gives && slices.ContainsFunc([]string{"head.sha", "head.ref", "headrefoid", "headrefname", "head_sha", "head_ref"}, func(name string) bool {
		return strings.Contains(text, name)
	})
}

// fetches looks for commands that bring a pull request in.
func fetches(runs *runs, s site) (intake, bool) {
	for _, command := range runs.commands(s) {
		words := command.Words
		if len(words) < 2 {
			continue
		}
		switch program := command.Program(); {
		case program == "gh" && len(words) > 2 && words[1].Value == "pr" && words[2].Value == "checkout",
			program == "hub" && words[1].Value == "pr":
			return intake{what: line(command), at: command.At}, true
		case program == "gh" && len(words) > 2 && words[1].Value == "run" && words[2].Value == "download":
			return intake{what: line(command), at: command.At, artifact: true}, true
		case program == "git" && slices.ContainsFunc(words[1:], func(w evidence.Word) bool {
			return w.Value == "fetch" || w.Value == "pull" || w.Value == "checkout" || w.Value == "clone"
		}):
			for _, word := range words[1:] {
				if namesPull(runs, s, word.Value) {
					return intake{what: line(command), at: command.At}, true
				}
			}
		}
	}
	return intake{}, false
}

// namesPull tells whether a word of a git command names a pull request's branch:
// pull/5/head, ${{ github.head_ref }}, or a variable that holds it.
func namesPull(runs *runs, s site, word string) bool {
	if before, after, found := strings.Cut(word, "pull/"); found && (before == "" || strings.HasSuffix(before, "/") || strings.HasSuffix(before, "+")) && (strings.Contains(after, "/head") || strings.Contains(after, "/merge")) {
		return true
	}
	for _, e := range evidence.At(s.step.Expressions, "run") {
		if strings.Contains(word, e.Text) && len(runs.heads(s, e)) > 0 {
			return true
		}
	}
	for _, v := range s.step.Env {
		if !strings.Contains(word, "$"+v.Name) && !strings.Contains(word, "${"+v.Name) {
			continue
		}
		for _, e := range evidence.At(s.step.Expressions, "env/"+v.Name) {
			if len(runs.heads(s, e)) > 0 {
				return true
			}
		}
	}
	return false
}
