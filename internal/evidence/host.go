package evidence

import (
	"strings"
	"time"
)

// Hosts is what only the code host knows. A Gap of this kind leaves open every check
// that asks it; what one request was refused is in Host.Unseen and costs only itself.
const Hosts Kind = "host"

// Host is what the code host says of the repository and of who owns it. Nothing in
// it was asked of the tree. An Answer is Unknown, a pointer nil and a list unproved
// wherever the host did not say; Unseen then tells why.
type Host struct {
	System string `json:"system"` // github, gitlab
	// At is when it was asked. Snapshot.Host takes the later of two answers.
	At            time.Time `json:"at,omitzero"`
	Address       string    `json:"address"`
	Name          string    `json:"name"` // owner/name as the host spells it today
	ID            string    `json:"id,omitempty"`
	Visibility    string    `json:"visibility,omitempty"` // public, private, internal; empty unknown
	Archived      Answer    `json:"archived,omitempty"`
	DefaultBranch string    `json:"defaultBranch,omitempty"`
	// Asker is the kind of token that asked: classic, fine-grained, installation, job; empty for none.
	Asker string `json:"asker,omitempty"`
	// Organisation is nil where a person owns the repository; Personal then is Yes.
	Organisation *Organisation `json:"organisation,omitempty"`
	Personal     Answer        `json:"personal,omitempty"`

	Branches     []Branch        `json:"branches,omitempty"` // the default one first
	Rulesets     []Ruleset       `json:"rulesets,omitempty"` // of the repository and inherited, for branches and tags
	Changes      *Changes        `json:"changes,omitempty"`  // of the default branch
	Environments []Environment   `json:"environments,omitempty"`
	Secrets      []Secret        `json:"secrets,omitempty"`
	DeployKeys   []DeployKey     `json:"deployKeys,omitempty"`
	Webhooks     []Webhook       `json:"webhooks,omitempty"`
	Actions      *ActionsPolicy  `json:"actions,omitempty"`
	Runners      []HostRunner    `json:"runners,omitempty"`
	Security     SecurityOptions `json:"security,omitzero"`
	// Signers are the signing keys of the accounts that signed or authored the sampled commits.
	Signers []AccountKey `json:"signers,omitempty"`
	// OwnerProblems are the errors that the host finds in CODEOWNERS; unknown owners among them.
	OwnerProblems []Problem `json:"ownerProblems,omitempty"`
	// Pins are what the host says of the actions that the workflows use by SHA.
	Pins []PinnedCommit `json:"pins,omitempty"`

	// Unseen is what was not answered, and what would unlock it.
	Unseen []Unseen `json:"unseen,omitempty"`
	// Cost is what it took.
	Cost HostCost `json:"cost,omitzero"`
}

// Unseen is one thing that the host did not say.
type Unseen struct {
	// What is a path in Host, as "branches/main/bypass", "organisation/mfa", "secrets/environment", "webhooks".
	What   string `json:"what"`
	Reason string `json:"reason"`
	Unlock string `json:"unlock,omitempty"` // permission by its exact name: "administration:read"
}

// Why tells why something is unknown: the entry whose path is the longest prefix of
// what is asked.
func (h *Host) Why(what string) Unseen {
	best := Unseen{What: what, Reason: "the host did not say"}
	length := -1
	for _, u := range h.Unseen {
		if (u.What == what || strings.HasPrefix(what, u.What+"/")) && len(u.What) > length {
			best, length = u, len(u.What)
		}
	}
	return best
}

// Branch is one branch with the rules that bind it today: active rulesets of the
// repository and its owners, and classic protection, merged; the stricter counts.
type Branch struct {
	Name      string `json:"name"`
	Role      string `json:"role"` // default, release (named in the policy), publishes
	Protected Answer `json:"protected"`
	// Approvals is how many reviews a change needs, nil where nobody says.
	Approvals        *int     `json:"approvals,omitempty"`
	PullRequest      Answer   `json:"pullRequest"`  // changes must come by one
	DismissStale     Answer   `json:"dismissStale"` // new commits void approvals
	LastPush         Answer   `json:"lastPush"`     // somebody else than the last pusher must approve
	CodeOwners       Answer   `json:"codeOwners"`   // their review is required
	StatusChecks     Answer   `json:"statusChecks"` // at least one is required
	Checks           []string `json:"checks,omitempty"`
	Strict           Answer   `json:"strict"`           // on the newest base
	ForcePushBlocked Answer   `json:"forcePushBlocked"` // history cannot be rewritten
	DeletionBlocked  Answer   `json:"deletionBlocked"`
	Signatures       Answer   `json:"signatures"` // signed commits are required
	Linear           Answer   `json:"linear"`
	// Bypass lists who may go past the rules; BypassSeen is Yes where the list is whole.
	Bypass     []Bypass `json:"bypass,omitempty"`
	BypassSeen Answer   `json:"bypassSeen"`
	// Sources name what binds it: "classic protection", "ruleset 12 of acme".
	Sources []string `json:"sources,omitempty"`
	Link    string   `json:"link,omitempty"` // its settings page
}

