package tools

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed hidden_text_in_tool.md
var hiddenTextInToolDoc string

// HiddenTextInTool finds what a model reads and a person does not see.
var HiddenTextInTool = &audit.Check{
	ID:       "hidden-text-in-tool",
	Title:    "Text for a model holds characters that nobody sees",
	Family:   audit.Tools,
	Severity: audit.High,
	Source:   audit.FromTree,
	Needs:    []evidence.Kind{evidence.Instructions},
	Doc:      hiddenTextInToolDoc,
	Controls: []string{"SSDF-PW.7.1", "OWASP-MCP03", "OWASP-MCP06"},
	Inspect:  inspectHiddenTextInTool,
}

func inspectHiddenTextInTool(seen *evidence.Snapshot, record *audit.Record) {
	for _, file := range seen.ToolTexts {
		if len(file.Hidden) == 0 {
			record.Pass(file.Path, evidence.Location{Path: file.Path})
		}
		for _, hidden := range file.Hidden {
			where := file.Path
			if hidden.Anchor != "" {
				where = hidden.Anchor
			}
			finding := audit.Finding{
				Subject: where + " " + hidden.Points[0], Anchor: hidden.Anchor, Location: hidden.At,
				Message: fmt.Sprintf("%s holds %s (%s), %s; take that out and look at who put it there", where, hiddenWhat(hidden), hiddenPoints(hidden), hiddenWhy(hidden.Kind)),
			}
			if hidden.Kind == evidence.Mark {
				finding.Severity, finding.Confidence = audit.Note, audit.Guess // its language may want it
			}
			record.Defect(finding)
		}
	}
}

func hiddenWhat(hidden evidence.HiddenText) string {
	what := map[evidence.HiddenKind]string{
		evidence.Invisible: "invisible character", evidence.Mark: "invisible mark", evidence.Bidi: "bidirectional control", evidence.Control: "control character",
	}[hidden.Kind]
	if hidden.Count == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", hidden.Count, what)
}

// hiddenPoints names the characters by their numbers: to show them would hide them again.
func hiddenPoints(hidden evidence.HiddenText) string {
	text := strings.Join(hidden.Points, " ")
	if hidden.Count > len(hidden.Points) {
		text += " ..."
	}
	return text
}

func hiddenWhy(kind evidence.HiddenKind) string {
	switch kind {
	case evidence.Bidi:
		return "by which a person reads another order of words than the model"
	case evidence.Control:
		return "which a terminal obeys instead of showing"
	}
	return "which a model reads and a person does not see"
}
