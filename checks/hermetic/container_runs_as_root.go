package hermetic

import (
	_ "embed"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed container_runs_as_root.md
var containerRunsAsRootDoc string

// ContainerRunsAsRoot finds images whose server runs as root in its container.
var ContainerRunsAsRoot = &audit.Check{
	ID:       "container-runs-as-root",
	Title:    "Shipped image runs as root",
	Family:   audit.Hermetic,
	Severity: audit.Medium,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Images},
	Doc:      containerRunsAsRootDoc,
	Controls: []string{"CIS-SSC-2.2.4", "SSDF-PW.9.1", "OWASP-MCP02"},
	Inspect:  inspectContainerRunsAsRoot,
}

func inspectContainerRunsAsRoot(seen *evidence.Snapshot, record *audit.Record) {
	lowering := lowersItself(seen)
	for i := range seen.Dockerfiles {
		file := &seen.Dockerfiles[i]
		if !starts(file) || !shipsImage(seen, file.Path) {
			continue // files to be copied out, a base for others, or a workshop that nobody ships
		}
		judgeUser(file, lowering[file.Path], record)
	}
}

func judgeUser(file *evidence.Dockerfile, lowered bool, record *audit.Record) {
	last := &file.Stages[len(file.Stages)-1]
	finding := audit.Finding{Subject: file.Path, Anchor: "stages/" + last.Name, Location: last.At}
	const mend = "create a user in the last stage and name it with USER"
	user, base := userOf(file)
	if user.At.Line > 0 {
		finding.Location = user.At
		name, _, _ := strings.Cut(user.Value, ":")
		switch {
		case strings.ContainsRune(name, '$'):
			record.Doubt(audit.Doubt{Subject: user.Value, Location: user.At, Reason: "the build decides who " + user.Value + " is", Unlock: "give the argument a default that is not root"})
			return
		case !isRoot(name):
			record.Pass(user.Value, user.At)
			return
		}
		finding.Message = fmt.Sprintf("the image of %s ends as USER %s, so whoever takes over the server is root in its container; end it with another user", file.Path, user.Value)
	} else {
		switch baseUser(base) {
		case evidence.Yes:
			finding.Message = fmt.Sprintf("the image of %s names no USER and %s runs as root, so whoever takes over the server is root in its container; %s", file.Path, withoutDigest(base), mend)
		case evidence.No:
			record.Pass(base, last.At)
			return
		case evidence.Unknown:
			record.Doubt(audit.Doubt{Subject: file.Path, Location: last.At, Reason: fmt.Sprintf("it names no USER, and which one its base %s sets is not written here", withoutDigest(base)), Unlock: mend})
			return
		}
	}
	if lowered {
		record.Doubt(audit.Doubt{Subject: file.Path, Location: finding.Location, Reason: "it starts as root, and its entrypoint changes to another user", Unlock: mend})
		return
	}
	record.Defect(finding)
}

// starts tells whether the image says what it starts.
func starts(file *evidence.Dockerfile) bool {
	for stage := range below(file) {
		for _, one := range stage.Instructions {
			if one.Name == "CMD" || one.Name == "ENTRYPOINT" {
				return true
			}
		}
	}
	return false
}

// below yields the last stage and the stages that it stands on.
func below(file *evidence.Dockerfile) iter.Seq[*evidence.Stage] {
	return func(yield func(*evidence.Stage) bool) {
		for i := len(file.Stages) - 1; i >= 0; {
			stage := &file.Stages[i]
			if !yield(stage) {
				return
			}
			earlier := i - 1
			for earlier >= 0 && (file.Stages[earlier].Name == "" || !strings.EqualFold(file.Stages[earlier].Name, stage.Base)) {
				earlier--
			}
			i = earlier
		}
	}
}

// userOf is the last USER of the last stage or of the stages below it, with the
// defaults of build arguments put in; without one, the image they stand on.
func userOf(file *evidence.Dockerfile) (user evidence.Text, base string) {
	for stage := range below(file) {
		for _, one := range slices.Backward(stage.Instructions) {
			if one.Name == "USER" && len(one.Args) > 0 {
				return filled(one.Args[0], stage, file), ""
			}
		}
		base = stage.Base
	}
	return evidence.Text{}, base
}

// filled puts the default of an argument in where the whole user is one.
func filled(user evidence.Text, stage *evidence.Stage, file *evidence.Dockerfile) evidence.Text {
	name, group, _ := strings.Cut(user.Value, ":")
	name = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "$"), "{"), "}")
	if !strings.HasPrefix(user.Value, "$") {
		return user
	}
	for _, one := range append(file.Args[:len(file.Args):len(file.Args)], stage.Instructions...) {
		if one.Name != "ARG" && one.Name != "ENV" {
			continue
		}
		for _, argument := range one.Args {
			if key, value, found := strings.Cut(argument.Value, "="); found && key == name && !strings.Contains(value, "$") {
				user.Value = strings.TrimSuffix(value+":"+group, ":")
			}
		}
	}
	return user
}

func withoutDigest(ref string) string {
	name, _, _ := strings.Cut(ref, "@")
	return name
}

// shipsImage tells the Dockerfile of an image for others from that of a workshop:
// a dev container, a fuzzer, a test bed, or an action, which the host runs as root.
func shipsImage(seen *evidence.Snapshot, file string) bool {
	for folder := range strings.SplitSeq(path.Dir(file), "/") {
		if strings.HasPrefix(folder, ".") && folder != "." {
			return false
		}
	}
	words := strings.FieldsFunc(strings.ToLower(path.Base(file)), func(c rune) bool { return c == '.' || c == '-' || c == '_' })
	for _, word := range words {
		if slices.Contains([]string{"dev", "development", "devel", "devcontainer", "test", "tests", "ci", "debug", "build", "builder", "e2e", "lint", "bench"}, word) {
			return false
		}
	}
	for _, action := range seen.Actions {
		if path.Join(path.Dir(action.Path), action.Image.Value) == file {
			return false
		}
	}
	return true
}
