package serverjson

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/schema"
	"github.com/sealvet/sealvet/internal/parse/template"
	"github.com/sealvet/sealvet/internal/parse/text"
)

//go:embed schemas/*.json
var schemaFiles embed.FS

// dates are the versions of the schema, oldest first.
var dates = []string{"2025-07-09", "2025-09-16", "2025-09-29", "2025-10-11", "2025-10-17", "2025-12-11"}

var schemas = schema.All(schemaFiles, "server.json schema ", dates)

// problems holds the file against its schema, then against what the registry
// demands beyond it.
func (r *reader) problems(src *text.Source) {
	if !json.Valid(src.Data()) {
		r.refuse("", r.root, nil, "plain JSON", "has comments or trailing commas, which a client of the registry cannot read")
	}
	date := r.date
	switch known := slices.Contains(dates, date); {
	case r.root.Get("$schema").String() == "":
		r.refuse("", r.root, nil, "registry", `lacks the field "$schema"`)
		date = dates[len(dates)-1]
	case !known && date != "" && date < dates[len(dates)-1] || date == "":
		r.refuse("$schema", r.root.Get("$schema"), nil, "registry", "names no published version of the schema")
		date = dates[len(dates)-1]
	case !known:
		r.manifest.Unchecked = "its schema of " + date + " is newer than this program"
		return
	}
	r.manifest.Problems = append(r.manifest.Problems, schemas[date].Check(r.root, fill)...)
	r.rules()
	r.manifest.Problems = firstOfEach(r.manifest.Problems)
	r.manifest.Problems = r.manifest.Problems[:min(len(r.manifest.Problems), maxProblems)]
}

// maxProblems bounds what one file reports; nobody mends more at a time.
const maxProblems = 100

// fill gives what a placeholder becomes: any good hash, version or word.
func fill(path []string, value string) string {
	if !template.Holds(value) {
		return value
	}
	switch field := path[len(path)-1]; {
	case field == "fileSha256" || field == "file_sha256":
		return strings.Repeat("0", 64)
	case !isWhole(value):
	case field == "name" && len(path) == 1:
		return "io.example/server"
	case slices.Contains([]string{"url", "websiteUrl", "website_url", "src", "registryBaseUrl", "registry_base_url"}, field):
		return "https://github.com/acme/mcp"
	}
	return template.Fill(value, "1.0.0")
}

// isWhole tells a value that is a placeholder and nothing else: whatever the
// release makes of it, the rules cannot be asked now.
func isWhole(value string) bool {
	return template.Holds(value) && strings.TrimSpace(template.Fill(value, "")) == ""
}

// refuse notes one problem: about a value, or about a field that the value at
// the anchor lacks or should not have.
func (r *reader) refuse(anchor string, node *doc.Node, name *doc.Field, rule, format string, args ...any) {
	at := schema.Opening(node)
	if name != nil {
		at = name.Name.At()
	}
	r.manifest.Problems = append(r.manifest.Problems, evidence.Problem{Anchor: anchor, What: fmt.Sprintf(format, args...), Rule: rule, At: at})
}

// firstOfEach keeps one problem for each place: the schema and the registry
// often refuse the same value, each in its own words.
func firstOfEach(problems []evidence.Problem) []evidence.Problem {
	slices.SortStableFunc(problems, func(a, b evidence.Problem) int { return a.At.Compare(b.At) })
	type place struct {
		anchor, missing string
		at              evidence.Location
	}
	seen := make(map[place]bool)
	return slices.DeleteFunc(problems, func(p evidence.Problem) bool {
		key := place{p.Anchor, "", p.At}
		if strings.HasPrefix(p.What, "lacks") { // two fields can be missing in one place
			key.missing = p.What
		}
		again := seen[key]
		seen[key] = true
		return again
	})
}
