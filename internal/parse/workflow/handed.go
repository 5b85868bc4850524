package workflow

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Handed is a text that a step hands to the program it runs: the script of its
// run, or an input. It is for readers of what may stand inside, such as the MCP
// servers in the settings of an agent.
type Handed struct {
	Anchor string // of the step
	Uses   string // the action, "" for a run
	Name   string // run, or the name of the input
	Text   text.Text
}

// HandedTexts lists them for a workflow or an action, in file order. What cannot
// be read is for Read to report.
func HandedTexts(src *text.Source) []Handed {
	root, _ := document(src)
	var all []Handed
	for id, job := range root.Get("jobs").All() {
		all = handed(all, job.Get("steps"), "jobs/"+id.Value)
	}
	return handed(all, root.Get("runs", "steps"), "runs")
}

func handed(all []Handed, steps *doc.Node, parent string) []Handed {
	for _, step := range steps.List() {
		if len(all) > maxSteps {
			return all
		}
		if group := step.Get("parallel"); group != nil {
			all = handed(all, group, parent)
			continue
		}
		anchor := evidence.StepAnchor(parent, step.Get("id").String(), step.Get("name").String())
		if run := step.Get("run"); located(run).Value != "" {
			all = append(all, Handed{Anchor: anchor, Name: "run", Text: run.Text})
		}
		for name, value := range step.Get("with").All() {
			if located(value).Value != "" {
				all = append(all, Handed{anchor, step.Get("uses").String(), name.Value, value.Text})
			}
		}
	}
	return all
}
