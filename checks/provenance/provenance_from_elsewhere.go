package provenance

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

//go:embed provenance_from_elsewhere.md
var provenanceFromElsewhereDoc string

// ProvenanceFromElsewhere finds sound proofs that speak of another source than
// this repository.
var ProvenanceFromElsewhere = &audit.Check{
	ID:       "provenance-from-elsewhere",
	Title:    "Proof of origin is of another repository, ref, commit or workflow",
	Family:   audit.Provenance,
	Severity: audit.Critical,
	Source:   audit.FromRegistry,
	Needs:    []evidence.Kind{evidence.Publications, evidence.PublishedImages, evidence.Releases},
	Doc:      provenanceFromElsewhereDoc,
	Controls: []string{"SLSA-BUILD-L2", "OSPS-BR-06.01", "CIS-SSC-3.1.3", "SSDF-PS.2.1", "SSDF-PS.3.2", "S2C2F-AUD-1", "S2C2F-AUD-4", "CICD-SEC-9", "OWASP-MCP04"},
	NoInline: true,
	Inspect:  inspectProvenanceFromElsewhere,
}

func inspectProvenanceFromElsewhere(seen *evidence.Snapshot, record *audit.Record) {
	e := &elsewhere{seen: seen, record: record, ours: evidence.Repository(seen.Target.Remote)}
	for p := range published(seen, 0, attestable...) {
		e.publication(p)
	}
	unasked(seen, record, attestable...)
}

// elsewhere compares proofs with the repository under audit.
type elsewhere struct {
	seen   *evidence.Snapshot
	record *audit.Record
	ours   string // host/owner/name
}

// publication wants one proof of this repository. Others may attest the same bytes,
// for themselves; but not contradict themselves.
func (e *elsewhere) publication(p evidence.Publication) {
	var sound, foreign []evidence.Proof
	for _, proof := range p.Proofs {
		switch class, detail := provenance.Check(proof.Claims, provenance.Subject{}, provenance.Expect{}); {
		case proof.Class != provenance.SourceMismatch && proof.Class != provenance.IdentityMismatch && !passes(proof):
			continue // does not hold, or nobody can tell: not the matter of this check
		case class != provenance.OK:
			e.defect(p, audit.Finding{Message: fmt.Sprintf("the proof of %s contradicts its own certificate: %s; do not use it, and find out who made it", p.Whole(), detail)})
			return
		case !provenance.TellsOrigin(proof.Claims):
			continue // names no source to compare
		case provenance.OfRepository(e.seen, proof.Claims):
			sound = append(sound, proof)
		default:
			foreign = append(foreign, proof)
		}
	}
	unjudged, is := undetermined(p)
	switch {
	case len(sound) > 0:
		e.inside(p, sound[0])
	case len(foreign) > 0:
		e.foreign(p, foreign[0])
	case is:
		doubtProof(e.record, p, unjudged)
	case len(p.Proofs) == 0 && p.Attested != evidence.No:
		doubtful(e.record, p)
	}
}

// foreign: the source is another one. A fork's checkout and a renamed repository
// look the same from here, unless something else speaks for this one.
func (e *elsewhere) foreign(p evidence.Publication, proof evidence.Proof) {
	source := provenance.SourceOf(proof.Claims)
	switch {
	case provenance.Licensed(e.seen.Settings, proof.Claims):
		e.record.Pass(p.Whole(), p.At)
	case e.ours == "":
		e.record.Doubt(audit.Doubt{
			Subject: p.Whole(), Location: p.At, Reason: fmt.Sprintf("it was built from %s, and nothing says which repository this is", orUnnamed(source)),
			Unlock: "a checkout with an origin",
		})
	case source == e.ours:
		e.defect(p, audit.Finding{Message: fmt.Sprintf(
			"%s was built from a repository that was named %s and has the id %s, which is not that of server.json; somebody else may have had the name: do not use it before you know",
			p.Whole(), source, proof.Claims.SourceID)})
	case source != "" && e.calledBy(p, source):
		e.record.Doubt(audit.Doubt{
			Subject: p.Whole(), Location: p.At,
			Reason: fmt.Sprintf("it was built from %s, as its metadata says, and this checkout is of %s: a fork, or one that was renamed or moved, which the tree does not tell", source, e.ours),
			Unlock: "a checkout whose origin is " + source + ", or repository.id in server.json",
		})
	default:
		e.defect(p, audit.Finding{Message: fmt.Sprintf(
			"%s was built from %s, and this is %s; do not use it before you know who published it, and list its signer under provenance.identities of the policy if it may",
			p.Whole(), orUnnamed(source), e.ours)})
	}
}

