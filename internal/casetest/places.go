package casetest

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// holdPlaces demands that every place a check names opens a text: a span with a
// line lies inside of its file and, for a finding, is not empty.
func holdPlaces(t *testing.T, archive *txtar.Archive, result audit.Result) {
	files := make(map[string][]string)
	for _, file := range archive.Files {
		if name, inside := strings.CutPrefix(file.Name, "repo/"); inside {
			files[name] = strings.Split(strings.TrimPrefix(string(file.Data), "\ufeff"), "\n")
		}
	}
	hold := func(what, subject string, at evidence.Location, mayBeEmpty bool) {
		lines, known := files[at.Path]
		if !known || at.Line == 0 {
			return // from evidence.json, or the whole file
		}
		text, inside := spanned(lines, at)
		if !inside {
			t.Errorf("the %s of %s stands at %+v, which is not in the file", what, subject, at)
		} else if text == "" && !mayBeEmpty {
			t.Errorf("the %s of %s stands at %+v, where no text is", what, subject, at)
		}
	}
	for _, f := range result.Findings {
		hold("finding", f.Subject, f.Location, false)
		for _, related := range append(f.Related, f.Flow...) {
			hold("related place", f.Subject, related.Location, true)
		}
	}
	for _, p := range result.Passes {
		hold("pass", p.Subject, p.Location, true)
	}
	for _, d := range result.Doubts {
		hold("doubt", d.Subject, d.Location, true)
	}
}

// spanned is the text at a place whose columns count code points and whose end is
// exclusive.
func spanned(lines []string, at evidence.Location) (text string, inside bool) {
	if at.EndLine < at.Line || at.EndLine > len(lines) {
		return "", false
	}
	var parts []string
	for number := at.Line; number <= at.EndLine; number++ {
		line := []rune(lines[number-1])
		from, to := 0, len(line)
		if number == at.Line {
			from = at.Column - 1
		}
		if number == at.EndLine {
			to = at.EndColumn - 1
		}
		if from < 0 || from > to || to > len(line) {
			return "", false
		}
		parts = append(parts, string(line[from:to]))
	}
	return strings.Join(parts, "\n"), true
}
