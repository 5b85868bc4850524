package provenance

import (
	"slices"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// publishStep is one step that publishes to one registry. It speaks through one
// check alone: the others are told beside it.
type publishStep struct {
	first       *trace.Publisher
	all         []*trace.Publisher
	credentials trace.Credentials
	home        evidence.Answer // it goes to the public registry
	trusted     bool            // and that trusts workflows in place of tokens, or may
	attested    trace.Attested
}

// trusting are the registries that trust a workflow in place of a token, as
// people name them.
var trusting = map[trace.Registry]string{
	trace.ToNPM: "npm", trace.ToPyPI: "PyPI", trace.ToCargo: "crates.io", trace.ToNuGet: "NuGet",
	trace.ToGem: "RubyGems", trace.ToMCP: "the MCP registry",
}

// publishSteps puts the publishers of one step and one registry together: who
// mends one mends all.
func publishSteps(seen *evidence.Snapshot) []*publishStep {
	type key struct {
		job      *trace.Job
		step     *evidence.Step
		script   *evidence.Script
		registry trace.Registry
	}
	traced := trace.Of(seen)
	known := make(map[key]*publishStep)
	var steps []*publishStep
	for _, p := range traced.Publishers {
		k := key{p.Job, p.Step, nil, p.Registry}
		if p.Step == nil {
			k.script = p.Script
		}
		if s := known[k]; s != nil {
			s.all = append(s.all, p)
			continue
		}
		s := &publishStep{first: p, all: []*trace.Publisher{p}, credentials: p.Credentials(), home: p.Home(seen), trusted: p.Trusted(seen), attested: traced.Attests(p, seen)}
		known[k] = s
		steps = append(steps, s)
	}
	return steps
}

// token is the first secret that stands for a user of the registry. A key that
// signs a login to the MCP registry is signing-key-in-ci's to judge.
func (s *publishStep) token() (trace.Secret, bool) {
	for _, secret := range s.credentials.Tokens {
		if s.first.Registry != trace.ToMCP || !looksLikeKey(secret.Name) {
			return secret, true
		}
	}
	return trace.Secret{}, false
}

// usesToken: the step publishes with a token, by what is handed to it or because
// it can have nothing else.
func (s *publishStep) usesToken() bool {
	if !s.trusted || s.home != evidence.Yes {
		return false
	}
	if _, handed := s.token(); handed {
		return true
	}
	return s.needsToken()
}

// needsToken: a command that surely publishes, in a job that may not ask for an
// identity token: whatever it logs in with is stored somewhere. The variables of a
// pipeline, which may choose another registry, live on its host.
func (s *publishStep) needsToken() bool {
	c := s.credentials
	if s.first.Job.Spec == nil || c.Minted || c.Own || c.Open.Name != "" || s.first.Command == nil || s.first.IDToken() != evidence.No {
		return false
	}
	return slices.Contains([]string{"npm", "pnpm", "yarn", "bun", "uv", "twine", "poetry", "flit", "hatch", "pdm", "rye", "maturin", "cargo", "dotnet", "nuget", "gem"}, s.first.Kind)
}

// bothOpen: the tool itself takes the identity token first and the stored one
// where that fails, or the step before has traded for a credential that this one
// then does not use.
func (s *publishStep) bothOpen() bool {
	_, handed := s.token()
	if !handed || !s.usesToken() || s.first.IDToken() != evidence.Yes {
		return false
	}
	return s.first.Registry == trace.ToNPM && s.first.Kind != "bun" || s.credentials.Minted
}

// place is where the step stands in its own workflow: at the command, or at the
// call that leads to it.
func (s *publishStep) place() evidence.Location {
	p := s.first
	if p.At.Path == p.Job.Path {
		return p.At
	}
	for _, link := range slices.Backward(p.Chain) {
		if link.At.Path == p.Job.Path && link.At.Line > 0 {
			return link.At
		}
	}
	return p.At
}

// way is the chain of calls where the publisher does not stand in the workflow.
func (s *publishStep) way() []audit.Related {
	p := s.first
	if p.At.Path == p.Job.Path {
		return nil
	}
	var links []audit.Related
	for _, link := range p.Chain {
		links = append(links, audit.Related{Location: link.At, Message: link.Name})
	}
	return append(links, audit.Related{Location: p.At, Message: p.Subject})
}

// beside tells the other facts about the step, so that one mending can take
// care of all.
func (s *publishStep) beside() []audit.Related {
	var all []audit.Related
	for _, other := range s.all[1:] {
		all = append(all, audit.Related{Location: other.At, Message: "the same holds for " + other.Subject})
	}
	for _, secret := range s.credentials.Tokens {
		all = append(all, audit.Related{Location: secret.At, Message: "the secret " + secret.Name + " is handed over here"})
	}
	if s.first.Job.Spec != nil && len(s.credentials.Tokens) > 0 && s.first.Environment() == "" {
		all = append(all, audit.Related{Location: s.first.Job.At, Message: "the job names no environment, so every workflow of the repository can read the secret"})
	}
	return all
}

// unattested tells that the step does not attest either.
func (s *publishStep) unattested() []audit.Related {
	if s.attested.Carries && s.attested.Answer == evidence.No {
		return []audit.Related{{Location: s.first.At, Message: "it does not attest either: " + s.attested.Why}}
	}
	return nil
}
