package evidence

import (
	"fmt"
	"slices"
)

// Public says whether everybody can see the repository, and so the logs of its CI.
// Where the host did not say, it counts as public.
func (h *Host) Public() bool { return h.Visibility == "public" || h.Visibility == "" }

// Withhold takes the names out that only insiders may know, and keeps their number:
// people without MFA, who may bypass, secrets, deploy keys, receivers of webhooks and
// runners. It answers whether there were any.
func (s *Snapshot) Withhold() (any bool) {
	s.Hosts = slices.Clone(s.Hosts)
	for i := range s.Hosts {
		w := withholding{}
		w.host(&s.Hosts[i])
		any = any || w.any
	}
	return any
}

// withholding gives each name of a list a number in its place.
type withholding struct{ any bool }

func (w *withholding) name(name *string, number int) {
	if *name != "" {
		*name = fmt.Sprintf("withheld-%d", number+1)
		w.any = true
	}
}

func (w *withholding) host(h *Host) {
	h.Branches, h.Rulesets = slices.Clone(h.Branches), slices.Clone(h.Rulesets)
	for i := range h.Branches {
		h.Branches[i].Bypass = w.bypass(h.Branches[i].Bypass)
	}
	for i := range h.Rulesets {
		h.Rulesets[i].Bypass = w.bypass(h.Rulesets[i].Bypass)
	}
	if h.Organisation != nil {
		owner := *h.Organisation
		owner.WithoutMFA, owner.OutsideWithoutMFA, owner.InsecureMFA = w.people(owner.WithoutMFA), w.people(owner.OutsideWithoutMFA), w.people(owner.InsecureMFA)
		h.Organisation = &owner
	}
	h.Secrets, h.DeployKeys, h.Webhooks, h.Runners = slices.Clone(h.Secrets), slices.Clone(h.DeployKeys), slices.Clone(h.Webhooks), slices.Clone(h.Runners)
	for i := range h.Secrets {
		w.name(&h.Secrets[i].Name, i)
	}
	for i := range h.DeployKeys {
		w.name(&h.DeployKeys[i].Title, i)
	}
	for i := range h.Webhooks {
		w.name(&h.Webhooks[i].Host, i)
	}
	for i := range h.Runners {
		w.name(&h.Runners[i].Name, i)
	}
}

func (w *withholding) bypass(list []Bypass) []Bypass {
	list = slices.Clone(list)
	for i := range list {
		w.name(&list[i].Name, i)
	}
	return list
}

func (w *withholding) people(list []Person) []Person {
	list = slices.Clone(list)
	for i := range list {
		w.name(&list[i].Login, i)
		w.name(&list[i].Email, i)
	}
	return list
}
