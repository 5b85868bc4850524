package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed untrusted_checkout.md
var untrustedCheckoutDoc string

// UntrustedCheckout finds runs with the rights of the repository that take in
// the code of a contributor.
var UntrustedCheckout = &audit.Check{
	ID:       "untrusted-checkout",
	Title:    "Privileged workflow checks out and runs contributors' code",
	Family:   audit.Hermetic,
	Severity: audit.Critical,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      untrustedCheckoutDoc,
	Controls: []string{"OSPS-BR-01.01", "CIS-SSC-2.3.5", "SSDF-PO.5.1", "CICD-SEC-4", "OWASP-MCP05"},
	Inspect:  inspectUntrustedCheckout,
}

func inspectUntrustedCheckout(seen *evidence.Snapshot, record *audit.Record) {
	runs := newRuns(seen)
	for s := range runs.sites {
		if s.job == nil {
			continue // a checkout in an action is judged by those who have jobs
		}
		taken, found := takesIn(runs, s)
		events := causedByOutsiders(runs.events(s))
		switch {
		case len(events) == 0: // nobody without rights can start it with rights
		case found:
			judgeCheckout(record, runs, s, taken, events)
		default:
			if _, checkout := evidence.CheckoutVersion(evidence.SplitUses(s.step.Uses.Value)); checkout {
				record.Pass(s.step.Uses.Value, s.step.Uses.At)
			}
		}
	}
}

func causedByOutsiders(events []event) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return !slices.Contains(privileged, e.name) })
}

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
			sources := runs.trace(s, e, ofContributor)
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
		if strings.Contains(word, e.Text) && len(runs.trace(s, e, ofContributor)) > 0 {
			return true
		}
	}
	for _, v := range s.step.Env {
		if !strings.Contains(word, "$"+v.Name) && !strings.Contains(word, "${"+v.Name) {
			continue
		}
		for _, e := range evidence.At(s.step.Expressions, "env/"+v.Name) {
			if len(runs.trace(s, e, ofContributor)) > 0 {
				return true
			}
		}
	}
	return false
}

// judgeCheckout grades one intake by what happens to it, and by who can cause it.
func judgeCheckout(record *audit.Record, runs *runs, s site, taken intake, events []event) {
	open := slices.DeleteFunc(slices.Clone(events), func(e event) bool {
		return e.own || refuses(taken, e) == evidence.Yes || taken.artifact && e.name != "workflow_run"
	})
	if len(open) == 0 {
		record.Pass(taken.what, taken.at)
		return
	}
	by := worstEvent(open, taken)
	run, executed := executes(runs, s, taken)
	if taken.artifact && !executed {
		record.Pass(taken.what, taken.at) // data that is only looked at
		return
	}
	f := audit.Finding{
		Subject: taken.what, Anchor: s.step.Anchor, Location: taken.at, Related: taken.way,
		Severity: audit.Critical,
	}
	f.Related = append(f.Related[:len(f.Related):len(f.Related)], audit.Related{Location: by.at, Message: "runs on " + by.name + ", with the rights of the repository"})
	then := "and goes on with it"
	switch {
	case executed:
		then = "and runs it"
		f.Related = append(f.Related, audit.Related{Location: run, Message: "what was checked out can run here"})
	default:
		f.Severity, f.Confidence = audit.Medium, audit.Likely
	}
	if executed && powerless(s) {
		f.Severity = audit.High // what remains is the cache and the runner
	}
	if executed && (len(by.guards) > 0 || s.job.Environment.Value != "" || labelled(by)) {
		f.Severity, f.Confidence = audit.High, audit.Likely
		then += "; somebody has to agree, but not to each new commit"
	}
	if executed && refuses(taken, by) == evidence.Unknown && taken.checkout != nil {
		f.Severity, f.Confidence = audit.High, audit.Likely
		then += ", where this ref is a release that does not refuse forks"
	}
	what := "the code of a pull request"
	if taken.artifact {
		what = "artifacts of a contributor's run"
	}
	f.Message = fmt.Sprintf("%s brings %s into a job with the rights of the repository (%s) %s; do that on pull_request, and leave to this job what needs rights", taken.what, what, by.name, then)
	record.Defect(f)
}

// refuses says whether checkout itself keeps the code of forks out.
func refuses(taken intake, e event) evidence.Answer {
	if taken.checkout == nil || taken.allowed || e.name != "pull_request_target" && e.name != "workflow_run" {
		return evidence.No
	}
	return taken.checkout.RefusesForks()
}

// worstEvent prefers one that nothing guards.
func worstEvent(events []event, taken intake) event {
	for _, e := range events {
		if len(e.guards) == 0 && !labelled(e) && refuses(taken, e) == evidence.No {
			return e
		}
	}
	return events[0]
}

// labelled: the run starts when somebody with rights sets a label.
func labelled(e event) bool { return e.types == "labeled" }

