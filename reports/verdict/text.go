// Package verdict writes the verdicts on artifacts: what is proved of each, by
// whom, from what, resting on which trust root.
package verdict

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/reports"
)

// WriteText writes for people.
func WriteText(w io.Writer, document Document) error {
	p := printer{w: w, now: document.TakenAt}
	for _, result := range document.Results {
		p.verdict(0, result)
	}
	if len(document.Results) > 1 {
		sum := Count(document.Results)
		p.line(0, fmt.Sprintf("%d proved, %d failed, %d without proof, %d not assessed", sum.Pass, sum.Fail, sum.Absent, sum.Undetermined))
	}
	return p.err
}

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	now time.Time
	err error
}

func (p *printer) line(depth int, text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, strings.Repeat("  ", depth)+reports.Cut(reports.Plain(text), 600))
	}
}

func (p *printer) fact(depth int, label, value string) {
	if value != "" {
		p.line(depth+1, fmt.Sprintf("%-9s %s", label, value))
	}
}

// words are what an outcome is called.
var words = map[provenance.Outcome]string{
	provenance.Pass: "proved", provenance.Fail: "NOT PROVED", provenance.Absent: "NO PROOF", provenance.Undetermined: "not assessed",
}

func (p *printer) verdict(depth int, v provenance.Verdict) {
	title := v.Artifact + ": " + words[v.Outcome]
	if v.Outcome == provenance.Fail || v.Outcome == provenance.Undetermined || v.Class != provenance.OK && v.Outcome == provenance.Pass {
		title += " (" + string(v.Class) + ")"
	}
	p.line(depth, title)
	p.fact(depth, "why", v.Detail)
	if v.Class != provenance.OK {
		p.fact(depth, "to do", v.Remedy)
	}
	if v.Outcome == provenance.Pass && len(v.Parts) == 0 && v.Level > 0 {
		p.fact(depth, "level", fmt.Sprintf("SLSA Build L%d", v.Level))
	}
	for _, proof := range v.Proofs {
		p.proof(depth, proof, len(v.Proofs) > 1 || proof.Class != v.Class)
	}
	for _, note := range v.Notes {
		p.fact(depth, "note", note)
	}
	for _, part := range v.Parts {
		p.verdict(depth+1, part)
	}
}

func (p *printer) proof(depth int, proof evidence.Proof, several bool) {
	claims := proof.Claims
	trusted := provenance.OutcomeOfProof(proof) == provenance.Pass
	p.fact(depth, "proof", cmp.Or(proof.Origin, string(proof.Format)))
	if several {
		depth++
		says := string(proof.Class)
		if !trusted && proof.Detail != "" {
			says += ": " + proof.Detail
		}
		p.fact(depth, "says", says)
	}
	if trusted || claims.Certificate != "" {
		p.claims(depth, claims)
	}
	p.fact(depth, "engine", proof.Engine)
	if proof.Second != nil {
		p.fact(depth, "second", strings.TrimSuffix(fmt.Sprintf("%s: %s, %s", proof.Second.Engine, proof.Second.Class, proof.Second.Detail), ", "))
	}
	p.fact(depth, "trust", p.root(proof.Root))
	for _, note := range proof.Notes {
		p.fact(depth, "note", note)
	}
}

func (p *printer) claims(depth int, c evidence.Claims) {
	p.fact(depth, "states", c.PredicateType)
	source := c.Source
	if c.Commit != "" {
		source += " at " + c.Commit
	}
	if c.Ref != "" {
		source += " (" + c.Ref + ")"
	}
	p.fact(depth, "source", source)
	signer := cmp.Or(c.Signer, c.Identity)
	if signer == "" && c.Key != "" {
		signer = "the key " + c.Key
	}
	if c.Runner != "" {
		signer += ", " + c.Runner
	}
	p.fact(depth, "signer", signer)
	if c.Workflow != "" && c.Workflow != c.Signer {
		p.fact(depth, "started", c.Workflow)
	}
	if c.Verifier != "" {
		p.fact(depth, "verifier", c.Verifier+" says "+strings.Join(c.Levels, ", ")+" of "+c.Resource)
	}
	when := c.Log
	if !c.SignedAt.IsZero() {
		when = strings.TrimSuffix(c.SignedAt.UTC().Format(time.DateTime)+" UTC, "+c.Log, ", ")
	}
	p.fact(depth, "signed", when)
}

// root says what a verdict rests on, and how old that is.
func (p *printer) root(info evidence.RootInfo) string {
	if info.Name == "" {
		return ""
	}
	text := info.Name + ", " + info.Origin
	if info.Version != "" {
		text += ", version " + info.Version
	}
	if !info.Date.IsZero() {
		days := int(info.Age(p.now).Hours() / 24)
		text += fmt.Sprintf(", of %s (%d days old)", info.Date.UTC().Format(time.DateOnly), days)
	}
	return text
}
