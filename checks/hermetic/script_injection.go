package hermetic

import (
	_ "embed"
	"fmt"
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
			if place == "run" {
				found = judgeEvaluation(record, runs, s) || found
			}
			if !found {
				record.Pass(subjectOf(s.step), s.step.At)
			}
		}
	}
	injectGitLab(seen, record)
	injectJenkins(seen, record)
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
