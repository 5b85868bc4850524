package githubtest

import (
	"time"
)

// Environment is a deployment environment.
type Environment struct {
	Name string
	ID   int
	// Reviewers are logins, or teams as team/slug; none requires no review.
	Reviewers         []string
	PreventSelfReview bool
	NoAdminBypass     bool
	WaitMinutes       int
	ProtectedBranches bool     // only protected branches may deploy
	Branches          []string // custom patterns of branches
	TagPatterns       []string // custom patterns of tags
	Secrets           []Secret
}

// Secret is the name of one; nobody knows its value.
type Secret struct {
	Name       string
	Created    time.Time
	Updated    time.Time
	Visibility string // of an organisation's: all (the default), private, selected
}

// DeployKey is one deploy key.
type DeployKey struct {
	ID       int
	Title    string
	Key      string
	CanWrite bool
	Created  time.Time
	LastUsed time.Time
	AddedBy  string
	Disabled bool
}

// Hook is a webhook.
type Hook struct {
	ID       int
	URL      string
	Insecure bool // insecure_ssl "1"
	Secret   bool
	Inactive bool
	Events   []string
}

// Actions is what workflows may do. Zero values are GitHub's own: on, everything
// allowed, a read token.
type Actions struct {
	Disabled         bool
	Allowed          string // all (the default), local_only, selected
	GitHubAllowed    bool   // with selected
	VerifiedAllowed  bool
	Patterns         []string
	SHAPinning       bool
	WriteToken       bool
	MayApprove       bool
	ForkApproval     string // first_time_contributors (the default), ..._new_to_github, all_external_contributors
	ForkWorkflows    bool   // of private forks
	ForkWriteTokens  bool
	ForkSecrets      bool
	LogDays          int    // 90
	AccessLevel      string // of private repositories: none (the default), user, organization
	ImmutableSubject bool
	ClaimKeys        []string // customises the subject
	// RunnerPolicy is which repositories may have runners of their own: all (the default), selected, none.
	RunnerPolicy string
}

// RunnerGroup is a group of an organisation's runners.
type RunnerGroup struct {
	ID         int
	Name       string
	Visibility string // all (the default), selected, private
	Public     bool   // allows_public_repositories
	Default    bool
	Workflows  []string // restricted to them
}

// Runner is a self-hosted runner.
type Runner struct {
	ID        int
	Name      string
	OS        string
	Labels    []string // besides self-hosted
	Ephemeral bool
	Offline   bool
	Group     int
}

// Security are the host's own watchers and settings.
type Security struct {
	SecretScanning    bool
	PushProtection    bool
	Alerts            bool // vulnerability alerts
	Fixes             bool // of vulnerable dependencies
	PrivateReports    bool
	Policy            bool // SECURITY.md, also inherited
	ImmutableReleases bool
	WebSignoff        bool
}

// OwnerError is one error of CODEOWNERS.
type OwnerError struct {
	Kind string // Unknown owner, Invalid pattern, ...
	Path string // .github/CODEOWNERS
	Line int
	Text string
}
