package trace

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// step adds a step of a job or of an action.
func (w *walk) step(parent *Node, step *evidence.Step, group string, env []evidence.Variable) {
	if off(step.Expressions) {
		return
	}
	scripts := w.runsOf(step, group)
	n := w.add(parent, Node{Kind: KindStep, Name: "step " + stepName(step, scripts), At: stepPlace(step), Step: step})
	env = append(env[:len(env):len(env)], step.Env...)
	if p, is := actionPublishes(step); is {
		w.publisher(n, p, Publisher{Subject: step.Uses.Value, Anchor: step.Anchor, At: step.Uses.At, Step: step, With: step.With, Env: env})
	}
	w.loginStep(step)
	for i, script := range scripts {
		if i == 0 {
			n.Script = script
		}
		w.script(n, script, step, env)
	}
	w.uses(n, step, env)
}

// off tells what if: false keeps from ever running.
func off(expressions []evidence.Expression) bool {
	unknown := func(evidence.Term) evidence.Answer { return evidence.Unknown }
	return slices.ContainsFunc(evidence.At(expressions, "if"), func(condition evidence.Expression) bool {
		return condition.Root.Holds(unknown) == evidence.No
	})
}

func stepName(step *evidence.Step, scripts []*evidence.Script) string {
	first := ""
	if len(scripts) > 0 && len(scripts[0].Commands) > 0 {
		first = Line(&scripts[0].Commands[0], 40)
	}
	return cmp.Or(step.Name, step.ID, step.Uses.Value, first, "run")
}

func stepPlace(step *evidence.Step) evidence.Location {
	switch {
	case step.Uses.Value != "":
		return step.Uses.At
	case step.Run.Value != "":
		return step.Run.At
	}
	return step.At
}

// uses follows a step into an action of this repository, or into the image that
// it builds.
func (w *walk) uses(n *Node, step *evidence.Step, env []evidence.Variable) {
	uses := evidence.SplitUses(step.Uses.Value)
	switch {
	case uses.Kind == evidence.UsesLocal:
		folder := localPath(uses.Path)
		action := w.actions[folder]
		if action == nil {
			return
		}
		inner := w.add(n, Node{Kind: KindAction, Name: "./" + folder, At: evidence.Location{Path: action.Path}})
		w.deeper(func() {
			for i := range action.Steps {
				w.step(inner, &action.Steps[i], "runs", env)
			}
			if action.Using == "docker" && strings.HasPrefix(path.Base(action.Image.Value), "Dockerfile") {
				w.image(inner, path.Join(folder, action.Image.Value), action.Image.At)
			}
		})
	case buildsFrom(uses, step):
		w.image(n, w.buildFile(step), step.Uses.At)
	case uses.Is("goreleaser", "goreleaser-action"):
		dir, _ := find(step.With, "workdir")
		for _, call := range w.calls.unread(dir.Value, step.Uses.At, ".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml") {
			w.add(n, Node{Kind: KindUnread, Name: call.file, At: evidence.Location{Path: call.file}})
		}
	}
}
