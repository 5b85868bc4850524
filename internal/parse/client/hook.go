package client

import (
	"path"
	"strconv"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesHooks takes files that make an agent or an editor run commands by itself.
func TakesHooks(file string) bool {
	folder := path.Base(path.Dir(file))
	switch path.Base(file) {
	case "settings.json", "settings.local.json":
		return folder == ".claude" || folder == ".gemini" || folder == ".qwen"
	case "hooks.json":
		return folder == "hooks" || folder == ".cursor" || folder == ".codex"
	case "tasks.json":
		return folder == ".vscode"
	}
	return false
}

// ReadHooks reads such a file.
func ReadHooks(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.JSON(src)
	for event, list := range root.Get("hooks").All() {
		hooks(src.Path(), event.Value, "hooks/"+event.Value, list, out)
	}
	for i, task := range root.Get("tasks").List() {
		if task.Get("runOptions", "runOn").String() == "folderOpen" {
			hook(src.Path(), "folderOpen", "tasks/"+strconv.Itoa(i), task.Get("command"), out)
		}
	}
	if field := root.Field("enableAllProjectMcpServers"); field != nil {
		if yes, _ := field.Value.Bool(); yes {
			out.Approvals = append(out.Approvals, field.Name.Located())
		}
	}
	return err
}

// hooks reads the hooks of one event: commands, or groups of them by what they
// match.
func hooks(file, event, anchor string, list *doc.Node, out *evidence.Snapshot) {
	for i, item := range list.List() {
		here := anchor + "/" + strconv.Itoa(i)
		hook(file, event, here, item.Get("command"), out)
		for j, inner := range item.Get("hooks").List() {
			hook(file, event, here+"/hooks/"+strconv.Itoa(j), inner.Get("command"), out)
		}
	}
}

func hook(file, event, anchor string, command *doc.Node, out *evidence.Snapshot) {
	if command.String() != "" {
		out.Hooks = append(out.Hooks, evidence.Hook{Path: file, Event: event, Anchor: anchor, Command: command.Text.Located()})
	}
}
