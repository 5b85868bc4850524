package gitlab

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
)

// allImages reads the images of every job that runs, then those of hidden jobs
// and defaults that no job of the file uses. An image that several jobs use
// stands in one place and comes once.
func (r *reader) allImages() {
	for _, j := range r.jobs {
		if !j.hidden {
			r.jobImages(j)
		}
	}
	for _, j := range r.jobs {
		if j.hidden {
			r.jobImages(j)
		}
	}
	for _, key := range []string{"image", "services"} {
		value, anchor := r.preset(key)
		r.some(key, anchor, value, r.global)
	}
}

func (r *reader) jobImages(j job) {
	unused := func(n *doc.Node) bool { return n != nil && !(j.hidden && r.taken[n]) }
	ref, refAnchor := r.setting(j, "image")
	services, servicesAnchor := r.setting(j, "services")
	if !unused(ref) {
		ref = nil
	}
	if !unused(services) {
		services = nil
	}
	if ref == nil && services == nil {
		return
	}
	for _, variables := range r.variants(j) {
		r.some("image", refAnchor, ref, variables)
		r.some("services", servicesAnchor, services, variables)
	}
}

// some reads the image or the services of one job.
func (r *reader) some(key, anchor string, n *doc.Node, variables constants) {
	if n == nil || key != "services" {
		r.image(evidence.ImageGitLab, anchor, n, variables)
		return
	}
	r.taken[n] = true
	for _, service := range n.List() {
		r.image(evidence.ImageService, anchor+"/services", r.follow(service), variables)
	}
}

func (r *reader) image(use evidence.ImageUse, anchor string, n *doc.Node, variables constants) {
	if n == nil {
		return
	}
	r.taken[n] = true
	if n.Kind == doc.Map {
		n = r.follow(n.Get("name"))
	}
	written := n.String()
	if written == "" {
		return
	}
	ref, used, open := r.fill(written, variables)
	one := evidence.Image{
		Path: r.src.Path(), Use: use, Anchor: anchor, Ref: ref, Written: written, At: n.Text.At(), Filled: used,
	}
	one.Pin, one.Why = image.Classify(ref)
	if open != "" && one.Pin != evidence.PinExact {
		one.Pin, one.Why = evidence.PinUnknown, fmt.Sprintf("%s has no value in this file", open)
		if strings.HasPrefix(open, "CI_") {
			one.Why = fmt.Sprintf("GitLab sets %s", open)
		}
	}
	r.keep(one)
}

// keep adds an image; of several that stand in one place, the least firm.
func (r *reader) keep(one evidence.Image) {
	at, again := r.images[one.At]
	switch {
	case !again:
		r.images[one.At] = len(r.out.Images)
		r.out.Images = append(r.out.Images, one)
	case looseness[one.Pin] > looseness[r.out.Images[at].Pin]:
		r.out.Images[at] = one
	}
}

var looseness = map[evidence.Pin]int{evidence.PinExact: 1, evidence.PinUnknown: 2, evidence.PinFloating: 3}
