// Package scriptfile reads the script files of a tree. It knows by name or
// first line which file is a script and in which language; the language itself
// is the shell package's to know.
package scriptfile

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var extensions = map[string]evidence.Shell{
	".sh": evidence.POSIX, ".bash": evidence.Bash, ".zsh": evidence.Bash, ".ksh": evidence.Bash,
	".ps1": evidence.PowerShell, ".psm1": evidence.PowerShell,
	".bat": evidence.Cmd, ".cmd": evidence.Cmd,
}

// Takes knows script files by their extension.
func Takes(name string) bool {
	return extensions[strings.ToLower(path.Ext(name))] != ""
}

// TakesNameless guesses that a file without extension may be a script; Read
// lets go of those whose first line does not name a shell.
func TakesNameless(name string) bool {
	base := path.Base(name)
	return !strings.Contains(base, ".") && !notScripts[strings.ToLower(base)]
}

// notScripts have readers of their own, or are prose.
var notScripts = map[string]bool{
	"makefile": true, "gnumakefile": true, "justfile": true, "dockerfile": true, "containerfile": true,
	"license": true, "licence": true, "copying": true, "notice": true, "readme": true, "changelog": true,
	"authors": true, "codeowners": true, "version": true, "gemfile": true, "pipfile": true, "procfile": true,
}

// Read reads one script file. The first line decides over the extension.
func Read(src *text.Source, out *evidence.Snapshot) error {
	first, _, _ := strings.Cut(src.String(), "\n")
	kind, errexit := Interpreter(strings.TrimPrefix(first, "\uFEFF"))
	if kind == "" {
		kind = extensions[strings.ToLower(path.Ext(src.Path()))]
	}
	if kind == "" || kind == evidence.Other {
		return nil // not a script, or in a language nobody here reads
	}
	script, err := shell.Read(src.Text(0, src.Len()), shell.Context{
		Path: src.Path(), Origin: evidence.FromFile, Shell: kind, Errexit: errexit,
	})
	out.Scripts = append(out.Scripts, script)
	return err
}

// Interpreter reads a #! line: the language, and whether it asks to stop at errors.
func Interpreter(line string) (kind evidence.Shell, errexit bool) {
	rest, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return "", false
	}
	words := strings.Fields(rest)
	if len(words) > 0 && evidence.ProgramName(words[0]) == "env" {
		words = words[1:]
		for len(words) > 0 && (strings.HasPrefix(words[0], "-") || strings.Contains(words[0], "=")) {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return evidence.Other, false
	}
	for _, flag := range words[1:] {
		if strings.HasPrefix(flag, "-") && !strings.HasPrefix(flag, "--") && strings.Contains(flag, "e") {
			errexit = true
		}
	}
	switch evidence.ProgramName(words[0]) {
	case "sh", "dash", "ash":
		return evidence.POSIX, errexit
	case "bash", "zsh", "ksh", "mksh":
		return evidence.Bash, errexit
	case "pwsh", "powershell":
		return evidence.PowerShell, false
	}
	return evidence.Other, false
}
