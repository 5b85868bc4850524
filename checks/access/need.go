package access

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// needs knows what the steps of a repository do with the token.
type needs struct {
	actions map[string]*evidence.Action            // by folder
	scripts map[evidence.Location]*evidence.Script // by the place of their text
	known   map[actionScope]evidence.Answer
}

type actionScope struct{ action, scope string }

func newNeeds(seen *evidence.Snapshot) *needs {
	n := &needs{
		actions: make(map[string]*evidence.Action),
		scripts: make(map[evidence.Location]*evidence.Script),
		known:   make(map[actionScope]evidence.Answer),
	}
	for i := range seen.Actions {
		n.actions[path.Dir(seen.Actions[i].Path)] = &seen.Actions[i]
	}
	for i := range seen.Scripts {
		n.scripts[seen.Scripts[i].At] = &seen.Scripts[i]
	}
	return n
}

// job says whether a job needs to write to a scope of the token. Unknown is the
// answer where a step may do anything with it.
func (n *needs) job(w *evidence.Workflow, job *evidence.Job, scope string) evidence.Answer {
	if job.Uses.Value != "" {
		return evidence.Unknown // the called workflow says so
	}
	need := n.steps(job.Steps, scope)
	if need == evidence.No && (holdsToken(w.Expressions) || holdsToken(job.Expressions)) {
		return evidence.Unknown // every step is handed the token
	}
	return need
}

func (n *needs) steps(steps []evidence.Step, scope string) evidence.Answer {
	answer := evidence.No
	for i := range steps {
		switch n.step(&steps[i], scope) {
		case evidence.Yes:
			return evidence.Yes
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.No:
		}
	}
	return answer
}

func (n *needs) step(step *evidence.Step, scope string) evidence.Answer {
	if step.Run.Value != "" {
		return n.run(step, scope)
	}
	uses := evidence.SplitUses(step.Uses.Value)
	if uses.Kind == evidence.UsesLocal {
		return n.action(path.Clean(strings.TrimPrefix(uses.Path, "$/")), scope)
	}
	name := strings.ToLower(uses.Name())
	if scopes, known := actionNeeds[name]; known {
		return evidence.Known(slices.Contains(scopes, scope))
	}
	return evidence.Unknown
}

// action says what an action of this repository needs, each asked once.
func (n *needs) action(dir, scope string) evidence.Answer {
	action := n.actions[dir]
	if action == nil || action.Using != "composite" {
		return evidence.Unknown
	}
	key := actionScope{dir, scope}
	if known, found := n.known[key]; found {
		return known
	}
	n.known[key] = evidence.Unknown // for one that uses itself
	n.known[key] = n.steps(action.Steps, scope)
	return n.known[key]
}

