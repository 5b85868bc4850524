package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// pruneGraphQL keeps some types, and of their fields those that lead to kept types.
func pruneGraphQL(path, patch string, types []string) ([]byte, error) {
	var whole ast.SchemaDocument
	for _, name := range []string{path, patch} {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		one, err := parser.ParseSchema(&ast.Source{Name: name, Input: string(raw)})
		if err != nil {
			return nil, err
		}
		whole.Merge(one)
	}
	g := graph{whole: &whole, wanted: map[string][]string{}, kept: map[string]*ast.Definition{}}
	for _, line := range types {
		name, fields, _ := strings.Cut(line, ":")
		g.wanted[name] = strings.Fields(fields)
		if whole.Definitions.ForName(name) == nil {
			return nil, fmt.Errorf("there is no type %s", name)
		}
	}
	for name := range g.wanted {
		g.keep(name)
	}
	var pruned ast.SchemaDocument
	for _, definition := range whole.Definitions {
		if kept := g.kept[definition.Name]; kept != nil {
			pruned.Definitions = append(pruned.Definitions, kept)
		}
	}
	var out bytes.Buffer
	formatter.NewFormatter(&out, formatter.WithoutDescription()).FormatSchemaDocument(&pruned)
	return out.Bytes(), nil
}

type graph struct {
	whole  *ast.SchemaDocument
	wanted map[string][]string // types with the fields that are kept, all when empty
	kept   map[string]*ast.Definition
}

// keep prunes one type. Types of leaves and of arguments are kept where they are
// met.
func (g *graph) keep(name string) {
	definition := g.whole.Definitions.ForName(name)
	if definition == nil || g.kept[name] != nil || definition.BuiltIn {
		return
	}
	copied := *definition
	copied.Description, copied.Directives, copied.Fields = "", nil, nil
	g.kept[name] = &copied
	copied.Interfaces = slices.DeleteFunc(slices.Clone(definition.Interfaces), g.unwanted)
	copied.Types = slices.DeleteFunc(slices.Clone(definition.Types), g.unwanted)
	fields := slices.Clone(definition.Fields)
	for _, extension := range g.whole.Extensions {
		if extension.Name == name {
			fields = append(fields, extension.Fields...)
		}
	}
	for _, value := range copied.EnumValues {
		value.Description, value.Directives = "", nil
	}
	for _, field := range fields {
		if copied.Fields.ForName(field.Name) != nil || !g.leads(definition, field) {
			continue // a field that the published schema has twice, or one that leads out
		}
		one := *field
		one.Description, one.Directives = "", nil
		for _, argument := range one.Arguments {
			argument.Description, argument.Directives = "", nil
			g.keep(argument.Type.Name())
		}
		g.keep(one.Type.Name())
		copied.Fields = append(copied.Fields, &one)
	}
}

func (g *graph) unwanted(name string) bool { _, is := g.wanted[name]; return !is }

// leads says whether a field stays.
func (g *graph) leads(of *ast.Definition, field *ast.FieldDefinition) bool {
	if only := g.wanted[of.Name]; len(only) > 0 && !slices.Contains(only, field.Name) {
		return false
	}
	target := g.whole.Definitions.ForName(field.Type.Name())
	if target == nil {
		return true // a scalar of the language
	}
	switch target.Kind {
	case ast.Scalar, ast.Enum, ast.InputObject:
		return true
	}
	return !g.unwanted(target.Name)
}
