package github

import (
	"context"
	"strings"
)

// Kind is a kind of token. What it may see follows from it.
type Kind string

// The kinds, by how GitHub's tokens begin.
const (
	Anonymous    Kind = ""             // no token: public data, 60 requests an hour
	Classic      Kind = "classic"      // ghp_, gho_: scopes and the person's own role
	FineGrained  Kind = "fine-grained" // github_pat_, ghu_: permissions of one owner
	Installation Kind = "installation" // ghs_: of a GitHub App, or of a workflow job
	Job          Kind = "job"          // ghs_ of a workflow job: never a settings permission
	Opaque       Kind = "opaque"       // of a form that is not known, as on old Enterprise Servers
)

const (
	kindAnonymous    = Anonymous
	kindClassic      = Classic
	kindFineGrained  = FineGrained
	kindInstallation = Installation
	kindJob          = Job
)

// DetectToken reads the kind off a token. It cannot tell a job's token from that of
// an App: both are Installation until the host says whose it is.
func DetectToken(value string) Kind {
	switch {
	case value == "":
		return Anonymous
	case strings.HasPrefix(value, "github_pat_"), strings.HasPrefix(value, "ghu_"):
		return FineGrained
	case strings.HasPrefix(value, "ghp_"), strings.HasPrefix(value, "gho_"):
		return Classic
	case strings.HasPrefix(value, "ghs_"):
		return Installation
	}
	return Opaque
}

// Describe names the kind for people.
func (k Kind) Describe() string {
	switch k {
	case Anonymous:
		return "no token"
	case Classic:
		return "a classic personal token"
	case FineGrained:
		return "a fine-grained personal token"
	case Installation:
		return "the token of a GitHub App"
	case Job:
		return "the token of a workflow job"
	}
	return "a token of a form that is not known"
}

// source hands out the token of the moment.
type source interface {
	token(ctx context.Context) (string, error)
	// renew is called when the host refuses the last token; it answers false when there is no other.
	renew() bool
	// granted are the permissions of the token where its issuer told them, nil otherwise.
	granted() map[string]string
}

// fixed is a token that stays as it is.
type fixed string

func (f fixed) token(context.Context) (string, error) { return string(f), nil }
func (f fixed) renew() bool                           { return false }
func (f fixed) granted() map[string]string            { return nil }

// String keeps the secret out of logs.
func (f fixed) String() string { return "a token" }

// GoString keeps the secret out of logs.
func (f fixed) GoString() string { return "a token" }
