package reproduce

import (
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/checkout"
	"github.com/sealvet/sealvet/internal/evidence"
)

// Recipe says how one package is built. Its scripts find $SRC (the top of the
// copy), $OUT (where results go) and $DEPS (what was fetched), and start in the
// folder of the manifest.
type Recipe struct {
	Name     string   // npm, python, go, cargo, mcpb
	Manifest string   // path from the top
	Tools    []string // programs that must be installed
	Steps    []string // for people

	// fetch runs with a network and must run no code of the repository. Empty: nothing is needed.
	fetch           string
	fetchesIntoTree bool // what it brings lies among the sources (node_modules)
	build           string
}

// tools says which program is missing.
func (r Recipe) tools() error {
	for _, tool := range r.Tools {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is built with %s, which is not installed", r.Manifest, tool)
		}
	}
	return nil
}

// Names are the recipes there are.
var Names = []string{"npm", "python", "go", "cargo", "mcpb"}

// Find lists the recipes of the packages in one folder of the checkout.
func Find(root string, work checkout.Work, seen *evidence.Snapshot, dir string) ([]Recipe, error) {
	here := &folder{root: root, files: work.Files, dir: path.Clean(dir), seen: seen}
	var recipes []Recipe
	for _, look := range []func(*folder) (*Recipe, error){npmRecipe, pythonRecipe, goRecipe, cargoRecipe, mcpbRecipe} {
		recipe, err := look(here)
		if err != nil {
			return nil, err
		}
		if recipe != nil {
			recipes = append(recipes, *recipe)
		}
	}
	return recipes, nil
}

// SetsEpoch says whether the repository gives its own builds a SOURCE_DATE_EPOCH.
func SetsEpoch(seen *evidence.Snapshot) bool {
	named := func(list []evidence.Variable) bool {
		return slices.ContainsFunc(list, func(v evidence.Variable) bool { return v.Name == "SOURCE_DATE_EPOCH" })
	}
	for _, workflow := range seen.Workflows {
		if named(workflow.Env) {
			return true
		}
		for _, job := range workflow.Jobs {
			if named(job.Env) || slices.ContainsFunc(job.Steps, func(s evidence.Step) bool { return named(s.Env) }) {
				return true
			}
		}
	}
	for _, script := range seen.Scripts {
		for _, command := range script.Commands {
			if slices.ContainsFunc(command.Env, func(a evidence.Assign) bool { return a.Name == "SOURCE_DATE_EPOCH" }) ||
				slices.ContainsFunc(command.Words, func(w evidence.Word) bool { return strings.HasPrefix(w.Value, "SOURCE_DATE_EPOCH=") }) {
				return true
			}
		}
	}
	return false
}
