package doc

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
	"go.yaml.in/yaml/v3"
)

// scalar fills n with the text of a scalar.
func (r *yamlReader) scalar(n *Node, y *yaml.Node) {
	n.Kind = yamlKind(y.Tag)
	start := int(n.start)
	if rest := r.problems.source.String()[start:r.yamlLines.end]; strings.HasPrefix(rest, y.Value) {
		n.Text = r.problems.source.Text(start, start+len(y.Value))
	} else {
		var b text.Builder
		b.Append(y.Value, r.problems.source.Text(start, r.lineEnd(start)))
		n.Text = b.Text()
	}
	n.end = int32(max(start+len(y.Value), start))
	n.end = min(n.end, int32(r.yamlLines.end))
}

func yamlKind(tag string) Kind {
	switch tag {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}
