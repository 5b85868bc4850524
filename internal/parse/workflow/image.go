package workflow

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const dockerScheme = "docker://"

// jobImages reads the images that a job runs in or beside: each is a reference
// or a mapping with one.
func (r *reader) jobImages(job *doc.Node, within scope) {
	r.image(evidence.ImageContainer, within.parent+"/container", job.Get("container"), within)
	for name, service := range job.Get("services").All() {
		r.image(evidence.ImageService, within.parent+"/services/"+name.Value, service, within)
	}
}

func (r *reader) image(use evidence.ImageUse, anchor string, n *doc.Node, within scope) {
	if n != nil && n.Kind == doc.Map {
		n = n.Get("image")
	}
	if isScalar(n) && n.String() != "" {
		r.addImage(use, anchor, n.Text, within)
	}
}

// stepImage reads the image of a step that runs one: uses: docker://
func (r *reader) stepImage(step evidence.Step, uses *doc.Node, within scope) {
	if strings.HasPrefix(step.Uses.Value, dockerScheme) {
		r.addImage(evidence.ImageStep, step.Anchor, uses.Text, within)
	}
}

// addImage adds an image. One that a matrix axis names is as many images as the
// axis has values, each where it stands.
func (r *reader) addImage(use evidence.ImageUse, anchor string, written text.Text, within scope) {
	ref := written
	if before, after, found := written.Cut(dockerScheme); found && before.Value == "" {
		ref = after
	}
	one := evidence.Image{
		Path: r.src.Path(), Use: use, Anchor: anchor,
		Ref: ref.Value, Written: written.Value, At: ref.At(),
	}
	if _, _, found := property(ref.Value); found {
		if named := within.lookup(ref.Value); len(named) > 0 {
			for _, v := range named {
				one.Ref, one.Written, one.At = v.Value, v.Value, v.At
				one.Pin, one.Why = pin(v.Value, scope{})
				r.keepImage(one)
			}
			return
		}
	}
	one.Pin, one.Why = pin(ref.Value, within)
	r.keepImage(one)
}

// keepImage adds an image, once where aliases or a matrix repeat the place.
func (r *reader) keepImage(one evidence.Image) {
	if r.once(string(one.Use), one.At) {
		r.out.Images = append(r.out.Images, one)
	}
}

// pin says how firmly a reference names its image. With an expression in it,
// that can be told where every value it can have says the same.
func pin(ref string, within scope) (pin evidence.Pin, why string) {
	if !symbolic(ref) {
		return image.Classify(ref)
	}
	before, rest, _ := strings.Cut(ref, "${{")
	expression, after, _ := strings.Cut(rest, "}}")
	for _, v := range within.lookup("${{" + expression + "}}") {
		one, because := image.Classify(before + v.Value + after)
		if pin != "" && one != pin || one == evidence.PinUnknown {
			pin = ""
			break
		}
		pin, why = one, because
	}
	if pin == "" {
		return evidence.PinUnknown, "an expression that only the run resolves"
	}
	return pin, why
}
