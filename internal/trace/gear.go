package trace

import "github.com/sealvet/sealvet/internal/evidence"

// gear is what the steps of a job set up for those that publish later.
type gear struct {
	minters    []*evidence.Step // trade the identity token for a credential
	registries []setup          // choose the registry of npm
	cosign     bool             // installs cosign
}

// setup is a setup-node that chooses a registry.
type setup struct {
	url string
	at  evidence.Location
}

// equip looks once at each step, because a job may hold many that publish.
func (j *Job) equip() {
	j.Executes(func(n *Node) {
		j.gear.cosign = j.gear.cosign || n.Step != nil && evidence.SplitUses(n.Step.Uses.Value).Is("sigstore", "cosign-installer")
	})
	if j.Spec == nil {
		return
	}
	for i := range j.Spec.Steps {
		step := &j.Spec.Steps[i]
		uses := evidence.SplitUses(step.Uses.Value)
		if mints(uses) {
			j.gear.minters = append(j.gear.minters, step)
		}
		if url, set := find(step.With, "registry-url"); set && uses.Is("actions", "setup-node") {
			j.gear.registries = append(j.gear.registries, setup{url.Value, step.At})
		}
	}
}
