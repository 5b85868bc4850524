package gitlab

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// allIncludes reads what the pipeline, and the child pipelines it starts, take in.
func (r *reader) allIncludes() {
	r.includes("include", r.root.Get("include"))
	for _, j := range r.jobs {
		r.includes("jobs/"+j.name+"/trigger", j.node.Get("trigger", "include"))
	}
}

// includes reads one include or a list of them.
func (r *reader) includes(anchor string, n *doc.Node) {
	switch {
	case n == nil:
	case n.Kind == doc.List:
		for _, item := range n.Items {
			if item.Kind != doc.List {
				r.includes(anchor, item)
			}
		}
	case n.Kind == doc.Map:
		r.include(anchor, n)
	case strings.HasPrefix(n.String(), "http://"), strings.HasPrefix(n.String(), "https://"):
		r.add(anchor, evidence.IncludeRemote, n.Text, text.Text{}, "")
	case n.String() != "":
		r.add(anchor, evidence.IncludeLocal, n.Text, text.Text{}, "")
	}
}

func (r *reader) include(anchor string, n *doc.Node) {
	for _, kind := range []evidence.IncludeKind{
		evidence.IncludeLocal, evidence.IncludeRemote, evidence.IncludeProject, evidence.IncludeComponent, evidence.IncludeTemplate,
	} {
		value := n.Get(string(kind))
		if value.String() == "" {
			continue
		}
		name, ref := value.Text, text.Text{}
		switch kind {
		case evidence.IncludeProject:
			if given := n.Get("ref"); given.String() != "" {
				ref = given.Text
			}
		case evidence.IncludeComponent:
			if at := strings.LastIndexByte(name.Value, '@'); at >= 0 {
				name, ref = name.Slice(0, at), name.Slice(at+1, len(name.Value))
			}
		}
		r.add(anchor, kind, name, ref, n.Get("integrity").String())
		return
	}
}

func (r *reader) add(anchor string, kind evidence.IncludeKind, name, ref text.Text, integrity string) {
	one := evidence.Include{Path: r.src.Path(), Kind: kind, Name: name.Located(), Anchor: anchor, At: name.At()}
	if !ref.IsZero() {
		one.Ref = ref.Located()
		one.At = ref.At()
	}
	one.Pin, one.Why = pinOf(kind, name.Value, ref.Value, integrity)
	r.out.Includes = append(r.out.Includes, one)
}

// pinOf says how firmly an include is tied to its bytes.
func pinOf(kind evidence.IncludeKind, name, ref, integrity string) (evidence.Pin, string) {
	switch kind {
	case evidence.IncludeLocal:
		return evidence.PinLocal, ""
	case evidence.IncludeTemplate:
		return evidence.PinFloating, "a template comes with the GitLab that runs it and names no version"
	case evidence.IncludeRemote:
		switch {
		case integrity != "" || namesCommit(name):
			return evidence.PinExact, ""
		case strings.Contains(name, "$"):
			return evidence.PinUnknown, "the address holds a variable"
		}
		return evidence.PinFloating, "no integrity: the address can serve another file"
	}
	switch {
	case fullSHA(ref):
		return evidence.PinExact, ""
	case ref == "$CI_COMMIT_SHA" || ref == "${CI_COMMIT_SHA}":
		return evidence.PinLocal, "" // the commit that runs, of a component tested in its own project
	case ref == "":
		return evidence.PinFloating, "no ref: the newest commit of the default branch"
	case strings.Contains(ref, "$"):
		return evidence.PinUnknown, fmt.Sprintf("the ref %s is known to the run only", ref)
	case ref == "~latest":
		return evidence.PinFloating, "~latest follows every release"
	}
	return evidence.PinFloating, fmt.Sprintf("the ref %s can move", ref)
}

// namesCommit tells whether a part of an address is a full SHA.
func namesCommit(address string) bool {
	for part := range strings.SplitSeq(address, "/") {
		if fullSHA(part) {
			return true
		}
	}
	return false
}

func fullSHA(ref string) bool {
	return (len(ref) == 40 || len(ref) == 64) && strings.Trim(ref, "0123456789abcdef") == ""
}
