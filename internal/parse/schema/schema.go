// Package schema holds a document against a JSON Schema and says, for each thing
// the schema refuses, where it stands in the file. It knows JSON Schema and no
// manifest.
package schema

import (
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// Schema is one schema, compiled when it is first asked.
type Schema struct {
	Rule string // how a Problem names it

	source  []byte
	once    sync.Once
	checker *jsonschema.Schema
}

// New is the schema of a JSON text that ships with sealvet. It panics later, at
// the first Check, if that text is no schema.
func New(rule string, source []byte) *Schema { return &Schema{Rule: rule, source: source} }

// All are the schemas of a format, by version, from schemas/<version>.json.
func All(files fs.FS, rule string, versions []string) map[string]*Schema {
	all := make(map[string]*Schema, len(versions))
	for _, version := range versions {
		source, err := fs.ReadFile(files, "schemas/"+version+".json")
		if err != nil {
			panic(err) // embedded in the program
		}
		all[version] = New(rule+version, source)
	}
	return all
}

// maxProblems bounds what one file can report.
const maxProblems = 50

// Check gives what the schema refuses, in file order. fill says what to check a
// string as, so that a placeholder can pass for what a release makes of it.
func (s *Schema) Check(root *doc.Node, fill func(path []string, value string) string) []evidence.Problem {
	s.once.Do(s.compile)
	err := s.checker.Validate(value(root, nil, fill))
	refused, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return nil
	}
	var problems []evidence.Problem
	for _, leaf := range leaves(refused) {
		problems = append(problems, evidence.Problem{
			Anchor: Pointer(leaf.path), What: leaf.what, Rule: s.Rule, At: At(root, leaf.path, leaf.key),
		})
	}
	sortProblems(problems)
	return problems[:min(len(problems), maxProblems)]
}

func (s *Schema) compile() {
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.source))
	if err != nil {
		panic(fmt.Sprintf("schema %s: %v", s.Rule, err))
	}
	const address = "https://sealvet.example.org/schema.json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(address, parsed); err != nil {
		panic(fmt.Sprintf("schema %s: %v", s.Rule, err))
	}
	s.checker = compiler.MustCompile(address)
}

// value is a node as the validator wants it.
func value(n *doc.Node, path []string, fill func([]string, string) string) any {
	switch {
	case n == nil || n.Kind == doc.Null:
		return nil
	case n.Kind == doc.Bool:
		yes, _ := n.Bool()
		return yes
	case n.Kind == doc.Number:
		if f, err := strconv.ParseFloat(n.Text.Value, 64); err == nil {
			return f
		}
		return n.Text.Value
	case n.Kind == doc.String:
		return fill(path, n.Text.Value)
	case n.Kind == doc.List:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = value(item, append(path, strconv.Itoa(i)), fill)
		}
		return items
	}
	fields := make(map[string]any, len(n.Fields))
	for name, field := range n.All() {
		fields[name.Value] = value(field, append(path, name.Value), fill)
	}
	return fields
}

// Pointer is a JSON pointer without its first slash, as anchors are written.
func Pointer(path []string) string {
	escaped := make([]string, len(path))
	for i, part := range path {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1").Replace(part)
	}
	return strings.Join(escaped, "/")
}

// At is the place of the value at a path or, with a key, of that key in it.
// Where the path ends early it is the last value on the way.
func At(root *doc.Node, path []string, key string) evidence.Location {
	node := root
	for _, part := range path {
		next := node.Get(part)
		if node != nil && node.Kind == doc.List {
			if i, err := strconv.Atoi(part); err == nil && 0 <= i && i < len(node.Items) {
				next = node.Items[i]
			}
		}
		if next == nil {
			break
		}
		node = next
	}
	if field := node.Field(key); key != "" && field != nil {
		return field.Name.At()
	}
	return Opening(node)
}

// Opening is the place of a scalar as a whole, and of a list or map its opening
// bracket: a finding about what a map lacks should not mark a hundred lines.
func Opening(node *doc.Node) evidence.Location {
	at := node.At()
	if node != nil && (node.Kind == doc.Map || node.Kind == doc.List) {
		at.EndLine, at.EndColumn = at.Line, at.Column+1
	}
	return at
}

// leaf is one refusal without those around it.
type leaf struct {
	path []string
	key  string // the guilty key of the map at the path
	what string
}

// leaves takes a refusal apart. Of alternatives it goes into the one that was
// meant, which is the one whose type fits.
func leaves(e *jsonschema.ValidationError) []leaf {
	switch k := e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		return alternatives(e)
	case *kind.AdditionalProperties:
		var all []leaf
		for _, name := range sorted(k.Properties) {
			all = append(all, leaf{e.InstanceLocation, name, fmt.Sprintf("has a field %q, which is not known", name)})
		}
		return all
	case *kind.Required:
		var all []leaf
		for _, name := range k.Missing {
			all = append(all, leaf{e.InstanceLocation, "", fmt.Sprintf("lacks the field %q", name)})
		}
		return all
	}
	if len(e.Causes) == 0 {
		return []leaf{{e.InstanceLocation, "", words(e.ErrorKind)}}
	}
	var all []leaf
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}
