package client

import (
	"path"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesHooks takes files that make an agent or an editor run commands by
// itself, or let it run them without asking.
func TakesHooks(file string) bool {
	folder := path.Base(path.Dir(file))
	switch path.Base(file) {
	case "settings.json", "settings.local.json":
		return folder == ".claude" || folder == ".gemini" || folder == ".qwen" || folder == ".vscode"
	case "hooks.json":
		return folder == "hooks" || folder == ".cursor" || folder == ".codex"
	case "tasks.json":
		return folder == ".vscode"
	case "config.toml":
		return folder == ".codex"
	case "devcontainer.json", ".devcontainer.json":
		return true
	}
	return strings.HasSuffix(file, ".json") && path.Dir(file) == ".github/hooks"
}

// ReadHooks reads such a file.
func ReadHooks(src *text.Source, out *evidence.Snapshot) error {
	roots, err := parse(src)
	for _, root := range roots {
		for event, list := range root.Get("hooks").All() {
			hooks(src.Path(), event.Value, "hooks/"+event.Value, list, out)
		}
		for i, task := range root.Get("tasks").List() {
			if task.Get("runOptions", "runOn").String() == "folderOpen" {
				hook(src.Path(), "folderOpen", "tasks/"+strconv.Itoa(i), first(task, "command", "script", "label"), out)
			}
		}
		if strings.HasSuffix(src.Path(), "devcontainer.json") {
			lifecycle(src.Path(), root, out)
		}
		if path.Base(path.Dir(src.Path())) == ".claude" {
			hook(src.Path(), "statusLine", "statusLine", root.Get("statusLine", "command"), out)
			hook(src.Path(), "apiKeyHelper", "apiKeyHelper", root.Get("apiKeyHelper"), out)
		}
		approvalSettings(root, out)
	}
	return err
}

// hooks reads the hooks of one event: commands, or groups of them by what they
// match.
func hooks(file, event, anchor string, list *doc.Node, out *evidence.Snapshot) {
	for i, item := range list.List() {
		here := anchor + "/" + strconv.Itoa(i)
		hook(file, event, here, first(item, "command", "bash", "powershell"), out, item.Get("args").Strings()...)
		for j, inner := range item.Get("hooks").List() {
			hook(file, event, here+"/hooks/"+strconv.Itoa(j), inner.Get("command"), out, inner.Get("args").Strings()...)
		}
	}
}

// first is the first of the fields that is there.
func first(n *doc.Node, names ...string) *doc.Node {
	for _, name := range names {
		if field := n.Get(name); field.String() != "" {
			return field
		}
	}
	return nil
}

// hook adds a command with its arguments in one line, where the command stands.
func hook(file, event, anchor string, command *doc.Node, out *evidence.Snapshot, arguments ...text.Text) {
	if command.String() == "" {
		return
	}
	one := evidence.Hook{Path: file, Event: event, Anchor: anchor, Command: command.Text.Located()}
	words := []string{one.Command.Value}
	for _, argument := range arguments {
		words = append(words, argument.Value)
	}
	one.Command.Value = strings.Join(words, " ")
	out.Hooks = append(out.Hooks, one)
}

// lifecycles are the moments at which a dev container runs commands: the first
// on the machine itself, before there is a container.
var lifecycles = []string{"initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand"}

// lifecycle reads them: a line, a list of words, or a map of such.
func lifecycle(file string, root *doc.Node, out *evidence.Snapshot) {
	for _, event := range lifecycles {
		command := root.Get(event)
		words(file, event, event, command, out)
		for name, one := range command.All() {
			words(file, event, event+"/"+name.Value, one, out)
		}
	}
}

// words is one command: a line, or a list of words.
func words(file, event, anchor string, command *doc.Node, out *evidence.Snapshot) {
	var rest []text.Text
	if list := command.List(); len(list) > 0 {
		command, rest = list[0], command.Strings()[1:]
	}
	hook(file, event, anchor, command, out, rest...)
}
