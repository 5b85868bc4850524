// Command drawsheet draws findings and passes by a seed, for people to read: an
// honest measure of precision needs a draw that nobody chose.
//
//	go run ./internal/drawsheet -seed 1 acme/weather@<sha>=path/to/checkout ... > sheet.tsv
//
// Each draw takes a check first and then one of its findings, so that a check
// with a thousand findings does not crowd out the others.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
)

// row is one line of the sheet; people fill in verdict and reason.
type row struct {
	kind, repo, check, place, subject, said, line string
}

func main() {
	seed := flag.Uint64("seed", 1, "seed of the draw")
	findings := flag.Int("findings", 50, "how many findings to draw")
	passes := flag.Int("passes", 20, "how many passes to draw")
	only := flag.String("checks", "", "draw from these checks only, separated by commas")
	flag.Parse()
	ids := strings.FieldsFunc(*only, func(r rune) bool { return r == ',' })
	chosen := slices.DeleteFunc(slices.Clone(checks.All), func(c *audit.Check) bool { return len(ids) > 0 && !slices.Contains(ids, c.ID) })
	var found, passed []row
	for _, arg := range flag.Args() {
		repo, path, ok := strings.Cut(arg, "=")
		if !ok {
			fmt.Fprintln(os.Stderr, "drawsheet: an argument is owner/name@sha=path, not", arg)
			os.Exit(2)
		}
		f, p, err := look(chosen, repo, path)
		if err != nil {
			fmt.Fprintln(os.Stderr, "drawsheet:", err)
			os.Exit(1)
		}
		found, passed = append(found, f...), append(passed, p...)
	}
	random := rand.New(rand.NewPCG(*seed, 0))
	fmt.Printf("# seed %d, %d of %d findings, %d of %d passes\n", *seed, *findings, len(found), *passes, len(passed))
	fmt.Println("kind\trepository\tcheck\tplace\tsubject\ttext at the place\tverdict\treason")
	for _, r := range append(draw(random, found, *findings), draw(random, passed, *passes)...) {
		fmt.Printf("%s\t%s\t%s\t%s\t%s\t%s\t\t\n", r.kind, r.repo, r.check, r.place, clean(r.subject), clean(r.line))
	}
}

func look(chosen []*audit.Check, repo, path string) (found, passed []row, err error) {
	seen, err := checkout.Collect(context.Background(), path, checkout.Options{Now: time.Unix(0, 0)})
	if err != nil {
		return nil, nil, err
	}
	for _, result := range audit.Run(chosen, seen) {
		for _, f := range result.Findings {
			if f.Role == evidence.Source {
				found = append(found, row{"finding", repo, result.Check.ID, f.Location.String(), f.Subject, f.Message, textAt(path, f.Location)})
			}
		}
		for _, p := range result.Passes {
			passed = append(passed, row{"pass", repo, result.Check.ID, p.Location.String(), p.Subject, "", textAt(path, p.Location)})
		}
	}
	return found, passed, nil
}

// textAt reads back what stands at a place, which is the first thing to check.
func textAt(root string, at evidence.Location) string {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(at.Path)))
	if err != nil || at.Line == 0 {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	if at.Line > len(lines) {
		return "(no such line)"
	}
	line := []rune(strings.TrimRight(lines[at.Line-1], "\r"))
	end := len(line)
	if at.EndLine == at.Line {
		end = min(end, at.EndColumn-1)
	}
	if start := at.Column - 1; start >= 0 && start <= end {
		return string(line[start:end])
	}
	return "(no such column)"
}

func draw(random *rand.Rand, rows []row, n int) []row {
	byCheck := make(map[string][]row)
	var ids []string
	for _, r := range rows {
		if _, known := byCheck[r.check]; !known {
			ids = append(ids, r.check)
		}
		byCheck[r.check] = append(byCheck[r.check], r)
	}
	slices.Sort(ids)
	var drawn []row
	for len(drawn) < n && len(ids) > 0 {
		i := random.IntN(len(ids))
		its := byCheck[ids[i]]
		j := random.IntN(len(its))
		drawn = append(drawn, its[j])
		its[j] = its[len(its)-1]
		if byCheck[ids[i]] = its[:len(its)-1]; len(its) == 1 {
			ids = slices.Delete(ids, i, i+1)
		}
	}
	slices.SortFunc(drawn, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.check, b.check), cmp.Compare(a.repo, b.repo), cmp.Compare(a.place, b.place))
	})
	return drawn
}

// clean keeps a cell one cell.
func clean(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > 120 {
		return string(runes[:120]) + "…"
	}
	return s
}
