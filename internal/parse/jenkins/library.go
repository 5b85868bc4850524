package jenkins

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// library reads @Library('name@ref'), library 'name@ref' and lib('name@ref'):
// code of another repository that runs as part of the pipeline.
func (r *reader) library(i int, one call) {
	if r.named(i, "Library") != r.is(i-1, '@') {
		return // a class of that name
	}
	args := r.argument(one.args, "identifier")
	if args.empty() {
		args = r.argument(one.args, "")
	}
	if r.is(args.start, '[') {
		args = span{args.start + 1, min(r.tokens[args.start].match, args.end)}
	}
	for args.start < args.end {
		first := r.argument(args, "")
		if first.empty() {
			return
		}
		if parts, ok := r.expression(first); ok && len(parts) > 0 {
			r.include(r.fill(parts, nil))
		}
		args.start = first.end + 1
	}
}

func (r *reader) include(f filled) {
	label, ref, _ := f.text.Cut("@")
	if label.Value == "" {
		return
	}
	one := evidence.Include{Path: r.src.Path(), Kind: evidence.IncludeLibrary, Name: label.Located(), Anchor: "library", At: f.text.At()}
	if ref.Value != "" {
		one.Ref, one.At = ref.Located(), ref.At()
	}
	one.Pin, one.Why = pinOf(f, ref)
	r.out.Includes = append(r.out.Includes, one)
}

// pinOf says how firmly a library is tied to its bytes.
func pinOf(f filled, ref text.Text) (evidence.Pin, string) {
	switch {
	case !f.known():
		return evidence.PinUnknown, "the ref is known to the run only"
	case ref.Value == "":
		return evidence.PinUnknown, "no ref: the settings of Jenkins choose the version"
	case len(ref.Value) == 40 && strings.Trim(ref.Value, "0123456789abcdef") == "":
		return evidence.PinExact, ""
	}
	return evidence.PinFloating, "the ref " + ref.Value + " can move"
}
