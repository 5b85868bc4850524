package reproduce

import (
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

// npmRecipe packs an npm package, with npm or, where its lock is there, pnpm.
func npmRecipe(f *folder) (*Recipe, error) {
	manifest, err := f.json("package.json")
	if manifest == nil || err != nil {
		return nil, err
	}
	if private, _ := manifest.Get("private").Bool(); private || manifest.Get("name").String() == "" {
		return nil, nil // never published
	}
	recipe := &Recipe{Name: "npm", Manifest: path.Join(f.dir, "package.json"), Tools: []string{"node", "npm"}}
	tool, err := recipe.install(f, manifest)
	if err != nil {
		return nil, err
	}
	if manifest.Get("scripts", "build") != nil {
		recipe.step(tool + " run build")
	}
	recipe.build += tool + ` pack --pack-destination "$OUT"` + "\n"
	recipe.Steps = append(recipe.Steps, tool+" pack")
	return recipe, nil
}

// guarded are the switches that keep an install from running anything: scripts,
// and programs that the repository's own settings may name.
const guarded = "--ignore-scripts --allow-git=none --git=git --node-options="

// install adds how the dependencies of a package.json come in, and gives the
// package manager.
func (r *Recipe) install(f *folder, manifest *doc.Node) (tool string, err error) {
	const settings = `if [ -n "${NPM_REGISTRY:-}" ]; then printf 'registry=%s\n' "$NPM_REGISTRY" > "$HOME/.npmrc"; fi` + "\n"
	r.fetchesIntoTree = true
	dir, lock := f.above("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")
	switch lock {
	case "package-lock.json", "npm-shrinkwrap.json":
		r.fetch = settings + `cd "$SRC"/` + quote(dir) + "\nnpm ci " + guarded + "\n"
		r.Steps = append(r.Steps, "npm ci --ignore-scripts")
		return "npm", nil
	case "pnpm-lock.yaml":
		r.fetch = settings + `cd "$SRC"/` + quote(dir) + "\npnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile --config.manage-package-manager-versions=false\n"
		r.Tools = []string{"node", "pnpm"}
		r.Steps = append(r.Steps, "pnpm install --frozen-lockfile --ignore-scripts")
		return "pnpm", nil
	case "yarn.lock", "bun.lock", "bun.lockb":
		return "", fmt.Errorf("%s is locked by %s; of the package managers of npm packages, npm and pnpm can be run here", r.Manifest, path.Join(dir, lock))
	}
	for _, group := range []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"} {
		for range manifest.Get(group).All() {
			r.fetch = settings + "npm install --no-package-lock " + guarded + "\n"
			r.Steps = append(r.Steps, "npm install --ignore-scripts (there is no lock: both builds share what it gave today)")
			return "npm", nil
		}
	}
	return "npm", nil
}

func (r *Recipe) step(command string) {
	r.build += command + "\n"
	r.Steps = append(r.Steps, command)
}

// mcpbRecipe packs an MCPB bundle.
func mcpbRecipe(f *folder) (*Recipe, error) {
	bundle, err := f.json("manifest.json")
	if err != nil || bundle == nil {
		return nil, nil // other programs have files of that name, in dialects of their own
	}
	if bundle.Get("server") == nil || bundle.Get("manifest_version") == nil && bundle.Get("dxt_version") == nil {
		return nil, nil
	}
	recipe := &Recipe{Name: "mcpb", Manifest: path.Join(f.dir, "manifest.json"), Tools: []string{"node"}}
	manifest, err := f.json("package.json")
	if err != nil {
		return nil, err
	}
	own := false
	if manifest != nil {
		tool, err := recipe.install(f, manifest)
		if err != nil {
			return nil, err
		}
		if manifest.Get("scripts", "build") != nil {
			recipe.step(tool + " run build")
		}
		own = manifest.Get("devDependencies", "@anthropic-ai/mcpb") != nil || manifest.Get("dependencies", "@anthropic-ai/mcpb") != nil
	}
	if !own {
		recipe.Tools = append(recipe.Tools, "mcpb")
	}
	name := strings.ReplaceAll(bundle.Get("name").String(), "/", "-")
	if name == "" {
		name = "bundle"
	}
	recipe.build += `PATH="$PWD/node_modules/.bin:$SRC/node_modules/.bin:$PATH" mcpb pack . "$OUT"/` + quote(name+".mcpb") + "\n"
	recipe.Steps = append(recipe.Steps, "mcpb pack")
	return recipe, nil
}

// quote makes one word of a shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
