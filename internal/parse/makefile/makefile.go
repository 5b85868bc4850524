// Package makefile reads the recipes of Makefiles: which target runs which
// commands, and what it needs first. It knows make's own syntax; the commands
// are the shell package's to read.
package makefile

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes knows Makefiles by their name.
func Takes(name string) bool {
	switch base := path.Base(name); base {
	case "Makefile", "makefile", "GNUmakefile":
		return true
	default:
		return path.Ext(base) == ".mk" || strings.HasPrefix(base, "Makefile.") && !otherwise[path.Ext(base)]
	}
}

// otherwise are the extensions of what is about a Makefile, or becomes one.
var otherwise = map[string]bool{".am": true, ".in": true, ".md": true, ".txt": true, ".rst": true, ".tmpl": true, ".j2": true, ".PL": true}

// Read reads one Makefile. Every rule is a Script, those without a recipe
// among them, for the targets they need.
func Read(src *text.Source, out *evidence.Snapshot) error {
	f := file{lines: split(src), index: make(map[string]int)}
	f.values = f.assignments()
	f.rules()
	f.defines()
	for i := range f.scripts {
		script := &f.scripts[i]
		read, err := f.script(script)
		f.problems = append(f.problems, err)
		out.Scripts = append(out.Scripts, read)
	}
	for _, one := range f.shells {
		read, err := shell.Read(one.text, shell.Context{
			Origin: evidence.FromMake, Anchor: one.anchor, Group: one.anchor, Shell: f.shell(), Dir: evidence.Folder(src.Path()), Opaque: one.opaque,
		})
		f.problems = append(f.problems, err)
		out.Scripts = append(out.Scripts, read)
	}
	return errors.Join(f.problems...)
}

// file is a Makefile under work.
type file struct {
	lines    []line
	values   values
	scripts  []rule
	index    map[string]int // of a target's rule
	shells   []expansion    // $(shell ...) wherever it stands
	problems []error
}

// rule is one target.
type rule struct {
	name   string
	anchor string
	at     text.Text
	needs  []string
	lines  []text.Text
}

func (f *file) script(r *rule) (evidence.Script, error) {
	ctx := shell.Context{
		Origin: evidence.FromMake, Anchor: r.anchor, Group: r.anchor, Shell: f.shell(), Dir: evidence.Folder(r.at.At().Path),
	}
	lines := make([]shell.Line, 0, len(r.lines))
	for _, written := range f.shellLines(r.lines) {
		line, ignores := f.prefix(written)
		if strings.TrimSpace(line.Value) == "" {
			continue
		}
		got := f.values.expand(line, r)
		f.shells = append(f.shells, got.shells...)
		lines = append(lines, shell.Line{Text: got.text, Opaque: got.opaque, Errors: ignores})
	}
	read, err := shell.Lines(lines, ctx)
	if len(lines) == 0 {
		read.At = r.at.At()
	}
	read.Path = read.At.Path
	read.Needs = r.needs
	return read, err
}

// shellLines is what one shell each runs: a line, or with .ONESHELL all of them.
func (f *file) shellLines(lines []text.Text) []text.Text {
	if _, one := f.index[".ONESHELL"]; !one || len(lines) < 2 {
		return lines
	}
	var b text.Builder
	for i, line := range lines {
		if i > 0 {
			b.Append("\n", text.Text{})
		}
		b.Append(line.Value, line)
	}
	return []text.Text{b.Text()}
}

// prefix takes off the characters that tell make how to run a line, and a
// variable that stands for them.
func (f *file) prefix(line text.Text) (rest text.Text, ignores bool) {
	for at := 0; at < len(line.Value); at++ {
		switch line.Value[at] {
		case '-':
			ignores = true
		case '@', '+', ' ', '\t':
		case '$':
			name, end := reference(line.Value, at)
			value, known := f.values.known[name]
			if known && strings.Trim(value, "@-+ ") != "" || !known && !quiet[name] {
				return line.Slice(at, len(line.Value)), ignores
			}
			ignores = ignores || strings.Contains(value, "-")
			at = end - 1
		default:
			return line.Slice(at, len(line.Value)), ignores
		}
	}
	return line.Slice(len(line.Value), len(line.Value)), ignores
}

// quiet are the names people give to a variable that is @ or nothing.
var quiet = map[string]bool{"Q": true, "V": true, "AT": true, "HIDE": true, "SILENT": true, "QUIET": true, "NOECHO": true, "ECHO_PREFIX": true}

// shell is the one that SHELL names, else sh.
func (f *file) shell() evidence.Shell {
	switch evidence.ProgramName(f.values.known["SHELL"]) {
	case "bash", "zsh", "ksh":
		return evidence.Bash
	case "pwsh", "powershell":
		return evidence.PowerShell
	case "cmd":
		return evidence.Cmd
	case "python", "python3":
		return evidence.Python
	}
	return evidence.POSIX
}
