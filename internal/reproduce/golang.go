package reproduce

import (
	"iter"
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
	shown := "go build" + flags + " of each program"
	if linked := linkerFlags(f); linked != "" {
		flags += " -ldflags " + linked
		shown += ", by the linker flags of the release"
	}
	recipe.build += `main='{{if eq .Name "main"}}{{.ImportPath}}{{end}}'
programs=$(go list -e -f "$main" . ./cmd/...)
if [ -z "$programs" ]; then programs=$(go list -f "$main" ./...); fi
if [ -z "$programs" ]; then echo "the module holds no program" >&2; exit 1; fi
go build` + flags + ` -o "$OUT/" $programs
`
	recipe.Steps = append(recipe.Steps, shown)
	return recipe, nil
}

// linkerFlags are the linker flags that the settings of goreleaser give the first
// build, as one word for the shell. A release stamps its programs through them, and
// a stamp that is the time of the build is why most Go programs differ.
func linkerFlags(f *folder) string {
	for build := range releaseBuilds(f) {
		var flags []string
		for _, flag := range build.Get("ldflags").Strings() {
			flags = append(flags, flag.Value)
		}
		if len(flags) > 0 {
			return stamped(strings.Join(flags, " "))
		}
	}
	return ""
}

// stamps says what the fields of goreleaser's templates stand for. What belongs to
// the commit is the same in both builds; what belongs to the build is asked of the clock.
var stamps = map[string]string{
	".Date": `"$(date -u +%Y-%m-%dT%H:%M:%SZ)"`, ".Timestamp": `"$(date +%s)"`, ".Now": `"$(date -u +%Y-%m-%dT%H:%M:%SZ)"`,
	".CommitDate": "2000-01-01T00:00:00Z", ".CommitTimestamp": "946684800",
	".Commit": strings.Repeat("0", 40), ".FullCommit": strings.Repeat("0", 40), ".ShortCommit": "0000000",
	".Version": "0.0.0", ".Tag": "v0.0.0", ".RawVersion": "0.0.0",
}

// stamped writes a template as one word for the shell: the text in single quotes,
// the fields in its place. A field that nobody knows is empty, in both builds.
func stamped(template string) string {
	var word strings.Builder
	quote := func(s string) {
		word.WriteString("'" + strings.ReplaceAll(s, "'", `'\''`) + "'")
	}
	for {
		before, rest, open := strings.Cut(template, "{{")
		quote(before)
		if !open {
			return word.String()
		}
		field, after, closed := strings.Cut(rest, "}}")
		if !closed {
			quote(rest)
			return word.String()
		}
		if name, _, _ := strings.Cut(strings.TrimSpace(field), " "); stamps[name] != "" {
			word.WriteString(stamps[name])
		}
		template = after
	}
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
	for build := range releaseBuilds(f) {
		given := append(build.Get("flags").Strings(), build.Get("env").Strings()...)
		for _, flag := range given {
			if slices.ContainsFunc(strings.FieldsFunc(flag.Value, func(r rune) bool { return r == ' ' || r == '=' }), func(s string) bool { return s == "-trimpath" }) {
				return true
			}
		}
	}
	return false
}

// releaseBuilds goes over the builds that the settings of goreleaser name.
func releaseBuilds(f *folder) iter.Seq[*doc.Node] {
	return func(yield func(*doc.Node) bool) {
		for _, name := range []string{".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"} {
			top := &folder{root: f.root, files: f.files, dir: "."}
			source := top.source(name)
			if source == nil {
				continue
			}
			documents, err := doc.YAML(source)
			if err != nil || len(documents) == 0 {
				continue // no settings that one could know
			}
			for _, build := range documents[0].Get("builds").List() {
				if !yield(build) {
					return
				}
			}
		}
	}
}
