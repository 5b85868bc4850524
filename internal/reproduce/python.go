package reproduce

import (
	_ "embed"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

//go:embed driver.py
var driver string

// pythonRecipe builds a source distribution and a wheel by the hooks of PEP 517,
// as every front end does: with a back end that is installed, else with one that
// is fetched as wheels.
func pythonRecipe(f *folder) (*Recipe, error) {
	project, err := f.toml("pyproject.toml")
	if err != nil {
		return nil, err
	}
	manifest := "pyproject.toml"
	switch {
	case project.Get("build-system") == nil && !f.has("setup.py") && project.Get("project") == nil,
		project.Get("tool", "uv", "package") != nil && !isTrue(project.Get("tool", "uv", "package")):
		return nil, nil // settings of tools, and no package
	case project == nil:
		manifest = "setup.py"
	}
	backend := project.Get("build-system", "build-backend").String()
	var requires, paths []string
	for _, one := range project.Get("build-system", "requires").Strings() {
		requires = append(requires, one.Value)
	}
	for _, one := range project.Get("build-system", "backend-path").Strings() {
		paths = append(paths, one.Value)
	}
	if project.Get("build-system") == nil || backend == "" {
		backend = "setuptools.build_meta:__legacy__"
		requires = append(requires, "setuptools")
	}
	if strings.HasPrefix(backend, "setuptools.") && !slices.Contains(requires, "wheel") {
		requires = append(requires, "wheel") // older ones ask for it when they are asked
	}
	recipe := &Recipe{Name: "python", Manifest: path.Join(f.dir, manifest), Tools: []string{"python3"}}
	recipe.Steps = []string{"build_sdist and build_wheel of " + backend}
	needs := quoteAll(requires)
	if len(requires) > 0 {
		recipe.fetch = chooser(requires) + `if [ -z "$python" ]; then
	cd /
	python3 -I -m pip download --quiet --retries 1 --timeout 20 --only-binary :all: --dest "$DEPS" ` + needs + `
fi
`
		recipe.build = chooser(requires) + `if [ -z "$python" ]; then
	python=python3
	(cd / && python3 -I -m pip install --quiet --no-index --find-links "$DEPS" --target "$HOME/backend" ` + needs + `)
	export PYTHONPATH="$HOME/backend"
fi
`
		recipe.Steps = append([]string{"take the back end that is installed, else pip download --only-binary :all: " + strings.Join(requires, " ")}, recipe.Steps...)
	} else {
		recipe.build = "python=python3\n"
	}
	for _, hook := range []string{"build_sdist", "build_wheel"} {
		recipe.build += `"$python" -c ` + quote(driver) + ` ` + hook + ` "$OUT" ` + quote(backend) + ` ` + quoteAll(paths) + "\n"
	}
	return recipe, nil
}

// chooser sets $python to the first interpreter that has all that the build
// requires, or to nothing.
func chooser(requires []string) string {
	var names []string
	for _, one := range requires {
		names = append(names, distribution.FindString(strings.TrimSpace(one)))
	}
	return `python=
for one in $(IFS=:; for dir in $PATH; do echo "$dir/python3"; done); do
	if [ -x "$one" ] && (cd / && "$one" -I -c 'import sys, importlib.metadata as m; [m.version(name) for name in sys.argv[1:]]' ` + quoteAll(names) + `) 2> /dev/null; then
		python=$one
		break
	fi
done
`
}

// distribution is the name at the start of a requirement (PEP 508).
var distribution = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*`)

func quoteAll(words []string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, quote(word))
	}
	return strings.Join(quoted, " ")
}

func isTrue(node *doc.Node) bool {
	value, _ := node.Bool()
	return value
}
