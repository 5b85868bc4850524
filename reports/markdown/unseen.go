package markdown

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
)

// What the other sections show, in entries.
const (
	mostChecks  = 8
	mostReasons = 50
	mostWaived  = 30
	mostChains  = 8
)

// unlock is what would settle what several checks could not assess.
type unlock struct {
	what   string
	checks []string
}

// notAssessed says what would settle what is not known, and below it, folded, each
// reason.
func notAssessed(v policy.Verdict) string {
	unlocks := unlocksOf(v)
	if len(unlocks) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| What would settle it | Checks |\n| --- | --- |\n")
	for _, one := range unlocks[:min(len(unlocks), mostReasons)] {
		what := "see the reasons below"
		if one.what != "" {
			what = reports.Markdown(reports.Cut(one.what, longestMessage))
		}
		fmt.Fprintf(&b, "| %s | %s |\n", what, names(one.checks))
	}
	b.WriteString(more(len(unlocks)-mostReasons, "\n%s"))
	b.WriteString("\n<details>\n<summary>Why, one by one</summary>\n\n")
	why := reasons(v)
	for _, line := range why[:min(len(why), mostReasons)] {
		b.WriteString("- " + line + "\n")
	}
	b.WriteString(more(len(why)-mostReasons, "- %s"))
	b.WriteString("\n</details>\n")
	return b.String()
}

// unlocksOf groups what is not known by what would settle it, that of most checks first.
func unlocksOf(v policy.Verdict) []unlock {
	var all []unlock
	index := make(map[string]int)
	add := func(what, check string) {
		i, known := index[what]
		if !known {
			i = len(all)
			index[what], all = i, append(all, unlock{what: what})
		}
		if !slices.Contains(all[i].checks, check) {
			all[i].checks = append(all[i].checks, check)
		}
	}
	for _, r := range v.Results {
		for _, d := range r.Doubts {
			add(d.Unlock, r.Check.ID)
		}
		for _, g := range r.Gaps {
			add(g.Unlock, r.Check.ID)
		}
	}
	slices.SortStableFunc(all, func(a, b unlock) int {
		if (a.what == "") != (b.what == "") {
			return strings.Compare(b.what, a.what) // what nothing would settle comes last
		}
		return cmp.Compare(len(b.checks), len(a.checks))
	})
	return all
}

// reasons are the lines of what was not seen, and of what was seen and could not be
// judged.
func reasons(v policy.Verdict) []string {
	id := func(r policy.Result) string { return r.Check.ID }
	var all []string
	for _, one := range reports.UnseenIn(v, id) {
		all = append(all, reports.Markdown(reports.Cut(one.Reason, longestMessage))+" (leaves open: "+names(one.Checks)+")")
	}
	needs, doubts := reports.DoubtsIn(v, id)
	if needs != "" {
		needs = strings.ReplaceAll(needs, "`", "") // our own, around a command
		all = append(all, reports.Markdown(reports.Cut(needs, longestMessage)))
	}
	for _, one := range doubts {
		for _, reason := range one.Reasons {
			all = append(all, reports.Markdown(reports.Cut(reason, longestMessage))+" ("+names(one.Checks)+")")
		}
	}
	return all
}

// names lists checks, few of them by their names.
func names(checks []string) string {
	var all []string
	for _, check := range checks[:min(len(checks), mostChecks)] {
		all = append(all, reports.MarkdownCode(check))
	}
	line := strings.Join(all, ", ")
	if left := len(checks) - mostChecks; left > 0 {
		line += fmt.Sprintf(" and %d more", left)
	}
	return line
}

// name shows what something is called, as code.
func name(s string) string { return reports.MarkdownCode(reports.Cut(s, longestName)) }

func more(n int, format string) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(format, fmt.Sprintf("and %d more; the JSON report lists them all\n", n))
}

// waived lists what does not count, with the reason that was given for it.
func waived(tree reports.Tree, v policy.Verdict) string {
	var lines []string
	for _, f := range v.Findings {
		if f.Status != policy.Waived {
			continue
		}
		line := "- " + reports.MarkdownCode(f.Check) + " of " + name(cmp.Or(f.Subject, f.Rule.Title))
		if f.Location.Path != "" {
			line += " in " + link(tree, f.Location)
		}
		lines = append(lines, line+": "+reports.Markdown(reports.Cut(f.Because, longestMessage))+"\n")
	}
	return strings.Join(lines[:min(len(lines), mostWaived)], "") + more(len(lines)-mostWaived, "- %s")
}

// published says of each thing that is published how far its way back to the source
// holds, with the links that do not. Where there are many, those that hold are counted.
func published(chains []provenance.Chain) string {
	var b strings.Builder
	shown, holding := 0, 0
	for _, chain := range chains {
		if len(chains) > mostChains && chain.State == provenance.Holds {
			holding++
			continue
		}
		if shown++; shown > mostChains {
			continue
		}
		fmt.Fprintf(&b, "- %s", name(chain.Artifact))
		if chain.Entry != "" {
			fmt.Fprintf(&b, ", offered as %s", name(chain.Entry))
		}
		fmt.Fprintf(&b, ": %s\n", chain.State)
		for _, l := range chain.Links {
			if l.State != provenance.Holds {
				fmt.Fprintf(&b, "  - %s: %s → %s: %s\n", l.State, name(l.From), name(l.To), reports.Markdown(reports.Cut(l.Reason, longestMessage)))
			}
		}
	}
	b.WriteString(more(shown-mostChains, "- %s"))
	if holding > 0 {
		fmt.Fprintf(&b, "- and %d more, of which every link holds\n", holding)
	}
	return b.String()
}