// Bypass is one who may go past a rule.
type Bypass struct {
	Source string `json:"source"`         // the ruleset, or classic protection
	Kind   string `json:"kind"`           // role, team, app, user, deploy-key, organisation-admin, administrators
	Name   string `json:"name,omitempty"` // privileged: shown as a count for public repositories in CI
	Mode   string `json:"mode"`           // always, pull-request, exempt
}

// Ruleset is one set of rules as it was written, in force or not.
type Ruleset struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Target      string   `json:"target"`      // branch, tag, push
	Enforcement string   `json:"enforcement"` // active, evaluate, disabled
	Source      string   `json:"source"`      // owner/name, or the organisation
	Include     []string `json:"include,omitempty"`
	Exclude     []string `json:"exclude,omitempty"`
	Rules       []string `json:"rules,omitempty"` // types: update, deletion, non_fast_forward, ...; unknown ones are kept
	Bypass      []Bypass `json:"bypass,omitempty"`
	BypassSeen  Answer   `json:"bypassSeen"`
	Link        string   `json:"link,omitempty"`
}

// Person is an account as the host names it. An address without an account has an
// Email alone.
type Person struct {
	Login string `json:"login,omitempty"`
	Email string `json:"email,omitempty"`
	Bot   bool   `json:"bot,omitempty"`
}

// Changes is the sample of the newest commits of a branch.
type Changes struct {
	Branch  string   `json:"branch"`
	Commits []Change `json:"commits,omitempty"` // newest first
	// Whole is Yes where the branch has no older ones.
	Whole Answer `json:"whole"`
}

// Change is one commit of the branch and how it came there.
type Change struct {
	Commit    string       `json:"commit"`
	At        time.Time    `json:"at"`
	Authors   []Person     `json:"authors,omitempty"` // author first, then co-authors
	Committer Person       `json:"committer,omitzero"`
	Web       Answer       `json:"web"`              // made on the host's website or by its merge
	Merge     bool         `json:"merge,omitempty"`  // more than one parent
	Signed    string       `json:"signed,omitempty"` // the host's word: VALID, UNSIGNED, ...; empty unknown
	ByHost    Answer       `json:"byHost,omitempty"` // signed with the host's own key
	Key       string       `json:"key,omitempty"`    // key id or fingerprint
	Request   *PullRequest `json:"request,omitempty"`
	// RequestSeen is Yes where the host surely knows whether it came by a pull request.
	RequestSeen Answer `json:"requestSeen"`
}

// PullRequest is a merged pull or merge request.
type PullRequest struct {
	Number   int       `json:"number"`
	Link     string    `json:"link,omitempty"`
	Author   Person    `json:"author"`
	MergedBy Person    `json:"mergedBy,omitzero"`
	MergedAt time.Time `json:"mergedAt,omitzero"`
	Head     string    `json:"head"` // the commit that was merged
	// Contributors made its commits: authors, co-authors, committers, without the host's own.
	Contributors []Person `json:"contributors,omitempty"`
	// ContributorsSeen and ReviewsSeen are Yes where the lists are whole.
	ContributorsSeen Answer   `json:"contributorsSeen"`
	LastPusher       Person   `json:"lastPusher,omitzero"`
	Reviews          []Review `json:"reviews,omitempty"` // in time order
	ReviewsSeen      Answer   `json:"reviewsSeen"`
}

// Review is one review of a pull request.
type Review struct {
	By      Person    `json:"by"`
	State   string    `json:"state"` // APPROVED, CHANGES_REQUESTED, DISMISSED, COMMENTED
	At      time.Time `json:"at,omitzero"`
	Commit  string    `json:"commit,omitempty"` // that it speaks of
	CanPush Answer    `json:"canPush"`          // the reviewer may write to the repository
}

// Environment is a deployment environment.
type Environment struct {
	Name          string   `json:"name"`
	Reviewers     *int     `json:"reviewers,omitempty"` // how many are required, nil unknown
	SelfReview    Answer   `json:"selfReview"`          // whoever started the run may approve it
	AdminsBypass  Answer   `json:"adminsBypass"`
	BranchesBound Answer   `json:"branchesBound"` // only named branches or tags may deploy
	Branches      []string `json:"branches,omitempty"`
	Link          string   `json:"link,omitempty"`
}

