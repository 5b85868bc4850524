package workflow

import (
	"maps"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func isScalar(n *doc.Node) bool { return n != nil && n.Kind != doc.List && n.Kind != doc.Map }

// located is a scalar as evidence; zero where there is none.
func located(n *doc.Node) evidence.Text {
	if !isScalar(n) || n.Kind == doc.Null {
		return evidence.Text{}
	}
	return n.Text.Located()
}

// variables are the scalars of a mapping, in file order.
func variables(n *doc.Node) []evidence.Variable {
	var all []evidence.Variable
	for name, value := range n.All() {
		if isScalar(value) {
			all = append(all, variable(name.Value, value))
		}
	}
	return all
}

func variable(name string, value *doc.Node) evidence.Variable {
	at := value.At()
	if value.Kind != doc.Null {
		at = value.Text.At()
	}
	return evidence.Variable{Name: name, Value: value.String(), At: at}
}

// lists are the fields of a mapping, with each list joined by commas.
func lists(n *doc.Node) []evidence.Variable {
	var all []evidence.Variable
	for name, value := range n.All() {
		if value.Kind != doc.Map {
			all = append(all, evidence.Variable{Name: name.Value, Value: joined(value.Strings()), At: value.At()})
		}
	}
	return all
}

func joined(texts []text.Text) string {
	values := make([]string, len(texts))
	for i, t := range texts {
		values[i] = t.Value
	}
	return strings.Join(values, ",")
}

// constants are the variables known before and those of an inner level, whose
// expressions hide the constants of outer ones. What it returns may be known
// itself and must not be changed.
func constants(known map[string]string, level []evidence.Variable) map[string]string {
	if len(level) == 0 {
		return known
	}
	all := make(map[string]string, len(known)+len(level))
	maps.Copy(all, known)
	for _, v := range level {
		if symbolic(v.Value) || len(all) >= maxConstants {
			delete(all, v.Name)
		} else {
			all[v.Name] = v.Value
		}
	}
	return all
}
