package trace

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// lifecycle are the package scripts that a command of a package manager runs by
// itself.
var lifecycle = map[string][]string{
	"install": {"preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"},
	"pack":    {"prepack", "prepare", "postpack"},
	"publish": {"prepublishOnly", "prepublish", "prepack", "prepare", "postpack", "publish", "postpublish"},
	"version": {"preversion", "version", "postversion"},
	"test":    {"pretest", "test", "posttest"},
	"start":   {"prestart", "start", "poststart"},
	"stop":    {"prestop", "stop", "poststop"},
	"restart": {"prerestart", "restart", "postrestart"},
}

var lifecycleAlias = map[string]string{"i": "install", "ci": "install", "add": "install", "clean-install": "install", "install-clean": "install", "install-test": "install", "t": "test", "tst": "test"}

// packageCall is a command of a package manager, taken apart.
type packageCall struct {
	dir    string
	all    bool     // of every package
	only   []string // names or folders of packages
	names  []evidence.Word
	manner string // the subcommand
}

// packageScripts follows npm run x and its shorter forms.
func (c *calls) packageScripts(dir, tool string, words []evidence.Word) []call {
	call := readPackageCall(dir, tool, words)
	var wanted []string
	for _, name := range call.names {
		wanted = append(wanted, "pre"+name.Value, name.Value, "post"+name.Value)
	}
	wanted = append(wanted, lifecycle[call.manner]...)
	if len(wanted) == 0 {
		return nil
	}
	at := words[0].At
	if len(call.names) > 0 {
		at = call.names[0].At
	}
	packages, everywhere := c.packagesOf(call)
	return c.scriptsOf(packages, everywhere, wanted, at)
}

// scriptsOf lists the wanted scripts of some packages, or of all. build:* means
// all whose name starts so.
func (c *calls) scriptsOf(packages []string, everywhere bool, wanted []string, at evidence.Location) []call {
	var all []call
	for _, want := range wanted {
		family, many := strings.CutSuffix(want, "*")
		switch {
		case everywhere && !many:
			all = append(all, callsOf(c.anywhere[want], at, false)...)
			continue
		case everywhere:
			packages = c.packages
		}
		for _, file := range packages {
			if !many {
				all = append(all, callsOf(c.byAnchor[anchor{file, want}], at, false)...)
				continue
			}
			for _, s := range c.byPlace[file] {
				if strings.HasPrefix(s.Anchor, "scripts/"+strings.TrimRight(family, "*")) {
					all = append(all, call{to: s, at: at})
				}
			}
		}
	}
	return all
}

// concurrently follows concurrently npm:lint "npm run test".
func (c *calls) concurrently(dir string, words []evidence.Word) []call {
	var all []call
	for _, word := range words[1:] {
		fields := strings.Fields(strings.Trim(word.Value, `"'`))
		if len(fields) == 0 {
			continue
		}
		if script, short := strings.CutPrefix(fields[0], "npm:"); short {
			fields = []string{"npm", "run", script}
		}
		if len(fields) > 1 && slices.Contains([]string{"npm", "pnpm", "yarn", "bun"}, fields[0]) {
			inner := make([]evidence.Word, len(fields))
			for i, field := range fields {
				inner[i] = evidence.Word{Value: field, Known: word.Known, At: word.At}
			}
			all = append(all, c.packageScripts(dir, fields[0], inner)...)
		}
	}
	return all
}

// readPackageCall finds the scripts that a command names: the word behind run,
// or the first one where the tool takes it for a script.
func readPackageCall(dir, tool string, words []evidence.Word) packageCall {
	p := packageCall{dir: dir}
	switch tool {
	case "turbo", "nx", "lerna", "changeset":
		p.all = true
	case "semantic-release":
		p.manner = "publish"
		return p
	}
	var operands []evidence.Word
	for i := 1; i < len(words); i++ {
		name, value, joined := strings.Cut(words[i].Value, "=")
		if !strings.HasPrefix(name, "-") {
			operands = append(operands, words[i])
			continue
		}
		if name == "--" {
			break
		}
		if !joined && slices.Contains(packageFlags, name) && i+1 < len(words) {
			i++
			value = words[i].Value
		}
		switch name {
		case "-r", "--recursive", "--workspaces", "-ws", "-A", "--all":
			p.all = true
		case "-w", "--workspace", "--filter", "-F":
			p.only = append(p.only, value)
		case "--prefix", "-C", "--dir", "--cwd":
			p.dir = path.Join(dir, value)
		case "--run": // node --run build
			if tool == "node" && joined {
				p.names = append(p.names, evidence.Word{Value: value, At: words[i].At})
			} else if tool == "node" && i+1 < len(words) {
				p.names = append(p.names, words[i+1])
			}
		}
	}
	p.subcommand(tool, operands)
	return p
}

