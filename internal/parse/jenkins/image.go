package jenkins

import (
	"fmt"
	"maps"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// agent reads the images of an agent { } block: docker 'x', docker { image 'x' },
// kubernetes { yaml '...' }. A dockerfile agent builds one of this tree.
func (r *reader) agent(block span, c context) {
	for i := block.start; i < block.end; {
		t := r.tokens[i]
		if t.kind != name || r.is(i+1, ':') {
			i++
			continue
		}
		one := r.call(i, block.end)
		switch t.text.Value {
		case "docker", "image":
			if one.block.empty() {
				r.image(r.argument(one.args, ""), c)
			}
			r.image(r.argument(one.args, "image"), c)
		case "containerTemplate":
			r.image(r.argument(one.args, "image"), c)
		case "yaml":
			r.pod(r.argument(one.args, ""), c)
		case "yamlFile":
			if f, ok := r.string(r.argument(one.args, ""), c); ok {
				r.about(false, f.text.Errorf("the images of the pod in %s are not read", f.text.Value))
			}
		}
		r.agent(one.block, c)
		i = max(one.next, i+1)
	}
}

// dockerImage reads docker.image('x'), unless that is only pushed or tagged.
func (r *reader) dockerImage(i, end int, c context) {
	if !r.is(i+1, '.') || !r.named(i+2, "image") || !r.is(i+3, '(') {
		return
	}
	one := r.call(i+2, end)
	if after := r.over(i + 3); r.is(after, '.') && (r.named(after+1, "push") || r.named(after+1, "tag") || r.named(after+1, "id")) {
		return // built here
	}
	r.image(r.argument(one.args, ""), c)
}

// image keeps one image, once for each value that a matrix gives to it.
func (r *reader) image(s span, c context) {
	if s.empty() {
		return
	}
	parts, ok := r.expression(s)
	if !ok || len(parts) == 0 {
		r.about(false, r.tokens[s.start].text.Errorf("names an image that only the run knows"))
		return
	}
	f := r.fill(parts, c.env)
	values := c.axes[f.open]
	r.keep(f, f, c)
	for _, value := range values {
		env := maps.Clone(c.env)
		env[f.open] = value
		if one := r.fill(parts, env); one.known() {
			r.keep(one, f, c)
		}
	}
}

func (r *reader) keep(f, written filled, c context) {
	ref := f.text.Value
	if ref == "" {
		return
	}
	one := evidence.Image{
		Path: r.src.Path(), Use: evidence.ImageJenkins, Anchor: c.anchor, Ref: ref, Written: asWritten(written), At: f.text.At(), Filled: f.used,
	}
	if one.Pin, one.Why = image.Classify(ref); !f.known() && one.Pin != evidence.PinExact {
		one.Pin, one.Why = evidence.PinUnknown, fmt.Sprintf("%s has no value in this file", f.open)
	}
	at, again := r.images[one.At]
	switch {
	case !again:
		r.images[one.At] = len(r.out.Images)
		r.out.Images = append(r.out.Images, one)
	case r.out.Images[at].Pin == evidence.PinUnknown || one.Pin == evidence.PinFloating && r.out.Images[at].Pin != evidence.PinFloating:
		r.out.Images[at] = one
	}
}

// asWritten is what stands in the file.
func asWritten(f filled) string {
	start, end := f.text.Offsets()
	return f.text.Source().Text(start, end).Value
}

// pod reads the images of a pod that is written as YAML within a string.
func (r *reader) pod(s span, c context) {
	f, ok := r.string(s, c)
	if !ok {
		return
	}
	documents, err := doc.YAML(text.NewSource(r.src.Path(), []byte(f.text.Value)))
	if err != nil {
		r.about(false, f.text.Errorf("the YAML of the pod does not parse"))
	}
	for _, document := range documents {
		for _, key := range []string{"containers", "initContainers"} {
			for _, container := range document.Get("spec", key).List() {
				one := container.Get("image")
				if one.String() == "" {
					continue
				}
				start, end := one.Text.Offsets()
				r.keep(r.part(f, start, end), r.part(f, start, end), c)
			}
		}
	}
}

// part is a part of a string, with the holes that are in it.
func (r *reader) part(f filled, start, end int) filled {
	one := filled{text: f.text.Slice(start, end)}
	for _, hole := range f.opaque {
		if start <= hole[0] && hole[1] <= end {
			one.open = f.text.Value[hole[0]:hole[1]]
			break
		}
	}
	return one
}
