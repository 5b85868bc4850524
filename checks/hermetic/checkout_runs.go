package hermetic

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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
