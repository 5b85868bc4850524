package trace

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Path is all that one publishing job executes.
type Path struct {
	Job        *Job
	Publishers []*Publisher
	// Root is the job; the jobs whose artifacts it takes over stand first below it.
	Root *Node
	// Cut: it executes more than is followed.
	Cut bool
}

const (
	maxDepth = 40      // of calls within calls
	maxNodes = 5_000   // of one path
	maxTotal = 50_000  // of all
	maxKept  = 200_000 // of all jobs, those that publish nothing among them
)

// path lays out a job, or gives nil for one that cannot publish.
func (m *mapper) path(job *Job) *Path {
	w := &walk{mapper: m, own: job, seen: make(map[*evidence.Script]bool), images: make(map[string]bool)}
	root := &Node{Kind: KindJob, Name: job.String(), At: job.At, Job: job}
	w.job(root, job)
	if m.kept += w.nodes; m.kept <= maxKept {
		job.own = root.Children
	}
	job.equip()
	if len(w.found) == 0 {
		m.nodes -= w.nodes
		return nil
	}
	w.useLogins()
	job.Publishers = w.found
	p := &Path{Job: job, Publishers: w.found, Root: root}
	w.own, w.logins = nil, nil // what feeds the job publishes for itself
	own := root.Children
	root.Children = nil
	for _, feeder := range m.feeders(job) {
		kind := KindArtifacts
		if feeder.outputs {
			kind = KindOutputs
		}
		w.job(w.add(root, Node{Kind: kind, Name: string(kind) + " of " + feeder.job.name(job), At: feeder.at, Job: feeder.job}), feeder.job)
	}
	root.Children = append(root.Children, own...)
	p.Cut = w.cut
	return p
}

// name is how another job of the same workflow names it.
func (j *Job) name(from *Job) string {
	if j.Path == from.Path {
		return "job " + j.ID
	}
	return j.String()
}

// walk is the way through one job.
type walk struct {
	*mapper
	own    *Job // whose publishers are wanted; nil for none
	seen   map[*evidence.Script]bool
	images map[string]bool
	found  []*Publisher
	logins []login
	nodes  int
	depth  int
	cut    bool
}

// add puts a node below another one.
func (w *walk) add(parent *Node, n Node) *Node {
	n.Parent = parent
	if n.Job == nil {
		n.Job = parent.Job
	}
	parent.Children = append(parent.Children, &n)
	w.nodes++
	w.mapper.nodes++
	return &n
}

// deeper guards against calls in a circle and paths without end.
func (w *walk) deeper(do func()) {
	if w.depth >= maxDepth || w.nodes >= maxNodes || w.mapper.nodes >= maxTotal {
		w.cut = true
		return
	}
	w.depth++
	do()
	w.depth--
}

func (w *walk) job(n *Node, job *Job) {
	if job.Spec == nil {
		w.pipeline(n, job)
		return
	}
	if off(job.Spec.Expressions) {
		return
	}
	for i := range job.Spec.Steps {
		w.step(n, &job.Spec.Steps[i], "jobs/"+job.ID, job.env())
	}
}

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

// buildsFrom tells whether an action builds an image from a Dockerfile.
func buildsFrom(uses evidence.Uses, step *evidence.Step) bool {
	if strings.Contains(strings.ToLower(uses.Repo), "build-push") || uses.Is("redhat-actions", "buildah-build") {
		return true
	}
	_, push := find(step.With, "push")
	_, context := find(step.With, "context")
	return buildsImages(uses) && push && context
}

// buildFile is the Dockerfile that an action builds.
func (w *walk) buildFile(step *evidence.Step) string {
	context, _ := find(step.With, "context")
	for _, input := range []string{"file", "dockerfile", "containerfiles", "dockerfiles"} {
		if file, set := find(step.With, input); set && file.Value != "" {
			return path.Clean(strings.TrimSpace(strings.TrimPrefix(file.Value, "${{ github.workspace }}/")))
		}
	}
	folder := context.Value
	if strings.HasPrefix(folder, "${{") || strings.Contains(folder, "://") {
		folder = "" // the whole tree
	}
	return path.Join(folder, "Dockerfile")
}