func orUnnamed(source string) string {
	if source == "" {
		return "a source that its proof does not name"
	}
	return source
}

// calledBy says whether the registry's metadata or a server.json names that source,
// and none names this repository.
func (e *elsewhere) calledBy(p evidence.Publication, source string) bool {
	witnesses := []string{evidence.Repository(p.Declared)}
	for _, server := range e.seen.ServerManifests {
		witnesses = append(witnesses, evidence.Repository(server.Repository.Value))
	}
	speaks := false
	for _, witness := range witnesses {
		if provenance.SameRepository(witness, e.ours) {
			return false
		}
		speaks = speaks || provenance.SameRepository(witness, source)
	}
	return speaks
}

// inside: the source is this repository; ref, commit and workflow must be those of
// the version.
func (e *elsewhere) inside(p evidence.Publication, proof evidence.Proof) {
	c := proof.Claims
	tag, commit := provenance.TagOf(e.seen, p)
	switch {
	case strings.HasPrefix(c.Ref, "refs/pull/"):
		e.defect(p, audit.Finding{Anchor: "ref", Message: fmt.Sprintf("%s was built from %s, a pull request that anybody may open; do not use it, and let only tags and protected branches publish", p.Whole(), c.Ref)})
	case p.Registry == "github-release" && strings.HasPrefix(c.Ref, "refs/tags/") && c.Ref != "refs/tags/"+p.Version:
		e.defect(p, audit.Finding{Anchor: "ref", Severity: audit.High, Message: fmt.Sprintf("%s was built from %s, another tag than that of its release; upload what was built from the tag", p.Whole(), c.Ref)})
	case commit != "" && c.Commit != "" && !strings.EqualFold(commit, c.Commit):
		// Some release tools publish from a commit and tag the next one, which only changes versions.
		e.defect(p, audit.Finding{Anchor: "commit", Severity: audit.Medium, Confidence: audit.Likely, Message: fmt.Sprintf(
			"%s was built from commit %.12s, and tag %s points to %.12s; find out whether the tag was moved, and publish from the tag", p.Whole(), c.Commit, tag, commit)})
	case c.Commit != "" && c.Commit == e.seen.Target.Commit && e.missing(c.Workflow):
		e.defect(p, audit.Finding{Anchor: "workflow", Severity: audit.High, Message: fmt.Sprintf(
			"%s was built by %s, which is not in this commit although its proof names it; find out what ran there", p.Whole(), c.Workflow)})
	default:
		e.record.Pass(p.Whole(), p.At)
	}
}

// missing says whether a workflow of this repository is in none of its files.
func (e *elsewhere) missing(uri string) bool {
	uri, _, _ = strings.Cut(uri, "@")
	at := strings.Index(uri, "/.github/workflows/")
	if at < 0 || evidence.Repository(uri[:at]) != e.ours {
		return false
	}
	return !slices.ContainsFunc(e.seen.Files, func(f evidence.File) bool { return f.Path == uri[at+1:] })
}

func (e *elsewhere) defect(p evidence.Publication, f audit.Finding) {
	f.Subject, f.Thing, f.Location = p.Whole(), p.Thing(), p.At
	e.record.Defect(f)
}
