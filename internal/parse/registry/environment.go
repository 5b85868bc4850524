package registry

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// readGitLab reads the variables of a pipeline and of its jobs.
func readGitLab(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	for _, root := range documents {
		environment(root.Get("variables"), "variables", out)
		for name, job := range root.All() {
			environment(job.Get("variables"), name.Value+"/variables", out)
		}
	}
	return err
}

// readCompose reads what the services of a Compose file are built and run with.
func readCompose(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	for _, root := range documents {
		for name, service := range root.Get("services").All() {
			environment(service.Get("environment"), "services/"+name.Value+"/environment", out)
			environment(service.Get("build", "args"), "services/"+name.Value+"/build/args", out)
		}
	}
	return err
}

// environment reads a map of variables, or a list of NAME=value. A value may be
// a table that holds it beside a description.
func environment(node *doc.Node, anchor string, out *evidence.Snapshot) {
	for name, value := range node.All() {
		if inner := value.Get("value"); inner != nil {
			value = inner
		}
		if value != nil {
			out.Registries = append(out.Registries, OfVariable(name.Value, value.String(), value.Text.At(), anchor)...)
		}
	}
	for _, item := range node.List() {
		if name, value, found := item.Text.Cut("="); found {
			out.Registries = append(out.Registries, OfVariable(name.Value, value.Value, value.At(), anchor)...)
		}
	}
}

func isGitLab(file string) bool {
	base := path.Base(file)
	return strings.HasSuffix(base, ".gitlab-ci.yml") || strings.HasSuffix(base, ".gitlab-ci.yaml")
}

func isCompose(file string) bool {
	base := path.Base(file)
	if ext := path.Ext(base); ext != ".yml" && ext != ".yaml" {
		return false
	}
	return strings.HasPrefix(base, "compose.") || strings.HasPrefix(base, "docker-compose.")
}
