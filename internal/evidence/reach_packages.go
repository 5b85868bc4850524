package evidence

import (
	"path"
	"slices"
	"strings"
)

// packageTool follows the programs that run scripts of a package.json.
func (w *reachWalk) packageTool(dir, name string, words []Word) {
	switch name {
	case "npm", "pnpm", "yarn", "bun", "npm-run-all", "npm-run-all2", "run-s", "run-p", "turbo", "nx", "lerna":
		w.packageScript(dir, name, words)
	case "npx", "bunx": // npx turbo run build
		for i, word := range words {
			if !strings.HasPrefix(word.Value, "-") {
				if inner := ProgramName(word.Value); inner != "npx" && inner != "bunx" {
					w.packageTool(dir, inner, words[i+1:])
				}
				return
			}
		}
	case "node": // node --run build
		for i, word := range words {
			if script, joined := strings.CutPrefix(word.Value, "--run="); joined {
				w.scripts(dir, []string{script}, false)
			} else if word.Value == "--run" && i+1 < len(words) {
				w.scripts(dir, []string{words[i+1].Value}, false)
			}
		}
	case "concurrently": // concurrently npm:lint "npm run test"
		for _, word := range words {
			fields := strings.Fields(strings.Trim(word.Value, `"'`))
			if len(fields) == 0 {
				continue
			}
			if script, short := strings.CutPrefix(fields[0], "npm:"); short {
				w.scripts(dir, []string{script}, false)
			} else if len(fields) > 1 && slices.Contains([]string{"npm", "pnpm", "yarn", "bun"}, fields[0]) {
				w.scripts(dir, fields[1:], false)
			}
		}
	}
}

// installed are the package scripts that an install runs.
var installed = []string{"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"}

// lifecycle are the package scripts that installs, packs and publishes run.
var lifecycle = map[string][]string{
	"install": installed, "i": installed, "ci": installed, "add": installed,
	"pack":    {"prepack", "prepare", "postpack"},
	"publish": {"prepublishOnly", "prepublish", "prepack", "prepare", "postpack", "publish", "postpublish"},
}

// packageScript follows npm run x and its shorter forms. The nearest package.json
// above is meant, or every one where the command speaks of workspaces.
func (w *reachWalk) packageScript(dir, tool string, words []Word) {
	everywhere := tool == "turbo" || tool == "nx" || tool == "lerna"
	var names []string
	for i, word := range words {
		v := word.Value
		switch {
		case v == "-r" || v == "--recursive" || strings.HasPrefix(v, "-w") || strings.HasPrefix(v, "--workspace") || strings.HasPrefix(v, "--filter") || v == "-F" || v == "workspaces" || v == "workspace":
			everywhere = true
		case (v == "--prefix" || v == "-C" || v == "--dir" || v == "--cwd") && i+1 < len(words):
			dir = path.Join(dir, words[i+1].Value)
		case strings.HasPrefix(v, "-"):
		default:
			names = append(names, v)
		}
	}
	if len(names) == 0 && tool == "yarn" {
		names = []string{"install"}
	}
	w.scripts(dir, names, everywhere)
}

// scripts reaches package scripts by name, with those that run before and after
// them. build:* means all whose name starts so.
func (w *reachWalk) scripts(dir string, names []string, everywhere bool) {
	wanted := make(map[string]bool)
	var families []string
	for _, name := range names {
		if everywhere {
			if w.everywhere[name] {
				continue
			}
			w.everywhere[name] = true
		}
		if family, many := strings.CutSuffix(name, "*"); many {
			families = append(families, strings.TrimRight(family, "*"))
		}
		for _, one := range append([]string{"pre" + name, name, "post" + name}, lifecycle[name]...) {
			wanted[one] = true
		}
	}
	if len(wanted) == 0 {
		return
	}
	for _, at := range w.packagesAt(dir, everywhere) {
		for _, s := range w.byPlace[at] {
			name, is := strings.CutPrefix(s.Anchor, "scripts/")
			if is && (wanted[name] || slices.ContainsFunc(families, func(family string) bool { return strings.HasPrefix(name, family) })) {
				w.visit(s)
			}
		}
	}
}

// packagesAt lists the package.json that is meant in a folder, or all of them.
func (w *reachWalk) packagesAt(dir string, everywhere bool) []string {
	if everywhere {
		return w.packages
	}
	for {
		at := path.Join(dir, "package.json")
		if len(w.byPlace[at]) > 0 {
			return []string{at}
		}
		if dir == "." || dir == "" || dir == "/" {
			return nil
		}
		dir = path.Dir(dir)
	}
}
