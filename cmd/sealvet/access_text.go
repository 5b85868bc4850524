package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/sealvet/sealvet/internal/access"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/reports"
)

func writeAccessText(w io.Writer, found *accessFound) error {
	p := printer{w: w}
	say := func(depth int, format string, args ...any) {
		p.line(depth, fmt.Sprintf(format, args...), evidence.Location{})
	}
	say(0, "%s on %s", found.Repository, found.Host)
	say(0, "asked with %s, in %s", found.token(), plural(found.Requests, "request"))
	say(0, "")
	gains := access.Gains(found.Rows)
	say(0, "%s", found.most(gains))
	say(0, "")
	if p.err == nil {
		p.err = writeAccessRows(w, found.Rows)
	}
	for _, gain := range gains {
		right, _ := access.Find(gain.Right)
		say(0, "")
		say(0, "%s  %s", gain.Right, gainWords(gain))
		for _, kind := range access.Kinds {
			say(1, "%-18s  %s", kind, right.For(kind))
		}
	}
	return p.err
}

// token says what asked, never the token itself.
func (f *accessFound) token() string {
	if f.From == "" {
		return f.Who
	}
	if strings.HasPrefix(f.From, "App ") {
		return f.Who + " (" + f.From + ")"
	}
	return f.Who + " (from $" + f.From + ")"
}

// most is the one line that says which permission is worth most.
func (f *accessFound) most(gains []access.Gain) string {
	open := access.Open(f.Rows)
	switch {
	case open == 0:
		return "This token decides every check."
	case len(gains) == 0:
		words, n := access.Other(f.Rows)
		if words == "" {
			return fmt.Sprintf("No permission would decide more; %s stay open.", plural(open, "check"))
		}
		return fmt.Sprintf("%s unlocks most: %d of the %s that this token leaves open.", words, n, plural(open, "check"))
	}
	best := gains[0]
	line := fmt.Sprintf("%s unlocks most: of the %s that this token leaves open, it decides %d by itself", best.Right, plural(open, "check"), best.Alone)
	if best.Alone == 0 {
		line = fmt.Sprintf("%s unlocks most: %d of the %s that this token leaves open need it, and more", best.Right, best.Helped, plural(open, "check"))
	}
	right, _ := access.Find(best.Right)
	kind := access.Kind(f.Kind)
	switch words := right.For(kind); {
	case kind == access.Job && words == access.Never:
		return line + ". The token of a workflow job can never have it; another kind can, see below."
	case kind == access.Job:
		return line + ". In the workflow: permissions: " + words + "."
	case kind == access.Classic || kind == access.FineGrained || kind == access.Installation:
		return line + ". This kind of token needs the " + words + "."
	}
	return line + ". See below what kind of token has it."
}

func writeAccessRows(w io.Writer, rows []access.Row) error {
	var lines strings.Builder
	table := tabwriter.NewWriter(&lines, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CHECK\tDECIDES\tNEEDS BESIDES")
	for _, row := range rows {
		needs := strings.Join(append(append([]string{}, row.Missing...), row.Else...), " and ")
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Check.ID, row.Decides, reports.Cut(reports.Plain(needs), 200))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(lines.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// gainWords says how many checks a right decides.
func gainWords(g access.Gain) string {
	switch {
	case g.Helped == 0:
		return fmt.Sprintf("decides %s", plural(g.Alone, "check"))
	case g.Alone == 0:
		return fmt.Sprintf("needed for %s, with others", plural(g.Helped, "check"))
	}
	return fmt.Sprintf("decides %s, and is needed for %d more", plural(g.Alone, "check"), g.Helped)
}
