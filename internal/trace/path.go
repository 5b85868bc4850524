package trace

import "github.com/sealvet/sealvet/internal/evidence"

// Path is all that one publishing job executes.
type Path struct {
	Job        *Job
	Publishers []*Publisher
	// Root is the job; the jobs whose artifacts it takes over stand first below it.
	Root *Node
	// Cut: it executes more than is followed.
	Cut bool
}

const (
	maxDepth = 40      // of calls within calls
	maxNodes = 5_000   // of one path
	maxTotal = 50_000  // of all
	maxKept  = 200_000 // of all jobs, those that publish nothing among them
)

// path lays out a job, or gives nil for one that cannot publish.
func (m *mapper) path(job *Job) *Path {
	w := &walk{mapper: m, own: job, seen: make(map[*evidence.Script]bool), images: make(map[string]bool)}
	root := &Node{Kind: KindJob, Name: job.String(), At: job.At, Job: job}
	w.job(root, job)
	if m.kept += w.nodes; m.kept <= maxKept {
		job.own = root.Children
	}
	job.equip()
	if len(w.found) == 0 {
		m.nodes -= w.nodes
		return nil
	}
	w.useLogins()
	job.Publishers = w.found
	p := &Path{Job: job, Publishers: w.found, Root: root}
	w.own, w.logins = nil, nil // what feeds the job publishes for itself
	own := root.Children
	root.Children = nil
	for _, feeder := range m.feeders(job) {
		kind := KindArtifacts
		if feeder.outputs {
			kind = KindOutputs
		}
		w.job(w.add(root, Node{Kind: kind, Name: string(kind) + " of " + feeder.job.name(job), At: feeder.at, Job: feeder.job}), feeder.job)
	}
	root.Children = append(root.Children, own...)
	p.Cut = w.cut
	return p
}

// name is how another job of the same workflow names it.
func (j *Job) name(from *Job) string {
	if j.Path == from.Path {
		return "job " + j.ID
	}
	return j.String()
}

// walk is the way through one job.
type walk struct {
	*mapper
	own    *Job // whose publishers are wanted; nil for none
	seen   map[*evidence.Script]bool
	images map[string]bool
	found  []*Publisher
	logins []login
	nodes  int
	depth  int
	cut    bool
}

// add puts a node below another one.
func (w *walk) add(parent *Node, n Node) *Node {
	n.Parent = parent
	if n.Job == nil {
		n.Job = parent.Job
	}
	parent.Children = append(parent.Children, &n)
	w.nodes++
	w.mapper.nodes++
	return &n
}

// deeper guards against calls in a circle and paths without end.
func (w *walk) deeper(do func()) {
	if w.depth >= maxDepth || w.nodes >= maxNodes || w.mapper.nodes >= maxTotal {
		w.cut = true
		return
	}
	w.depth++
	do()
	w.depth--
}

func (w *walk) job(n *Node, job *Job) {
	if job.Spec == nil {
		w.pipeline(n, job)
		return
	}
	if off(job.Spec.Expressions) {
		return
	}
	for i := range job.Spec.Steps {
		w.step(n, &job.Spec.Steps[i], "jobs/"+job.ID, job.env())
	}
}