// actionNeeds are the scopes that well-known actions write to. One that is not
// listed may need anything.
var actionNeeds = map[string][]string{
	"actions/checkout": nil, "actions/setup-node": nil, "actions/setup-python": nil, "actions/setup-go": nil, "actions/setup-java": nil,
	"actions/setup-dotnet": nil, "actions/cache": nil, "actions/cache/restore": nil, "actions/cache/save": nil, "actions/upload-artifact": nil,
	"actions/download-artifact": nil, "actions/configure-pages": {"pages"}, "actions/upload-pages-artifact": nil,
	"actions/deploy-pages": {"pages", "id-token"}, "actions/labeler": {"pull-requests", "issues"}, "actions/stale": {"issues", "pull-requests", "contents", "actions"},
	"actions/first-interaction": {"issues", "pull-requests"}, "actions/dependency-review-action": {"pull-requests"},
	"actions/attest-build-provenance": {"id-token", "attestations", "packages", "artifact-metadata"}, "actions/attest": {"id-token", "attestations", "packages", "artifact-metadata"},
	"actions/attest-sbom": {"id-token", "attestations", "packages", "artifact-metadata"}, "actions/ai-inference": {"models"},
	"actions/create-release": {"contents"}, "actions/upload-release-asset": {"contents"}, "actions/create-github-app-token": nil,
	"astral-sh/setup-uv": nil, "oven-sh/setup-bun": nil, "pnpm/action-setup": nil, "denoland/setup-deno": nil, "ruby/setup-ruby": nil,
	"dtolnay/rust-toolchain": nil, "actions-rs/toolchain": nil, "swatinem/rust-cache": nil, "golangci/golangci-lint-action": {"checks", "pull-requests"},
	"gradle/actions/setup-gradle": {"contents"}, "gradle/actions/wrapper-validation": nil, "gradle/wrapper-validation-action": nil,
	"docker/setup-buildx-action": nil, "docker/setup-qemu-action": nil, "docker/metadata-action": nil, "docker/login-action": {"packages"},
	"docker/build-push-action": {"packages", "id-token", "attestations"}, "docker/bake-action": {"packages", "id-token", "attestations"},
	"github/codeql-action/init": {"security-events"}, "github/codeql-action/analyze": {"security-events"}, "github/codeql-action/autobuild": nil,
	"github/codeql-action/upload-sarif": {"security-events"}, "ossf/scorecard-action": {"security-events", "id-token"},
	"codecov/codecov-action": {"id-token"}, "pre-commit/action": {"contents"}, "sigstore/cosign-installer": nil, "anchore/sbom-action": {"contents"},
	"goreleaser/goreleaser-action": {"contents", "packages", "id-token", "issues", "discussions"}, "softprops/action-gh-release": {"contents", "discussions"},
	"ncipollo/release-action": {"contents", "discussions"}, "svenstaro/upload-release-action": {"contents"}, "googleapis/release-please-action": {"contents", "pull-requests", "issues"},
	"google-github-actions/release-please-action": {"contents", "pull-requests", "issues"}, "release-drafter/release-drafter": {"contents", "pull-requests"},
	"changesets/action": {"contents", "pull-requests", "id-token", "packages"}, "peter-evans/create-pull-request": {"contents", "pull-requests", "actions"},
	"peter-evans/create-or-update-comment": {"issues", "pull-requests"}, "peter-evans/enable-pull-request-automerge": {"contents", "pull-requests"},
	"peaceiris/actions-gh-pages": {"contents"}, "jamesives/github-pages-deploy-action": {"contents"}, "stefanzweifel/git-auto-commit-action": {"contents"},
	"hmarr/auto-approve-action": {"pull-requests"}, "pypa/gh-action-pypi-publish": {"id-token", "attestations"}, "rust-lang/crates-io-auth-action": {"id-token"},
	"aws-actions/configure-aws-credentials": {"id-token"}, "google-github-actions/auth": {"id-token"}, "azure/login": {"id-token"},
	"step-security/harden-runner": {"id-token"}, "dorny/test-reporter": {"checks", "pull-requests"}, "dorny/paths-filter": nil,
	"marocchino/sticky-pull-request-comment": {"pull-requests", "issues"}, "amannn/action-semantic-pull-request": {"pull-requests", "statuses"},
}

// run says what the commands of a step do with the token.
func (n *needs) run(step *evidence.Step, scope string) evidence.Answer {
	script := n.scripts[step.Run.At]
	if script == nil {
		return evidence.Unknown
	}
	answer, token := evidence.No, holdsToken(step.Expressions)
	for _, command := range script.Commands {
		need := commandNeeds(command, scope)
		program := command.Program()
		if need == evidence.No && token && !slices.Contains(plain, program) && program != "gh" && program != "git" {
			need = evidence.Unknown // it is handed the token and may use it
		}
		switch need {
		case evidence.Yes:
			return evidence.Yes
		case evidence.Unknown:
			answer = evidence.Unknown
		case evidence.No:
		}
	}
	return answer
}

