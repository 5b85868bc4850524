package dockerfile

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// maxCommands is how many bytes of shell are read of one file.
const maxCommands = 2 << 20

// commands reads what a stage runs, following the variables and the shell that
// hold at each place.
func (r *reader) commands(s *stage) {
	now := r.before(s)
	var entry, start instruction // the last ENTRYPOINT and CMD: only they count
	for _, one := range s.all {
		switch one.name {
		case "ARG":
			r.arguments(one, now.args, r.global)
		case "ENV":
			r.environment(one, &now)
		case "SHELL":
			now.shell = shellOf(one.words)
		case "RUN":
			r.run(s, one, s.anchor, &now)
		case "ONBUILD":
			if one.inner != nil && one.inner.name == "RUN" {
				r.run(s, *one.inner, s.anchor+"/onbuild", &now)
			}
		case "COPY", "ADD":
			r.written(s, one, &now)
		case "HEALTHCHECK":
			if one.exec || len(one.words) == 1 && one.words[0].Value != "" && !strings.EqualFold(one.words[0].Value, "NONE") {
				r.command(s, one, s.anchor+"/healthcheck", &now)
			}
		case "ENTRYPOINT":
			entry, start = one, instruction{} // a CMD above is for the old one
		case "CMD":
			start = one
		}
	}
	r.starts(s, entry, start, &now)
	s.end = now
}

// starts reads what runs when the image does: the CMD alone, or the ENTRYPOINT
// with the CMD as its arguments.
func (r *reader) starts(s *stage, entry, start instruction, now *state) {
	if entry.exec && start.exec {
		entry.words = append(entry.words[:len(entry.words):len(entry.words)], start.words...)
		start = instruction{}
	}
	if entry.name != "" {
		r.command(s, entry, s.anchor+"/entrypoint", now)
	}
	if start.name != "" {
		r.command(s, start, s.anchor+"/cmd", now)
	}
}

// run reads a RUN. A here-document that is all of it is the script itself;
// any other belongs to the command it stands behind.
func (r *reader) run(s *stage, one instruction, anchor string, now *state) {
	if one.exec || len(one.heredocs) == 0 {
		r.command(s, one, anchor, now)
		return
	}
	first := one.heredocs[0]
	if strings.HasPrefix(one.rest.Value, "<<") && !strings.ContainsAny(one.rest.Value, " \t") {
		kind := now.shell
		if script, found := shebang(first.body.Value); found {
			kind = script
		}
		r.script(first.body, kind, s, anchor, now)
		return
	}
	var b text.Builder
	b.Append(one.rest.Value, one.rest)
	for _, doc := range one.heredocs {
		b.Append("\n", text.Text{})
		full := doc.full.Slice(0, len(strings.TrimRight(doc.full.Value, "\r\n")))
		b.Append(full.Value, full)
	}
	r.script(b.Text(), now.shell, s, anchor, now)
}

// written reads the scripts that COPY <<EOF /entrypoint.sh writes.
func (r *reader) written(s *stage, one instruction, now *state) {
	for _, doc := range one.heredocs {
		if kind, found := shebang(doc.body.Value); found {
			r.script(doc.body, kind, s, s.anchor+"/copy", now)
		}
	}
}

// command reads one command in exec or shell form.
func (r *reader) command(s *stage, one instruction, anchor string, now *state) {
	switch {
	case len(one.words) == 0:
	case one.exec:
		ctx := r.context(s, anchor, now)
		r.scripts = append(r.scripts, shell.Exec(one.words, ctx))
	default:
		r.script(one.rest, now.shell, s, anchor, now)
	}
}

func (r *reader) script(body text.Text, kind language, s *stage, anchor string, now *state) {
	if r.read += len(body.Value); r.read > maxCommands {
		r.problem(body.Errorf("the commands of the file are longer than %d MB; the rest is not read", maxCommands>>20))
		return
	}
	if kind.shell == evidence.Other {
		return // a language that nobody here reads
	}
	ctx := r.context(s, anchor, now)
	ctx.Shell, ctx.Errexit = kind.shell, kind.errexit
	script, err := shell.Read(body, ctx)
	r.problem(err)
	r.scripts = append(r.scripts, script)
}

// context is where a command stands. Its folder is one of the image, not of the tree.
func (r *reader) context(s *stage, anchor string, now *state) shell.Context {
	return shell.Context{
		Path: r.src.Path(), Anchor: anchor, Group: s.anchor,
		Origin: evidence.FromDockerfile, Env: now.values(),
	}
}

// shebang is the language that the first line of a script asks for.
func shebang(body string) (language, bool) {
	line, _, _ := strings.Cut(body, "\n")
	rest, found := strings.CutPrefix(line, "#!")
	if !found {
		return language{}, false
	}
	words := strings.Fields(rest)
	if len(words) > 0 && evidence.ProgramName(words[0]) == "env" {
		for words = words[1:]; len(words) > 0 && strings.HasPrefix(words[0], "-"); {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return language{shell: evidence.Other}, true
	}
	chosen := language{shell: interpreter(words[0])}
	for _, option := range words[1:] {
		chosen.errexit = chosen.errexit || strings.HasPrefix(option, "-") && strings.Contains(option, "e")
	}
	return chosen, true
}
