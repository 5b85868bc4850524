package trace

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// passed lists the secrets that come to a publisher within an action by the
// inputs of that action: from the step that calls it.
func passed(n *Node, p *Publisher) []Secret {
	var all secrets
	take := func(as, value string) {
		for rest := value; ; {
			_, after, found := strings.Cut(rest, "inputs.")
			if !found {
				return
			}
			end := 0
			for end < len(after) && (isNameByte(after[end]) || after[end] == '-') {
				end++
			}
			if v, up := passedInput(n, after[:end]); up {
				all.add(as, v.Value, v.At)
			}
			rest = after[end:]
		}
	}
	for _, v := range p.With {
		if isCredential(v.Name) {
			take(v.Name, v.Value)
		}
	}
	for _, v := range p.handed() {
		take(v.Name, v.Value)
	}
	if p.Command != nil {
		for _, word := range p.Command.Words {
			take("", word.Value)
		}
	}
	return all
}

// passedInput is what the step that calls the action around a node hands it,
// through as many actions as pass it on.
func passedInput(n *Node, name string) (evidence.Variable, bool) {
	for depth := 0; depth < maxCallers; depth++ {
		for n != nil && n.Kind != KindAction {
			n = n.Parent
		}
		if n == nil || n.Parent == nil || n.Parent.Step == nil {
			return evidence.Variable{}, false
		}
		v, set := find(n.Parent.Step.With, name)
		if !set {
			return evidence.Variable{}, false
		}
		_, after, again := strings.Cut(v.Value, "inputs.")
		if !again || len(SecretNames(v.Value)) > 0 {
			return v, true
		}
		end := 0
		for end < len(after) && (isNameByte(after[end]) || after[end] == '-') {
			end++
		}
		n, name = n.Parent.Parent, after[:end]
	}
	return evidence.Variable{}, false
}
