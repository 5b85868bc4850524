package githubtest

import "time"

// World is everything that the server knows. A test states what matters to it;
// Serve fills in identifiers, dates, default branches and a first commit. Zero values
// are what a fresh account has: public, nothing protected, nothing required.
type World struct {
	Organisations []Organisation
	// Users are accounts of whom more than the login matters. Every login that is
	// named anywhere exists.
	Users        []User
	Repositories []Repository
	Apps         []App
}

// Organisation owns repositories.
type Organisation struct {
	Login string
	ID    int
	// Plan is free, team or enterprise (the default). On free there are no rules for private repositories.
	Plan string
	// SAML wants tokens of persons to be authorised for single sign-on: see Unauthorised.
	SAML       bool
	RequireMFA bool
	// UnknownMFA leaves two_factor_requirement_enabled out (null in GraphQL) even for owners.
	UnknownMFA        bool
	DefaultPermission string // of members: none, read (the default), write, admin
	Members           []Member
	Outside           []Member // outside collaborators
	Actions           Actions
	Secrets           []Secret
	DependabotSecrets []Secret
	Hooks             []Hook
	Rulesets          []Ruleset
	ImmutableReleases string // all, none (the default), selected
	NoDeployKeys      bool
	RunnerGroups      []RunnerGroup
	Runners           []Runner
	// PersonalTokens are fine-grained tokens with access to the organisation.
	PersonalTokens []PersonalToken
}

// Member is somebody of an organisation. MFA is secure when empty.
type Member struct {
	Login string
	Owner bool
	MFA   MFA
}

// MFA is how somebody signs in.
type MFA string

// The methods, as 2fa_disabled and 2fa_insecure tell them apart.
const (
	SecureMFA   MFA = ""
	InsecureMFA MFA = "insecure" // SMS
	NoMFA       MFA = "disabled"
)

// User is an account of a person or a bot. A login that ends in [bot] is a bot.
type User struct {
	Login       string
	ID          int
	Name, Email string
	MFA         MFA
	Keys        []Key // for authentication
	SigningKeys []Key // SSH
	GPGKeys     []GPGKey
}

// Key is an SSH key.
type Key struct {
	ID       int
	Key      string
	Title    string
	Created  time.Time
	LastUsed time.Time
}

// GPGKey is an OpenPGP key.
type GPGKey struct {
	ID      int
	KeyID   string
	Name    string
	Armour  string // raw_key
	Emails  []string
	Created time.Time
	Expires time.Time
	Revoked bool
	NoSign  bool // can_sign is false
	Subkeys []GPGKey
}

// App is a GitHub App that is installed with an organisation or a person. Its JWTs
// are verified with the public half of Key; Serve makes a key where there is none.
type App struct {
	ID           int
	Slug         string
	Installation int    // of the installation
	Account      string // that it is installed with
	// Permissions are those of the installation, as administration:read.
	Permissions []string
	// Repositories are what it sees, all of the account's when empty: owner/name.
	Repositories []string
}

// Repository is one repository.
type Repository struct {
	Owner, Name   string
	ID            int
	Visibility    string // public (the default), private, internal
	DefaultBranch string // main
	Archived      bool
	Fork          bool
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

// Person is a name in a commit. An Email without Login belongs to no account.
type Person struct {
	Login string
	Name  string
	Email string
}

// Commit is one commit.
type Commit struct {
	SHA       string
	Message   string // CoAuthors are added as trailers
	At        time.Time
	Author    Person
	CoAuthors []Person
	Committer Person // the author when zero
	Web       bool   // committed via the website
	Parents   []string
	Merge     bool // has a second parent
	Signature *Signature
	// Pull is the number of the pull request that brought it, 0 for a direct push.
	Pull int
	// Others are pull requests that hold it too, of forks or into other branches.
	Others []int
}

// Signature is that of a commit or a tag, and what GitHub says of it.
type Signature struct {
	Kind        string // gpg (the default), ssh, smime, unknown
	State       string // VALID (the default), UNKNOWN_KEY, EXPIRED_KEY, GPGVERIFY_UNAVAILABLE, ...
	ByGitHub    bool
	KeyID       string // of gpg
	Fingerprint string // of ssh, without SHA256:
	Signer      string // login
	VerifiedAt  time.Time
}

// PullRequest is one pull request into the repository.
type PullRequest struct {
	Number      int
	Title       string
	Author      string
	Base        string // branch, the default one when empty
	BaseOf      string // owner/name of another repository, as a fork's
	Head        string // the SHA of its last commit
	Fork        bool
	Open        bool
	Unmerged    bool // closed without a merge
	MergedBy    string
	MergedAt    time.Time
	MergeCommit string // SHA on the base branch
	Commits     []Commit
	Reviews     []Review
	// Decision is reviewDecision: APPROVED where there is an approval, REVIEW_REQUIRED otherwise. Empty decides.
	Decision string
}

// Review is one review.
type Review struct {
	By     string
	State  string // APPROVED (the default), CHANGES_REQUESTED, COMMENTED, DISMISSED
	At     time.Time
	Commit string // the head when empty
	// CanPush says whether the reviewer may write; nil derives it from the role.
	CanPush *bool
}

// Activity is one push or the like.
type Activity struct {
	Actor, Ref, Kind string // Kind: push, force_push, branch_creation, pr_merge, ...
	Before, After    string
	At               time.Time
}

// RuleSuite is how the rules judged one push.
type RuleSuite struct {
	ID            int
	Actor, Ref    string
	Before, After string
	At            time.Time
	Result        string // pass, fail, bypass
}

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

// PersonalToken is a fine-grained token that an organisation lists.
type PersonalToken struct {
	ID          int
	Name        string
	Owner       string
	Created     time.Time
	Expires     time.Time // zero never
	LastUsed    time.Time
	All         bool // of its repositories
	Permissions map[string]string
}

// Release is one release, newest first.
type Release struct {
	ID         int
	Tag        string
	Author     string
	Draft      bool
	Prerelease bool
	Immutable  bool
	Published  time.Time
	Assets     []Asset
}

// Asset is a file of a release.
type Asset struct {
	ID         int
	Name       string
	Size       int
	Digest     string // sha256:..., one from the name when empty
	Undigested bool   // of the time before digests
	Uploader   string
	Created    time.Time
	Updated    time.Time // the creation when zero
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
