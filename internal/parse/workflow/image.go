package workflow

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const dockerScheme = "docker://"

// jobImages reads the images that a job runs in or beside: each is a reference
// or a mapping with one.
func (r *reader) jobImages(id string, job *doc.Node) {
	r.image(evidence.ImageContainer, "jobs/"+id+"/container", job.Get("container"))
	for name, service := range job.Get("services").All() {
		r.image(evidence.ImageService, "jobs/"+id+"/services/"+name.Value, service)
	}
}

func (r *reader) image(use evidence.ImageUse, anchor string, n *doc.Node) {
	if n != nil && n.Kind == doc.Map {
		n = n.Get("image")
	}
	if isScalar(n) && n.String() != "" {
		r.addImage(use, anchor, withoutScheme(n.Text), n.Text)
	}
}

// stepImage reads the image of a step that runs one: uses: docker://
func (r *reader) stepImage(step evidence.Step, uses *doc.Node) {
	if evidence.SplitUses(step.Uses.Value).Kind == evidence.UsesImage {
		r.addImage(evidence.ImageStep, step.Anchor, withoutScheme(uses.Text), uses.Text)
	}
}

func withoutScheme(t text.Text) text.Text {
	if before, after, found := t.Cut(dockerScheme); found && before.Value == "" {
		return after
	}
	return t
}

// addImage adds an image. A matrix axis or another expression stays as it is:
// only the run knows what it names.
func (r *reader) addImage(use evidence.ImageUse, anchor string, ref, written text.Text) {
	one := evidence.Image{
		Path: r.src.Path(), Use: use, Anchor: anchor,
		Ref: ref.Value, Written: written.Value, At: ref.At(),
	}
	if symbolic(ref.Value) {
		one.Pin, one.Why = evidence.PinUnknown, "an expression that only the run resolves"
	} else {
		one.Pin, one.Why = image.Classify(ref.Value)
	}
	r.out.Images = append(r.out.Images, one)
}
