// Package shell reads commands out of shell text: bash and POSIX sh by their
// grammar, PowerShell, cmd and Python conservatively. It knows how commands
// hang together (pipes, nesting, guards, redirections, variables with constant
// values); what a command does is for others to know.
package shell

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Context says where a piece of shell stands and what is known before it runs.
type Context struct {
	Path   string // file; the source's own path when empty
	Anchor string
	Group  string
	Dir    string // working directory from the root
	Origin evidence.Origin
	Shell  evidence.Shell    // empty means bash
	Env    map[string]string // variables with constant values
}

// Read reads a script. What cannot be read is in the error, as joined
// *text.Error values; the Script holds the commands that could be.
func Read(src text.Text, ctx Context) (evidence.Script, error) {
	return ctx.script(src.At()), nil
}

// Exec reads an argument list that no shell interprets: the exec form of a
// Dockerfile, a list in a compose file. ["sh", "-c", "..."] nests.
func Exec(words []text.Text, ctx Context) evidence.Script {
	ctx.Shell = evidence.Exec
	script := ctx.script(evidence.Location{})
	if len(words) > 0 {
		script.At = words[0].At()
	}
	return script
}

// Words splits one command line into its words, as a shell would.
func Words(line text.Text) ([]evidence.Word, error) {
	var words []evidence.Word
	for field := range line.Fields() {
		words = append(words, evidence.Word{Value: field.Value, Known: true, At: field.At()})
	}
	return words, nil
}

func (ctx Context) script(at evidence.Location) evidence.Script {
	if ctx.Shell == "" {
		ctx.Shell = evidence.Bash
	}
	if ctx.Path == "" {
		ctx.Path = at.Path
	}
	return evidence.Script{Path: ctx.Path, Origin: ctx.Origin, Anchor: ctx.Anchor, Group: ctx.Group, Shell: ctx.Shell, Dir: ctx.Dir, At: at}
}
