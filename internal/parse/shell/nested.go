package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// shells are the programs that read a script from an argument or their input.
var shells = map[string]evidence.Shell{
	"sh": evidence.POSIX, "dash": evidence.POSIX, "ash": evidence.POSIX,
	"bash": evidence.Bash, "zsh": evidence.Bash, "ksh": evidence.Bash,
	"pwsh": evidence.PowerShell, "powershell": evidence.PowerShell,
	"cmd":    evidence.Cmd,
	"python": evidence.Python, "python3": evidence.Python,
}

// carriers run the rest of their words elsewhere: in a container, in an
// environment. A shell among those words reads its script all the same.
var carriers = map[string]bool{
	"docker": true, "podman": true, "nerdctl": true, "buildah": true, "kubectl": true, "nix": true,
	"nix-shell": true, "conda": true, "mamba": true, "micromamba": true, "pixi": true, "devbox": true,
	"flatpak": true, "wsl": true, "find": true, "parallel": true, "direnv": true, "mise": true, "asdf": true,
	"docker-compose": true, "devcontainer": true, "poetry": true, "uv": true, "pipenv": true, "hatch": true,
	"chroot": true, "runuser": true, "with-contenv": true, "op": true, "doppler": true, "arch": true,
}

// nested reads the commands that stand inside the words of a command.
func (w *walker) nested(index int, program string, list []word, redirs []redirect) {
	switch {
	case program == "eval":
		w.nest(index, joined(list[1:]), w.script.Shell, false)
	case program == "trap" && len(list) > 2 && !strings.HasPrefix(list[1].text.Value, "-"):
		w.nest(index, list[1], evidence.Bash, false)
	case program == "su" || program == "runuser" || program == "flock" || program == "script":
		for i, one := range list[:len(list)-1] {
			if one.text.Value == "-c" || one.text.Value == "--command" {
				w.nest(index, list[i+1], evidence.Bash, false)
			}
		}
	case program == "ssh":
		w.remote(index, list)
	case shells[program] != "":
		w.shellCommand(index, shells[program], list, redirs)
	case carriers[program]:
		w.carried(index, list)
	}
}

// remote reads what ssh hands to the shell of the other machine.
func (w *walker) remote(index int, list []word) {
	for i := 1; i < len(list); i++ {
		value := list[i].text.Value
		if strings.HasPrefix(value, "-") {
			if len(value) == 2 && strings.Contains("BbcDEeFIiJLlmOopQRSWw", value[1:]) {
				i++
			}
			continue
		}
		if i+1 < len(list) { // behind the host
			w.nest(index, joined(list[i+1:]), evidence.Bash, false)
		}
		return
	}
}

// carried looks for a shell and its -c among the words of a carrier, and for
// the command of find -exec.
func (w *walker) carried(index int, list []word) {
	for i := 1; i < len(list); i++ {
		value := list[i].text.Value
		if shell := shells[evidence.ProgramName(value)]; shell != "" && i+1 < len(list) {
			w.shellCommand(index, shell, list[i:], nil)
			return
		}
		if value == "-exec" || value == "-execdir" {
			end := i + 1
			for end < len(list) && list[end].text.Value != ";" && list[end].text.Value != "+" {
				end++
			}
			if end > i+1 {
				w.inner(index, list[i+1:end])
			}
			i = end
		}
	}
}

// inner adds a command whose words are known, within another.
func (w *walker) inner(within int, list []word) {
	first, last := list[0].text.At(), list[len(list)-1].text.At()
	first.EndLine, first.EndColumn = last.EndLine, last.EndColumn
	if w.nesting > maxNesting {
		return
	}
	w.nesting++
	w.apart(func() {
		w.within, w.input, w.guards = within+1, 0, nil
		w.command(w.reserve(first), list, nil, nil)
	})
	w.nesting--
}

// shellCommand reads what a shell is given to run: the argument of -c, else a
// here-document.
func (w *walker) shellCommand(index int, shell evidence.Shell, list []word, redirs []redirect) {
	script, errexit, operand := scriptArgument(shell, list[1:])
	switch {
	case script != nil:
		w.nest(index, *script, shell, errexit)
	case !operand:
		for _, redir := range redirs {
			if redir.op == "<<" || redir.op == "<<<" {
				w.nest(index, redir.target, shell, errexit)
			}
		}
		if input := w.script.Commands[index].Input; input > 0 && len(redirs) == 0 {
			if printed, ok := w.printed[input-1]; ok {
				w.nest(index, printed, shell, errexit)
			}
		}
	}
}

