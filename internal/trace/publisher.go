package trace

import (
	"github.com/sealvet/sealvet/internal/evidence"
)

// Registry is where something is published to.
type Registry string

const (
	ToNPM       Registry = "npm"
	ToPyPI      Registry = "pypi"
	ToCargo     Registry = "crates.io"
	ToNuGet     Registry = "nuget"
	ToMaven     Registry = "maven"
	ToGem       Registry = "rubygems"
	ToOCI       Registry = "oci"
	ToHelm      Registry = "helm"
	ToMCP       Registry = "mcp-registry"
	ToVSCode    Registry = "vscode-marketplace" // and Open VSX
	ToRelease   Registry = "release"            // assets of a release of the code host
	ToPackagist Registry = "packagist"
	ToPub       Registry = "pub.dev"
	ToJSR       Registry = "jsr"
	ToHomebrew  Registry = "homebrew"
)

// Publisher is one place that publishes, or can.
type Publisher struct {
	// Kind is the program or action: npm, twine, goreleaser, pypa/gh-action-pypi-publish.
	Kind     string
	Registry Registry
	// Subject is what people call it: the command, or the action with its ref.
	Subject string
	Anchor  string
	At      evidence.Location
	Job     *Job
	// Chain leads from the job to it.
	Chain Chain
	// Step is the step of a workflow or action it stands in, or nil; Script and Command are set
	// where it is a command.
	Step    *evidence.Step
	Script  *evidence.Script
	Command *evidence.Command
	// With are the inputs of the action, Env the variables that hold for it, the nearest last.
	With []evidence.Variable
	Env  []evidence.Variable
	// Provenance says what the line itself asks for: --provenance, provenance: false.
	// Unknown is nothing said, so that the tool's default holds.
	Provenance evidence.Answer
	// Index is where it publishes to when that is said and no default: https://registry.example.com.
	Index string
	// Secrets are those that the publisher is handed, the host's own token aside.
	Secrets []Secret
}

// Secret is a secret in reach of a publisher.
type Secret struct {
	Name string            // NPM_TOKEN
	As   string            // the variable, input or word that holds it: NODE_AUTH_TOKEN
	At   evidence.Location // of the value
}

// IDToken says whether the job may ask for an identity token.
func (p *Publisher) IDToken() evidence.Answer { return p.Job.Grants("id-token", "write") }

// Environment is the deployment environment of the job, "" for none.
func (p *Publisher) Environment() string {
	if p.Job.Spec == nil {
		return p.Job.pipelineEnvironment()
	}
	return p.Job.Spec.Environment.Value
}

// Input is the value of an input of the action, as written.
func (p *Publisher) Input(name string) (evidence.Variable, bool) { return find(p.With, name) }

// Variable is the value that an environment variable has for the publisher.
func (p *Publisher) Variable(name string) (evidence.Variable, bool) { return find(p.Env, name) }
