// Package compose reads compose files and dev containers: the images they
// start and the commands they run in them. What a reference or a command means
// is for packages image and shell.
package compose

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes tells whether a file is a compose file by its name: compose.yaml,
// docker-compose.override.yml, dev.compose.yml and the like.
func Takes(file string) bool {
	name := strings.ToLower(path.Base(file))
	stem, found := strings.CutSuffix(name, ".yml")
	if !found {
		if stem, found = strings.CutSuffix(name, ".yaml"); !found {
			return false
		}
	}
	stem = strings.TrimPrefix(stem, "docker-")
	rest, starts := strings.CutPrefix(stem, "compose")
	switch {
	case starts && rest == "":
		return true
	case starts:
		return strings.ContainsRune(".-_", rune(rest[0]))
	}
	before, ends := strings.CutSuffix(stem, "compose")
	before = strings.TrimSuffix(before, "docker-")
	return ends && before != "" && strings.ContainsRune(".-_", rune(before[len(before)-1]))
}

// Read reads the images of a compose file.
func Read(src *text.Source, out *evidence.Snapshot) error {
	r, err := newReader(src, out)
	for _, service := range r.root.Get("services").All() {
		if name := service.Get("image").String(); name != "" && builds(service) {
			r.built[name] = true
		}
	}
	for name, service := range r.root.Get("services").All() {
		r.service("services/"+name.Value, service)
	}
	return errors.Join(err, errors.Join(r.problems...))
}

// ReadCommands reads the commands of a compose file.
func ReadCommands(src *text.Source, out *evidence.Snapshot) error {
	r, err := newReader(src, out)
	for name, service := range r.root.Get("services").All() {
		r.commands("services/"+name.Value, service)
	}
	return errors.Join(err, errors.Join(r.problems...))
}

// reader collects what one file holds and what could not be read of it.
type reader struct {
	src      *text.Source
	root     *doc.Node
	out      *evidence.Snapshot
	built    map[string]bool // names of images that a service of the file builds
	read     int             // bytes of commands so far
	spent    bool            // and no more are read
	problems []error
}

// newReader reads the one document of a file. Whatever has no services is not
// started by compose and holds nothing for us.
func newReader(src *text.Source, out *evidence.Snapshot) (*reader, error) {
	documents, err := doc.YAML(src)
	r := &reader{src: src, out: out, built: make(map[string]bool)}
	if len(documents) > 0 {
		r.root = documents[0]
	}
	if services := r.root.Get("services"); services != nil && services.Kind != doc.Map && services.Kind != doc.Null {
		r.problem(&text.Error{At: services.At(), Msg: "services is not a mapping"})
	}
	return r, err
}

func (r *reader) problem(err error) {
	if err != nil {
		r.problems = append(r.problems, err)
	}
}

// service reads the image of a service. Beside build, image is the name that
// the built one gets, under which other services may use it.
func (r *reader) service(anchor string, service *doc.Node) {
	build := service.Get("build")
	if inline := build.Get("dockerfile_inline"); inline != nil {
		r.problem(&text.Error{At: inline.At(), Msg: "a Dockerfile inside of a compose file is not read"})
	}
	for _, context := range contexts(build.Get("additional_contexts")) {
		if before, ref, found := context.Cut("docker-image://"); found && strings.HasSuffix("="+before.Value, "=") {
			r.image(anchor+"/build", ref)
		}
	}
	if ref := service.Get("image"); ref.String() != "" {
		r.image(anchor, ref.Text)
	}
}

func builds(service *doc.Node) bool {
	build := service.Get("build")
	return build != nil && build.Kind != doc.Null
}

// contexts are the values of a mapping, or the name=value entries of a list.
func contexts(n *doc.Node) []text.Text {
	values := n.Strings()
	for _, value := range n.All() {
		values = append(values, value.Strings()...)
	}
	return values
}

func (r *reader) image(anchor string, written text.Text) {
	ref, open := interpolate(written.Value)
	one := evidence.Image{
		Path: r.src.Path(), Use: evidence.ImageCompose, Anchor: anchor,
		Ref: ref, Written: written.Value, At: written.At(),
	}
	one.Pin, one.Why = image.Classify(ref)
	switch {
	case r.built[written.Value]:
		one.Pin, one.Why = evidence.PinLocal, ""
	case open != "" && one.Pin != evidence.PinExact:
		one.Pin, one.Why = evidence.PinUnknown, "the variable "+open+" has no default"
	}
	r.out.Images = append(r.out.Images, one)
}
