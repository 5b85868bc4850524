package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
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
	told, stages := toldDownloads(seen), imageStages(seen)
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		stage := stages[stageKey(script)]
		if stage == nil || !buildsImage(script) {
			continue // runs elsewhere, or when the image is started
		}
		piped := pipedIntoKeepers(script)
		verified := isVerified(script)
		for j := range script.Commands {
			command := &script.Commands[j]
			from, is := keeps(script, j)
			if !is && piped[j] {
				from, is = source(command.Words[1:])
			}
			switch {
			case is && told.has(command.At):
				// another check has judged it
			case is && (verified || stage.compares(command)):
				record.Pass(line(*command), command.At)
			case is:
				judgeImageDownload(script, command, from, record)
			case isSystemInstall(command):
				judgeSystemInstall(script, command, stage, record)
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

func judgeImageDownload(script *evidence.Script, command *evidence.Command, from string, record *audit.Record) {
	subject := line(*command)
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

// toldLines are the lines of each file on which other checks have something to say.
type toldLines map[string][]int

func (t toldLines) has(at evidence.Location) bool {
	lines := t[at.Path]
	next := sort.SearchInts(lines, at.Line)
	return next < len(lines) && lines[next] <= at.EndLine
}

// toldDownloads are the places that the checks of downloads judge: one download
// gives one finding.
func toldDownloads(seen *evidence.Snapshot) toldLines {
	told := make(toldLines)
	add := func(at evidence.Location) { told[at.Path] = append(told[at.Path], at.Line) }
	for _, result := range audit.Run([]*audit.Check{pinning.UnverifiedDownload, pinning.UnpinnedPackageCommand}, seen) {
		for _, finding := range result.Findings {
			add(finding.Location)
			for _, related := range finding.Related {
				add(related.Location)
			}
		}
		for _, doubt := range result.Doubts {
			add(doubt.Location)
		}
	}
	for _, lines := range told {
		sort.Ints(lines)
	}
	return told
}
