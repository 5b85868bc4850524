// Package justfile reads the recipes of justfiles. It knows just's own syntax;
// the commands are the shell package's to read.
package justfile

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/scriptfile"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes knows justfiles by their name.
func Takes(name string) bool {
	base := strings.ToLower(path.Base(name))
	return base == "justfile" || base == ".justfile" || path.Ext(base) == ".just"
}

// Read reads one justfile. Every recipe is a Script.
func Read(src *text.Source, out *evidence.Snapshot) error {
	f := file{values: make(map[string]string), shell: evidence.POSIX}
	f.read(src)
	var problems []error
	for i := range f.recipes {
		r := &f.recipes[i]
		script, err := f.script(r)
		problems = append(problems, err)
		out.Scripts = append(out.Scripts, script)
	}
	for _, one := range f.backticks {
		anchor := "variables/" + one.name
		script, err := shell.Read(one.text, shell.Context{
			Origin: evidence.FromJust, Anchor: anchor, Group: anchor, Shell: f.shell, Dir: evidence.Folder(src.Path()),
		})
		problems = append(problems, err)
		out.Scripts = append(out.Scripts, script)
	}
	return errors.Join(problems...)
}

// file is a justfile under work.
type file struct {
	values    map[string]string // constants
	shell     evidence.Shell
	recipes   []recipe
	backticks []backtick
	filled    int // bytes of values put into recipes
}

type recipe struct {
	name       string
	at         text.Text
	parameters map[string]bool
	needs      []string
	lines      []text.Text
}

type backtick struct {
	name string
	text text.Text
}

func (f *file) script(r *recipe) (evidence.Script, error) {
	anchor := "recipes/" + r.name
	ctx := shell.Context{
		Origin: evidence.FromJust, Anchor: anchor, Group: anchor, Shell: f.shell, Dir: evidence.Folder(r.at.At().Path),
	}
	script, err := f.body(r, ctx)
	if len(r.lines) == 0 {
		script.At = r.at.At()
	}
	script.Path = r.at.At().Path
	script.Needs = r.needs
	return script, err
}

// body reads the lines one by one, or as a whole where the first of them is #!.
func (f *file) body(r *recipe, ctx shell.Context) (evidence.Script, error) {
	if len(r.lines) > 0 && strings.HasPrefix(r.lines[0].Value, "#!") {
		kind, errexit := scriptfile.Interpreter(r.lines[0].Value)
		ctx.Shell, ctx.Errexit, ctx.Lax = kind, errexit, true
		var b text.Builder
		for i, line := range r.lines {
			if i > 0 {
				b.Append("\n", text.Text{})
			}
			b.Append(line.Value, line)
		}
		filled, opaque := f.fill(b.Text(), r)
		ctx.Opaque = opaque
		return shell.Read(filled, ctx)
	}
	lines := make([]shell.Line, 0, len(r.lines))
	for _, line := range r.lines {
		line, ignores := prefix(line)
		if strings.TrimSpace(line.Value) == "" {
			continue
		}
		filled, opaque := f.fill(line, r)
		lines = append(lines, shell.Line{Text: filled, Opaque: opaque, Errors: ignores})
	}
	return shell.Lines(lines, ctx)
}

// prefix takes off the characters that tell just how to run a line.
func prefix(line text.Text) (rest text.Text, ignores bool) {
	for i := range len(line.Value) {
		switch line.Value[i] {
		case '-':
			ignores = true
		case '@', ' ', '\t':
		default:
			return line.Slice(i, len(line.Value)), ignores
		}
	}
	return line.Slice(len(line.Value), len(line.Value)), ignores
}

const maxFilled = 1 << 20

// fill puts constants in the place of {{name}} and leaves all else to just.
func (f *file) fill(t text.Text, r *recipe) (text.Text, [][2]int) {
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
		if i > 0 {
			b.Append(t.Value[at:at+i], t.Slice(at, at+i))
			at += i
		}
		if strings.HasPrefix(t.Value[at:], "{{{{") { // a literal {{
			b.Append("{{", t.Slice(at, at+4))
			at += 4
			continue
		}
		end := len(t.Value)
		if j := strings.Index(t.Value[at:], "}}"); j >= 0 {
			end = at + j + 2
		}
		whole := t.Slice(at, end)
		name := strings.TrimSpace(strings.TrimSuffix(whole.Value[2:], "}}"))
		value, known := f.values[name]
		if known && !r.parameters[name] && f.filled+len(value) <= maxFilled {
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
