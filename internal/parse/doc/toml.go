package doc

import (
	"errors"

	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TOML reads TOML 1.1. A table stands where its header is written, or at its
// key where no header names it; dates and times are Strings. It lets more pass
// than the language does: a month may be 13, and dotted keys may add to a table
// that is closed.
//
// On broken input the node holds all that stands before the break, and the
// error joins *text.Error values. A key or table given twice is an error as
// well; all else is read, and the last one counts.
func TOML(src *text.Source) (*Node, error) {
	base := markSize(src.Data())
	r := tomlReader{
		problems: problems{source: src},
		base:     base,
		root:     &Node{Kind: Map, source: src, start: int32(base), end: int32(src.Len())},
		tables:   make(map[*Node]bool),
	}
	if !r.checkUTF8() {
		return nil, r.err()
	}
	r.table, r.depth = r.root, 1
	r.parser.Reset(src.Data()[base:src.Len():src.Len()])
	for r.parser.NextExpression() {
		switch expression := r.parser.Expression(); expression.Kind {
		case unstable.Table:
			r.openTable(expression)
		case unstable.ArrayTable:
			r.openItem(expression)
		case unstable.KeyValue:
			if r.depth+height(expression) > maxDepth {
				_, start, end := r.keys(expression.Key())
				r.add(start, end, "nested more than %d levels deep", maxDepth)
				continue
			}
			r.put(r.table, expression)
		}
	}
	r.syntax(r.parser.Error())
	return r.root, r.err()
}

type tomlReader struct {
	problems
	parser unstable.Parser
	base   int // offset in the file of what the parser was given

	root  *Node
	table *Node // the table that a key on its own line belongs to
	depth int   // of that table, counted as if each name of its header were an array

	tables map[*Node]bool // tables and arrays of tables that a header has opened
}

// openTable makes the table of a [header] the current one.
func (r *tomlReader) openTable(header *unstable.Node) {
	keys, start, end := r.header(header)
	parent := r.descend(r.root, keys[:len(keys)-1])
	last := keys[len(keys)-1]
	table := parent.Get(last.Value)
	switch {
	case table == nil:
		table = r.newMap(start, end)
		parent.add(last, table)
	case table.Kind != Map || r.tables[table]:
		r.add(start, end, "table %q is given twice", last.Value)
		if table.Kind != Map {
			table = r.newMap(start, end) // what follows is read, and belongs to nothing
		}
	default: // it was only passed through before: this is its own header
		table.start, table.end = int32(start), int32(end)
	}
	r.tables[table] = true
	r.table, r.depth = table, headerDepth(keys)
}

// openItem adds a table to the array of a [[header]] and makes it the current
// one.
func (r *tomlReader) openItem(header *unstable.Node) {
	keys, start, end := r.header(header)
	parent := r.descend(r.root, keys[:len(keys)-1])
	last := keys[len(keys)-1]
	list := parent.Get(last.Value)
	if list == nil {
		list = &Node{Kind: List, source: r.source, start: int32(start), end: int32(end)}
		parent.add(last, list)
		r.tables[list] = true
	}
	item := r.newMap(start, end)
	if r.tables[list] && list.Kind == List {
		list.Items = append(list.Items, item)
	} else {
		r.add(start, end, "%q is no array of tables", last.Value)
	}
	r.table, r.depth = item, headerDepth(keys)
}

// put adds one key = value to a table.
func (r *tomlReader) put(table *Node, pair *unstable.Node) {
	keys, start, end := r.keys(pair.Key())
	table = r.descend(table, keys[:len(keys)-1])
	last := keys[len(keys)-1]
	at := r.skip(r.skip(end) + len("="))
	value, _ := r.value(pair.Value(), at)
	if table.add(last, value) {
		r.add(start, end, "key %q is given twice; the last one is read", last.Value)
	}
}

// descend follows the leading parts of a dotted key, making the tables that
// are not there yet. An array of tables stands for its last item.
func (r *tomlReader) descend(table *Node, keys []text.Text) *Node {
	if headerDepth(keys) > maxDepth {
		start, end := keys[0].Offsets()
		r.add(start, end, "nested more than %d levels deep", maxDepth)
		return r.newMap(start, end)
	}
	for _, key := range keys {
		start, end := key.Offsets()
		next := table.Get(key.Value)
		if next != nil && r.tables[next] && next.Kind == List && len(next.Items) > 0 {
			next = next.Items[len(next.Items)-1]
		}
		switch {
		case next == nil:
			next = r.newMap(start, end)
			table.add(key, next)
		case next.Kind != Map:
			r.add(start, end, "key %q is not a table", key.Value)
			return r.newMap(start, end) // what follows is read, and belongs to nothing
		}
		table = next
	}
	return table
}

// headerDepth is how deep a table may lie: the root, and for each name of its
// header a list and a map.
func headerDepth(keys []text.Text) int { return 1 + 2*len(keys) }

func (r *tomlReader) newMap(start, end int) *Node {
	return &Node{Kind: Map, source: r.source, start: int32(start), end: int32(end)}
}

// syntax notes the error that ended the reading.
func (r *tomlReader) syntax(err error) {
	var syntax *unstable.ParserError
	switch {
	case err == nil:
	case errors.As(err, &syntax):
		place := r.parser.Range(syntax.Highlight)
		start := r.base + int(place.Offset)
		r.add(start, start+int(place.Length), "%s", syntax.Message)
	default:
		r.add(r.base, r.base, "%v", err)
	}
}
