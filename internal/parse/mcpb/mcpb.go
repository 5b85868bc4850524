// Package mcpb reads manifest.json of an MCPB bundle (formerly DXT): the
// extension that a desktop client unpacks and starts. It knows the schemas of
// the format; a manifest.json of anything else gives nothing.
package mcpb

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/schema"
	"github.com/sealvet/sealvet/internal/parse/template"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes a file by its name; whether it is a bundle's manifest, its content says.
func Takes(file string) bool {
	name := strings.ToLower(path.Base(file))
	return strings.HasSuffix(name, ".json") && (strings.HasPrefix(name, "manifest.") || strings.Contains(name, "mcpb") || strings.Contains(name, "dxt"))
}

//go:embed schemas/*.json
var schemaFiles embed.FS

// formats are the known values of manifest_version, oldest first.
var formats = []string{"0.1", "0.2", "0.3", "0.4"}

var schemas = schema.All(schemaFiles, "bundle manifest schema ", formats)

// Read reads one file.
func Read(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	if !isBundle(src, root) {
		return nil
	}
	format := root.Get("manifest_version")
	if format == nil {
		format = root.Get("dxt_version")
	}
	b := evidence.Bundle{
		Path: src.Path(), Format: format.String(), At: schema.Opening(root),
		Name: located(root.Get("name")), Version: located(root.Get("version")), Type: root.Get("server", "type").String(),
	}
	b.Template = template.Version(b.Version.Value) || template.Holds(b.Name.Value)
	b.Inputs = inputs(root)
	if newest := formats[len(formats)-1]; format.String() > newest {
		b.Unchecked = "its format " + format.String() + " is newer than this program"
	} else if err == nil {
		b.Problems = problems(src, root, format)
	}
	out.Bundles = append(out.Bundles, b)
	launches(src.Path(), b.Name.Value, root.Get("server", "mcp_config"), out)
	return err
}

// isBundle tells a bundle's manifest from that of a browser extension or a web
// page: its version is a string, and it says how to start a server.
func isBundle(src *text.Source, root *doc.Node) bool {
	if root == nil || root.Kind != doc.Map {
		return bytes.Contains(src.Data(), []byte(`"mcp_config"`))
	}
	server := root.Get("server")
	if server == nil || server.Kind != doc.Map {
		return false
	}
	for _, key := range []string{"manifest_version", "dxt_version"} {
		if format := root.Get(key); format != nil && format.Kind == doc.String {
			return true
		}
	}
	return server.Has("mcp_config")
}

func problems(src *text.Source, root, format *doc.Node) []evidence.Problem {
	var all []evidence.Problem
	refuse := func(anchor string, at evidence.Location, what string) {
		all = append(all, evidence.Problem{Anchor: anchor, What: what, Rule: "bundle manifest", At: at})
	}
	if !json.Valid(src.Data()) {
		refuse("", schema.Opening(root), "has comments or trailing commas, which the client that unpacks the bundle cannot read")
	}
	version := format.String()
	switch newest := formats[len(formats)-1]; {
	case format == nil:
		refuse("", schema.Opening(root), `lacks the field "manifest_version"`)
		version = newest
	case !slices.Contains(formats, version):
		refuse("manifest_version", format.At(), fmt.Sprintf("%q is no version of the format", version))
		version = newest
	}
	fill := func(_ []string, value string) string { return template.Fill(value, "1.0.0") }
	return append(all, slices.DeleteFunc(schemas[version].Check(root, fill), func(p evidence.Problem) bool {
		// The schema asks for mcp_config also where the format's own text and example say
		// that the client finds out how to start a uv bundle.
		return p.Anchor == "server" && root.Get("server", "type").String() == "uv" && p.What == `lacks the field "mcp_config"`
	})...)
}

func located(node *doc.Node) evidence.Text {
	if node == nil || node.Text.IsZero() {
		return evidence.Text{}
	}
	return node.Text.Located()
}
