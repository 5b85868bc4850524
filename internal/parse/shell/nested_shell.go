package shell

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

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
