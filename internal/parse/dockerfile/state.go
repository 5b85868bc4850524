package dockerfile

import (
	"maps"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxConstants is how many variables of each sort are remembered.
const maxConstants = 100

func (v variables) set(name string, one variable) {
	if _, again := v[name]; again || len(v) < maxConstants {
		v[name] = one
	}
}

// state is what holds at one place of a stage.
type state struct {
	env   variables // goes on into stages built on this one
	args  variables // ends with the stage
	shell language
}

// language is what SHELL chooses for commands in shell form.
type language struct {
	shell   evidence.Shell
	errexit bool
}

// before is what holds at the start of a stage.
func (r *reader) before(s *stage) state {
	start := state{env: make(variables), args: make(variables), shell: language{shell: evidence.POSIX}}
	switch {
	case s.base != nil:
		start.env, start.shell = maps.Clone(s.base.end.env), s.base.end.shell
	case windows(s.Base):
		start.shell.shell = evidence.Cmd
	}
	return start
}

// windows knows the base images whose shell is cmd.
func windows(base string) bool {
	for _, name := range []string{"/windows:", "/windows/", "servercore", "nanoserver"} {
		if strings.Contains(base, name) {
			return true
		}
	}
	return false
}

// constants are all variables of known value. What ENV sets wins over ARG.
func (s *state) constants() variables {
	all := maps.Clone(s.args)
	maps.Copy(all, s.env)
	return all
}

// values are the constants as package shell takes them.
func (s *state) values() map[string]string {
	values := make(map[string]string, len(s.args)+len(s.env))
	for _, some := range []variables{s.args, s.env} {
		for name, one := range some {
			values[name] = one.value
		}
	}
	return values
}

// shellOf is the language of SHELL ["bash", "-euo", "pipefail", "-c"].
func shellOf(words []text.Text) language {
	if len(words) == 0 {
		return language{shell: evidence.Other}
	}
	chosen := language{shell: interpreter(words[0].Value)}
	for _, word := range words[1:] {
		if options, found := strings.CutPrefix(word.Value, "-"); found && chosen.shell != evidence.PowerShell {
			chosen.errexit = chosen.errexit || !strings.HasPrefix(options, "-") && strings.Contains(options, "e")
		}
	}
	return chosen
}

// interpreter is the language that a program reads.
func interpreter(program string) evidence.Shell {
	name := evidence.ProgramName(program)
	switch {
	case name == "sh", name == "ash", name == "dash":
		return evidence.POSIX
	case name == "bash", name == "zsh", name == "ksh":
		return evidence.Bash
	case name == "pwsh", name == "powershell":
		return evidence.PowerShell
	case name == "cmd":
		return evidence.Cmd
	case strings.HasPrefix(name, "python"):
		return evidence.Python
	}
	return evidence.Other
}
