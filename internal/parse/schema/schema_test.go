package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const person = `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["name", "pet"],
  "additionalProperties": false,
  "properties": {
    "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
    "age": {"type": "integer"},
    "mail": {"type": "string", "format": "email"},
    "not": {"not": {"const": "latest"}},
    "a/b": {"enum": ["x", "y"]},
    "pet": {"anyOf": [
      {"type": "object", "required": ["type", "bark"], "properties": {"type": {"const": "dog"}, "bark": {"type": "boolean"}}},
      {"type": "object", "required": ["type", "purr"], "properties": {"type": {"enum": ["cat", "lion"]}, "purr": {"type": "boolean"}}}
    ]},
    "either": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
  }
}`

func TestCheck(t *testing.T) {
	schema := New("person", []byte(person))
	for data, want := range map[string]string{
		`{"name": "ann", "pet": {"type": "dog", "bark": true}}`: "",
		`{"name": "ann"}`: `1:1-2 : lacks the field "pet"`,
		`{"name": "ANN", "pet": {"type": "dog", "bark": true}}`:                                             `1:10-15 name: must match ^[a-z]+$`,
		`{"name": "annabella", "pet": {"type": "dog", "bark": 1}}`:                                          `1:10-21 name: is 9 characters long, and 5 are allowed; 1:54-55 pet/bark: must be boolean, not number`,
		`{"name": 7, "pet": {"type": "cat", "purr": false}}`:                                                `1:10-11 name: must be string, not number`,
		`{"name": "ann", "pet": {"type": "cow"}}`:                                                           `1:33-38 pet/type: must be one of "dog", "cat", "lion"`,
		`{"name": "ann", "pet": {"type": "lion"}}`:                                                          `1:24-25 pet: lacks the field "purr"`,
		`{"name": "ann", "pet": {"type": "dog", "bark": true}, "hat": 1, "a/b": "z"}`:                       `1:56-59 : has a field "hat", which is not known; 1:72-75 a~1b: must be one of "x", "y"`,
		`{"name": "ann", "pet": {"type": "dog", "bark": true}, "mail": "x", "not": "latest", "either": {}}`: `1:63-66 mail: is no valid email; 1:75-83 not: has a value that is not allowed here; 1:95-96 either: lacks one of the fields "a", "b"`,
		`{"name": "<name>", "pet": {"type": "dog", "bark": true}}`:                                          "",
		`[]`: `1:1-2 : must be object, not array`,
	} {
		root, err := doc.JSON(text.NewSource("x", []byte(data)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range schema.Check(root, func(_ []string, value string) string { return strings.ReplaceAll(value, "<name>", "ann") }) {
			got = append(got, fmt.Sprintf("%d:%d-%d %s: %s", p.At.Line, p.At.Column, p.At.EndColumn, p.Anchor, p.What))
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", data, diff)
		}
	}
}
