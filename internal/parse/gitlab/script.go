package gitlab

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/shell"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Anchors can make a small file a long one.
const (
	maxCommands = 2 << 20 // bytes of all commands of a file
	maxLists    = 10      // lists within lists, as GitLab has it
)

// allScripts reads the commands of every job that runs, then those of hidden
// jobs and defaults that no job of the file uses. A line that several jobs run
// comes once, in the first of them.
func (r *reader) allScripts() {
	for _, hidden := range []bool{false, true} {
		for _, j := range r.jobs {
			if j.hidden == hidden {
				r.jobScripts(j)
			}
		}
	}
	for _, key := range []string{"before_script", "after_script"} {
		value, anchor := r.preset(key)
		r.script(r.lines(nil, value, 0), anchor, anchor+"/"+key, evidence.Bash, r.global)
	}
}

func (r *reader) jobScripts(j job) {
	var main, after []text.Text
	for _, key := range []string{"before_script", "script", "after_script"} {
		value, _ := r.setting(j, key)
		if key == "after_script" {
			after = r.lines(after, value, 0)
		} else {
			main = r.lines(main, value, 0) // one shell runs both
		}
	}
	if len(main)+len(after) == 0 {
		return
	}
	group, language, variables := "jobs/"+j.name, r.language(j), r.variables(j)
	r.script(main, group, group+"/script", language, variables)
	r.script(after, group, group+"/after_script", language, variables)
}

// language guesses the shell by the runner's tags.
func (r *reader) language(j job) evidence.Shell {
	tags, _ := r.setting(j, "tags")
	for _, tag := range tags.Strings() {
		if strings.Contains(strings.ToLower(tag.Value), "windows") {
			return evidence.PowerShell
		}
	}
	return evidence.Bash
}

// lines adds the commands of a script that nobody has read so far.
func (r *reader) lines(all []text.Text, n *doc.Node, depth int) []text.Text {
	n = r.follow(n)
	switch {
	case n == nil || depth > maxLists:
	case n.Kind == doc.List:
		for _, item := range n.Items {
			all = r.lines(all, item, depth+1)
		}
	case n.String() != "" && !r.taken[n]:
		r.taken[n] = true
		all = append(all, n.Text)
	}
	return all
}

// script reads lines as the one script that the runner makes of them.
func (r *reader) script(lines []text.Text, group, anchor string, language evidence.Shell, variables constants) {
	if len(lines) == 0 || r.spent {
		return
	}
	var b text.Builder
	for i, line := range lines {
		if i > 0 {
			b.Append("\n", text.Text{})
		}
		b.Append(line.Value, line)
	}
	body := b.Text()
	if r.read += len(body.Value); r.read > maxCommands {
		r.spent = true
		r.problem(lines[0].Errorf("the commands of the file are longer than %d MB; the rest is not read", maxCommands>>20))
		return
	}
	given := inputs(body.Value)
	script, err := shell.Read(body, shell.Context{
		Path: r.src.Path(), Anchor: anchor, Group: group,
		Origin: evidence.FromGitLab, Shell: language, Env: variables.values(), Opaque: given,
	})
	r.problem(err)
	for _, at := range given {
		one := body.Slice(at[0], at[1])
		script.Fills = append(script.Fills, evidence.Text{Value: strings.TrimSpace(strings.Trim(one.Value, "$[]")), At: one.At()})
	}
	r.out.Scripts = append(r.out.Scripts, script)
}

// inputs are the $[[ ... ]] that GitLab fills in before anything runs.
func inputs(s string) [][2]int {
	var spans [][2]int
	for at := 0; ; {
		start := strings.Index(s[at:], "$[[")
		if start < 0 {
			return spans
		}
		start += at
		size := strings.Index(s[start:], "]]")
		if size < 0 {
			return spans
		}
		at = start + size + len("]]")
		spans = append(spans, [2]int{start, at})
	}
}
