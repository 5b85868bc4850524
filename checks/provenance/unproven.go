package provenance

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
)

// version is one version with all its files, which one person publishes at once.
type version struct {
	evidence.Publication   // the first of its files
	files                  int
	bare, signed, doubtful []string // without any proof, with one that tells no origin, unknown
	doubt                  func(*audit.Record)
}

// versions puts the files of a version together, in the order they were seen.
func versions(seen *evidence.Snapshot, rank int, registries ...string) (all []*version) {
	known := make(map[string]*version)
	for p := range published(seen, rank, registries...) {
		v := known[p.Whole()]
		if v == nil {
			v = &version{Publication: p}
			known[p.Whole()] = v
			all = append(all, v)
		}
		v.add(p)
	}
	return all
}

func (v *version) add(p evidence.Publication) {
	v.files++
	unjudged, is := undetermined(p)
	var doubt func(*audit.Record)
	switch {
	case len(provenBy(p)) > 0:
		return
	case p.Attested == evidence.No:
		v.bare = append(v.bare, p.File)
		return
	case is:
		doubt = func(r *audit.Record) { doubtProof(r, p, unjudged) }
	case p.Attested == evidence.Yes && len(p.Proofs) > 0 && passes(p.Proofs[0]): // the worst is first
		v.signed = append(v.signed, p.File)
		return
	case p.Attested == evidence.Yes && len(p.Proofs) > 0:
		doubt = func(r *audit.Record) {
			r.Doubt(audit.Doubt{Subject: p.Whole(), Location: p.At, Reason: "it has a proof, which does not hold: " + because(p.Proofs[0])})
		}
	case p.Attested == evidence.Yes:
		doubt = func(r *audit.Record) {
			r.Doubt(audit.Doubt{Subject: p.Whole(), Location: p.At, Reason: "it has a proof that nobody looked at"})
		}
	default:
		doubt = func(r *audit.Record) { doubtful(r, p) }
	}
	v.doubtful = append(v.doubtful, p.File)
	if v.doubt == nil {
		v.doubt = doubt
	}
}

// unproven reports versions under audit that cannot be traced back to their source.
func unproven(seen *evidence.Snapshot, record *audit.Record, mend func(registry string) string, registries ...string) {
	for _, v := range versions(seen, 0, registries...) {
		if len(v.bare) > 0 {
			record.Defect(v.finding(fmt.Sprintf("%s has no provenance%s; %s", v.Whole(), v.of(v.bare)+v.beside(), mend(v.Registry))))
		}
		if len(v.signed) > 0 {
			f := v.finding(fmt.Sprintf("%s is signed%s, and no proof says from what it was built; %s", v.Whole(), v.of(v.signed), mend(v.Registry)))
			f.Severity, f.Anchor = audit.Medium, "signed"
			record.Defect(f)
		}
		if v.doubt != nil {
			v.doubt(record)
		}
		if len(v.bare)+len(v.signed)+len(v.doubtful) == 0 {
			record.Pass(v.Whole(), v.At)
		}
	}
	unasked(seen, record, registries...)
}

func (v *version) finding(message string) audit.Finding {
	return audit.Finding{Subject: v.Whole(), Thing: v.Thing(), Location: v.At, Message: message}
}

// beside tells what the source saw and does not count, as what BuildKit writes.
func (v *version) beside() string {
	if len(v.Notes) == 0 {
		return ""
	}
	return " (" + strings.Join(v.Notes, "; ") + ")"
}

// of names the files where they are not all, or not one.
func (v *version) of(files []string) string {
	if v.files == 1 {
		return ""
	}
	listed := strings.Join(files, ", ")
	if len(files) > 3 {
		listed = fmt.Sprintf("%s and %d more", strings.Join(files[:3], ", "), len(files)-3)
	}
	return fmt.Sprintf(" for %d of its %d files (%s)", len(files), v.files, listed)
}
