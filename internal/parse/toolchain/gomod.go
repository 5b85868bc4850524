package toolchain

import (
	"errors"

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
	switch {
	case file.Toolchain != nil && file.Toolchain.Name != "default":
		choose(out, "go", "toolchain", lastToken(src, file.Toolchain.Syntax))
	case file.Go != nil:
		choose(out, "go", "go", lastToken(src, file.Go.Syntax))
	case file.Module != nil:
		at := src.Text(file.Module.Syntax.Start.Byte, file.Module.Syntax.End.Byte)
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