// Organisation is who owns the repository, where that is no person.
type Organisation struct {
	Name        string `json:"name"`
	MFARequired Answer `json:"mfaRequired"`
	// The lists are whole where the matching Answer is Yes. Names are privileged.
	WithoutMFA         []Person `json:"withoutMfa,omitempty"`
	WithoutMFASeen     Answer   `json:"withoutMfaSeen"`
	OutsideWithoutMFA  []Person `json:"outsideWithoutMfa,omitempty"`
	OutsideSeen        Answer   `json:"outsideSeen"`
	InsecureMFA        []Person `json:"insecureMfa,omitempty"` // members and outside collaborators
	InsecureSeen       Answer   `json:"insecureSeen"`
	Owners             *int     `json:"owners,omitempty"`
	DefaultPermission  string   `json:"defaultPermission,omitempty"` // of members: none, read, write, admin
	ImmutableReleases  Answer   `json:"immutableReleases,omitempty"`
	DeployKeysAllowed  Answer   `json:"deployKeysAllowed,omitempty"`
	PublicRunnerGroups Answer   `json:"publicRunnerGroups,omitempty"` // a group that public repositories may use
	Link               string   `json:"link,omitempty"`
}

// Secret is a stored secret; never its value.
type Secret struct {
	Name        string    `json:"name"`  // privileged
	Level       string    `json:"level"` // repository, organisation, environment, dependabot
	Environment string    `json:"environment,omitempty"`
	Updated     time.Time `json:"updated,omitzero"`
	Visibility  string    `json:"visibility,omitempty"` // of an organisation's: all, private, selected
	// Protected and Masked are GitLab's for a variable.
	Protected Answer `json:"protected,omitempty"`
	Masked    Answer `json:"masked,omitempty"`
}

// DeployKey is a key that reads or writes the repository without a person.
type DeployKey struct {
	ID       string    `json:"id"`
	Title    string    `json:"title,omitempty"` // privileged
	CanWrite Answer    `json:"canWrite"`
	Created  time.Time `json:"created,omitzero"`
	LastUsed time.Time `json:"lastUsed,omitzero"`
	UsedSeen Answer    `json:"usedSeen"` // the host tells when it was last used
	Expires  time.Time `json:"expires,omitzero"`
}

// Webhook is an address that the host tells about events.
type Webhook struct {
	ID        string `json:"id"`
	Level     string `json:"level"`          // repository, organisation
	Host      string `json:"host,omitempty"` // of its address; privileged
	Scheme    string `json:"scheme"`         // https, http
	VerifyTLS Answer `json:"verifyTls"`
	HasSecret Answer `json:"hasSecret"`
	Active    Answer `json:"active"`
}

// ActionsPolicy is what the host lets workflows do.
type ActionsPolicy struct {
	Enabled         Answer   `json:"enabled"`
	Allowed         string   `json:"allowed,omitempty"` // all, local_only, selected; empty unknown
	AllowedPatterns []string `json:"allowedPatterns,omitempty"`
	VerifiedAllowed Answer   `json:"verifiedAllowed,omitempty"`
	SHAPinning      Answer   `json:"shaPinning"`
	TokenWrites     Answer   `json:"tokenWrites"`            // the default token may write
	MayApprove      Answer   `json:"mayApprove"`             // workflows may approve pull requests
	ForkApproval    string   `json:"forkApproval,omitempty"` // first_time_contributors_new_to_github, first_time_contributors, all_external_contributors
	LogDays         *int     `json:"logDays,omitempty"`      // retention of artifacts and logs
	ImmutableSub    Answer   `json:"immutableSub,omitempty"` // identity tokens name ids, not names
	// JobTokenOpen is GitLab's: any project's job token may reach this one.
	JobTokenOpen Answer `json:"jobTokenOpen,omitempty"`
}

// HostRunner is a self-hosted runner as the host lists it.
type HostRunner struct {
	Name      string   `json:"name"` // privileged
	Level     string   `json:"level"`
	Labels    []string `json:"labels,omitempty"`
	Ephemeral Answer   `json:"ephemeral"`
}

// SecurityOptions are the host's own watchers.
type SecurityOptions struct {
	SecretScanning   Answer `json:"secretScanning"`
	PushProtection   Answer `json:"pushProtection"`
	Alerts           Answer `json:"alerts"` // of vulnerable dependencies
	PrivateReports   Answer `json:"privateReports"`
	Policy           Answer `json:"policy"` // SECURITY.md, also inherited
	ImmutableRelease Answer `json:"immutableRelease"`
}

// AccountKey is a signing key of an account.
type AccountKey struct {
	Login   string    `json:"login"`
	Key     string    `json:"key"`  // key id or fingerprint
	Kind    string    `json:"kind"` // ssh, openpgp
	Created time.Time `json:"created,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
	Revoked Answer    `json:"revoked,omitempty"`
}

// PinnedCommit is what the host says of one action at one SHA.
type PinnedCommit struct {
	Repository string   `json:"repository"` // owner/name
	Commit     string   `json:"commit"`
	Exists     Answer   `json:"exists"`
	Reachable  Answer   `json:"reachable"`      // from a branch or tag of that repository, not only from a fork
	Tags       []string `json:"tags,omitempty"` // that point to it today
	TagsSeen   Answer   `json:"tagsSeen"`
}

// HostCost is what was asked of the host.
type HostCost struct {
	Requests int `json:"requests"`
	Lookups  int `json:"lookups,omitempty"` // requests for the actions that workflows use, counted apart
	Points   int `json:"points,omitempty"`  // of GraphQL
}