// powerless tells whether the token of the job can write nothing and no secret
// is in sight.
func powerless(s site) bool {
	p := s.job.Permissions
	if !p.Declared {
		p = s.workflow.Permissions
	}
	if !p.Declared || p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(v evidence.Variable) bool { return v.Value == "write" }) {
		return false
	}
	for _, all := range append([][]evidence.Expression{s.workflow.Expressions, s.job.Expressions}, expressionsOf(s.job.Steps)...) {
		for _, e := range all {
			for _, context := range e.Contexts() {
				if strings.HasPrefix(context, "secrets") && context != "secrets.github_token" {
					return false
				}
			}
		}
	}
	return true
}

func expressionsOf(steps []evidence.Step) [][]evidence.Expression {
	var all [][]evidence.Expression
	for _, step := range steps {
		all = append(all, step.Expressions)
	}
	return all
}

// executes finds the first later step that runs what was taken in: commands that
// build or test it, its own scripts, its own actions.
func executes(runs *runs, s site, taken intake) (evidence.Location, bool) {
	after := false
	for i := range s.job.Steps {
		step := &s.job.Steps[i]
		if step == s.step {
			after = true
			if step.Run.Value == "" {
				continue
			}
		}
		if !after {
			continue
		}
		later := s
		later.step = step
		uses := evidence.SplitUses(step.Uses.Value)
		if !taken.artifact && (uses.Kind == evidence.UsesLocal || buildsTree(uses)) {
			return step.Uses.At, true
		}
		passed := step != s.step
		for _, command := range runs.commands(later) {
			if command.At == taken.at {
				passed = true
				continue
			}
			if passed && (taken.artifact && runsArtifact(command, taken.dir) || !taken.artifact && runsTree(command)) {
				return command.At, true
			}
		}
	}
	return evidence.Location{}, false
}

// buildsTree knows actions that run what the tree says.
func buildsTree(uses evidence.Uses) bool {
	return slices.Contains([]string{
		"docker/build-push-action", "docker/bake-action", "gradle/gradle-build-action", "golangci/golangci-lint-action", "pre-commit/action",
		"goreleaser/goreleaser-action", "bahmutov/npm-install", "cypress-io/github-action", "changesets/action", "github/codeql-action/autobuild",
		"super-linter/super-linter", "github/super-linter", "pulumi/actions",
	}, strings.ToLower(uses.Name()))
}

// builders run code of the folder they stand in: scripts, configurations, tests.
var builders = []string{
	"npm", "pnpm", "yarn", "bun", "npx", "bunx", "pip", "pip3", "uv", "poetry", "pdm", "pipenv", "tox", "nox", "pytest", "python", "python3", "node", "deno", "ruby", "perl", "php",
	"make", "cmake", "just", "task", "go", "cargo", "gradle", "gradlew", "mvn", "mvnw", "dotnet", "bundle", "rake", "composer", "docker", "tsx", "ts-node", "vite", "jest", "vitest",
	"pre-commit", "eslint", "mypy", "nx", "turbo", "bazel", "terraform", "goreleaser", "mkdocs", "hatch", "nix", "act", "tsc", "swift",
}

func runsTree(command evidence.Command) bool {
	program := command.Program()
	if len(command.Words) == 0 {
		return false
	}
	first := command.Words[0].Value
	if strings.HasPrefix(first, "./") || strings.HasPrefix(first, "../") || strings.Contains(first, "/") && !strings.HasPrefix(first, "/") && !strings.HasPrefix(first, "$") {
		return true
	}
	switch program {
	case "bash", "sh", "zsh", "source", ".", "pwsh":
		return len(command.Words) > 1 && command.Words[1].Value != "-c"
	case "python", "python3", "node", "ruby", "perl", "php":
		return len(command.Words) > 1 && !slices.Contains([]string{"-c", "-e", "-V", "--version", "-v"}, command.Words[1].Value)
	case "docker":
		return len(command.Words) > 1 && (command.Words[1].Value == "build" || command.Words[1].Value == "compose" || command.Words[1].Value == "buildx")
	}
	return slices.Contains(builders, program) && !(len(command.Words) > 1 && (command.Words[1].Value == "--version" || command.Words[1].Value == "-v"))
}

// runsArtifact tells whether a command runs a file of the artifact, or lets it
// set the environment of the later steps.
func runsArtifact(command evidence.Command, dir string) bool {
	for _, redirect := range command.Redir {
		if strings.Contains(redirect.Target.Value, "GITHUB_ENV") && command.Program() == "cat" && len(command.Redir) == 1 {
			return true
		}
	}
	dir = strings.TrimPrefix(strings.TrimSuffix(dir, "/"), "./")
	if dir == "" || len(command.Words) == 0 {
		return false
	}
	for i, word := range command.Words {
		inside := strings.HasPrefix(strings.TrimPrefix(word.Value, "./"), dir+"/")
		if inside && (i == 0 || i == 1 && slices.Contains([]string{"bash", "sh", "node", "python", "python3", "source", "."}, command.Program())) {
			return true
		}
	}
	return false
}
