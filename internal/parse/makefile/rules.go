package makefile

import (
	"strings"

	"github.com/sealvet/sealvet/internal/parse/text"
)

// rules collects the targets with what they need and their recipes.
func (f *file) rules() {
	var current []int
	for _, one := range f.lines {
		switch one.kind {
		case ruleLine:
			current = f.rule(one.text)
		case recipe:
			if len(current) > 0 {
				first := &f.scripts[current[0]]
				first.lines = append(first.lines, one.text)
			}
		}
	}
}

// rule reads targets: needs ; first line of the recipe.
func (f *file) rule(t text.Text) []int {
	at := colon(t.Value)
	targets, rest := t.Slice(0, at), t.Slice(at+1, len(t.Value))
	for strings.HasPrefix(rest.Value, ":") || strings.HasPrefix(rest.Value, "&") {
		rest = rest.Slice(1, len(rest.Value))
	}
	if name, _, _ := assigned(strings.TrimSpace(rest.Value)); name != "" {
		return nil // a variable of the target
	}
	needs, first, inline := cutOutside(rest, ";")
	if i := outside(needs.Value, ":"); i >= 0 { // static pattern: targets: pattern: needs
		needs = needs.Slice(i+1, len(needs.Value))
	}
	var names []string
	for word := range needs.Fields() {
		if word.Value != "|" {
			names = append(names, word.Value)
		}
	}
	var made []int
	for target := range targets.Fields() {
		name := strings.TrimSuffix(target.Value, "&")
		if name == "" {
			continue
		}
		if special[name] {
			f.index[name] = -1
			return nil
		}
		made = append(made, f.target(name, target, names))
	}
	for _, other := range made[min(1, len(made)):] { // the recipe stands with the first
		f.scripts[other].needs = append(f.scripts[other].needs, f.scripts[made[0]].name)
	}
	if inline && len(made) > 0 {
		f.scripts[made[0]].lines = append(f.scripts[made[0]].lines, first)
	}
	return made
}

var special = map[string]bool{
	".PHONY": true, ".SUFFIXES": true, ".DEFAULT": true, ".PRECIOUS": true, ".INTERMEDIATE": true, ".SECONDARY": true, ".SILENT": true,
	".DELETE_ON_ERROR": true, ".IGNORE": true, ".ONESHELL": true, ".NOTPARALLEL": true, ".EXPORT_ALL_VARIABLES": true, ".POSIX": true,
	".SECONDEXPANSION": true, ".DEFAULT_GOAL": true, ".WAIT": true,
}

// target is the index of the rule of a target, new or known.
func (f *file) target(name string, at text.Text, needs []string) int {
	i, known := f.index[name]
	if !known {
		i = len(f.scripts)
		f.index[name] = i
		f.scripts = append(f.scripts, rule{name: name, anchor: "targets/" + name, at: at})
	}
	f.scripts[i].needs = append(f.scripts[i].needs, needs...)
	return i
}

// defines reads the bodies of define as recipes, for most are called as one.
func (f *file) defines() {
	for _, one := range f.lines {
		if one.kind != define || len(one.body) == 0 {
			continue
		}
		words := strings.Fields(one.text.Value)
		name := strings.TrimRight(words[len(words)-1], "=:?+")
		if len(words) > 2 && name == "" {
			name = words[len(words)-2]
		}
		body := make([]text.Text, len(one.body))
		for i, line := range one.body {
			body[i] = line.TrimSpace()
		}
		f.scripts = append(f.scripts, rule{anchor: "defines/" + name, at: one.text, lines: body})
	}
}

func cutOutside(t text.Text, char string) (before, after text.Text, found bool) {
	i := outside(t.Value, char)
	if i < 0 {
		return t, t.Slice(len(t.Value), len(t.Value)), false
	}
	return t.Slice(0, i), t.Slice(i+1, len(t.Value)), true
}
