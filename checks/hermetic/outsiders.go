package hermetic

import (
	"slices"
	"strings"
)

// written says in what way people without rights in the repository can write a
// context's text.
type written uint8

const (
	fixed    written = iota // nobody, or only in a form that can do no harm: numbers, hashes, logins
	insiders                // people who may start workflows or publish releases
	anyone                  // whoever opens an issue, a pull request or a discussion, or comments
)

// free are the last steps of contexts below github.event that hold free text.
var free = []string{"title", "body", "message", "page_name", "head_branch", "display_title", "default_branch", "description", "homepage", "email", "note", "diff_hunk"}

// objects below github.event hold free text somewhere, which toJSON and the like
// let through.
var objects = []string{
	"", "issue", "pull_request", "pull_request.head", "pull_request.head.repo", "comment", "review", "discussion", "commits", "commits.*",
	"head_commit", "head_commit.author", "head_commit.committer", "commits.*.author", "pages", "pages.*", "workflow_run", "workflow_run.head_commit",
	"changes", "answer",
}

// whoWrites says who controls a context of the host.
func whoWrites(context string) written {
	switch context {
	case "github", "github.head_ref":
		return anyone
	case "github.event.release.body", "github.event.release.name", "github.event.release":
		return insiders // release notes are often made of the titles of pull requests
	}
	below, found := strings.CutPrefix(context+".", "github.event.")
	if !found {
		return fixed
	}
	below = strings.TrimSuffix(below, ".")
	first, _, _ := strings.Cut(below, ".")
	parts := strings.Split(below, ".")
	last := parts[len(parts)-1]
	parent := ""
	if len(parts) > 1 {
		parent = parts[len(parts)-2]
	}
	switch {
	case slices.Contains(objects, below):
		return anyone
	case first == "client_payload" || first == "inputs":
		return insiders
	case first == "repository" || first == "organization" || first == "sender" || first == "installation" || first == "release" || first == "milestone" || first == "label":
		return fixed // of this repository: its own people write it
	case slices.Contains(parts, "base") || slices.Contains(parts, "milestone") || slices.Contains(parts, "labels"):
		return fixed
	case slices.Contains(free, last):
		return anyone
	case parent == "head" && (last == "ref" || last == "label"):
		return anyone
	case last == "name" && (parent == "author" || parent == "committer" || parent == "blocked_user"):
		return anyone
	}
	return fixed
}

// carriers are the events that bring a part of github.event.
var carriers = map[string][]string{
	"issue":        {"issues", "issue_comment"},
	"comment":      {"issue_comment", "commit_comment", "discussion_comment", "pull_request_review_comment"},
	"discussion":   {"discussion", "discussion_comment"},
	"answer":       {"discussion"},
	"commits":      {"push"},
	"head_commit":  {"push"},
	"pages":        {"gollum"},
	"workflow_run": {"workflow_run"},
	"review":       {"pull_request_review"},
	"pull_request": {"pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"},
}

// carries tells whether an event can bring the context.
func carries(name, context string) bool {
	if context == "github.head_ref" {
		context = "github.event.pull_request"
	}
	below, _ := strings.CutPrefix(context, "github.event.")
	first, _, _ := strings.Cut(below, ".")
	events, known := carriers[first]
	return !known || slices.Contains(events, name)
}

// harmless are the events on which a fork's run holds no secrets and can write
// nothing.
func harmless(name string) bool {
	return name == "pull_request" || name == "pull_request_review" || name == "pull_request_review_comment"
}

// privileged are the events that people without rights can cause, and whose runs
// hold the secrets and the token of the repository.
var privileged = []string{"pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment", "fork", "watch", "gollum", "commit_comment"}

// told are outputs of well-known actions that hold text of a pull request, by
// action: names of changed files, branches, titles, comments.
var told = map[string][]string{
	"tj-actions/changed-files":                         {"*"},
	"step-security/changed-files":                      {"*"},
	"tj-actions/branch-names":                          {"current_branch", "head_ref_branch", "ref_branch"},
	"tj-actions/verify-changed-files":                  {"changed_files"},
	"dorny/paths-filter":                               {"*_files"},
	"jitterbit/get-changed-files":                      {"*"},
	"ana06/get-changed-files":                          {"*"},
	"trilom/file-changes-action":                       {"files", "files_added", "files_modified", "files_removed"},
	"xt0rted/pull-request-comment-branch":              {"head_ref"},
	"alessbell/pull-request-comment-branch":            {"head_ref"},
	"potiuk/get-workflow-origin":                       {"sourceheadbranch", "pullrequestlabels"},
	"8bitjonny/gh-get-current-pr":                      {"pr_title", "pr_body", "pr"},
	"peter-evans/find-comment":                         {"comment-body"},
	"khan/pull-request-comment-trigger":                {"comment_body"},
	"actions-ecosystem/action-get-merged-pull-request": {"title", "body"},
	"jwalton/gh-find-current-pr":                       {"title", "body"},
	"github/issue-parser":                              {"*"},
	"stefanbuck/github-issue-parser":                   {"*"},
	"issue-ops/parser":                                 {"*"},
}

// givesOut says whether an action's output holds text that outsiders write. Totals
// and yes-or-no answers do not.
func givesOut(action, output string) bool {
	for _, pattern := range told[action] {
		switch {
		case pattern == output:
			return true
		case pattern == "*":
			return !strings.HasPrefix(output, "any_") && !strings.HasPrefix(output, "only_") && !strings.HasSuffix(output, "_count") && !strings.HasSuffix(output, "_keys")
		case strings.HasPrefix(pattern, "*"):
			return strings.HasSuffix(output, pattern[1:])
		}
	}
	return false
}
