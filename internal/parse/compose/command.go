package compose

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxCommands is how many bytes of commands are read of one file; aliases can
// make a small file a long one.
const maxCommands = 1 << 20

// commands reads what a service runs: its command, or its entrypoint with the
// command as arguments, and its health check.
func (r *reader) commands(anchor string, service *doc.Node) {
	entry, command := service.Get("entrypoint"), service.Get("command")
	words := list(entry)
	switch {
	case len(words) > 0 && command != nil && command.Kind == doc.List:
		r.exec(anchor, anchor+"/entrypoint", append(words, list(command)...))
	default:
		r.command(anchor, anchor+"/entrypoint", entry)
		r.command(anchor, anchor+"/command", command)
	}
	r.health(anchor, service.Get("healthcheck", "test"))
}

// command reads a list of words, or a line of them.
func (r *reader) command(group, anchor string, n *doc.Node) {
	switch {
	case n == nil:
	case n.Kind == doc.List:
		r.exec(group, anchor, list(n))
	case n.String() != "":
		r.script(group, anchor, n.Text)
	}
}

// health reads a health check: a line, ["CMD-SHELL", line] or ["CMD", words...].
func (r *reader) health(group string, test *doc.Node) {
	anchor := group + "/healthcheck"
	words := list(test)
	switch {
	case len(words) == 0:
		r.command(group, anchor, test)
	case words[0].Value == "CMD-SHELL" && len(words) > 1:
		r.script(group, anchor, words[1])
	case words[0].Value == "CMD":
		r.exec(group, anchor, words[1:])
	}
}

func list(n *doc.Node) []text.Text {
	if n == nil || n.Kind != doc.List {
		return nil
	}
	return n.Strings()
}

func (r *reader) exec(group, anchor string, words []text.Text) {
	size := 0
	for _, word := range words {
		size += len(word.Value)
	}
	if len(words) == 0 || !r.affords(words[0], size) {
		return
	}
	r.out.Scripts = append(r.out.Scripts, shell.Exec(words, r.context(group, anchor)))
}

func (r *reader) script(group, anchor string, body text.Text) {
	if !r.affords(body, len(body.Value)) {
		return
	}
	ctx := r.context(group, anchor)
	ctx.Shell, ctx.Opaque = evidence.POSIX, dollars(body.Value)
	script, err := shell.Read(body, ctx)
	r.problem(err)
	r.out.Scripts = append(r.out.Scripts, script)
}

// dollars are the places that compose fills in before anything runs; $$ is not one.
func dollars(s string) [][2]int {
	var spans [][2]int
	for i := 0; i < len(s)-1; i++ {
		switch {
		case s[i] != '$':
		case s[i+1] == '$':
			i++
		case s[i+1] == '{':
			size := closing(s[i+1:])
			spans = append(spans, [2]int{i, i + 1 + size})
			i += size
		}
	}
	return spans
}

func (r *reader) affords(at text.Text, size int) bool {
	if r.read += size; r.read <= maxCommands {
		return true
	}
	if !r.spent {
		r.spent = true
		r.problem(at.Errorf("the commands of the file are longer than %d MB; the rest is not read", maxCommands>>20))
	}
	return false
}

func (r *reader) context(group, anchor string) shell.Context {
	return shell.Context{Path: r.src.Path(), Anchor: anchor, Group: group, Origin: evidence.FromCompose}
}
