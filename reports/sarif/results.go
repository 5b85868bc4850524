package sarif

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/reports"
)

// mostRelated bounds the places beside one result.
const mostRelated = 100

// newResult says one finding. Rules are found by their index.
func (w *writer) newResult(f policy.Judged) result {
	at, real := w.tree.Place(f.Location)
	r := result{
		RuleID: f.Check, RuleIndex: w.ruleIndex[f.Check], Level: level(f.Severity),
		Message:      message{Text: safe(cmp.Or(f.Message, f.Rule.Title))},
		Locations:    []location{{Physical: physical(at)}},
		Fingerprints: map[string]string{"sealvet/" + audit.FingerprintVersion: f.Fingerprint},
		Properties: resultProperties{
			Severity: f.Severity, Confidence: f.Confidence, Evidence: f.Rule.Source,
			Subject: safe(f.Subject), Anchor: safe(f.Anchor),
		},
	}
	if real {
		if hash := w.tree.LineHash(at); hash != "" {
			r.Fingerprints[lineHash] = hash
		}
	} else {
		r.Message.Text += safe(" (in " + f.Location.String() + ", which is no file of this tree)")
		r.Fingerprints[lineHash] = strings.TrimPrefix(f.Fingerprint, audit.FingerprintVersion+":") + ":1"
	}
	for _, related := range f.Related {
		w.relate(&r, related)
	}
	r.Flows = w.flow(f.Flow)
	return r
}

// flow shows the links of a way that stand in the tree.
func (w *writer) flow(links []audit.Related) []codeFlow {
	var thread threadFlow
	for _, link := range links {
		if at, real := w.tree.Place(link.Location); real && len(thread.Locations) < mostRelated {
			thread.Locations = append(thread.Locations, threadFlowLocation{location{Physical: physical(at), Message: &message{Text: safe(cmp.Or(link.Message, "by way of this"))}}})
		}
	}
	if len(thread.Locations) == 0 {
		return nil
	}
	return []codeFlow{{[]threadFlow{thread}}}
}

// lineHash is the one fingerprint that GitHub reads.
const lineHash = "primaryLocationLineHash"

func (w *writer) relate(r *result, related audit.Related) {
	at, real := w.tree.Place(related.Location)
	if !real || len(r.Related) == mostRelated {
		return // no file of the tree can show it; the message has said what counts
	}
	r.Related = append(r.Related, location{ID: len(r.Related) + 1, Physical: physical(at), Message: &message{Text: safe(cmp.Or(related.Message, "see also"))}})
}

// merged makes one result of the findings of one rule on one line, because
// GitHub would take them for the same alert. The first, which is the worst,
// speaks; the others stand beside it.
func (w *writer) merged(findings []policy.Judged) []result {
	type line struct {
		rule, path string
		line       int
	}
	var results []result
	var more []int
	known := make(map[line]int)
	for _, f := range findings {
		at, real := w.tree.Place(f.Location)
		key := line{f.Check, at.Path, max(at.Line, 1)}
		i, again := known[key]
		if !again || !real { // at the anchor each has a fingerprint of its own
			if real {
				known[key] = len(results)
			}
			results, more = append(results, w.newResult(f)), append(more, 0)
			continue
		}
		more[i]++
		w.relate(&results[i], audit.Related{Location: f.Location, Message: f.Message})
	}
	for i, n := range more {
		if n > 0 {
			results[i].Message.Text += fmt.Sprintf(" (and %d more on this line)", n)
		}
	}
	return results
}

// suppressed says why a finding does not count.
func suppressed(f policy.Judged) []suppression {
	if f.Status == policy.Open {
		return nil
	}
	kind := "external"
	if f.Inline {
		kind = "inSource"
	}
	return []suppression{{Kind: kind, Status: "accepted", Justification: safe(f.Because)}}
}

// safe makes a text of the repository harmless: plain, and free of links, which
// SARIF writes as [text](target).
func safe(s string) string {
	s = reports.Cut(reports.Plain(s), 2000)
	if !strings.Contains(s, "](") {
		return s // no link, so that brackets need no backslashes
	}
	return strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`).Replace(s)
}
