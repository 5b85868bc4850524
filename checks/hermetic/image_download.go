package hermetic

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// imageStage is what is known of one stage of a Dockerfile.
type imageStage struct {
	installs bool            // its first undated install is told
	compared map[string]bool // names in the commands of a RUN that compares something
}

func stageKey(script *evidence.Script) string { return script.Path + "\x00" + script.Group }

// buildsImage tells the commands of a RUN from those of the started image.
func buildsImage(script *evidence.Script) bool {
	return script.Anchor == script.Group || script.Anchor == script.Group+"/onbuild"
}

// imageStages looks at the stages of all Dockerfiles.
func imageStages(seen *evidence.Snapshot) map[string]*imageStage {
	stages := make(map[string]*imageStage)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		if script.Origin != evidence.FromDockerfile {
			continue
		}
		stage := stages[stageKey(script)]
		if stage == nil {
			stage = &imageStage{compared: make(map[string]bool)}
			stages[stageKey(script)] = stage
		}
		if !buildsImage(script) || !isVerified(script) {
			continue
		}
		for _, command := range script.Commands {
			for _, word := range command.Words {
				stage.compared[path.Base(word.Value)] = true
			}
		}
	}
	return stages
}

// compares tells whether a RUN of the stage compares a file that the command
// names.
func (s *imageStage) compares(command *evidence.Command) bool {
	return slices.ContainsFunc(command.Words[1:], func(word evidence.Word) bool {
		name := path.Base(word.Value)
		return strings.Contains(name, ".") && !strings.HasPrefix(name, "-") && s.compared[name]
	})
}

// pipedIntoKeepers are the downloads whose bytes another program writes down.
func pipedIntoKeepers(script *evidence.Script) map[int]bool {
	piped := make(map[int]bool)
	for _, next := range script.Commands {
		if next.Input == 0 || !slices.Contains(keepers, next.Program()) {
			continue
		}
		if program := script.Commands[next.Input-1].Program(); program == "curl" || program == "wget" {
			piped[next.Input-1] = true
		}
	}
	return piped
}

// keepers are programs that write down what is piped into them.
var keepers = []string{"gpg", "apt-key", "tee", "dd", "base64", "keytool"}

// isVerified tells a script in which something compares what came with what was
// asked for.
func isVerified(script *evidence.Script) bool {
	for _, command := range script.Commands {
		words := command.Words
		program := command.Program()
		for i, word := range words {
			switch value := word.Value; {
			case i == 0:
			case strings.HasSuffix(program, "sum") && (value == "--check" || strings.HasPrefix(value, "-") && !strings.HasPrefix(value, "--") && strings.Contains(value, "c")):
				if !comesAlong(script, words[1:]) {
					return true
				}
			case (program == "gpg" || program == "gpgv" || program == "minisign" || program == "cosign" || program == "gh") && strings.Contains(value, "verif"):
				return true
			case program == "git" && isCommit(value):
				return true
			}
		}
		if program == "gpgv" || program == "slsa-verifier" || strings.EqualFold(program, "Get-FileHash") {
			return true
		}
	}
	return false
}

// comesAlong tells whether the list of checksums is one of the files that a
// release gave, so that who changes them changes it too.
func comesAlong(script *evidence.Script, words []evidence.Word) bool {
	for _, command := range script.Commands {
		args := command.Words
		if command.Program() != "gh" || len(args) < 3 || args[1].Value != "release" || args[2].Value != "download" {
			continue
		}
		for i, arg := range args[3:] {
			flag, pattern, inline := strings.Cut(arg.Value, "=")
			if flag != "--pattern" && flag != "-p" {
				continue
			}
			if !inline && i+4 < len(args) {
				pattern = args[i+4].Value
			}
			if slices.ContainsFunc(words, func(w evidence.Word) bool { return w.Value == pattern }) {
				return true
			}
		}
	}
	return false
}

func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}
