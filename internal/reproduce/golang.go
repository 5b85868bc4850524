package reproduce

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

// goRecipe builds the programs of a Go module.
func goRecipe(f *folder) (*Recipe, error) {
	source := f.source("go.mod")
	if source == nil {
		return nil, nil
	}
	module, err := modfile.ParseLax(source.Path(), source.Data(), nil)
	if err != nil {
		return nil, err
	}
	recipe := &Recipe{Name: "go", Manifest: path.Join(f.dir, "go.mod"), Tools: []string{"go"}}
	if len(module.Require) > 0 && !f.has("vendor/modules.txt") {
		recipe.fetch = "GOFLAGS=-modcacherw GOMODCACHE=\"$DEPS/mod\" go mod download\n"
		recipe.build = "export GOMODCACHE=\"$DEPS/mod\"\n"
		recipe.Steps = append(recipe.Steps, "go mod download")
	}
	flags := ""
	if trims(f) {
		flags = " -trimpath"
	}
	recipe.build += `main='{{if eq .Name "main"}}{{.ImportPath}}{{end}}'
programs=$(go list -e -f "$main" . ./cmd/...)
if [ -z "$programs" ]; then programs=$(go list -f "$main" ./...); fi
if [ -z "$programs" ]; then echo "the module holds no program" >&2; exit 1; fi
go build` + flags + ` -o "$OUT/" $programs
`
	recipe.Steps = append(recipe.Steps, "go build"+flags+" of each program")
	return recipe, nil
}

// trims says whether the repository builds its programs with -trimpath: in a
// script, a recipe, a Dockerfile or the settings of goreleaser.
func trims(f *folder) bool {
	for _, script := range f.seen.Scripts {
		for _, command := range script.Commands {
			if command.Program() != "go" {
				continue
			}
			for _, word := range command.Words {
				if strings.Contains(word.Value, "-trimpath") {
					return true
				}
			}
		}
	}
	for _, name := range []string{".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"} {
		top := &folder{root: f.root, files: f.files, dir: "."}
		source := top.source(name)
		if source == nil {
			continue
		}
		documents, err := doc.YAML(source)
		if err != nil || len(documents) == 0 {
			continue // no flags that one could know
		}
		for _, build := range documents[0].Get("builds").List() {
			given := append(build.Get("flags").Strings(), build.Get("env").Strings()...)
			for _, flag := range given {
				if slices.ContainsFunc(strings.FieldsFunc(flag.Value, func(r rune) bool { return r == ' ' || r == '=' }), func(s string) bool { return s == "-trimpath" }) {
					return true
				}
			}
		}
	}
	return false
}
