package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// images are those that jobs push. Their names mostly hold expressions, some of
// which the repository itself answers.
func (f *finder) images() {
	for _, p := range f.trace.Publishers {
		if p.Registry != ToOCI || !p.Publishes() {
			continue
		}
		names := f.pushed(p)
		for _, name := range names {
			if name, _ = cutImage(name); name != "" && !strings.ContainsAny(name, "${}<> ") {
				f.add(Product{Registry: "oci", Name: name, Sure: true, At: p.At})
			} else {
				f.add(Product{Registry: "oci", Name: p.Subject, Unnamed: "only the run knows which image it pushes", Sure: true, At: p.At})
			}
		}
		if len(names) == 0 && !f.named("oci") {
			f.add(Product{Registry: "oci", Name: p.Subject, Unnamed: "it does not say which image it pushes", Sure: true, At: p.At})
		}
	}
}

// named says whether something of the registry is known by name: server.json
// tells the image that matters.
func (f *finder) named(registry string) bool {
	return slices.ContainsFunc(f.found, func(p Product) bool { return p.Registry == registry && p.Unnamed == "" })
}

// pushed are the references that a publisher pushes, filled in as far as can be.
func (f *finder) pushed(p *Publisher) []string {
	var written []string
	for _, input := range []string{"images", "image", "tags", "name"} {
		if v, set := p.Input(input); set {
			written = append(written, f.filled(p, v.Value))
		}
	}
	if p.Command != nil {
		written = append(written, f.operands(p)...)
	}
	if strings.Contains(strings.Join(written, " "), "steps.") { // the tags that docker/metadata-action made
		written = f.described(p)
	}
	var names []string
	for _, value := range written {
		for _, one := range strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == ',' }) {
			if name, _ := cutImage(strings.TrimSpace(one)); name != "" && strings.Contains(name, "/") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// operands are what stands behind the push of docker and its like.
func (f *finder) operands(p *Publisher) []string {
	var found []string
	pushes := false
	for _, word := range p.Command.Words {
		switch {
		case word.Value == "push":
			pushes = true
		case pushes && !strings.HasPrefix(word.Value, "-"):
			found = append(found, strings.TrimPrefix(f.filled(p, word.Value), "docker://"))
		}
	}
	return found
}

// described are the images of docker/metadata-action in the same job.
func (f *finder) described(p *Publisher) (names []string) {
	if p.Job.Spec == nil {
		return nil
	}
	for _, step := range p.Job.Spec.Steps {
		if uses := evidence.SplitUses(step.Uses.Value); uses.Is("docker", "metadata-action") {
			if v, set := find(step.With, "images"); set {
				names = append(names, f.filled(p, v.Value))
			}
		}
	}
	return names
}

// filled puts the repository and the variables into expressions and shell words.
// Variables may hold others; a few rounds are enough for what people write.
func (f *finder) filled(p *Publisher, value string) string {
	_, name, _ := strings.Cut(evidence.Repository(f.seen.Target.Remote), "/")
	owner, _, _ := strings.Cut(name, "/")
	for range 4 {
		before := value
		if name != "" { // without an origin only the run knows
			value = replaced(value, "github.repository", name)
			value = replaced(value, "github.repository_owner", owner)
		}
		for _, v := range p.Env {
			value = replaced(value, "env."+v.Name, v.Value)
			value = strings.ReplaceAll(value, "${"+v.Name+"}", v.Value)
			if value == "$"+v.Name {
				value = v.Value
			}
		}
		if value == before || len(value) > 4096 {
			break
		}
	}
	return value
}

// replaced fills in one expression, spaced or not.
func replaced(value, name, with string) string {
	value = strings.ReplaceAll(value, "${{ "+name+" }}", with)
	return strings.ReplaceAll(value, "${{"+name+"}}", with)
}