// prints remembers what a command puts out, where the script says it: the
// here-document of cat, the words of echo.
func (w *walker) prints(index int, program string, list []word, redirs []redirect) {
	switch {
	case program == "cat" && len(list) == 1 && len(redirs) == 1 && redirs[0].op == "<<":
		w.printed[index] = redirs[0].target
	case program == "echo" && len(list) > 1 && len(redirs) == 0:
		w.printed[index] = joined(list[1:])
	}
}

// scriptArgument finds the script of -c and its like; operand says that the
// shell is given a file instead.
func scriptArgument(shell evidence.Shell, args []word) (script *word, errexit, operand bool) {
	switch shell {
	case evidence.Cmd:
		for i, one := range args {
			if flag := strings.ToLower(one.text.Value); (flag == "/c" || flag == "/k" || flag == "-c") && i+1 < len(args) {
				whole := joined(args[i+1:])
				return &whole, false, false
			}
		}
		return nil, false, len(args) > 0
	case evidence.PowerShell:
		return powerShellArgument(args)
	case evidence.Python:
		for i, one := range args {
			switch value := one.text.Value; {
			case value == "-c" && i+1 < len(args):
				return &args[i+1], false, false
			case value == "-":
				return nil, false, false
			case value == "-m" || !strings.HasPrefix(value, "-"):
				return nil, false, true
			}
		}
		return nil, false, false
	}
	takes := false
	for i := 0; i < len(args); i++ {
		value := args[i].text.Value
		switch {
		case value == "-" || value == "--":
			continue
		case value == "--rcfile" || value == "--init-file":
			i++
			continue
		case strings.HasPrefix(value, "--"):
			continue
		case len(value) > 1 && (value[0] == '-' || value[0] == '+') && !args[i].unknown:
			takes = takes || value[0] == '-' && strings.Contains(value, "c")
			errexit = errexit || value[0] == '-' && strings.Contains(value, "e")
			if last := value[len(value)-1]; last == 'o' || last == 'O' {
				i++
			}
			continue
		}
		if takes {
			return &args[i], errexit, false
		}
		return nil, errexit, value != "/dev/stdin"
	}
	return nil, errexit, false
}

func powerShellArgument(args []word) (script *word, errexit, operand bool) {
	for i, one := range args {
		value := strings.ToLower(one.text.Value)
		switch {
		case value == "-c" || value == "-command" || value == "/c" || value == "-commandwithargs":
			if i+1 == len(args) {
				return nil, false, false
			}
			whole := joined(args[i+1:])
			return &whole, false, false
		case value == "-f" || value == "-file":
			return nil, false, true
		case value == "-encodedcommand" || value == "-e" || value == "-ec":
			return nil, false, true
		case value == "-executionpolicy" || value == "-ep" || strings.HasPrefix(value, "-"):
			continue
		case i > 0 && takesPowerShellValue(args[i-1].text.Value):
			continue
		default:
			whole := joined(args[i:])
			if strings.HasSuffix(value, ".ps1") {
				return nil, false, true
			}
			return &whole, false, false
		}
	}
	return nil, false, false
}

func takesPowerShellValue(flag string) bool {
	switch strings.ToLower(flag) {
	case "-executionpolicy", "-ep", "-ex", "-exec", "-workingdirectory", "-wd", "-version", "-windowstyle", "-w", "-outputformat", "-inputformat", "-configurationname":
		return true
	}
	return false
}

// joined is the words with blanks between them, as eval and cmd /c read theirs.
func joined(list []word) word {
	if len(list) == 1 {
		return list[0]
	}
	var whole word
	var builder text.Builder
	for i, one := range list {
		if i > 0 {
			builder.Append(" ", text.Text{})
		}
		start := builder.Len()
		builder.Append(one.text.Value, one.text)
		for _, hidden := range one.opaque {
			hidden.start, hidden.end = hidden.start+start, hidden.end+start
			whole.opaque = append(whole.opaque, hidden)
		}
		whole.unknown = whole.unknown || one.unknown
		whole.runs = append(whole.runs, one.runs...)
	}
	whole.text = builder.Text()
	return whole
}

// nest reads a word as a script that the command runs.
func (w *walker) nest(index int, script word, shell evidence.Shell, errexit bool) {
	if strings.TrimSpace(script.text.Value) == "" {
		return
	}
	sc := scope{dir: w.dir, within: index + 1, errexit: errexit, function: w.function}
	if shell == evidence.Exec || shell == evidence.Other {
		shell = evidence.Bash
	}
	w.read(script.unit(), shell, sc)
}
