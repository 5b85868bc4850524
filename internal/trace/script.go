package trace

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

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
