package hermetic

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed script_injection.md
var scriptInjectionDoc string

// ScriptInjection finds text of outsiders that becomes a part of code.
var ScriptInjection = &audit.Check{
	ID:       "script-injection",
	Title:    "Text that others write is expanded into code",
	Family:   audit.Hermetic,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Workflows},
	Doc:      scriptInjectionDoc,
	Controls: []string{"OSPS-BR-01.01", "OSPS-BR-01.02", "SSDF-PW.5.1", "CICD-SEC-4", "OWASP-MCP05"},
	Inspect:  inspectScriptInjection,
}

func inspectScriptInjection(seen *evidence.Snapshot, record *audit.Record) {
	runs := newRuns(seen)
	for s := range runs.sites {
		for _, place := range codeOf(s.step) {
			found := false
			told := make(map[string]bool) // a value that a step expands twice is mended once
			for _, e := range evidence.At(s.step.Expressions, place) {
				if told[e.Text] {
					continue
				}
				if told[e.Text] = judgeExpansion(record, runs, s, place, e); told[e.Text] {
					found = true
				}
			}
			if !found {
				record.Pass(subjectOf(s.step), s.step.At)
			}
		}
	}
	injectGitLab(seen, record)
}

// codeOf lists the places of a step whose text is run as code.
func codeOf(step *evidence.Step) []string {
	if step.Run.Value != "" {
		return []string{"run"}
	}
	var places []string
	for _, input := range codeInputs[strings.ToLower(evidence.SplitUses(step.Uses.Value).Name())] {
		if slices.ContainsFunc(step.With, func(v evidence.Variable) bool { return strings.EqualFold(v.Name, input) }) {
			places = append(places, "with/"+input)
		}
	}
	return places
}

// codeInputs names the inputs of well-known actions that are run as code.
var codeInputs = map[string][]string{
	"actions/github-script":                  {"script"},
	"amadevus/pwsh-script":                   {"script"},
	"jannekem/run-python-script-action":      {"script"},
	"mikefarah/yq":                           {"cmd"},
	"azure/cli":                              {"inlinescript"},
	"azure/powershell":                       {"inlinescript"},
	"appleboy/ssh-action":                    {"script"},
	"cardinalby/js-eval-action":              {"expression"},
	"addnab/docker-run-action":               {"run", "options"},
	"nick-fields/retry":                      {"command", "on_retry_command", "new_command_on_retry"},
	"nick-invision/retry":                    {"command", "on_retry_command", "new_command_on_retry"},
	"step-security/retry":                    {"command"},
	"wandalen/wretry.action":                 {"command"},
	"changesets/action":                      {"version", "publish"},
	"cypress-io/github-action":               {"install-command", "build", "start", "command"},
	"reactivecircus/android-emulator-runner": {"pre-emulator-launch-script", "script"},
	"uraimo/run-on-arch-action":              {"setup", "install", "run"},
	"cross-platform-actions/action":          {"run"},
	"vmactions/freebsd-vm":                   {"prepare", "run"},
	"devcontainers/ci":                       {"runcmd"},
	"gabrielbb/xvfb-action":                  {"run"},
	"coactions/setup-xvfb":                   {"run"},
	"cloudflare/wrangler-action":             {"precommands", "postcommands"},
	"satackey/action-js-inline":              {"script"},
	"sergeysova/jq-action":                   {"cmd"},
	"kohlerdominik/docker-run-action":        {"run"},
	"gacts/run-and-post-run":                 {"run", "post"},
	"pytooling/actions/with-post-step":       {"main", "post"},
	"magefile/mage-action":                   {"args"},
	"workflow/nix-shell-action":              {"script"},
	"matlab-actions/run-command":             {"command"},
	"knicknic/os-specific-run":               {"macos", "linux", "windows"},
	"bahmutov/npm-install":                   {"install-command"},
	"codspeedhq/action":                      {"run"},
	"pyo3/maturin-action":                    {"before-script-linux"},
	"google-github-actions/ssh-compute":      {"command"},
	"garygrossgarten/github-action-ssh":      {"command"},
	"fifsky/ssh-action":                      {"command"},
	"easingthemes/ssh-deploy":                {"script_before", "script_after"},
	"gradle/gradle-build-action":             {"arguments"},
	"burrunan/gradle-cache-action":           {"arguments"},
	"borales/actions-yarn":                   {"cmd"},
}

