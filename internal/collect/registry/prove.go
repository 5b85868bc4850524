package registry

import (
	"cmp"
	"context"
	"slices"

	"github.com/package-url/packageurl-go"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// prove has the engines judge the proofs of a publication. Those of the whole that
// it is a file of count where they speak of it.
func (c *collector) prove(ctx context.Context, p *evidence.Publication, own, ofWhole []verify.Material) {
	subject := provenance.Subject{Name: subjectName(*p), Digests: p.Digests}
	for _, material := range own {
		p.Proofs = append(p.Proofs, c.check(ctx, material, subject)...)
	}
	for _, material := range ofWhole {
		for _, proof := range c.check(ctx, material, subject) {
			if proof.Class != provenance.SubjectMismatch { // of another file of the same release
				p.Proofs = append(p.Proofs, proof)
			}
		}
	}
	slices.SortStableFunc(p.Proofs, func(a, b evidence.Proof) int {
		return cmp.Or(
			cmp.Compare(slices.Index(worstFirst, provenance.OutcomeOf(a.Class)), slices.Index(worstFirst, provenance.OutcomeOf(b.Class))),
			cmp.Compare(a.Format, b.Format), cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Class, b.Class),
		)
	})
	switch {
	case slices.ContainsFunc(p.Proofs, isProof): // what was read beats what the source expected to find
		p.Attested, p.Why, p.Unlock = evidence.Yes, "", ""
	case len(p.Proofs) > 0 && p.Why == "": // else the source could not see all, and says why
		p.Attested = evidence.No
	}
}

// isProof tells a verdict on a proof from one that says that there is none.
func isProof(proof evidence.Proof) bool { return proof.Class != provenance.NoProof }

var worstFirst = []provenance.Outcome{provenance.Fail, provenance.Undetermined, provenance.Absent, provenance.Pass}

func (c *collector) check(ctx context.Context, material verify.Material, subject provenance.Subject) []evidence.Proof {
	return c.Prove(ctx, verify.Question{Material: material, Subject: subject, Expect: c.Expect, Now: c.Now})
}

// subjectName is what a statement calls the artifact: npm's is a package URL, that
// of a file its name.
func subjectName(p evidence.Publication) string {
	if p.Registry == "npm" {
		namespace, name := "", p.Name
		if scope, rest, scoped := cutScope(p.Name); scoped {
			namespace, name = scope, rest
		}
		return packageurl.NewPackageURL(packageurl.TypeNPM, namespace, name, p.Version, nil, "").String()
	}
	return cmp.Or(p.File, p.Name)
}

func cutScope(name string) (scope, rest string, scoped bool) {
	for i := range name {
		if name[i] == '/' {
			return name[:i], name[i+1:], true
		}
	}
	return "", name, false
}
