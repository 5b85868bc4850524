package serverjson

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/input"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// variable is a {name} in a value or an address, for the user to fill in.
var variable = regexp.MustCompile(`\{([^{}]+)\}`)

// inputs reads everything a package asks its user for, or sets.
func inputs(node *doc.Node, anchor string) []evidence.UserInput {
	var all []evidence.UserInput
	for _, list := range []string{"environmentVariables", "runtimeArguments", "packageArguments"} {
		for i, item := range field(node, list).List() {
			all = append(all, oneInput(item, anchor+"/"+list+"/"+strconv.Itoa(i))...)
		}
	}
	return append(all, headers(node.Get("transport"), anchor+"/transport")...)
}

// headers reads the headers and variables of a transport.
func headers(transport *doc.Node, anchor string) []evidence.UserInput {
	var all []evidence.UserInput
	for i, item := range transport.Get("headers").List() {
		all = append(all, oneInput(item, anchor+"/headers/"+strconv.Itoa(i))...)
	}
	return append(all, variables(transport, anchor, nil)...)
}

// oneInput reads one variable, header or argument, and the variables in its
// value. "-e NAME={token}" is the environment variable it sets.
func oneInput(node *doc.Node, anchor string) []evidence.UserInput {
	name, at, value := nameOf(node)
	one := evidence.UserInput{
		Name: name, Anchor: anchor, At: at, Secret: secret(node),
		Looks: couldBeSecret(node) && input.Looks(name, node.Get("description").String()),
	}
	used := usedVariables(value.Value)
	switch {
	case len(used) > 0:
		// What the user types is the variable; only that can be a secret with a default.
		if one.Secret != evidence.Yes && markedVariables(node, used) {
			one.Secret = evidence.Yes
		}
	case value.Value != "":
		one.Value = value
	default:
		one.Value = setValue(node)
	}
	redact(&one)
	return append([]evidence.UserInput{one}, variables(node, anchor, &one)...)
}

// variables reads the variables of a value. The one that the outer input stands
// for by itself is not told twice.
func variables(node *doc.Node, anchor string, outer *evidence.UserInput) []evidence.UserInput {
	var all []evidence.UserInput
	for name, field := range node.Get("variables").All() {
		one := evidence.UserInput{
			Name: name.Value, Anchor: anchor + "/variables/" + name.Value, At: name.At(), Secret: secret(field),
			Looks: couldBeSecret(field) && input.Looks(name.Value, field.Get("description").String()), Value: setValue(field),
		}
		if outer != nil && outer.Looks && outer.Secret != evidence.Yes {
			one.Looks = false // the finding about the outer one covers it
		}
		redact(&one)
		all = append(all, one)
	}
	return all
}

// nameOf is the name of an input, where that stands, and what it sets.
func nameOf(node *doc.Node) (string, evidence.Location, evidence.Text) {
	name, value := node.Get("name"), node.Get("value")
	if flag := name.String(); flag == "-e" || flag == "--env" || flag == "-e=" || flag == "--env=" {
		if before, after, found := cut(value); found {
			return before.Value, before.At(), after.Located()
		}
	}
	for _, named := range []*doc.Node{name, field(node, "valueHint"), value} {
		if named.String() != "" {
			return named.Text.Value, named.Text.At(), located(value)
		}
	}
	return "", node.At(), evidence.Text{}
}

// setValue is the value or default that a manifest gives.
func setValue(node *doc.Node) evidence.Text {
	for _, key := range []string{"value", "default"} {
		if value := node.Get(key); value.String() != "" && len(usedVariables(value.String())) == 0 {
			return located(value)
		}
	}
	return evidence.Text{}
}

func secret(node *doc.Node) evidence.Answer {
	yes, _ := field(node, "isSecret").Bool()
	return evidence.Known(yes)
}

// couldBeSecret: a number, a switch or the path of a file is none.
func couldBeSecret(node *doc.Node) bool {
	return !slices.Contains([]string{"number", "boolean", "filepath"}, node.Get("format").String())
}

func usedVariables(value string) []string {
	var names []string
	for _, match := range variable.FindAllStringSubmatch(value, -1) {
		names = append(names, match[1])
	}
	return names
}

// markedVariables tells whether a variable in the value is marked as a secret.
func markedVariables(node *doc.Node, used []string) bool {
	for _, name := range used {
		if secret(node.Get("variables", name)) == evidence.Yes {
			return true
		}
	}
	return false
}

// redact takes the value of a secret out of the evidence: that there is one is
// all that anybody has to know.
func redact(one *evidence.UserInput) {
	if one.Value.Value != "" && (one.Looks || one.Secret == evidence.Yes) && !strings.Contains(one.Value.Value, "${") {
		one.Value.Value = input.Redacted
	}
}

// cut takes NAME=value apart.
func cut(node *doc.Node) (name, value text.Text, found bool) {
	if node == nil || node.Kind != doc.String {
		return text.Text{}, text.Text{}, false
	}
	return node.Text.Cut("=")
}
