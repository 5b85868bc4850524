package jenkins

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/scriptfile"
	"github.com/sealvet/sealvet/internal/parse/shell"
)

// shells are the steps that run commands.
var shells = map[string]evidence.Shell{
	"sh": evidence.POSIX, "bat": evidence.Cmd, "powershell": evidence.PowerShell, "pwsh": evidence.PowerShell,
}

// shell reads sh '...', sh(script: '...') and their kin.
func (r *reader) shell(i, end int, language evidence.Shell, c context) int {
	if i+1 >= end || r.tokens[i+1].first || !r.starts(i+1) {
		return i + 1 // a word of something else
	}
	one := r.call(i, end)
	arg := r.argument(one.args, "script")
	if arg.empty() {
		arg = r.argument(one.args, "")
	}
	f, ok := r.string(arg, c)
	if !ok || len(f.opaque) == 1 && f.opaque[0] == [2]int{0, len(f.text.Value)} {
		r.about(true, r.tokens[i].text.Errorf("runs a command that only the run knows"))
		return i + 1
	}
	r.script(f, language, c)
	return i + 1
}

// starts tells whether a token can begin what a step is given.
func (r *reader) starts(i int) bool {
	return r.tokens[i].kind == quoted || r.is(i, '(') || r.tokens[i].kind == name
}

func (r *reader) script(f filled, language evidence.Shell, c context) {
	ctx := shell.Context{
		Path: r.src.Path(), Anchor: c.anchor, Group: c.group, Dir: c.dir,
		Origin: evidence.FromJenkins, Shell: language, Env: c.env.values(), Opaque: f.opaque,
	}
	if language == evidence.POSIX && strings.HasPrefix(f.text.Value, "#!") {
		line, _, _ := strings.Cut(f.text.Value, "\n")
		ctx.Shell, ctx.Errexit = scriptfile.Interpreter(line)
		ctx.Lax = true
	}
	script, err := shell.Read(f.text, ctx)
	if err != nil && r.commands {
		r.problems = append(r.problems, err)
	}
	script.Fills = f.holes
	r.out.Scripts = append(r.out.Scripts, script)
}
