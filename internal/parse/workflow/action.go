package workflow

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesAction tells whether the file may describe an action. Other programs use
// the name too, so ReadAction leaves alone what is none.
func TakesAction(file string) bool {
	name := path.Base(file)
	return name == "action.yml" || name == "action.yaml"
}

// ReadAction reads one action.
func ReadAction(src *text.Source, out *evidence.Snapshot) error {
	root, err := document(src)
	runs := root.Get("runs")
	if runs == nil || runs.Kind != doc.Map {
		return err
	}
	r := reader{src: src, out: out}
	r.problem(err)
	action := evidence.Action{
		Path:   src.Path(),
		Name:   root.Get("name").String(),
		Using:  runs.Get("using").String(),
		Image:  located(runs.Get("image")),
		Inputs: defaults(root.Get("inputs")),
	}
	if strings.HasPrefix(action.Image.Value, dockerScheme) { // else a Dockerfile beside it
		r.image(evidence.ImageStep, "runs/image", runs.Get("image"), scope{})
	}
	action.Expressions = r.expressions(held{"outputs", root.Get("outputs")})
	action.Steps = r.steps(runs.Get("steps"), scope{
		parent: "runs", origin: evidence.FromAction, shell: "bash", inputs: action.Inputs,
	})
	out.Actions = append(out.Actions, action)
	return r.err()
}

// defaults are the inputs of an action with the values they have when a caller
// sets none. The place of an input without a default is its name.
func defaults(inputs *doc.Node) []evidence.Variable {
	var all []evidence.Variable
	for name, input := range inputs.All() {
		if value := input.Get("default"); isScalar(value) {
			all = append(all, variable(name.Value, value))
		} else {
			all = append(all, evidence.Variable{Name: name.Value, At: name.At()})
		}
	}
	return all
}
