package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// inherited are the variables of the step and job that a node belongs to.
func inherited(n *Node) []evidence.Variable {
	var layers [][]evidence.Variable
	for at := n; at != nil; at = at.Parent {
		if at.Step != nil {
			layers = append(layers, at.Step.Env)
		}
	}
	env := n.Job.env()
	for _, layer := range slices.Backward(layers) {
		env = append(env[:len(env):len(env)], layer...)
	}
	return env
}

func commandEnv(env []evidence.Variable, command *evidence.Command) []evidence.Variable {
	env = env[:len(env):len(env)]
	for _, assign := range command.Env {
		env = append(env, evidence.Variable{Name: assign.Name, Value: assign.Value.Value, At: assign.Value.At})
	}
	return env
}

// publisher notes one that the job itself executes.
func (w *walk) publisher(n *Node, p published, found Publisher) {
	if w.own == nil {
		return
	}
	found.Kind, found.Registry, found.Provenance, found.Index = p.kind, p.registry, p.provenance, p.index
	found.Job = w.own
	found.Chain, _ = n.chain()
	found.Secrets = secretsOf(&found)
	w.found = append(w.found, &found)
	n.Publishers = append(n.Publishers, &found)
}

// secretsOf lists the secrets that stand in the inputs, words and variables of a
// publisher. The host's own token is none of the registry's.
func secretsOf(p *Publisher) []Secret {
	var all []Secret
	note := func(as, value string, at evidence.Location) {
		for _, name := range SecretNames(value) {
			secret := Secret{Name: name, As: as, At: at}
			if !strings.EqualFold(name, "GITHUB_TOKEN") && !slices.Contains(all, secret) {
				all = append(all, secret)
			}
		}
	}
	for _, v := range p.With {
		note(v.Name, v.Value, v.At)
	}
	if p.Command != nil {
		for _, word := range p.Command.Words {
			note("", word.Value, word.At)
		}
	}
	for _, v := range p.Env {
		note(v.Name, v.Value, v.At)
	}
	return all
}

// SecretNames lists the secrets that the expressions of a value name, in the
// spellings secrets.X and secrets['X'].
func SecretNames(value string) []string {
	var names []string
	lower := strings.ToLower(value)
	for at := 0; ; {
		open := strings.Index(lower[at:], "secrets")
		if open < 0 || !strings.Contains(lower, "${{") {
			return names
		}
		at += open + len("secrets")
		rest := strings.TrimLeft(value[at:], " .[")
		rest = strings.TrimLeft(rest, `'"`)
		end := strings.IndexFunc(rest, func(r rune) bool {
			return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		})
		if end < 0 {
			end = len(rest)
		}
		if name := rest[:end]; name != "" && rest != value[at:] && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
}