// image adds what the build of a Dockerfile runs. Where only the run knows which,
// any that it may be is built.
func (w *walk) image(parent *Node, file string, at evidence.Location) {
	if strings.Contains(file, "$") {
		for _, one := range w.mapper.seen.Dockerfiles {
			if mayBe(file, one.Path) && !strings.Contains(one.Path, "$") {
				w.image(parent, one.Path, at)
			}
		}
		return
	}
	scripts := w.calls.byPlace[file]
	if !w.calls.files[file] && len(scripts) == 0 || w.images[file] {
		return
	}
	w.images[file] = true
	n := w.add(parent, Node{Kind: KindImage, Name: file, At: at})
	w.deeper(func() {
		for _, script := range scripts {
			if builds(script) {
				w.called(n, script, script.At)
			}
		}
	})
}

// builds tells the RUN of a Dockerfile from what runs only when the image does.
func builds(script *evidence.Script) bool {
	for _, later := range []string{"/entrypoint", "/cmd", "/healthcheck", "/onbuild"} {
		if strings.HasSuffix(script.Anchor, later) {
			return false
		}
	}
	return script.Origin == evidence.FromDockerfile
}

// called adds a node for a script that another one calls.
func (w *walk) called(parent *Node, script *evidence.Script, at evidence.Location) {
	again := w.seen[script]
	if again && (w.nodes >= maxNodes || w.mapper.nodes >= maxTotal) {
		return // told already; there is no room to say so again
	}
	n := w.add(parent, Node{Kind: KindScript, Name: scriptName(script), At: at, Script: script, Again: again})
	if again {
		return // what it executes is told where it is called first
	}
	w.deeper(func() { w.script(n, script, stepOf(parent), nil) })
}

// stepOf is the step that a node belongs to.
func stepOf(n *Node) *evidence.Step {
	for ; n != nil; n = n.Parent {
		if n.Step != nil {
			return n.Step
		}
	}
	return nil
}

// scriptName is what people type to run it.
func scriptName(s *evidence.Script) string {
	dir := path.Dir(s.Path)
	_, name, _ := strings.Cut(s.Anchor, "/")
	where := ""
	if dir != "." {
		where = " in " + dir
	}
	switch s.Origin {
	case evidence.FromMake:
		return "make " + name + where
	case evidence.FromJust:
		return "just " + name + where
	case evidence.FromTask:
		return "task " + name + where
	case evidence.FromNPM:
		return "npm run " + name + where
	case evidence.FromDockerfile:
		if len(s.Commands) > 0 {
			return "RUN " + Line(&s.Commands[0], 40)
		}
		return "RUN"
	}
	return s.Path
}

// script follows the commands of a script.
func (w *walk) script(n *Node, script *evidence.Script, step *evidence.Step, env []evidence.Variable) {
	if w.seen[script] {
		return
	}
	w.seen[script] = true
	if env == nil {
		env = inherited(n)
	}
	spots := w.spotsOf(script)
	if spots.login {
		w.loginScript(script, env)
	}
	for _, spot := range spots.publish {
		command := spot.command
		w.publisher(n, spot.published, Publisher{Subject: Line(command, 60), Anchor: script.Anchor, At: command.At, Step: step, Script: script, Command: command, Env: commandEnv(env, command)})
	}
	for _, call := range w.calls.of(script) {
		switch {
		case call.guess: // named, and perhaps not run
		case call.to != nil:
			w.called(n, call.to, call.at)
		case call.image != "":
			w.image(n, call.image, call.at)
		case call.file != "":
			w.add(n, Node{Kind: KindUnread, Name: call.file, At: call.at})
		}
	}
}

// spots are the commands of a script that publish, and whether any logs in.
type spots struct {
	publish []spot
	login   bool
}

type spot struct {
	command *evidence.Command
	published
}

// spotsOf reads a script once, however many jobs execute it.
func (m *mapper) spotsOf(script *evidence.Script) *spots {
	known := m.spots[script]
	if known == nil {
		known = new(spots)
		for i := range script.Commands {
			command := &script.Commands[i]
			if p, is := publishes(command); is {
				known.publish = append(known.publish, spot{command, p})
			}
			known.login = known.login || logsIn(command) != ""
		}
		m.spots[script] = known
	}
	return known
}

// Line is a command in one line, cut where it gets longer than most.
func Line(command *evidence.Command, most int) string {
	text := ""
	for i, word := range command.Words {
		if i > 0 {
			text += " "
		}
		text += word.Value
		if len([]rune(text)) > most {
			return string([]rune(text)[:most]) + "…"
		}
	}
	return strings.Join(strings.Fields(text), " ")
}
