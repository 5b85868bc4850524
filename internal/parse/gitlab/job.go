package gitlab

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// job is one job, or a hidden one (.name) that others are made of.
type job struct {
	name   string
	at     evidence.Location // of its name
	node   *doc.Node
	hidden bool
	// line is the job and those it extends, what counts first in front.
	line []int
}

// notJobs are the top-level keys that speak of the whole pipeline.
var notJobs = map[string]bool{
	"default": true, "include": true, "stages": true, "types": true, "variables": true, "workflow": true, "spec": true,
	"image": true, "services": true, "cache": true, "before_script": true, "after_script": true,
}

func (r *reader) findJobs() {
	for name, node := range r.root.All() {
		if node = r.follow(node); notJobs[name.Value] || node == nil || node.Kind != doc.Map {
			continue // a setting of the pipeline, or a value that anchors refer to
		}
		r.byName[name.Value] = len(r.jobs)
		r.jobs = append(r.jobs, job{name: name.Value, at: name.At(), node: node, hidden: strings.HasPrefix(name.Value, ".")})
	}
	for i := range r.jobs {
		r.jobs[i].line = r.extend(nil, i, 0)
	}
}

const (
	maxExtends = 11 // levels, as GitLab has it
	maxLine    = 50
)

// extend lists a job and all that it extends. Of several the last one counts first.
func (r *reader) extend(line []int, at, depth int) []int {
	line = append(line, at)
	names := r.follow(r.jobs[at].node.Get("extends")).Strings()
	for i := len(names) - 1; i >= 0 && depth < maxExtends && len(line) < maxLine; i-- {
		if parent, found := r.byName[names[i].Value]; found && parent != at {
			line = r.extend(line, parent, depth+1)
		}
	}
	return line
}

// setting is a key of a job or of those it extends, else of the defaults, and
// the anchor of where it stands.
func (r *reader) setting(j job, key string) (value *doc.Node, anchor string) {
	for _, at := range j.line {
		if value := r.jobs[at].node.Get(key); value != nil {
			return r.follow(value), "jobs/" + r.jobs[at].name
		}
	}
	if value, anchor := r.preset(key); value != nil && !j.hidden {
		return value, anchor
	}
	return nil, ""
}

// preset is a key of default:, or of the top of the file, its older spelling.
func (r *reader) preset(key string) (*doc.Node, string) {
	if value := r.root.Get("default", key); value != nil {
		return r.follow(value), "default"
	}
	return r.follow(r.root.Get(key)), "default"
}

// follow gives what a !reference [job, key, ...] names, else the node itself. It
// is nil where that stands in another file.
func (r *reader) follow(n *doc.Node) *doc.Node {
	for range maxExtends {
		if !r.isReference(n) {
			return n
		}
		var keys []string
		for _, item := range n.Items {
			keys = append(keys, item.String())
		}
		n = r.root.Get(keys...)
	}
	return nil
}

const referenceTag = "!reference"

func (r *reader) isReference(n *doc.Node) bool {
	if n == nil || n.Kind != doc.List || len(n.Items) == 0 {
		return false
	}
	place := n.At()
	start := r.src.Offset(place.Line, place.Column)
	file := r.src.String()
	return strings.HasPrefix(file[start:], referenceTag) ||
		strings.HasSuffix(strings.TrimRight(file[:start], " \t\r\n"), referenceTag)
}
