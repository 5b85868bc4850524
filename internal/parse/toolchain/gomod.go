package toolchain

import (
	"errors"
	"slices"

	"golang.org/x/mod/modfile"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// goMod reads the go and toolchain lines. What the module requires is another
// reader's business, and so is what else is wrong with the file.
func goMod(src *text.Source, out *evidence.Snapshot) error {
	file, err := modfile.ParseLax(src.Path(), src.Data(), nil)
	if err != nil {
		return goModErrors(src, err)
	}
	lines := make(map[string]*modfile.Line)
	for _, statement := range file.Syntax.Stmt {
		if line, ok := statement.(*modfile.Line); ok && len(line.Token) > 0 {
			lines[line.Token[0]] = line
		}
	}
	switch {
	case lines["toolchain"] != nil && !slices.Contains(lines["toolchain"].Token, "default"):
		choose(out, "go", "toolchain", lastToken(src, lines["toolchain"]))
	case lines["go"] != nil:
		choose(out, "go", "go", lastToken(src, lines["go"]))
	case lines["module"] != nil:
		at := src.Text(lines["module"].Start.Byte, lines["module"].End.Byte)
		out.Toolchains = append(out.Toolchains, evidence.Toolchain{
			Tool: "go", Pin: evidence.PinFloating, Why: "no go line", Where: "go.mod", Anchor: "go", At: at.At(),
		})
	}
	return nil
}

// lastToken is the last word of a line: its version.
func lastToken(src *text.Source, line *modfile.Line) text.Text {
	all := src.Text(line.Start.Byte, line.End.Byte)
	last := all
	for word := range all.Fields() {
		last = word
	}
	return last
}

func goModErrors(src *text.Source, err error) error {
	var list modfile.ErrorList
	if !errors.As(err, &list) {
		return &text.Error{At: evidence.Location{Path: src.Path()}, Msg: err.Error()}
	}
	var all []error
	for _, one := range list {
		at := src.Offset(one.Pos.Line, 1)
		all = append(all, src.Errorf(at, at, "%v", one.Err))
	}
	return errors.Join(all...)
}
