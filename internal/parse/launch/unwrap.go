package launch

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/shell"
)

// unwrapped is a command line without the programs that only start another.
type unwrapped struct {
	words  []evidence.Word
	env    []evidence.Assign
	script *evidence.Word // the shell text of sh -c, instead of words
}

// maxWrappers bounds how many programs may start each other on one line.
const maxWrappers = 8

// unwrap takes cmd /c, env K=V and sh -c off the front.
func unwrap(words []evidence.Word) unwrapped {
	u := unwrapped{words: words}
	for range maxWrappers {
		if len(u.words) < 2 {
			return u
		}
		switch Program(u.words[0].Value) {
		case "cmd":
			rest := u.words[1:]
			for len(rest) > 0 && strings.HasPrefix(rest[0].Value, "/") {
				rest = rest[1:]
			}
			u.words = rest
		case "env":
			u.words, u.env = assignments(u.words[1:], u.env)
		case "sh", "bash", "zsh", "dash":
			script := shellScript(u.words[1:])
			if script == nil {
				return u
			}
			u.words, u.script = nil, script
			return u
		default:
			return u
		}
	}
	return u
}

// Program is the name of a program without its folder and without the endings
// that Windows adds.
func Program(command string) string {
	name := strings.ToLower(path.Base(strings.ReplaceAll(command, `\`, "/")))
	for _, ending := range []string{".exe", ".cmd", ".bat", ".ps1"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// assignments takes the flags and the K=V words of env off the front.
func assignments(words []evidence.Word, env []evidence.Assign) ([]evidence.Word, []evidence.Assign) {
	for len(words) > 0 {
		name, value, found := strings.Cut(words[0].Value, "=")
		switch {
		case strings.HasPrefix(words[0].Value, "-"):
		case found && name != "":
			env = append(env, evidence.Assign{Name: name, Value: evidence.Word{Value: value, Known: words[0].Known, At: words[0].At}})
		default:
			return words, env
		}
		words = words[1:]
	}
	return nil, env
}

// shellScript is the text behind -c (or -lc, -ec).
func shellScript(words []evidence.Word) *evidence.Word {
	for i, word := range words {
		if !strings.HasPrefix(word.Value, "-") {
			return nil // a script file
		}
		if strings.HasSuffix(word.Value, "c") && !strings.HasPrefix(word.Value, "--") && i+1 < len(words) {
			return &words[i+1]
		}
	}
	return nil
}

// scriptFetches is what the commands of a shell text bring in. They are placed
// at the text as a whole: a word no longer knows where each of its bytes stood.
func scriptFetches(word evidence.Word) []evidence.Fetch {
	script, _ := shell.Read(plain(word.Value), shell.Context{Path: word.At.Path, Shell: evidence.Bash})
	var fetches []evidence.Fetch
	for _, command := range script.Commands {
		for _, one := range command.Fetches {
			one.At = word.At
			fetches = append(fetches, one)
		}
	}
	return fetches
}
