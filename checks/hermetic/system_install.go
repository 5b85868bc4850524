package hermetic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// systemInstalls are the programs that install from the index of a
// distribution, with the words that make them do so.
var systemInstalls = map[string][]string{
	"apt-get": {"install", "upgrade", "dist-upgrade"}, "apt": {"install", "upgrade", "full-upgrade"}, "apk": {"add", "upgrade"},
	"dnf": {"install", "upgrade", "update"}, "yum": {"install", "upgrade", "update"}, "microdnf": {"install", "upgrade", "update"}, "tdnf": {"install", "update"},
	"zypper": {"install", "in", "update"}, "pacman": {"-S", "-Sy", "-Syu"},
}

func isSystemInstall(command *evidence.Command) bool {
	verbs := systemInstalls[command.Program()]
	return verbs != nil && slices.ContainsFunc(command.Words[1:], func(word evidence.Word) bool { return slices.Contains(verbs, word.Value) })
}

// judgeSystemInstall notes the first install of a stage that its day decides.
func judgeSystemInstall(script *evidence.Script, command *evidence.Command, stage *imageStage, record *audit.Record) {
	subject := line(*command)
	switch {
	case stage.installs:
		return // one finding a stage
	case isDated(script) || allVersioned(command):
		record.Pass(subject, command.At)
		return
	}
	stage.installs = true
	program := command.Program()
	record.Defect(audit.Finding{
		Subject: program + " in " + strings.TrimPrefix(script.Group, "stages/"), Anchor: script.Group, Location: command.At, Severity: audit.Low,
		Message: fmt.Sprintf("%s takes the versions of the day from the distribution's index, so two builds of one commit differ; %s", subject, datedMend(program)),
	})
}

func datedMend(program string) string {
	switch program {
	case "apt-get", "apt":
		return "take the packages from a snapshot of one day, or name their versions"
	case "apk":
		return "name their versions, as name=1.2.3-r0"
	}
	return "name their versions, or start from an image that has them"
}

// isDated tells a script that takes its packages from a snapshot of one day.
func isDated(script *evidence.Script) bool {
	for _, command := range script.Commands {
		for _, word := range command.Words {
			if strings.Contains(word.Value, "snapshot") || strings.HasPrefix(word.Value, "--snapshot") {
				return true
			}
		}
	}
	return false
}

// allVersioned tells whether each package is named with a version, or is a file.
func allVersioned(command *evidence.Command) bool {
	packages, verb := 0, false
	words := command.Words[1:]
	for i := 0; i < len(words); i++ {
		value := words[i].Value
		switch {
		case slices.Contains([]string{"-t", "--target-release", "--virtual", "-X", "--repository", "-o", "--option", "-c"}, value):
			i++ // takes the next word
		case strings.HasPrefix(value, "-"):
		case !verb:
			verb = true
			if strings.Contains(value, "up") {
				return false // an upgrade names no versions
			}
		case strings.HasPrefix(value, "./") || strings.HasPrefix(value, "/") || strings.HasSuffix(value, ".deb") || strings.HasSuffix(value, ".apk") || strings.HasSuffix(value, ".rpm"):
			packages++ // a file that is there already
		case !strings.ContainsAny(value, "=") && !strings.ContainsAny(value, "~"):
			return false
		default:
			packages++
		}
	}
	return packages > 0
}
