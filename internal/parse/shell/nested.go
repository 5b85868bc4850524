package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
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