// holdsToken tells whether a step is handed the job's token.
func holdsToken(all []evidence.Expression) bool {
	return slices.ContainsFunc(all, func(e evidence.Expression) bool {
		return slices.ContainsFunc(e.Flows(), func(c string) bool { return c == "github.token" || c == "secrets.github_token" })
	})
}

// plain are programs that never write to the host.
var plain = []string{
	"", "echo", "printf", "cat", "ls", "mkdir", "cd", "test", "[", "[[", "cp", "mv", "rm", "sed", "awk", "grep", "jq", "yq", "tar", "zip", "unzip", "export", "set", "true",
	"false", "exit", "sleep", "chmod", "touch", "find", "sort", "uniq", "head", "tail", "wc", "tr", "cut", "date", "which", "pwd", "read", "sha256sum", "diff", "tee",
	"apt-get", "apt", "brew", "pip", "pip3", "pytest", "ruff", "mypy", "black", "tox", "eslint", "prettier", "tsc", "jest", "vitest", "uname", "env", "eval",
	"source", ".", "shift", "local", "declare", "return", "break", "continue", "basename", "dirname", "realpath", "xargs", "shellcheck", "actionlint", "zizmor",
}

// builders are programs whose commands stay on the machine unless they say otherwise.
var builders = []string{"npm", "pnpm", "yarn", "bun", "npx", "uv", "uvx", "poetry", "pdm", "go", "cargo", "make", "just", "gradle", "gradlew", "mvn", "mvnw", "dotnet", "bundle", "composer", "node", "python", "python3", "deno"}

func commandNeeds(command evidence.Command, scope string) evidence.Answer {
	program := command.Program()
	switch {
	case program == "gh":
		return ghNeeds(words(command), scope)
	case program == "git":
		return evidence.Known(scope == "contents" && slices.Contains(words(command), "push"))
	case program == "docker", program == "podman", program == "oras", program == "helm", program == "skopeo", program == "ko", program == "crane":
		return evidence.Known(scope == "packages")
	case program == "cosign", program == "mcp-publisher", program == "twine":
		return evidence.Known(scope == "id-token" || scope == "packages" && program == "cosign")
	case slices.Contains(plain, program):
		return evidence.No
	case slices.Contains(builders, program) && !releases(words(command)):
		return evidence.No
	}
	return evidence.Unknown
}

func words(command evidence.Command) []string {
	var all []string
	for _, word := range command.Words {
		all = append(all, word.Value)
	}
	return all
}

// releases tells whether the arguments speak of bringing something out.
func releases(arguments []string) bool {
	for _, word := range arguments {
		for _, hint := range []string{"release", "publish", "deploy", "version", "changelog", "push", "tag", "bump", "upload", "sign", "docs", "pages", "provenance", "commit", "update", "sync", "$"} {
			if strings.Contains(word, hint) {
				return true
			}
		}
	}
	return false
}

// ghNeeds reads gh <noun> <verb>.
func ghNeeds(arguments []string, scope string) evidence.Answer {
	if len(arguments) < 3 {
		return evidence.No
	}
	verb := arguments[2]
	if arguments[1] == "release" && scope == "contents" && (verb == "view" || verb == "list") {
		return evidence.Unknown // drafts show to tokens that can write
	}
	if slices.Contains([]string{"list", "view", "status", "diff", "checks", "download", "watch", "checkout"}, verb) {
		return evidence.No
	}
	switch arguments[1] {
	case "release":
		return evidence.Known(scope == "contents" || scope == "discussions")
	case "pr":
		return evidence.Known(scope == "pull-requests" || scope == "contents" && (verb == "merge" || verb == "create" || verb == "close" || verb == "update-branch") || scope == "issues")
	case "issue", "label":
		return evidence.Known(scope == "issues" || scope == "pull-requests")
	case "workflow", "run", "cache":
		return evidence.Known(scope == "actions")
	case "auth", "config", "extension", "search", "help":
		return evidence.No
	}
	return evidence.Unknown
}
