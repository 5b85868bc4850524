package dockerfile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/image"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// baseImage reads the image of a FROM, build arguments put in.
func (r *reader) baseImage(s *stage, word text.Text) {
	got := r.fill.word(word.Value, r.global)
	s.Base = got.value
	s.base = r.names[strings.ToLower(got.value)]
	one := r.image(evidence.ImageBase, s.anchor, got.value, word)
	one.Filled = got.used
	switch {
	case s.base != nil || r.stageOfSeveral(got):
		one.Pin, one.Why = evidence.PinLocal, ""
	case got.value == "":
		one.Ref, one.Why = word.Value, fmt.Sprintf("%s has no default, so the build says what it is", word.Value)
	case got.open != "" && one.Pin == evidence.PinUnknown:
		one.Why = r.whyOpen(got.open)
	}
	r.images = append(r.images, one)
}

// whyOpen says why a build argument has no value.
func (r *reader) whyOpen(name string) string {
	switch {
	case platform[name]:
		return fmt.Sprintf("the build sets %s", name)
	case r.declared[name]:
		return fmt.Sprintf("the build argument %s has no default", name)
	}
	return fmt.Sprintf("%s is no build argument declared before the first FROM", name)
}

// platform are the build arguments that the builder itself sets.
var platform = map[string]bool{
	"TARGETPLATFORM": true, "TARGETOS": true, "TARGETARCH": true, "TARGETVARIANT": true, "TARGETSTAGE": true,
	"BUILDPLATFORM": true, "BUILDOS": true, "BUILDARCH": true, "BUILDVARIANT": true,
}

// stageOfSeveral tells whether an open name chooses among earlier stages, as in
// FROM base-${TARGETARCH}.
func (r *reader) stageOfSeveral(got filled) bool {
	prefix, _, _ := strings.Cut(strings.ToLower(got.value), "$")
	if got.open == "" || prefix == "" {
		return false
	}
	for _, s := range r.stages {
		if strings.HasPrefix(strings.ToLower(s.Name), prefix) {
			return true
		}
	}
	return false
}

func (r *reader) image(use evidence.ImageUse, anchor, ref string, written text.Text) evidence.Image {
	pin, why := image.Classify(ref)
	return evidence.Image{
		Path: r.src.Path(), Use: use, Anchor: anchor,
		Ref: ref, Written: written.Value, Pin: pin, Why: why, At: written.At(),
	}
}

// copied reads the images that a stage takes files from: COPY --from and
// RUN --mount=from.
func (r *reader) copied(s *stage) {
	for _, one := range s.all {
		if one.inner != nil {
			one = *one.inner
		}
		for _, given := range one.flags {
			switch one.name {
			case "COPY", "ADD":
				if from, found := flag(given, "from"); found {
					r.copyFrom(s, from)
				}
			case "RUN":
				if mount, found := flag(given, "mount"); found {
					r.mountFrom(s, mount)
				}
			}
		}
	}
}

func (r *reader) mountFrom(s *stage, mount text.Text) {
	for rest, more := mount, true; more; {
		var field text.Text
		field, rest, more = rest.Cut(",")
		if key, value, found := field.Cut("="); found && strings.EqualFold(key.Value, "from") {
			r.copyFrom(s, unquoted(value))
		}
	}
}

// copyFrom reads the name of a stage, its number, or an image. Build arguments
// are not put in here: the builder refuses them.
func (r *reader) copyFrom(s *stage, from text.Text) {
	if from.Value == "" {
		return // the context of the build
	}
	one := r.image(evidence.ImageCopy, s.anchor, from.Value, from)
	number, err := strconv.Atoi(from.Value)
	if err == nil && number >= 0 && number < r.froms || r.names[strings.ToLower(from.Value)] != nil {
		one.Pin, one.Why = evidence.PinLocal, ""
	}
	r.images = append(r.images, one)
}

// syntax reads the image that a first comment names as the one to build with:
// # syntax=docker/dockerfile:1
func (r *reader) syntax() {
	ref, _, ranges, found := parser.DetectSyntax(r.src.Data())
	if !found || len(ranges) == 0 {
		return
	}
	lines := physicalLines(r.src)
	index := max(ranges[0].Start.Line-1, 0)
	if index >= len(lines) {
		return
	}
	line := lines[index]
	at := strings.LastIndex(line.Value, ref)
	if at < 0 {
		return
	}
	r.images = append(r.images, r.image(evidence.ImageSyntax, "syntax", ref, line.Slice(at, at+len(ref))))
}
