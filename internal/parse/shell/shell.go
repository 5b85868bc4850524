// Package shell reads commands out of shell text: bash and POSIX sh by their
// grammar, PowerShell, cmd and Python conservatively. It knows how commands
// hang together (pipes, nesting, guards, redirections, variables with constant
// values); what a command does is for others to know.
package shell

import (
	"errors"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/fetch"
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
	// Errexit says that the interpreter is started with -e, Lax that it is not, whatever Origin
	// tells.
	Errexit, Lax bool
	// Opaque lists byte ranges of the text that another program fills in before the shell sees
	// it: $(VAR) of make, {{ var }} of just. They stay as written. ${{ ... }} needs no mention.
	Opaque [][2]int
}

const (
	maxNesting = 8       // sh -c within sh -c ...
	maxDepth   = 200     // compound commands within compound commands
	maxFilled  = 1 << 20 // bytes of variable values put into words, in one Read
	maxValue   = 4 << 10 // bytes of one variable's value
)

// Read reads a script. What cannot be read is in the error, as joined
// *text.Error values; the Script holds the commands that could be.
func Read(src text.Text, ctx Context) (evidence.Script, error) {
	r := newReader(src.At(), ctx)
	r.read(r.whole(src), r.script.Shell, scope{dir: ctx.Dir, errexit: ctx.Errexit || !ctx.Lax && stopsAtErrors(ctx)})
	r.finish()
	return r.script, errors.Join(r.problems...)
}

// Line is one line of a recipe: a script that runs in a shell of its own.
type Line struct {
	Text   text.Text
	Opaque [][2]int // as in Context
	Errors bool     // its failure is ignored
}

// Lines reads the lines of a recipe as one Script. Each runs in its own shell,
// after those before have succeeded.
func Lines(lines []Line, ctx Context) (evidence.Script, error) {
	var at evidence.Location
	if n := len(lines); n > 0 {
		first, last := lines[0].Text.At(), lines[n-1].Text.At()
		at = first
		at.EndLine, at.EndColumn = last.EndLine, last.EndColumn
	}
	r := newReader(at, ctx)
	var guards []int
	for _, line := range lines {
		r.filling = line.Opaque
		got := r.read(r.whole(line.Text), r.script.Shell, scope{dir: ctx.Dir, errexit: true, guards: guards})
		if !line.Errors && len(got) > 0 {
			guards = got
		}
	}
	r.finish()
	return r.script, errors.Join(r.problems...)
}

// Exec reads an argument list that no shell interprets: the exec form of a
// Dockerfile, a list in a compose file. ["sh", "-c", "..."] nests.
func Exec(words []text.Text, ctx Context) evidence.Script {
	ctx.Shell = evidence.Exec
	var at evidence.Location
	if len(words) > 0 {
		first, last := words[0].At(), words[len(words)-1].At()
		at = first
		at.EndLine, at.EndColumn = last.EndLine, last.EndColumn
	}
	r := newReader(at, ctx)
	list := make([]word, 0, len(words))
	for _, one := range words {
		list = append(list, r.given(one))
	}
	if len(list) > 0 {
		w := r.walker(unit{}, scope{dir: ctx.Dir})
		w.command(w.reserve(at), list, nil, nil)
	}
	r.finish()
	return r.script
}

// Words splits one command line into its words, as a shell would.
func Words(line text.Text) ([]evidence.Word, error) {
	script, err := Read(line, Context{})
	for _, command := range script.Commands {
		if command.Within == 0 && len(command.Words) > 0 {
			return command.Words, err
		}
	}
	return nil, err
}

// reader collects the commands of one Script, however deep they nest.
type reader struct {
	script   evidence.Script
	env      map[string]string
	filling  [][2]int // Context.Opaque
	problems []error
	nesting  int          // how many sh -c deep
	filled   int          // bytes of variable values put into words so far
	printed  map[int]word // what a command puts out, by its index
}

func newReader(at evidence.Location, ctx Context) *reader {
	if ctx.Shell == "" {
		ctx.Shell = evidence.Bash
	}
	if ctx.Path == "" {
		ctx.Path = at.Path
	}
	return &reader{
		script: evidence.Script{
			Path: ctx.Path, Origin: ctx.Origin, Anchor: ctx.Anchor, Group: ctx.Group,
			Shell: ctx.Shell, Dir: ctx.Dir, At: at,
		},
		env:     ctx.Env,
		filling: ctx.Opaque,
		printed: make(map[int]word),
	}
}

// stopsAtErrors says whether the place a script stands in runs it with -e, or
// as if it did.
func stopsAtErrors(ctx Context) bool {
	switch ctx.Origin {
	case evidence.FromStep, evidence.FromAction, evidence.FromGitLab, evidence.FromJenkins, evidence.FromMake, evidence.FromJust, evidence.FromTask:
		return true
	}
	return false
}

// read reads one piece in its language. It tells which commands have succeeded
// when the piece has.
func (r *reader) read(u unit, shell evidence.Shell, sc scope) (success []int) {
	if r.nesting > maxNesting {
		r.problem(u.text.Errorf("shell nested more than %d deep is not read", maxNesting))
		return nil
	}
	r.nesting++
	defer func() { r.nesting-- }()
	switch shell {
	case evidence.Bash, evidence.POSIX:
		return r.readShell(u, shell, sc)
	case evidence.PowerShell:
		r.readPowerShell(u, sc)
	case evidence.Cmd:
		r.readCmd(u, sc)
	case evidence.Python:
		r.readPython(u, sc)
	}
	return nil
}

// finish says of each command what it brings in.
func (r *reader) finish() {
	for i := range r.script.Commands {
		command := &r.script.Commands[i]
		if len(command.Words) == 0 {
			continue
		}
		command.Fetches = fetch.Packages(command.Words)
		command.Installs = fetch.Installs(command.Words)
	}
}

const maxProblems = 10

// problem notes what could not be read. What a language that is read in part
// only hands to a shell may not be what it looks like, and is no problem.
func (r *reader) problem(err error) {
	switch r.script.Shell {
	case evidence.PowerShell, evidence.Cmd, evidence.Python:
		if r.nesting > 1 {
			return
		}
	}
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, err)
	}
}
