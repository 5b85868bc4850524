package doc

import (
	"github.com/sealvet/sealvet/internal/parse/text"
	"go.yaml.in/yaml/v3"
)

// maxExpanded is how many nodes a document may have when every alias and every
// merge is written out.
const maxExpanded = 1_000_000

type yamlReader struct {
	problems
	yamlLines
	anchors map[*yaml.Node]*anchored // nodes that an alias may name, of one document
	merged  int                      // fields copied by merge keys
	refused bool                     // the document at hand must not be given away
}

// anchored is the tree of an anchor. Its node is nil while it is being read.
type anchored struct {
	node *Node
	shape
}

// shape is the size of a tree with its aliases written out.
type shape struct{ nodes, depth int }

func newYAMLReader(src *text.Source, start, end int) *yamlReader {
	return &yamlReader{problems: problems{source: src}, yamlLines: newYAMLLines(src, start, end)}
}

// document is the tree of one document, nil where it is refused.
func (r *yamlReader) document(root *yaml.Node) *Node {
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return nil
	}
	r.anchors, r.merged, r.refused = make(map[*yaml.Node]*anchored), 0, false
	n, _ := r.node(root.Content[0], 1)
	if r.refused {
		return nil
	}
	return n
}

// node is the tree of one value and its shape. depth counts the lists and maps
// around it.
func (r *yamlReader) node(y *yaml.Node, depth int) (*Node, shape) {
	if y.Kind == yaml.AliasNode {
		return r.alias(y, depth)
	}
	var anchor *anchored
	if y.Anchor != "" {
		anchor = new(anchored)
		r.anchors[y] = anchor
	}
	n, s := r.content(y, depth)
	if anchor != nil {
		anchor.node, anchor.shape = n, s
	}
	return n, s
}

// content is the tree of a value that is no alias.
func (r *yamlReader) content(y *yaml.Node, depth int) (*Node, shape) {
	at := r.offset(y.Line, y.Column)
	n := &Node{source: r.problems.source, start: int32(at), end: int32(at)}
	s := shape{nodes: 1, depth: 1}
	if depth > maxDepth {
		r.refuse(at, "nested more than %d levels deep", maxDepth)
		return n, s
	}
	switch y.Kind {
	case yaml.ScalarNode:
		r.scalar(n, y)
	case yaml.SequenceNode:
		n.Kind = List
		for _, child := range y.Content {
			item, size := r.node(child, depth+1)
			n.Items = append(n.Items, item)
			s.add(size)
		}
	case yaml.MappingNode:
		n.Kind = Map
		s = r.fields(n, y, depth)
	}
	if s.nodes > maxExpanded {
		r.refuse(at, "aliases make more than %d values of it", maxExpanded)
	}
	if depth+s.depth > maxDepth+1 {
		r.refuse(at, "nested more than %d levels deep", maxDepth)
	}
	n.end = max(n.end, r.lastEnd(n))
	return n, s
}

// add puts one more tree below.
func (s *shape) add(below shape) {
	s.nodes += below.nodes
	s.depth = max(s.depth, below.depth+1)
}

// refuse notes why the document cannot be given away, once.
func (r *yamlReader) refuse(at int, format string, args ...any) {
	if !r.refused {
		r.problems.add(at, r.lineEnd(at), format, args...)
	}
	r.refused = true
}

// alias is the node of the anchor.
func (r *yamlReader) alias(y *yaml.Node, depth int) (*Node, shape) {
	at := r.offset(y.Line, y.Column)
	anchor := r.anchors[y.Alias]
	if anchor == nil || anchor.node == nil {
		r.refuse(at, "alias *%s is inside its own anchor", y.Value)
		return &Node{source: r.problems.source, start: int32(at), end: int32(at)}, shape{1, 1}
	}
	if depth+anchor.depth > maxDepth+1 {
		r.refuse(at, "nested more than %d levels deep", maxDepth)
	}
	return anchor.node, anchor.shape
}

// fields reads a map: its own fields first, then those that << merges in.
func (r *yamlReader) fields(n *Node, y *yaml.Node, depth int) shape {
	s := shape{nodes: 1, depth: 1}
	var merges []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, keySize := r.node(y.Content[i], depth+1)
		value, size := r.node(y.Content[i+1], depth+1)
		s.add(size)
		s.nodes += keySize.nodes
		if y.Content[i].Tag == "!!merge" {
			merges = append(merges, value)
			continue
		}
		if n.add(key.Text, value) {
			r.problems.add(int(key.start), int(key.end), "key %q is given twice; the last one is read", key.Text.Value)
		}
	}
	for _, from := range merges {
		s.nodes += r.merge(n, from)
	}
	return s
}

// merge adds the fields of a map, or of each map of a list, that n has not yet,
// and counts them.
func (r *yamlReader) merge(n, from *Node) int {
	switch from.Kind {
	case Map:
		added := 0
		for name, value := range from.All() {
			if r.merged++; r.merged > maxExpanded {
				r.refuse(int(n.start), "merge keys make more than %d values of it", maxExpanded)
				break
			}
			if !n.Has(name.Value) {
				n.add(name, value)
				added++
			}
		}
		return added
	case List:
		added := 0
		for _, item := range from.Items {
			if item.Kind == Map {
				added += r.merge(n, item)
			}
		}
		return added
	}
	r.problems.add(int(from.start), int(from.end), "merge key << needs a map or a list of maps")
	return 0
}

// lastEnd is where the last own child of a list or map ends.
func (r *yamlReader) lastEnd(n *Node) int32 {
	end := n.end
	for _, item := range n.Items {
		end = max(end, item.end)
	}
	for _, field := range n.Fields {
		end = max(end, field.Value.end)
	}
	return end
}
