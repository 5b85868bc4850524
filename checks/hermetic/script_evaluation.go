package hermetic

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// injectGitLab looks at the jobs of pipelines: an input is put into the text of
// a script before any shell reads it.
func injectGitLab(seen *evidence.Snapshot, record *audit.Record) {
	for i := range seen.Scripts {
		script := &seen.Scripts[i]
		if script.Origin != evidence.FromGitLab {
			continue
		}
		found := false
		for _, command := range script.Commands {
			if _, runs := evaluates(command, mergeRequestText); runs {
				found = true
				record.Defect(audit.Finding{
					Subject: line(command), Anchor: script.Anchor, Location: command.At,
					Message: fmt.Sprintf("%s runs text of a merge request or commit as code; quote the variable as an argument of a fixed command", line(command)),
				})
			}
			for _, word := range command.Words {
				if input, has := pipelineInput(word.Value); has {
					found = true
					record.Defect(audit.Finding{
						Subject: input, Anchor: script.Anchor, Location: command.At, Severity: audit.Medium, Confidence: audit.Likely,
						Message: fmt.Sprintf("%s is put into the script as text and can become code; put it into a variable under variables: and quote that", input),
					})
					break // the command is mended as a whole
				}
			}
		}
		if !found {
			record.Pass(script.Anchor, script.At)
		}
	}
}

// pipelineInput finds $[[ inputs.name ]].
func pipelineInput(word string) (string, bool) {
	_, rest, found := strings.Cut(word, "$[[")
	inner, _, closed := strings.Cut(rest, "]]")
	return "$[[" + inner + "]]", found && closed && strings.HasPrefix(strings.TrimSpace(inner), "inputs.")
}

// mergeRequestText are the variables of a pipeline that hold what a contributor wrote.
var mergeRequestText = []string{
	"CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_COMMIT_AUTHOR", "CI_MERGE_REQUEST_TITLE", "CI_MERGE_REQUEST_DESCRIPTION",
	"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH", "CI_COMMIT_REF_NAME",
}

// evaluates tells whether a command runs a variable's text as code: eval "$X", and
// sh -c "... $X", where the outer shell puts the text in before the inner one reads it.
func evaluates(command evidence.Command, variables []string) (name string, found bool) {
	words := command.Words
	switch program := command.Program(); {
	case program == "eval":
	case slices.Contains([]string{"sh", "bash", "zsh", "dash"}, program) && len(words) > 2 && strings.HasPrefix(words[1].Value, "-") && strings.HasSuffix(words[1].Value, "c"):
		words = words[1:3]
	default:
		return "", false
	}
	for _, word := range words[1:] {
		for _, variable := range variables {
			if !word.Known && (strings.Contains(word.Value, "${"+variable+"}") || holdsVariable(word.Value, variable)) {
				return variable, true
			}
		}
	}
	return "", false
}

// holdsVariable finds $NAME, and not $NAME_MORE.
func holdsVariable(text, name string) bool {
	_, after, found := strings.Cut(text, "$"+name)
	return found && strings.TrimLeft(after, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == after
}

// judgeEvaluation finds steps that take text from a variable, as they should, and
// then run it all the same.
func judgeEvaluation(record *audit.Record, runs *runs, s site) bool {
	found := false
	for _, command := range runs.commands(s) {
		for _, v := range s.step.Env {
			if _, runsIt := evaluates(command, []string{v.Name}); !runsIt {
				continue
			}
			for _, e := range evidence.At(s.step.Expressions, "env/"+v.Name) {
				worst, tainted := worstSource(runs, s, runs.texts(s, e))
				if !tainted {
					continue
				}
				finding := worst.finding
				finding.Subject, finding.Thing, finding.Anchor, finding.Location = "$"+v.Name, worst.name, s.step.Anchor, command.At
				finding.Related = append(finding.Related[:len(finding.Related):len(finding.Related)], audit.Related{Location: e.At, Message: "the variable gets its value here"})
				finding.Message = fmt.Sprintf("%s runs $%s as code, which holds text that %s (%s); make the command fixed and hand the variable to it, quoted", line(command), v.Name, worst.what, worst.name)
				record.Defect(finding)
				found = true
			}
		}
	}
	return found
}
