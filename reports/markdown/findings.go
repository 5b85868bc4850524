package markdown

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// What a table shows, in rows, in places of one row, and in characters.
const (
	mostRows       = 20
	mostPlaces     = 5
	longestName    = 120
	longestMessage = 400
	longestTarget  = 1500 // of a link; no browser needs a longer one
)

// row is what one check says of one file with the same words, however often.
type row struct {
	policy.Judged
	places []evidence.Location
}

// findings are the worst open ones of a family, in a table.
func findings(tree reports.Tree, v policy.Verdict, family audit.Family) string {
	rows := rowsOf(v, family)
	if len(rows) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| Severity | Check | Where | What is wrong, and what to do |\n| --- | --- | --- | --- |\n")
	for _, r := range rows[:min(len(rows), mostRows)] {
		severity := r.Severity.String()
		if r.Fails {
			severity = "**" + severity + "**"
		}
		text := cmp.Or(r.Message, r.Rule.Title)
		if way := reports.Way(r.Flow); way != "" {
			text += "; " + way
		}
		fmt.Fprintf(&b, "| %s | [`%s`](%s) | %s | %s |\n", severity, r.Check, reports.PageOf(r.Rule), where(tree, r), reports.Markdown(reports.Cut(text, longestMessage)))
	}
	if len(rows) > mostRows {
		more := 0
		for _, r := range rows[mostRows:] {
			more += len(r.places)
		}
		fmt.Fprintf(&b, "\nAnd %d more, none worse; the JSON report lists them all.\n", more)
	}
	return b.String()
}

// rowsOf keeps the order of the verdict, which is worst first.
func rowsOf(v policy.Verdict, family audit.Family) []row {
	type words struct {
		check, path, message string
		severity             audit.Severity
		fails                bool
	}
	var rows []row
	index := make(map[words]int)
	for _, f := range v.Findings {
		if !v.Told(f) || f.Rule.Family != family {
			continue
		}
		key := words{f.Check, f.Location.Path, f.Message + "\x00" + reports.Way(f.Flow), f.Severity, f.Fails}
		i, known := index[key]
		if !known {
			i = len(rows)
			index[key], rows = i, append(rows, row{Judged: f})
		}
		rows[i].places = append(rows[i].places, f.Location)
	}
	return rows
}

// where links the first place of a row and names the others by line and column.
func where(tree reports.Tree, r row) string {
	if r.Location.Path == "" {
		return elsewhere(r.Rule)
	}
	words := link(tree, r.places[0])
	var lines []string
	for _, at := range r.places[1:min(len(r.places), mostPlaces)] {
		if at.Line > 0 {
			lines = append(lines, fmt.Sprintf("%d:%d", at.Line, at.Column))
		}
	}
	if len(lines) > 0 {
		words += ", also at " + strings.Join(lines, ", ")
	}
	if more := len(r.places) - mostPlaces; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// elsewhere says what was looked at where that is no file.
func elsewhere(check *audit.Check) string {
	switch check.Source {
	case audit.FromGit:
		return "commits and tags"
	case audit.FromRegistry:
		return "what registries hold"
	}
	return "settings of the code host"
}

// link leads to a line of the tree; a place that is not in it is only named.
func link(tree reports.Tree, at evidence.Location) string {
	name := reports.MarkdownCode(shortPath(at.String()))
	to := target(at.Path)
	if _, real := tree.Place(at); !real || !fs.ValidPath(at.Path) || len(to) > longestTarget {
		return name
	}
	if at.Line > 0 {
		to += fmt.Sprintf("#L%d", at.Line)
	}
	return "[" + name + "](" + to + ")"
}

// shortPath keeps the end of a long path, where its name is.
func shortPath(path string) string {
	runes := []rune(path)
	if len(runes) <= longestName {
		return path
	}
	return "…" + string(runes[len(runes)-longestName:])
}

// target makes a relative link of a path: all but plain characters are written by
// their number, so that none of it is a scheme, a query, an entity or the link's end.
func target(path string) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("/-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func familiesOf(results []policy.Result) []audit.Family {
	var all []audit.Family
	for _, r := range results {
		if !slices.Contains(all, r.Check.Family) {
			all = append(all, r.Check.Family)
		}
	}
	return all
}
