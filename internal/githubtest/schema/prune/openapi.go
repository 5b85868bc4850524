package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// prose says nothing that a validator reads.
var prose = []string{"description", "summary", "example", "examples", "externalDocs", "tags", "title", "operationId", "deprecated"}

// pruneOpenAPI keeps some operations and the components that they lead to.
func pruneOpenAPI(path string, operations []string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var whole map[string]any
	if err := json.Unmarshal(raw, &whole); err != nil {
		return nil, err
	}
	p := pruner{whole: whole, kept: map[string]any{}}
	paths := map[string]any{}
	for _, operation := range operations {
		method, path, _ := strings.Cut(operation, " ")
		item, _ := whole["paths"].(map[string]any)[path].(map[string]any)
		found, is := item[strings.ToLower(method)]
		if !is {
			return nil, fmt.Errorf("there is no %s", operation)
		}
		one, _ := paths[path].(map[string]any)
		if one == nil {
			one = map[string]any{}
			paths[path] = one
		}
		one[strings.ToLower(method)] = p.clean(found, false)
	}
	info := whole["info"].(map[string]any)
	return json.Marshal(map[string]any{
		"openapi": whole["openapi"], "paths": paths, "components": p.kept,
		"info": map[string]any{"title": info["title"], "version": info["version"], "license": info["license"]},
	})
}

type pruner struct {
	whole map[string]any
	kept  map[string]any // components
}

// clean copies a value without prose, and keeps what it refers to. Below
// "properties" keys are names, not keywords.
func (p *pruner) clean(value any, names bool) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = p.clean(one, false)
		}
		return all
	case map[string]any:
		if ref, is := v["$ref"].(string); is && !names {
			p.keep(ref)
			return map[string]any{"$ref": ref}
		}
		all := map[string]any{}
		for key, one := range v {
			if !names && (contains(prose, key) || strings.HasPrefix(key, "x-")) {
				continue // a keyword that no validator reads
			}
			all[key] = p.clean(one, !names && key == "properties")
		}
		if _, response := v["content"]; response && !names || isResponse(v) && !names {
			all["description"] = ""
		}
		return all
	}
	return value
}

// isResponse tells a response without a body, whose description the format demands.
func isResponse(v map[string]any) bool {
	_, described := v["description"].(string)
	_, typed := v["type"]
	_, parameter := v["in"]
	return described && !typed && !parameter && (len(v) == 1 || v["headers"] != nil)
}

func (p *pruner) keep(ref string) {
	parts := strings.Split(strings.TrimPrefix(ref, "#/components/"), "/")
	if len(parts) != 2 {
		return
	}
	room, _ := p.kept[parts[0]].(map[string]any)
	if room == nil {
		room = map[string]any{}
		p.kept[parts[0]] = room
	}
	if _, is := room[parts[1]]; is {
		return
	}
	room[parts[1]] = nil // against endless recursion
	source := p.whole["components"].(map[string]any)[parts[0]].(map[string]any)[parts[1]]
	room[parts[1]] = p.clean(source, false)
}

func contains(list []string, one string) bool {
	for _, each := range list {
		if each == one {
			return true
		}
	}
	return false
}
