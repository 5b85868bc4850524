// Package taskfile reads the commands of Taskfiles (go-task). It knows their
// schema; the commands are the shell package's to read.
package taskfile

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes knows Taskfiles by their name.
func Takes(name string) bool {
	base := strings.ToLower(path.Base(name))
	stem, found := strings.CutSuffix(base, ".yml")
	if !found {
		stem, found = strings.CutSuffix(base, ".yaml")
	}
	return found && (stem == "taskfile" || stem == "taskfile.dist")
}

// Read reads one Taskfile. Every task is a Script.
func Read(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	problems := []error{err}
	for _, root := range documents {
		f := file{path: src.Path(), values: constants(root.Get("vars"))}
		for name, task := range root.Get("tasks").All() {
			script, err := f.script(name, task)
			problems = append(problems, err)
			out.Scripts = append(out.Scripts, script)
		}
	}
	return errors.Join(problems...)
}

// file is a Taskfile under work.
type file struct {
	path   string
	values map[string]string
	filled int
}

// script reads a task: a map, a list of commands, or one command.
func (f *file) script(name text.Text, task *doc.Node) (evidence.Script, error) {
	anchor := "tasks/" + name.Value
	ctx := shell.Context{
		Path: f.path, Origin: evidence.FromTask, Anchor: anchor, Group: anchor, Shell: evidence.Bash, Dir: f.dir(task),
	}
	own := constants(task.Get("vars"))
	var lines []shell.Line
	needs := f.needs(task.Get("deps"))
	for _, one := range commands(task) {
		if call := one.Get("task"); call != nil {
			needs = append(needs, call.String())
			continue
		}
		line, ignores := command(one)
		if strings.TrimSpace(line.Value) == "" {
			continue
		}
		filled, opaque := f.fill(line, own, task)
		lines = append(lines, shell.Line{Text: filled, Opaque: opaque, Errors: ignores})
	}
	script, err := shell.Lines(lines, ctx)
	if len(lines) == 0 {
		script.At = name.At()
	}
	script.Needs = needs
	return script, err
}

// commands is what a task runs, in the forms in which it can be written.
func commands(task *doc.Node) []*doc.Node {
	if task == nil {
		return nil
	}
	if task.Kind == doc.Map {
		list := slices.Clone(task.Get("cmds").List())
		if one := task.Get("cmd"); one != nil {
			list = append(list, one)
		}
		return list
	}
	if list := task.List(); len(list) > 0 {
		return list
	}
	return []*doc.Node{task}
}

// command is the text of one entry: a string, or cmd or defer of a map.
func command(one *doc.Node) (line text.Text, ignores bool) {
	if one == nil {
		return text.Text{}, false
	}
	if one.Kind != doc.Map {
		return one.Text, false
	}
	ignores, _ = one.Get("ignore_error").Bool()
	for _, key := range []string{"cmd", "defer"} {
		if value := one.Get(key); value != nil && value.Kind != doc.Map {
			return value.Text, ignores
		}
	}
	return text.Text{}, ignores
}

// needs is deps: names, or maps with one.
func (f *file) needs(deps *doc.Node) []string {
	var names []string
	for _, dep := range deps.List() {
		if name := dep.Get("task"); name != nil {
			names = append(names, name.String())
		} else if name := dep.String(); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func (f *file) dir(task *doc.Node) string {
	folder := path.Dir(f.path)
	if given := task.Get("dir").String(); given != "" && !strings.HasPrefix(given, "/") && !strings.HasPrefix(given, "{{") {
		folder = path.Join(folder, given)
	}
	if folder == "." {
		return ""
	}
	return folder
}

// constants keeps the variables that are plain text.
func constants(vars *doc.Node) map[string]string {
	known := make(map[string]string)
	for name, value := range vars.All() {
		if text := value.String(); text != "" && !strings.Contains(text, "{{") {
			known[name.Value] = text
		}
	}
	return known
}

const maxFilled = 1 << 20

// fill puts constants in the place of {{.NAME}} and leaves all else to task.
func (f *file) fill(t text.Text, own map[string]string, task *doc.Node) (text.Text, [][2]int) {
	if !strings.Contains(t.Value, "{{") {
		return t, nil
	}
	var b text.Builder
	var opaque [][2]int
	for at := 0; at < len(t.Value); {
		i := strings.Index(t.Value[at:], "{{")
		if i < 0 {
			b.Append(t.Value[at:], t.Slice(at, len(t.Value)))
			break
		}
		b.Append(t.Value[at:at+i], t.Slice(at, at+i))
		at += i
		end := len(t.Value)
		if j := strings.Index(t.Value[at:], "}}"); j >= 0 {
			end = at + j + 2
		}
		whole := t.Slice(at, end)
		name := strings.TrimPrefix(strings.TrimSpace(strings.TrimSuffix(whole.Value[2:], "}}")), ".")
		value, known := own[name]
		if !known && !task.Get("vars").Has(name) {
			value, known = f.values[name]
		}
		if known && f.filled+len(value) <= maxFilled {
			f.filled += len(value)
			b.Append(value, whole)
		} else {
			start := b.Len()
			b.Append(whole.Value, whole)
			opaque = append(opaque, [2]int{start, b.Len()})
		}
		at = end
	}
	return b.Text(), opaque
}
