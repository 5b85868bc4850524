// Package access says which permission shows what of the code host: for each place
// in evidence.Host, for each check that asks it, and in the words of each kind of
// token. It looks at nothing; what a token really shows is told by the host.
package access

import (
	"slices"
	"strings"
)

// Kind is a kind of token.
type Kind string

// The kinds, as evidence.Host.Asker names them.
const (
	Classic      Kind = "classic"
	FineGrained  Kind = "fine-grained"
	Installation Kind = "installation"
	Job          Kind = "job"
)

// Kinds are those that a table has a column for, the narrowest first.
var Kinds = []Kind{Job, FineGrained, Installation, Classic}

// String names the kind for people.
func (k Kind) String() string {
	switch k {
	case Classic:
		return "classic token"
	case FineGrained:
		return "fine-grained token"
	case Installation:
		return "GitHub App"
	case Job:
		return "workflow job"
	}
	return string(k)
}

// Never is what the words of a right say for a kind of token that cannot have it.
const Never = "never"

// Right is one permission in the words of each kind of token. Source: GitHub's tables
// of permissions and scopes.
type Right struct {
	// Name is the permission as GitHub's refusals and Apps spell it: administration:read.
	Name string
	// Setting is how the page for fine-grained tokens and Apps calls it.
	Setting string
	// Organisation says that it is one of the organisation's permissions.
	Organisation bool
	// Scopes of a classic token, and the Role that its person must have.
	Scopes string
	Role   string
	// Job is the key of permissions: in a workflow; empty where its token never has it.
	Job string
}

// rights are all that anything here needs, the least first: where several would do
// equally well, the earlier one is named.
var rights = []Right{
	{Name: "metadata:read", Setting: "Metadata: read", Scopes: "repo for a private repository, none for a public one", Job: "nothing; every job has it"},
	{Name: "contents:read", Setting: "Contents: read", Scopes: "repo for a private repository, none for a public one", Job: "contents: read"},
	{Name: "pull_requests:read", Setting: "Pull requests: read", Scopes: "repo for a private repository, none for a public one", Job: "pull-requests: read"},
	{Name: "actions:read", Setting: "Actions: read", Scopes: "repo", Job: "actions: read"},
	{Name: "attestations:read", Setting: "Attestations: read", Scopes: "repo", Job: "attestations: read"},
	{Name: "deployments:read", Setting: "Deployments: read", Scopes: "repo", Job: "deployments: read"},
	{Name: "administration:read", Setting: "Administration: read", Scopes: "repo", Role: "an administrator of the repository"},
	{Name: "secrets:read", Setting: "Secrets: read", Scopes: "repo", Role: "somebody who may write to the repository"},
	{Name: "environments:read", Setting: "Environments: read", Scopes: "repo", Role: "somebody who may write to the repository"},
	{Name: "dependabot_secrets:read", Setting: "Dependabot secrets: read", Scopes: "repo", Role: "somebody who may write to the repository"},
	{Name: "repository_hooks:read", Setting: "Webhooks: read", Scopes: "read:repo_hook", Role: "an administrator of the repository"},
	{Name: "members:read", Setting: "Members: read", Organisation: true, Scopes: "read:org", Role: "an owner of the organisation"},
	{Name: "organization_administration:read", Setting: "Administration: read", Organisation: true, Scopes: "admin:org", Role: "an owner of the organisation"},
	{Name: "organization_hooks:read", Setting: "Webhooks: read", Organisation: true, Scopes: "admin:org_hook", Role: "an owner of the organisation"},
	{Name: "organization_secrets:read", Setting: "Secrets: read", Organisation: true, Scopes: "admin:org", Role: "an owner of the organisation"},
	{Name: "organization_self_hosted_runners:read", Setting: "Self-hosted runners: read", Organisation: true, Scopes: "admin:org", Role: "an owner of the organisation"},
	{Name: "organization_administration:write", Setting: "Administration: read and write", Organisation: true, Scopes: "admin:org", Role: "an owner of the organisation"},
	{Name: "administration:write", Setting: "Administration: read and write", Scopes: "repo", Role: "an administrator of the repository"},
}

// Find is the right of a name.
func Find(name string) (Right, bool) {
	i := slices.IndexFunc(rights, func(r Right) bool { return r.Name == name })
	if i < 0 {
		return Right{}, false
	}
	return rights[i], true
}

// For tells in words what a kind of token must have, or Never.
func (r Right) For(kind Kind) string {
	switch kind {
	case Job:
		if r.Job == "" {
			return Never
		}
		return r.Job
	case Classic:
		words := "scope " + r.Scopes
		if r.Role != "" {
			words += ", of " + r.Role
		}
		return words
	case FineGrained, Installation:
		owner := "repository permission "
		if r.Organisation {
			owner = "organisation permission "
		}
		words := owner + r.Setting
		if kind == FineGrained && r.Role != "" {
			words += ", of " + r.Role
		}
		return words
	}
	return r.Name
}

// Names are the rights that words like "administration:read and secrets:read, or ..."
// ask for: of several sets that would do, the first. Words that name no right, as "a
// run that goes to its end", are none.
func Names(unlock string) []string {
	first, _, _ := strings.Cut(unlock, " or ")
	var names []string
	for word := range strings.FieldsSeq(first) {
		word = strings.Trim(word, ",;.()")
		if _, known := Find(word); known && !slices.Contains(names, word) {
			names = append(names, word)
		}
	}
	return names
}

// Order sorts names of rights: the least first, and unknown ones last by their name.
func Order(a, b string) int {
	index := func(name string) int {
		if i := slices.IndexFunc(rights, func(r Right) bool { return r.Name == name }); i >= 0 {
			return i
		}
		return len(rights)
	}
	if d := index(a) - index(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}
