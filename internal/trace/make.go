package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// make follows make [-C dir] [-f file] [target ...]; no target is the first one.
func (c *calls) make(dir string, words []evidence.Word) []call {
	file := ""
	var targets []evidence.Word
	for i := 1; i < len(words); i++ {
		word := words[i].Value
		next := ""
		if i+1 < len(words) {
			next = words[i+1].Value
		}
		switch {
		case word == "-C" || word == "--directory":
			dir, i = path.Join(dir, next), i+1
		case word == "-f" || word == "--file" || word == "--makefile":
			file, i = next, i+1
		case strings.HasPrefix(word, "-") || strings.Contains(word, "="):
		default:
			targets = append(targets, words[i])
		}
	}
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	if file != "" {
		names = []string{file}
	}
	for _, name := range names {
		at := path.Join(dir, name)
		if len(c.byPlace[at]) == 0 && !c.files[at] {
			continue
		}
		return c.targets(at, targets, words[0].At)
	}
	return nil
}

var (
	justfiles = []string{"justfile", "Justfile", ".justfile"}
	taskfiles = []string{"Taskfile.yml", "taskfile.yml", "Taskfile.yaml", "taskfile.yaml", "Taskfile.dist.yml", "taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.dist.yaml"}
)

// recipes follows just and task, which look for their file in the folders above too.
func (c *calls) recipes(dir string, files []string, words []evidence.Word) []call {
	for {
		for _, name := range files {
			if at := path.Join(dir, name); len(c.byPlace[at]) > 0 {
				return c.targets(at, words[1:], words[0].At)
			}
		}
		if dir == "." || dir == "/" || dir == "" {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// targets lists the recipes of some targets, or of the first one.
func (c *calls) targets(file string, targets []evidence.Word, at evidence.Location) []call {
	if len(targets) == 0 && len(c.byPlace[file]) > 0 {
		return []call{{to: c.byPlace[file][0], at: at}}
	}
	var all []call
	for _, target := range targets {
		all = append(all, c.target(file, target.Value, target.At)...)
	}
	return all
}

// target lists the recipes of one target, also where an included file holds it.
func (c *calls) target(file, target string, at evidence.Location) []call {
	if strings.ContainsAny(target, "$%") { // known to the run only: any may be meant
		return callsOf(c.byPlace[file], at, true)
	}
	if all := c.byAnchor[anchor{file, target}]; len(all) > 0 {
		return callsOf(all, at, false)
	}
	return callsOf(c.included[target], at, false)
}

func callsOf(scripts []*evidence.Script, at evidence.Location, guess bool) []call {
	var all []call
	for _, s := range scripts {
		all = append(all, call{to: s, at: at, guess: guess})
	}
	return all
}
