package githubtest

import (
	"time"
)

// Repository is one repository.
type Repository struct {
	// NoCodeScanning refuses analyses.
	NoCodeScanning bool
	Owner, Name    string
	ID             int
	Visibility     string // public (the default), private, internal
	DefaultBranch  string // main
	Archived       bool
	Fork           bool
	// Empty has no commit at all.
	Empty bool
	// Renamed are names that it had before: owner/name. They answer 301.
	Renamed []string
	// Collaborators have roles of their own: read, triage, write, maintain, admin.
	Collaborators map[string]string

	Protection map[string]*Protection // classic, by branch
	Rulesets   []Ruleset
	// Commits are those of the default branch, newest first. Each is the parent of the one before it.
	Commits  []Commit
	Branches []Branch // others than the default one
	Tags     []Tag
	// Strays are commits that only a fork has: the host finds them, no branch or tag leads to them.
	Strays       []string
	PullRequests []PullRequest
	Activity     []Activity
	RuleSuites   []RuleSuite

	Environments      []Environment
	Secrets           []Secret
	DependabotSecrets []Secret
	DeployKeys        []DeployKey
	Hooks             []Hook
	Actions           Actions
	Runners           []Runner
	Releases          []Release
	// Attestations are bundles by digest: sha256:...
	Attestations map[string][][]byte
	Security     Security
	// OwnerErrors are those of CODEOWNERS; NoOwners has no such file.
	OwnerErrors []OwnerError
	NoOwners    bool
	// Files are those of the default branch that GET contents shows.
	Files map[string]string
}

// Protection is the classic protection of one branch.
type Protection struct {
	// Approvals is how many reviews are required; nil requires no pull request.
	Approvals          *int
	DismissStale       bool
	CodeOwners         bool
	LastPush           bool
	BypassReview       []string // logins, teams as team/slug, apps as app/slug
	Admins             bool     // administrators are bound too
	Signatures         bool
	StatusChecks       []string
	Strict             bool
	Linear             bool
	AllowForcePush     bool
	AllowDeletion      bool
	Lock               bool
	Conversations      bool
	RestrictPush       bool
	PushAllowed        []string // as BypassReview; only with RestrictPush
	BypassForcePush    []string // seen in GraphQL alone
	NoStatusChecksEver bool     // requiresStatusChecks false; GraphQL then still says strict
}

// Ruleset is a set of rules of a repository or an organisation.
type Ruleset struct {
	ID          int
	Name        string
	Target      string // branch (the default), tag, push
	Enforcement string // active (the default), evaluate, disabled
	// Include are patterns of refs: ~DEFAULT_BRANCH (the default for branches), ~ALL (for tags), refs/heads/release/**
	Include []string
	Exclude []string
	// Repositories limit an organisation's: names with wildcards, ~ALL when empty.
	Repositories []string
	Rules        []Rule
	Bypass       []BypassActor
	Updated      time.Time
}

// Rule is one rule. Types that the description of the API does not know are served
// too, for clients must bear them; their replies are not validated.
type Rule struct {
	Type       string
	Parameters map[string]any
}

// BypassActor may go past a ruleset.
type BypassActor struct {
	Type string // Integration, OrganizationAdmin, RepositoryRole, Team, DeployKey, User, EnterpriseOwner
	ID   int    // of a RepositoryRole: 2 maintain, 4 write, 5 admin
	Name string // slug or login, in GraphQL
	Mode string // always (the default), pull_request, exempt
}

// Branch is another branch than the default one.
type Branch struct {
	Name    string
	Commits []Commit
}

// Tag is a tag. With an Object it is annotated.
type Tag struct {
	Name      string
	Commit    string // the newest one of the default branch when empty
	Object    string // of the tag object; see Annotated
	Annotated bool   // gives it an Object
	Signature *Signature
	Tagger    Person
}
