package workflow

import (
	"cmp"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// defaultShell is what runs the steps of a job that name no shell themselves:
// the defaults of the job, those of the workflow, or what the runner brings.
func defaultShell(job evidence.Job, workflow string) string {
	if chosen := cmp.Or(job.Shell, workflow); chosen != "" {
		return chosen
	}
	if onWindows(job) {
		return "pwsh"
	}
	return "bash"
}

// onWindows tells whether the job runs on Windows and nowhere else.
func onWindows(job evidence.Job) bool {
	for _, label := range job.RunsOn {
		if symbolic(label.Value) {
			if matrixOnWindows(job, label.Value) {
				return true
			}
		} else if isWindows(label.Value) {
			return true
		}
	}
	return false
}

// matrixOnWindows tells whether every value of the axis that the label names is
// a Windows runner.
func matrixOnWindows(job evidence.Job, label string) bool {
	runners := scope{matrix: job.Matrix}.lookup(label)
	for _, runner := range runners {
		if !isWindows(runner.Value) {
			return false
		}
	}
	return len(runners) > 0
}

func isWindows(label string) bool {
	label = strings.ToLower(label)
	return label == "windows" || strings.HasPrefix(label, "windows-") || strings.Contains(label, "-windows")
}

// languageOf is the language that a shell: names, be it a name or a command
// with {0} for the script: the last known interpreter before {0} counts, so
// that "nix develop -c bash -e {0}" is bash.
func languageOf(shell string) evidence.Shell {
	command, _, _ := strings.Cut(shell, "{0}")
	language := evidence.Other
	for word := range strings.FieldsSeq(command) {
		if known, found := interpreter(word); found {
			language = known
		}
	}
	if symbolic(shell) {
		return evidence.Bash // one of several shells; most are near enough to it
	}
	return language
}

func interpreter(word string) (evidence.Shell, bool) {
	name := strings.ToLower(path.Base(strings.ReplaceAll(word, `\`, "/")))
	name = strings.TrimSuffix(name, ".exe")
	switch {
	case strings.HasSuffix(name, "bash"), name == "zsh", name == "ksh", name == "msys2", name == "micromamba-shell":
		return evidence.Bash, true
	case name == "sh", name == "dash", name == "ash", strings.HasSuffix(name, ".sh"):
		return evidence.POSIX, true
	case name == "pwsh", name == "powershell":
		return evidence.PowerShell, true
	case name == "cmd":
		return evidence.Cmd, true
	case strings.HasPrefix(name, "python"):
		return evidence.Python, true
	case name == "node", name == "deno", name == "bun", name == "perl", name == "ruby", name == "rscript", name == "julia":
		return evidence.Other, true
	}
	return "", false
}
