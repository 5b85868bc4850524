package trace

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// unread is the first of those files that is there.
func (c *calls) unread(dir string, at evidence.Location, names ...string) []call {
	for _, name := range names {
		if file := path.Join(dir, name); c.files[file] {
			return []call{{file: file, at: at}}
		}
	}
	return nil
}

// scriptFiles lists the files of the tree that a command runs. One that it only
// names, as chmod does, is a guess, and so is one of several that it may mean.
func (c *calls) scriptFiles(dir string, words []evidence.Word) []call {
	var all []call
	runs := 0 // the word that is run
	if isInterpreter(evidence.ProgramName(words[0].Value)) {
		runs = firstOperand(words)
	}
	for i, word := range words {
		name := strings.ReplaceAll(word.Value, `\`, "/")
		if name == "" {
			continue
		}
		file := path.Join(dir, name)
		found := c.filesAt(file)
		if len(found) == 0 {
			found = c.symbolic(dir, name, word.Known)
		}
		for _, script := range found {
			all = append(all, call{to: script, at: word.At, guess: i != runs || len(found) > 1})
		}
		if len(found) == 0 && i == runs && c.files[file] && isProgram(file) && (i > 0 || strings.Contains(name, "/")) {
			all = append(all, call{file: file, at: word.At})
		}
	}
	return all
}

func (c *calls) filesAt(file string) []*evidence.Script {
	if len(c.byName[path.Base(file)]) == 0 {
		return nil
	}
	for _, script := range c.byPlace[file] {
		if script.Origin == evidence.FromFile {
			return []*evidence.Script{script}
		}
	}
	return nil
}

// symbolic follows "$(dirname "$0")/build.sh" and the like, in a folder that
// only the run knows, to every script file of that name.
func (c *calls) symbolic(dir, name string, known bool) []*evidence.Script {
	hidden := !known && strings.Contains(name, "/") || strings.ContainsAny(dir, "$`") && (dir != unknownFolder || path.IsAbs(name))
	if name = path.Base(name); !hidden || strings.ContainsAny(name, "$`*(){}\" ") {
		return nil
	}
	return c.byName[name]
}

var interpreters = []string{"bash", "sh", "dash", "zsh", "ksh", "source", ".", "pwsh", "powershell", "&", "python", "python3", "py", "node", "tsx", "ts-node", "bun", "deno", "ruby", "perl", "nix-shell", "cmd", "call"}

func isInterpreter(program string) bool {
	return slices.Contains(interpreters, program) || strings.HasPrefix(program, "python3.")
}

// firstOperand is the index of the first word that is no flag, or -1.
func firstOperand(words []evidence.Word) int {
	for i := 1; i < len(words); i++ {
		switch value := words[i].Value; {
		case value == "-c" || value == "-m" || value == "-e":
			return -1 // what follows is no file
		case value == "run" && i == 1: // bun run, deno run
		case strings.HasPrefix(value, "-"):
		default:
			return i
		}
	}
	return -1
}

// isProgram knows by their names files that somebody executes.
func isProgram(file string) bool {
	switch path.Ext(file) {
	case ".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".rb", ".pl", ".csx", ".fsx", ".kts", ".groovy":
		return true
	}
	return false
}

// imageBuild finds the Dockerfile that a command builds.
func (c *calls) imageBuild(dir string, words []evidence.Word) []call {
	at := slices.IndexFunc(words, func(w evidence.Word) bool { return w.Value == "build" || w.Value == "bud" })
	if at < 0 || at > 3 {
		return nil
	}
	file, context := "", ""
	for i := at + 1; i < len(words); i++ {
		value := words[i].Value
		name, given, joined := strings.Cut(value, "=")
		switch {
		case value == "-f" || value == "--file":
			if i+1 < len(words) {
				file = words[i+1].Value
			}
			i++
		case joined && (name == "-f" || name == "--file"):
			file = given
		case strings.HasPrefix(value, "-"):
			if !joined && slices.Contains(imageFlags, value) {
				i++
			}
		default:
			context = value
		}
	}
	if file == "" {
		file = path.Join(context, "Dockerfile")
		if !c.files[path.Join(dir, file)] {
			file = path.Join(context, "Containerfile")
		}
	}
	if file = path.Join(dir, file); len(c.byPlace[file]) > 0 || c.files[file] {
		return []call{{image: file, at: words[0].At}}
	}
	return nil
}

// imageFlags take a value in the next word.
var imageFlags = []string{"-t", "--tag", "--build-arg", "--platform", "--target", "--label", "--secret", "--ssh", "-o", "--output", "--cache-from", "--cache-to", "--build-context", "--builder", "--progress", "--network", "--add-host", "--iidfile", "--metadata-file", "--annotation", "--attest", "--pull-policy", "--manifest", "--format", "-m", "--memory", "-v", "--volume"}
