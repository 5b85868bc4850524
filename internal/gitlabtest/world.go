// Package gitlabtest is a small GitLab: a server on loopback that answers REST v4 (and
// the one GraphQL query that sealvet sends) from a typed model. It keeps GitLab's
// refusals: a private project is 404 to strangers, a setting is 403 below its role and
// 401 to those without an account, a feature beyond the plan is 404 or a key that is not
// there, a job token is nobody nearly everywhere.
package gitlabtest

// Plan is what the instance or the group pays for.
type Plan int

// The plans.
const (
	Free Plan = iota
	Premium
	Ultimate
)

// Roles of members.
const (
	Guest      = 10
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
	Owner      = 50
)

// World is all that the server knows. Zero values are a fresh public project.
type World struct {
	Plan     Plan
	Groups   []Group
	Projects []Project
	// Emails are the confirmed addresses of accounts: address to user name.
	Emails map[string]string
	// InstanceMFA demands two factors of everybody.
	InstanceMFA bool
	// Old leaves out what came with later versions: approved_at, last_used_at of keys.
	Old bool
}

// Group owns projects.
type Group struct {
	Path       string // acme, acme/tools
	Private    bool
	RequireMFA bool
	Members    []Member
	Variables  []Variable
	Hooks      []Hook
}

// Member is an account with a role.
type Member struct {
	Name  string
	Level int
}

// Project is one repository with its settings.
type Project struct {
	Path          string // acme/tool
	Private       bool
	Empty         bool
	Person        string // who owns it, where no group does
	DefaultBranch string // main
	Branches      []string
	Members       []Member

	Protected []Protection
	Tags      []ProtectedTag
	// Approvals and Rules are of Premium.
	Approvals ApprovalSettings
	Rules     []ApprovalRule
	// PushRules is of Premium; nil where none was ever set.
	PushRules *PushRules

	PipelineMustSucceed bool
	SkippedCounts       bool
	MergeMethod         string // merge, rebase_merge, ff
	NoPipelines         bool
	PushProtection      bool // Ultimate

	Commits  []Commit // of the default branch, newest first
	Requests []MergeRequest

	JobTokenOpen   bool
	JobTokenPushes bool
	Variables      []Variable
	DeployKeys     []DeployKey
	DeployTokens   []DeployToken
	AccessTokens   []AccessToken
	Hooks          []Hook
	Environments   []Environment
	Runners        []Runner
}

// Access is one entry of those who may: a role, an account, a group or a deploy key.
type Access struct {
	Level  int
	User   int64
	Group  int64
	Key    int64
	Called string
}

// Protection is a protected branch, or a pattern of them.
type Protection struct {
	Name       string
	Push       []Access // nobody when empty
	Merge      []Access
	ForcePush  bool
	CodeOwners bool
}

// ProtectedTag is a protected tag, or a pattern of them.
type ProtectedTag struct {
	Name   string
	Create []Access
}

// ApprovalSettings are those of merge requests.
type ApprovalSettings struct {
	AuthorMayApprove       bool
	CommittersMayNot       bool
	ResetOnPush            bool
	OverridingDisabled     bool
	SelectiveOwnerRemovals bool
}

// ApprovalRule asks for approvals.
type ApprovalRule struct {
	Type         string // regular, any_approver, code_owner, report_approver
	Required     int
	Branches     []string // all when empty
	AllProtected bool
}

// PushRules are held against each push.
type PushRules struct {
	RejectUnsigned bool
	DenyDeleteTag  bool
	CommitterCheck bool
}
