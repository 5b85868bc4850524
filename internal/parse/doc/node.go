// Package doc reads JSON, TOML and YAML into one tree with positions, so that
// one reader serves a configuration file in any of the three languages.
//
// The package knows the grammar of the three languages and what a value means
// in them. It must not know any schema: that is for the readers of the tree.
package doc

import (
	"iter"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Kind is what a Node holds.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Number
	String // also the dates and times of TOML and YAML
	List
	Map
)

// Node is one value of a document. All its methods may be called on nil, so
// that a path of keys can be followed without asking at each step.
type Node struct {
	Kind   Kind
	Text   text.Text // a scalar as the program sees it, without its quotes; zero for a List or Map
	Fields []Field   // of a Map, in file order
	Items  []*Node   // of a List

	source     *text.Source
	start, end int32            // byte offsets of the value as it is written, quotes included
	index      map[string]int32 // the last field of each name, only for a Map too big to search
}

// Field is one entry of a Map.
type Field struct {
	Name  text.Text
	Value *Node
}

// At is the place of the whole value as it is written: a string with its
// quotes, a map with its braces. Text.At() is the place of the string inside.
func (n *Node) At() evidence.Location {
	if n == nil || n.source == nil {
		return evidence.Location{}
	}
	return n.source.Location(int(n.start), int(n.end))
}

// Get follows a path of keys through nested maps. It is nil where a key is
// missing or a value on the way is not a Map.
func (n *Node) Get(path ...string) *Node {
	for _, name := range path {
		field := n.Field(name)
		if field == nil {
			return nil
		}
		n = field.Value
	}
	return n
}

// Has tells whether the map has the key, be its value null.
func (n *Node) Has(key string) bool { return n.Field(key) != nil }

// Field is the entry of a map with this name, or nil. Where a file gives a
// name twice it is the last, as programs that accept such a file read it.
func (n *Node) Field(name string) *Field {
	if n == nil {
		return nil
	}
	if n.index != nil {
		if i, found := n.index[name]; found {
			return &n.Fields[i]
		}
		return nil
	}
	for i := range slices.Backward(n.Fields) {
		if n.Fields[i].Name.Value == name {
			return &n.Fields[i]
		}
	}
	return nil
}

// All yields the fields of a map in file order.
func (n *Node) All() iter.Seq2[text.Text, *Node] {
	return func(yield func(text.Text, *Node) bool) {
		if n == nil {
			return
		}
		for _, field := range n.Fields {
			if !yield(field.Name, field.Value) {
				return
			}
		}
	}
}

// List is Items, and none for nil.
func (n *Node) List() []*Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// String is the text of a scalar, and "" for null, a List, a Map or nil.
func (n *Node) String() string {
	if n == nil || n.Kind == Null {
		return ""
	}
	return n.Text.Value
}

// Bool is the value of a Bool, written true or false in any of the spellings
// that resolve to one (YAML 1.2 also has True and TRUE). ok is false for every
// other kind: the string "true" is no Bool.
func (n *Node) Bool() (value, ok bool) {
	if n == nil || n.Kind != Bool {
		return false, false
	}
	return strings.EqualFold(n.Text.Value, "true"), true
}

// Strings is the scalars of a list, or the one scalar, for settings that take
// either. Null, and lists or maps inside the list, are left out.
func (n *Node) Strings() []text.Text {
	switch {
	case n == nil:
		return nil
	case n.scalar():
		return []text.Text{n.Text}
	}
	var values []text.Text
	for _, item := range n.Items {
		if item.scalar() {
			values = append(values, item.Text)
		}
	}
	return values
}

func (n *Node) scalar() bool {
	return n.Kind == Bool || n.Kind == Number || n.Kind == String
}

// searchable is how many fields are searched one by one before an index pays.
const searchable = 12

// add appends a field and tells whether the map had the name already.
func (n *Node) add(name text.Text, value *Node) (again bool) {
	again = n.Field(name.Value) != nil
	n.Fields = append(n.Fields, Field{name, value})
	switch {
	case n.index != nil:
		n.index[name.Value] = int32(len(n.Fields) - 1)
	case len(n.Fields) > searchable:
		n.index = make(map[string]int32, 2*len(n.Fields))
		for i, field := range n.Fields {
			n.index[field.Name.Value] = int32(i)
		}
	}
	return again
}
