// Package serverjson reads server.json, the entry of a server in the MCP
// registry, in every version of its schema and in the form of a template that a
// release fills in. It knows what the registry accepts; which of its facts is a
// defect is for the checks.
package serverjson

import (
	"bytes"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/schema"
	"github.com/sealvet/sealvet/internal/parse/template"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes a file by its name; whether it is the registry's server.json, its
// content says.
func Takes(file string) bool {
	name := strings.ToLower(path.Base(file))
	return strings.HasSuffix(name, ".json") && (name == "server.json" || strings.Contains(name, "server") && strings.Contains(name, "mcp") || strings.HasPrefix(name, "server."))
}

// schemaHosts serve the schemas of the registry.
var schemaHosts = []string{"https://static.modelcontextprotocol.io/schemas/", "https://modelcontextprotocol.io/schemas/"}

// Read reads one file. A file that is something else gives nothing.
func Read(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if !isManifest(src, root) {
		return nil
	}
	r := reader{root: root, date: schemaDate(root.Get("$schema").String()), out: out}
	m := &r.manifest
	m.Path, m.SchemaDate, m.At = src.Path(), r.date, schema.Opening(root)
	m.Name, m.Version = located(root.Get("name")), located(root.Get("version"))
	repository := root.Get("repository")
	m.Repository, m.RepoID = located(repository.Get("url")), located(repository.Get("id"))
	m.Subfolder = repository.Get("subfolder").String()
	m.Template = template.Version(m.Version.Value) || template.Holds(m.Name.Value)
	r.packages()
	r.remotes()
	if err == nil {
		r.problems(src)
	}
	out.ServerManifests = append(out.ServerManifests, *m)
	return err
}

type reader struct {
	root     *doc.Node
	date     string // of its schema, empty when it names none
	manifest evidence.ServerManifest
	out      *evidence.Snapshot
}

// isManifest tells the registry's file from others of the name: it names the
// schema, or it has the name of a server and packages or remotes.
func isManifest(src *text.Source, root *doc.Node) bool {
	if root == nil || root.Kind != doc.Map {
		return path.Base(src.Path()) == "server.json" && bytes.Contains(src.Data(), []byte("modelcontextprotocol.io/schemas/"))
	}
	address := root.Get("$schema").String()
	for _, host := range schemaHosts {
		if strings.HasPrefix(address, host) {
			return strings.Contains(address, "server")
		}
	}
	if path.Base(src.Path()) != "server.json" || !strings.Contains(root.Get("name").String(), "/") {
		return false
	}
	for _, key := range []string{"packages", "remotes"} {
		for _, item := range root.Get(key).List() {
			if field(item, "registryType") != nil || item.Has("transport_type") || item.Has("url") {
				return true
			}
		}
	}
	return false
}

// schemaDate is the version of the schema in its address.
func schemaDate(address string) string {
	for part := range strings.SplitSeq(address, "/") {
		if len(part) == len("2025-12-11") && part[4] == '-' && part[7] == '-' {
			return part
		}
	}
	return ""
}

// snake are the names of the first schema, where they differ.
var snake = map[string]string{
	"registryType": "registry_type", "registryBaseUrl": "registry_base_url", "fileSha256": "file_sha256",
	"runtimeHint": "runtime_hint", "runtimeArguments": "runtime_arguments", "packageArguments": "package_arguments",
	"environmentVariables": "environment_variables", "isSecret": "is_secret", "isRequired": "is_required",
	"valueHint": "value_hint", "isRepeated": "is_repeated", "websiteUrl": "website_url",
}

// field is a field under its name of today or of the first schema.
func field(node *doc.Node, name string) *doc.Node {
	if value := node.Get(name); value != nil {
		return value
	}
	return node.Get(snake[name])
}

func located(node *doc.Node) evidence.Text {
	if node == nil || node.Text.IsZero() {
		return evidence.Text{}
	}
	return node.Text.Located()
}
