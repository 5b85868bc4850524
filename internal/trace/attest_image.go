package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// buildx are the actions and commands that make provenance unless told not to.
var buildx = []string{"docker/build-push-action", "docker/bake-action", "useblacksmith/build-push-action"}

// imageAttests: BuildKit attests what it pushes by itself unless told not to;
// other ways to push an image never do.
func (p *Publisher) imageAttests() Attested {
	switch {
	case p.local():
		return Attested{} // for a test
	case p.Provenance == evidence.No:
		return Attested{evidence.No, "provenance is turned off", true}
	case p.Provenance == evidence.Yes:
		return Attested{evidence.Yes, "it asks for provenance", true}
	case p.quiet():
		return Attested{evidence.No, "BUILDX_NO_DEFAULT_ATTESTATIONS turns provenance off", true}
	case p.Command == nil && slices.Contains(buildx, p.Kind):
		return Attested{evidence.Yes, "buildx attests by itself", true}
	case p.Command == nil:
		return Attested{evidence.Unknown, "whether this action attests only its own code says", true}
	}
	line := commandLine{words: peel(p.Command.Words)[1:]}
	line.operands = line.operand()
	switch {
	case p.Kind == "docker" && (line.first("build") || line.first("buildx", "build") || line.first("buildx", "bake") || line.first("image", "build")):
		return Attested{evidence.Yes, "buildx attests by itself", true}
	case line.first("manifest", "push"), line.first("buildx", "imagetools", "create"), line.first("image", "copy"), slices.Contains([]string{"crane", "skopeo", "oras", "regctl"}, p.Kind):
		return Attested{} // puts together or copies what has been pushed before
	}
	return Attested{evidence.No, "a push with " + p.Kind + " attests nothing", true}
}

// local tells an image that goes to a registry on the machine itself.
func (p *Publisher) local() bool {
	for _, v := range p.With {
		if (v.Name == "tags" || v.Name == "outputs") && onMachine(v.Value) {
			return true
		}
	}
	if v, set := p.Variable("KO_DOCKER_REPO"); set && (onMachine(v.Value) || strings.HasSuffix(v.Value, ".local")) {
		return true // ko.local and kind.local
	}
	if p.Command != nil {
		for _, word := range p.Command.Words {
			if onMachine(word.Value) {
				return true
			}
		}
	}
	return false
}

func onMachine(reference string) bool {
	return strings.Contains(reference, "localhost") || strings.Contains(reference, "127.0.0.1") || strings.Contains(reference, "kind-registry")
}

func (p *Publisher) quiet() bool {
	v, set := p.Variable("BUILDX_NO_DEFAULT_ATTESTATIONS")
	return set && yes(v.Value) == evidence.Yes
}
