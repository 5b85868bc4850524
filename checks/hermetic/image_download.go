package hermetic

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// imageDownload tells a command that brings bytes into the image by their
// address, and from where; "" is known to the build only.
func imageDownload(script *evidence.Script, i int) (from string, is bool) {
	if from, is := keeps(script, i); is {
		return from, true
	}
	command := &script.Commands[i]
	if program := command.Program(); program != "curl" && program != "wget" {
		return "", false
	}
	for _, next := range script.Commands {
		if next.Input == i+1 && slices.Contains(keepers, next.Program()) {
			return source(command.Words[1:])
		}
	}
	return "", false
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
				return true
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

// isVerifiedLater tells whether another RUN of the stage compares a file that the
// command names.
func isVerifiedLater(seen *evidence.Snapshot, script *evidence.Script, command *evidence.Command) bool {
	names := make(map[string]bool)
	for _, word := range command.Words[1:] {
		if name := path.Base(word.Value); strings.Contains(name, ".") && !strings.HasPrefix(name, "-") {
			names[name] = true
		}
	}
	for i := range seen.Scripts {
		other := &seen.Scripts[i]
		if other == script || other.Path != script.Path || other.Group != script.Group || !isVerified(other) {
			continue
		}
		for _, one := range other.Commands {
			if slices.ContainsFunc(one.Words, func(word evidence.Word) bool { return names[path.Base(word.Value)] }) {
				return true
			}
		}
	}
	return false
}

func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}
