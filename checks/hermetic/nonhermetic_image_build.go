package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/checks/pinning"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed nonhermetic_image_build.md
var nonhermeticImageBuildDoc string

// NonhermeticImageBuild finds image builds that take from the network what the
// tree does not say.
var NonhermeticImageBuild = &audit.Check{
	ID:       "nonhermetic-image-build",
	Title:    "Image build takes in what the tree does not name",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Images, evidence.Commands},
	Doc:      nonhermeticImageBuildDoc,
	Controls: []string{"OSPS-BR-05.01", "CIS-SSC-2.2.4", "CIS-SSC-2.4.4", "SSDF-PO.5.1", "S2C2F-REB-1", "CICD-SEC-3", "OWASP-MCP04"},
	Inspect:  inspectNonhermeticImageBuild,
}

func inspectNonhermeticImageBuild(seen *evidence.Snapshot, record *audit.Record) {
	for i := range seen.Dockerfiles {
		inspectInstructions(&seen.Dockerfiles[i], record)
	}
	told := toldDownloads(seen)
	stages := make(map[string]bool)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		if script.Origin != evidence.FromDockerfile || script.Anchor != script.Group && script.Anchor != script.Group+"/onbuild" {
			continue // runs elsewhere, or when the image is started
		}
		for j := range script.Commands {
			command := &script.Commands[j]
			switch from, is := imageDownload(script, j); {
			case is:
				judgeImageDownload(script, command, from, told, record)
			case isSystemInstall(command):
				judgeSystemInstall(script, command, stages, record)
			}
		}
	}
}

// inspectInstructions looks at what Dockerfiles say outside of commands.
func inspectInstructions(file *evidence.Dockerfile, record *audit.Record) {
	for _, stage := range file.Stages {
		for _, one := range stage.Instructions {
			switch {
			case one.Name == "RUN" && slices.Contains(one.Flags, "--network=host"):
				record.Defect(audit.Finding{
					Subject: "RUN --network=host", Anchor: "stages/" + stage.Name, Location: one.At,
					Message: "RUN --network=host gives the build the network of the machine it runs on, services that listen to that machine alone among them; take the flag away",
				})
			case one.Name == "ADD" && len(one.Args) > 1:
				for _, source := range one.Args[:len(one.Args)-1] {
					judgeAdd(stage, one, source, record)
				}
			}
		}
	}
}

// judgeAdd looks at an ADD that fetches.
func judgeAdd(stage evidence.Stage, one evidence.Instruction, source evidence.Text, record *audit.Record) {
	from := source.Value
	finding := audit.Finding{Subject: "ADD " + from, Anchor: "stages/" + stage.Name, Location: source.At}
	repository, fragment, _ := strings.Cut(from, "#")
	git := strings.HasPrefix(from, "git@") || strings.HasPrefix(from, "git://") || strings.HasSuffix(repository, ".git")
	switch {
	case !git && !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://"):
		return // a file of the build's context
	case slices.ContainsFunc(one.Flags, func(flag string) bool { return strings.HasPrefix(flag, "--checksum=") }):
		record.Pass(finding.Subject, source.At)
		return
	case git && isCommit(strings.SplitN(fragment, ":", 2)[0]):
		record.Pass(finding.Subject, source.At)
		return
	case git:
		finding.Message = fmt.Sprintf("ADD takes what %s holds when the image is built; name a full commit SHA behind a #", from)
	default:
		finding.Message = fmt.Sprintf("ADD takes whatever %s serves when the image is built; add --checksum=sha256:...", from)
	}
	record.Defect(finding)
}

func judgeImageDownload(script *evidence.Script, command *evidence.Command, from string, told []evidence.Location, record *audit.Record) {
	subject := line(*command)
	for _, at := range told {
		if at.Path == command.At.Path && at.Line >= command.At.Line && at.Line <= command.At.EndLine {
			return // unverified-download has judged it
		}
	}
	if isVerified(script) {
		record.Pass(subject, command.At)
		return
	}
	if from == "" {
		record.Doubt(audit.Doubt{Subject: subject, Location: command.At, Reason: "where it fetches from is known to the build only", Unlock: "write the address into the file"})
		return
	}
	mend := "fetch it with ADD --checksum, or compare its sha256 in the same RUN"
	if command.Program() == "git" {
		mend = "check out a full commit SHA in the same RUN"
	}
	record.Defect(audit.Finding{
		Subject: subject, Thing: command.Program(), Anchor: script.Anchor, Location: command.At,
		Message: fmt.Sprintf("%s puts into the image whatever the network serves when it is built; %s", subject, mend),
	})
}

// toldDownloads are the places about which unverified-download says something:
// one download gives one finding.
func toldDownloads(seen *evidence.Snapshot) []evidence.Location {
	var told []evidence.Location
	for _, result := range audit.Run([]*audit.Check{pinning.UnverifiedDownload, pinning.UnpinnedPackageCommand}, seen) {
		for _, finding := range result.Findings {
			told = append(told, finding.Location)
			for _, related := range finding.Related {
				told = append(told, related.Location)
			}
		}
		for _, doubt := range result.Doubts {
			told = append(told, doubt.Location)
		}
	}
	return told
}

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
		if program == "gpgv" || program == "slsa-verifier" {
			return true
		}
	}
	return false
}

func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

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
func judgeSystemInstall(script *evidence.Script, command *evidence.Command, stages map[string]bool, record *audit.Record) {
	key, subject := script.Path+" "+script.Group, line(*command)
	switch {
	case stages[key]:
		return // one finding a stage
	case isDated(script) || allVersioned(command):
		record.Pass(subject, command.At)
		return
	}
	stages[key] = true
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
