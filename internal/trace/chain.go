package trace

import (
	"iter"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Kind sorts the nodes of a path.
type Kind string

const (
	KindJob       Kind = "job"
	KindArtifacts Kind = "artifacts" // a job whose artifacts are taken over
	KindOutputs   Kind = "outputs"   // a job of which only outputs are
	KindStep      Kind = "step"
	KindAction    Kind = "action" // of this repository
	KindScript    Kind = "script" // a script file, a target, a recipe, a package script
	KindImage     Kind = "image"  // a Dockerfile
	KindUnread    Kind = "unread" // executed, but in a language nobody here reads
)

// Node is one thing that a publishing job executes.
type Node struct {
	Kind Kind
	Name string            // as the chain names it: job publish, step Build, make dist
	At   evidence.Location // where it is called, or stands itself
	// Script and Step are what it executes, where it is one of these.
	Script *evidence.Script
	Step   *evidence.Step
	Job    *Job // the job it runs in
	// Again: it has been called before, and all that it executes stands there.
	Again bool
	// Publishers are those that stand in this very node.
	Publishers []*Publisher
	Parent     *Node
	Children   []*Node
}

// each visits the node and all below it, in order of execution.
func (n *Node) each(visit func(*Node)) {
	visit(n)
	for _, child := range n.Children {
		child.each(visit)
	}
}

// Nodes yields all that the job executes, in order of execution.
func (p *Path) Nodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		var walk func(*Node) bool
		walk = func(n *Node) bool {
			for _, child := range n.Children {
				if !yield(child) || !walk(child) {
					return false
				}
			}
			return true
		}
		walk(p.Root)
	}
}

// Within tells whether the node or one above it is of that kind.
func (n *Node) Within(kind Kind) bool {
	for ; n != nil; n = n.Parent {
		if n.Kind == kind {
			return true
		}
	}
	return false
}

// Chain is the way to the node.
func (n *Node) Chain() Chain {
	chain, _ := n.chain()
	return chain
}

func (n *Node) chain() (Chain, bool) {
	if n == nil {
		return nil, false
	}
	var chain Chain
	for ; n != nil; n = n.Parent {
		chain = append(chain, Link{n.Name, n.At})
	}
	for i, j := 0, len(chain)-1; i < j; i, j = i+1, j-1 {
		chain[i], chain[j] = chain[j], chain[i]
	}
	return chain, true
}

// Chain is the way from a publishing job to something it executes.
type Chain []Link

// Link is one step of the way, and where it stands.
type Link struct {
	Name string
	At   evidence.Location
}

// Names are the links in words.
func (c Chain) Names() []string {
	names := make([]string, len(c))
	for i, link := range c {
		names[i] = link.Name
	}
	return names
}

// String tells the way in words: release.yml job publish > step Build > make dist.
func (c Chain) String() string { return strings.Join(c.Names(), " > ") }
