package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPruneOpenAPI(t *testing.T) {
	path := written(t, "api.json", `{"openapi":"3.0.3","info":{"title":"T","version":"1"},"paths":{
		"/a":{"get":{"summary":"prose","parameters":[{"name":"q","in":"query","description":"prose","schema":{"type":"string"}}],"responses":{"200":{"description":"prose","content":{"application/json":{"schema":{"$ref":"#/components/schemas/thing"},"examples":{"x":1}}}},"204":{"description":"prose"}}},"delete":{"responses":{}}},
		"/b":{"get":{"responses":{}}}},
		"components":{"schemas":{"thing":{"type":"object","properties":{"description":{"type":"string","description":"prose"},"self":{"$ref":"#/components/schemas/thing"}}},"unused":{"type":"string"}}}}`)
	raw, err := pruneOpenAPI(path, []string{"GET /a"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(raw)
	for _, want := range []string{`"/a"`, `"thing"`, `"description":{"type":"string"}`, `"204":{"description":""}`, `"self":{"$ref"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, gone := range []string{"prose", "examples", "delete", `"/b"`, "unused"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s in %s", gone, got)
		}
	}
	if _, err := pruneOpenAPI(path, []string{"GET /c"}); err == nil {
		t.Error("an operation that there is not")
	}
}

func TestPruneGraphQL(t *testing.T) {
	schema := written(t, "schema.graphql", `
		"prose" type Query { a(by: Order): Thing b: Other twice: Int twice: Int }
		type Thing implements Node & Gone { id: ID! other: Other kind: Kind @deprecated(reason: "prose") }
		interface Node { id: ID! } interface Gone { id: ID! }
		type Other { x: Int } enum Kind { ONE } input Order { by: Kind } union Either = Thing | Other`)
	patch := written(t, "patch.graphql", `extend type Thing { added: Boolean! }`)
	raw, err := pruneGraphQL(schema, patch, []string{"Query", "Thing", "Node", "Either"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(raw)
	for _, want := range []string{"a(by: Order): Thing", "added: Boolean!", "enum Kind", "input Order", "union Either = Thing\n", "type Thing implements Node {"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Count(got, "twice") != 1 || strings.Contains(got, "Other") || strings.Contains(got, "prose") {
		t.Error(got)
	}
	if _, err := pruneGraphQL(schema, patch, []string{"Missing"}); err == nil {
		t.Error("a type that there is not")
	}
}