// judgeExpansion notes what flows into code by one expression, and says whether
// anything did.
func judgeExpansion(record *audit.Record, runs *runs, s site, place string, e evidence.Expression) bool {
	worst, found := worstSource(runs, s, runs.texts(s, e))
	if !found {
		return guess(record, s, e)
	}
	finding := worst.finding
	finding.Subject, finding.Thing = "${{ "+short(e.Text)+" }}", worst.name
	finding.Anchor, finding.Location = s.step.Anchor, e.At
	into := "the commands of this step"
	if input, with := strings.CutPrefix(place, "with/"); with {
		into = fmt.Sprintf("%s of %s", input, s.step.Uses.Value)
	}
	by := ""
	if worst.name != strings.ToLower(e.Text) {
		by = ", by way of " + worst.name + ","
	}
	finding.Message = fmt.Sprintf("%s%s expands text that %s into %s, where it can become code; hand it over in env: and read the variable", finding.Subject, by, worst.what, into)
	record.Defect(finding)
	return true
}

// judged is a source with the finding it makes.
type judged struct {
	taint
	finding audit.Finding
}

// worstSource picks the source that weighs most, and grades it.
func worstSource(runs *runs, s site, sources []taint) (judged, bool) {
	var worst judged
	found := false
	for _, one := range sources {
		graded := judged{one, grade(runs, s, one)}
		if !found || graded.finding.Severity > worst.finding.Severity {
			worst, found = graded, true
		}
	}
	return worst, found
}

// grade says how bad it is, by the events on which the code can run: who causes
// them, what the run may do then, and whether a condition keeps outsiders out.
func grade(runs *runs, s site, from taint) audit.Finding {
	f := audit.Finding{Severity: audit.Medium, Confidence: max(from.sure, audit.Likely), Related: from.way}
	if from.who == insiders {
		return f
	}
	for _, e := range runs.events(s) {
		switch {
		case e.name != called && !carries(e.name, from.name):
		case len(e.guards) > 0:
			f.Related = append(f.Related, audit.Related{Location: e.guards[0], Message: "the condition lets people of the repository through only"})
		case e.name != called && harmless(e.name):
			f.Confidence = from.sure // what a fork's run may do is little
			f.Related = append(f.Related, audit.Related{Location: e.at, Message: "runs on " + e.name})
		case e.name == called:
			f.Severity = audit.High
		default:
			f.Severity, f.Confidence = audit.High, from.sure
			f.Related = append(from.way[:len(from.way):len(from.way)], audit.Related{Location: e.at, Message: "runs on " + e.name + ", with the rights of the repository"})
			return f
		}
	}
	return f
}

// guess notes a variable that is expanded into code though the step could read
// it, and whose text comes from where nobody here can see.
func guess(record *audit.Record, s site, e evidence.Expression) bool {
	for _, context := range e.Flows() {
		name, found := strings.CutPrefix(context, "env.")
		if !found {
			continue
		}
		for _, value := range evidence.At(s.step.Expressions, "env/"+name) {
			for _, from := range value.Flows() {
				if !strings.HasPrefix(from, "steps.") {
					continue
				}
				record.Defect(audit.Finding{
					Subject: "${{ " + short(e.Text) + " }}", Thing: context, Anchor: s.step.Anchor, Location: e.At,
					Message:  fmt.Sprintf("${{ %s }} expands the output of another step into code, though the variable is at hand; read the variable instead", short(e.Text)),
					Severity: audit.Low, Confidence: audit.Guess,
					Related: []audit.Related{{Location: value.At, Message: "the variable gets its value here"}},
				})
				return true
			}
		}
	}
	return false
}

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
			if evaluates(command) {
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

// evaluates tells whether a command runs what a contributor wrote: eval "$CI_COMMIT_TITLE".
func evaluates(command evidence.Command) bool {
	if program := command.Program(); program != "eval" {
		return false
	}
	for _, word := range command.Words[1:] {
		for _, variable := range []string{"CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_MERGE_REQUEST_TITLE", "CI_MERGE_REQUEST_DESCRIPTION", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"} {
			if strings.Contains(word.Value, variable) {
				return true
			}
		}
	}
	return false
}

func subjectOf(step *evidence.Step) string {
	switch {
	case step.Name != "":
		return step.Name
	case step.Uses.Value != "":
		return step.Uses.Value
	}
	return "run: " + short(strings.TrimSpace(step.Run.Value))
}

// short is a text in one line, cut where it gets long.
func short(text string) string {
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
