package npm

import (
	"errors"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// ReadScripts reads the shell in the scripts of a package.json.
func ReadScripts(src *text.Source, out *evidence.Snapshot) error {
	root, _ := doc.JSON(src) // what is broken in it ReadManifest says
	dir := evidence.Folder(src.Path())
	var problems []error
	for name, value := range root.Get("scripts").All() {
		if value == nil || value.Kind != doc.String {
			continue
		}
		anchor := "scripts/" + name.Value
		script, err := shell.Read(value.Text, shell.Context{
			Path: src.Path(), Anchor: anchor, Group: anchor, Dir: dir, Origin: evidence.FromNPM, Shell: evidence.POSIX,
		})
		out.Scripts = append(out.Scripts, script)
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