// packageFlags take a value in the next word.
var packageFlags = []string{"-w", "--workspace", "--filter", "-F", "--prefix", "-C", "--dir", "--cwd", "--registry", "--tag", "--access", "--loglevel", "--otp", "--include", "--from", "--exclude", "--concurrency", "--jobs", "-j"}

func (p *packageCall) subcommand(tool string, operands []evidence.Word) {
	for len(operands) > 0 {
		first := operands[0]
		word := first.Value
		operands = operands[1:]
		switch {
		case tool == "run-s" || tool == "run-p" || tool == "npm-run-all" || tool == "npm-run-all2":
			p.names = append(p.names, first)
		case tool == "node" || tool == "vsce" && word != "package" && word != "publish":
			return
		case tool == "vsce":
			p.names = []evidence.Word{{Value: "vscode:prepublish", At: first.At}}
			return
		case word == "workspaces" || word == "recursive" || word == "foreach" || word == "run-many":
			p.all = true
		case word == "workspace" && len(operands) > 0:
			p.only = append(p.only, operands[0].Value)
			operands = operands[1:]
		case word == "run" || word == "run-script" || word == "rum":
			switch {
			case tool == "turbo" || tool == "lerna":
				p.names = operands
			case len(operands) > 0:
				p.names = operands[:1]
			}
			return
		default:
			if alias := lifecycleAlias[word]; alias != "" {
				word = alias
			}
			if word == "install" && len(operands) > 0 {
				return // npm install name: the package's own scripts stay as they are
			}
			if p.manner = word; lifecycle[word] == nil && tool != "npm" && tool != "changeset" {
				p.manner, p.names = "", append(p.names, first)
			}
			return
		}
	}
	if tool == "yarn" && len(p.names) == 0 {
		p.manner = "install"
	}
}

// packagesOf lists the package.json files that are meant: those that the command
// names, or the nearest above; everywhere means all.
func (c *calls) packagesOf(p packageCall) (files []string, everywhere bool) {
	if len(p.only) > 0 {
		if named := c.named(p.dir, p.only); len(named) > 0 {
			return named, false
		}
		return nil, true // a pattern: any may be meant
	}
	if p.all {
		return nil, true
	}
	if strings.Contains(p.dir, "$") {
		return c.alike(p.dir), false
	}
	for dir := p.dir; ; dir = path.Dir(dir) {
		if at := path.Join(dir, "package.json"); len(c.byPlace[at]) > 0 {
			return []string{at}, false
		} else if c.files[at] {
			return nil, false // a package without scripts
		}
		if dir == "." || dir == "" || dir == "/" {
			return nil, false
		}
	}
}

// named finds packages by name or folder.
func (c *calls) named(dir string, only []string) []string {
	var all []string
	for _, name := range only {
		name = strings.Trim(name, "{}.^")
		all = append(all, c.names[name]...)
		if at := path.Join(dir, name, "package.json"); len(c.byPlace[at]) > 0 && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	return all
}

// alike finds the packages in a folder of which only the run knows a part, as
// src/${{ matrix.package }}.
func (c *calls) alike(dir string) []string {
	var all []string
	for _, file := range c.packages {
		if mayBe(dir, path.Dir(file)) {
			all = append(all, file)
		}
	}
	return all
}

// mayBe compares a path of which only the run knows some parts with a known one.
func mayBe(symbolic, file string) bool {
	want, have := strings.Split(symbolic, "/"), strings.Split(file, "/")
	if len(have) != len(want) {
		return false
	}
	for i, part := range want {
		if part != have[i] && !strings.Contains(part, "$") {
			return false
		}
	}
	return true
}
