package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Credentials is how a publisher logs in to its registry, as far as files tell.
type Credentials struct {
	// Tokens are secrets that outlive the run.
	Tokens []Secret
	// Minted says that a step trades the identity token of the job for a credential that does not.
	Minted bool
	// Own says that it is handed the token of the run itself, which ends with it.
	Own bool
	// Open is a credential of which nobody here can tell what it is: the output of a step, a
	// variable that some script sets.
	Open evidence.Variable
}

// Credentials reads what the publisher logs in with. The host's own token is none.
func (p *Publisher) Credentials() Credentials {
	c := Credentials{Tokens: p.tokens(), Minted: p.mints()}
	for _, v := range p.handed() {
		switch {
		case ownToken(v.Value):
			c.Own = true
		case c.Open.Name != "" || len(SecretNames(v.Value)) > 0:
		case !strings.Contains(v.Value, "$"), strings.TrimSpace(v.Value) == "":
		case strings.Contains(v.Value, "inputs.") && len(c.Tokens) > 0: // resolved through the call of the action
		default:
			c.Open = v
		}
	}
	if p.Job.Spec == nil {
		c.pipeline(p)
	}
	return c
}

// tokens are the secrets of the publisher, without those whose variable a nearer
// one of the same name replaces.
func (p *Publisher) tokens() []Secret {
	var all []Secret
	for _, secret := range p.Secrets {
		v, set := p.Variable(secret.As)
		stale := secret.As != "" && set && !slices.Contains(SecretNames(v.Value), secret.Name) && !strings.Contains(v.Value, "inputs.")
		if _, input := p.Input(secret.As); stale && !input || namesUser(secret.Name) {
			continue
		}
		if !slices.ContainsFunc(all, func(s Secret) bool { return s.Name == secret.Name }) {
			all = append(all, secret)
		}
	}
	for _, step := range p.minters() {
		for _, v := range step.With {
			if isCredential(v.Name) {
				for _, name := range SecretNames(v.Value) {
					all = append(all, Secret{Name: name, As: v.Name, At: v.At})
				}
			}
		}
	}
	return all
}

// namesUser: who logs in is no secret, though it may lie among them.
func namesUser(name string) bool {
	name = strings.ToUpper(name)
	return strings.HasSuffix(name, "USERNAME") || strings.HasSuffix(name, "_USER") || strings.HasSuffix(name, "_LOGIN")
}

// ownToken tells the token of the run itself.
func ownToken(value string) bool {
	return strings.Contains(value, "github.token") || strings.Contains(value, "secrets.GITHUB_TOKEN") || strings.Contains(value, "CI_JOB_TOKEN")
}

// handed are the inputs, variables and words that hold a credential.
func (p *Publisher) handed() []evidence.Variable {
	var all []evidence.Variable
	for _, v := range p.With {
		if isCredential(v.Name) {
			all = append(all, v)
		}
	}
	for _, name := range tokenVariables[p.Registry] {
		if v, set := p.Variable(name); set {
			all = append(all, v)
		}
	}
	if p.Command == nil {
		return all
	}
	for i, word := range p.Command.Words {
		name, value, joined := strings.Cut(word.Value, "=")
		if !slices.Contains(credentialFlags, name) && (name != "-k" || p.Registry != ToNuGet) && (name != "-p" || p.Registry != ToPyPI) {
			continue
		}
		if !joined && i+1 < len(p.Command.Words) {
			value = p.Command.Words[i+1].Value
		}
		all = append(all, evidence.Variable{Name: name, Value: p.filled(value), At: word.At})
	}
	return all
}

var credentialFlags = []string{"--token", "--password", "--api-key", "-ApiKey"}

// filled puts in the variables that are known to the publisher.
func (p *Publisher) filled(value string) string {
	for i := len(p.Env) - 1; i >= 0; i-- {
		v := p.Env[i]
		if mentions(value, v.Name) || strings.Contains(value, "env."+v.Name) {
			return v.Value
		}
	}
	return value
}

// minting are the actions that trade an identity token for a short-lived
// credential of a registry.
var minting = map[Registry][][2]string{
	ToCargo: {{"rust-lang", "crates-io-auth-action"}},
	ToNuGet: {{"nuget", "login"}},
	ToGem:   {{"rubygems", "configure-rubygems-credentials"}, {"rubygems", "release-gem"}},
}

func mints(uses evidence.Uses) bool {
	for _, actions := range minting {
		for _, action := range actions {
			if uses.Is(action[0], action[1]) {
				return true
			}
		}
	}
	return false
}

// minters are the steps of the job that may bring such a credential.
func (p *Publisher) minters() []*evidence.Step {
	var all []*evidence.Step
	for _, step := range p.Job.gear.minters {
		uses := evidence.SplitUses(step.Uses.Value)
		for _, action := range minting[p.Registry] {
			if uses.Is(action[0], action[1]) {
				all = append(all, step)
			}
		}
	}
	return all
}

func (p *Publisher) mints() bool {
	for _, step := range p.minters() {
		given := false // configure-rubygems-credentials may be given a token to store
		for _, v := range step.With {
			given = given || strings.Contains(v.Name, "token") && len(SecretNames(v.Value)) > 0
		}
		if !given {
			return true
		}
	}
	return false
}

// pipeline reads the variables of a pipeline's job, whose values the host keeps:
// the job's own token is named as such, and what is named like a registry's is one.
func (c *Credentials) pipeline(p *Publisher) {
	if p.Command == nil {
		return
	}
	values := p.handed()
	for _, assign := range p.Command.Env {
		values = append(values, evidence.Variable{Name: assign.Name, Value: assign.Value.Value, At: assign.Value.At})
	}
	c.Open = evidence.Variable{}
	for _, v := range values {
		name := strings.Trim(v.Value, "${}")
		switch {
		case ownToken(v.Value):
			c.Own = true
		case !strings.HasPrefix(v.Value, "$") || !isCredential(name):
		case !slices.ContainsFunc(c.Tokens, func(s Secret) bool { return s.Name == name }):
			c.Tokens = append(c.Tokens, Secret{Name: name, As: v.Name, At: v.At})
		}
	}
}
