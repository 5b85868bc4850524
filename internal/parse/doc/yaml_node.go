package doc

import (
	"github.com/sealvet/sealvet/internal/parse/text"
	"go.yaml.in/yaml/v3"
)

// maxExpanded is how many values a document may have when every alias and
// every merge is written out.
const maxExpanded = 1_000_000

// yamlReader turns the nodes of the YAML library into ours, in file order.
type yamlReader struct {
	problems
	lines   yamlLines
	cursor  int                      // where what was read so far ends in the file
	anchors map[*yaml.Node]*anchored // of the document at hand
	merged  int                      // fields looked at for merge keys
	refused bool                     // the document must not be given away
	coarse  int                      // scalars whose inner places were not found; tests want none
}

// anchored is the tree of an anchor. Its node is nil while it is being read.
type anchored struct {
	node *Node
	shape
}

// shape is the size of a tree with its aliases written out.
type shape struct{ nodes, depth int }

// add puts one more tree below.
func (s *shape) add(below shape) {
	s.nodes += below.nodes
	s.depth = max(s.depth, below.depth+1)
}

// newYAMLReader reads the YAML that ends at a byte offset of the file.
func newYAMLReader(src *text.Source, end int) *yamlReader {
	return &yamlReader{problems: problems{source: src}, lines: newYAMLLines(src, end)}
}

// document is the tree of one document, nil where it is refused.
func (r *yamlReader) document(root *yaml.Node) *Node {
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 {
		return nil
	}
	r.anchors, r.merged, r.refused = make(map[*yaml.Node]*anchored), 0, false
	n, _ := r.node(root.Content[0], 0)
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
	if y.Anchor == "" {
		return r.content(y, depth)
	}
	anchor := new(anchored)
	r.anchors[y] = anchor
	n, s := r.content(y, depth)
	anchor.node, anchor.shape = n, s
	return n, s
}

// alias is the very node of the anchor.
func (r *yamlReader) alias(y *yaml.Node, depth int) (*Node, shape) {
	at := r.lines.offset(y.Line, y.Column)
	r.cursor = min(at+len("*")+len(y.Value), len(r.lines.file))
	anchor := r.anchors[y.Alias]
	if anchor == nil || anchor.node == nil {
		r.refuse(at, r.cursor, "alias *%s is inside its own anchor", y.Value)
		return &Node{source: r.source, start: int32(at), end: int32(r.cursor)}, shape{nodes: 1}
	}
	if depth+anchor.depth > maxDepth {
		r.refuse(at, r.cursor, "nested more than %d levels deep", maxDepth)
	}
	return anchor.node, anchor.shape
}

// content is the tree of a value that is no alias.
func (r *yamlReader) content(y *yaml.Node, depth int) (*Node, shape) {
	at, bare := r.contentStart(y)
	n := &Node{source: r.source, start: int32(at)}
	s := shape{nodes: 1}
	r.cursor = max(r.cursor, at)
	if y.Kind == yaml.ScalarNode {
		r.scalar(n, y, bare)
	} else if depth++; depth > maxDepth {
		r.refuse(at, at+1, "nested more than %d levels deep", maxDepth)
	} else if y.Kind == yaml.SequenceNode {
		s = r.items(n, y, depth)
	} else {
		s = r.fields(n, y, depth)
	}
	if y.Style&yaml.FlowStyle != 0 {
		r.closeFlow()
	}
	if n.end = int32(r.cursor); s.nodes > maxExpanded {
		r.refuse(at, r.lines.lineEnd(at), "aliases and merges make more than %d values of this", maxExpanded)
	}
	return n, s
}

// items reads a list.
func (r *yamlReader) items(n *Node, y *yaml.Node, depth int) shape {
	n.Kind = List
	n.Items = make([]*Node, 0, len(y.Content))
	s := shape{nodes: 1, depth: 1}
	for _, child := range y.Content {
		item, below := r.node(child, depth)
		n.Items = append(n.Items, item)
		s.add(below)
	}
	return s
}

// fields reads a map: its own fields first, then those that << merges in.
func (r *yamlReader) fields(n *Node, y *yaml.Node, depth int) shape {
	n.Kind = Map
	n.Fields = make([]Field, 0, len(y.Content)/2)
	s := shape{nodes: 1, depth: 1}
	var merges []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, below := r.node(y.Content[i], depth)
		s.add(below)
		value, below := r.node(y.Content[i+1], depth)
		s.add(below)
		if y.Content[i].Tag == "!!merge" {
			merges = append(merges, value)
			continue
		}
		name := key.Text
		if key.Kind == List || key.Kind == Map { // allowed, and never seen: named as it is written
			name = r.source.Text(int(key.start), int(key.end))
		}
		if n.add(name, value) {
			r.add(int(key.start), int(key.end), "key %q is given twice; the last one is read", name.Value)
		}
	}
	for _, from := range merges {
		r.merge(n, from, &s)
	}
	return s
}

// refuse notes why the document cannot be given away, once.
func (r *yamlReader) refuse(start, end int, format string, args ...any) {
	if !r.refused {
		r.add(start, end, format, args...)
	}
	r.refused = true
}
