// Package evidence holds what was seen of a repository and what could not be
// seen. It knows no file format, no host and no check: collectors fill a
// Snapshot, checks read it. Everything in it is plain data that survives a trip
// through JSON, so that a repository can be judged again tomorrow, offline.
package evidence

import "time"

// Schema names the wire format of a saved Snapshot.
const Schema = "sealvet/snapshot/v1"

// Kind names a sort of evidence. A check says which kinds it needs, a Gap says
// which kind it leaves incomplete.
type Kind string

const (
	Files           Kind = "files"            // the list of files itself; a Gap in it leaves every check open
	Listing         Kind = "listing"          // what the list leaves to others, as submodules; leaves no check open
	Workflows       Kind = "workflows"        // workflows and actions of the code host
	ActionLocks     Kind = "action-locks"     // .github/workflows/actions.lock
	Images          Kind = "images"           // container images named by any file
	Commands        Kind = "commands"         // shell of steps, scripts, recipes, Dockerfiles
	Manifests       Kind = "manifests"        // dependency manifests
	Lockfiles       Kind = "lockfiles"        // their locks
	Registries      Kind = "registries"       // settings that choose a package source
	Toolchains      Kind = "toolchains"       // what chooses a compiler or an interpreter
	Updaters        Kind = "updaters"         // Dependabot, Renovate
	ServerManifests Kind = "server-manifests" // server.json
	Bundles         Kind = "bundles"          // MCPB and DXT manifests
	Launches        Kind = "launches"         // configurations that start an MCP server
	Documents       Kind = "documents"        // README and docs
	Instructions    Kind = "instructions"     // what models and agents are told
	Hooks           Kind = "hooks"            // what agents and editors run or allow by themselves
	CodeOwners      Kind = "code-owners"      // CODEOWNERS
	Ignores         Kind = "ignores"          // inline waivers
)

// Snapshot is one look at one repository. Slices are in path order, then in
// file order; nothing in it depends on the machine that looked.
type Snapshot struct {
	Schema  string    `json:"schema"`
	TakenAt time.Time `json:"takenAt"`
	Target  Target    `json:"target"`
	Files   []File    `json:"files,omitempty"`

	Workflows   []Workflow   `json:"workflows,omitempty"`
	Actions     []Action     `json:"actions,omitempty"`
	ActionLocks []ActionLock `json:"actionLocks,omitempty"`

	Includes  []Include  `json:"includes,omitempty"`
	Pipelines []Pipeline `json:"pipelines,omitempty"`

	Images      []Image      `json:"images,omitempty"`
	Dockerfiles []Dockerfile `json:"dockerfiles,omitempty"`
	Scripts     []Script     `json:"scripts,omitempty"`
	Services    []Service    `json:"services,omitempty"`

	Manifests  []Manifest  `json:"manifests,omitempty"`
	Lockfiles  []Lockfile  `json:"lockfiles,omitempty"`
	Registries []Registry  `json:"registries,omitempty"`
	Toolchains []Toolchain `json:"toolchains,omitempty"`
	// ScriptPolicies say which dependencies may run code when they are installed.
	ScriptPolicies []ScriptPolicy `json:"scriptPolicies,omitempty"`
	Updaters       []Updater      `json:"updaters,omitempty"`
	// PublishSettings say how packages are published.
	PublishSettings []PublishSetting `json:"publishSettings,omitempty"`

	ServerManifests []ServerManifest `json:"serverManifests,omitempty"`
	Bundles         []Bundle         `json:"bundles,omitempty"`
	Launches        []Launch         `json:"launches,omitempty"`
	Remotes         []Remote         `json:"remotes,omitempty"`
	// Hooks are commands that an agent or an editor runs by itself, Approvals the settings that
	// let every server of the project run without asking.
	Hooks     []Hook `json:"hooks,omitempty"`
	Approvals []Text `json:"approvals,omitempty"`
	// ToolTexts are the files whose words reach a model.
	ToolTexts []ToolText `json:"toolTexts,omitempty"`
	Owners    []Owners   `json:"owners,omitempty"`
	// ConfigProblems is what clients refuse of their configurations.
	ConfigProblems []Problem  `json:"configProblems,omitempty"`
	NameMarks      []NameMark `json:"nameMarks,omitempty"`
	Signals        []Signal   `json:"signals,omitempty"`

	// Hosts is what the code host says: one entry an asker, none where it was not asked. Snapshot.Host merges them.
	Hosts []Host `json:"hosts,omitempty"`

	// Reproductions come from `sealvet reproduce`, never from the tree.
	Reproductions []Reproduction `json:"reproductions,omitempty"`

	// Publications and Releases come from registries and the code host, Histories from git;
	// none of them from the files.
	Publications []Publication `json:"publications,omitempty"`
	Releases     []Release     `json:"releases,omitempty"`
	Histories    []History     `json:"histories,omitempty"`

	// Settings are those of the policy that judges; who runs the checks fills them in.
	Settings Settings `json:"settings,omitzero"`

	Policy  *PolicyFile `json:"policy,omitempty"` // the repository's own policy, unread
	Ignores []Ignore    `json:"ignores,omitempty"`
	Gaps    []Gap       `json:"gaps,omitempty"`
}

// Target says which repository, at which commit, was looked at.
type Target struct {
	Name   string `json:"name"`             // owner/name where known, else the folder's name
	Commit string `json:"commit,omitempty"` // full SHA of HEAD
	Branch string `json:"branch,omitempty"`
	Remote string `json:"remote,omitempty"` // origin, without credentials
}

// Gap is a place where the collector could not look. It never says that
// something is good; it says why nobody can tell.
type Gap struct {
	Kind    Kind     `json:"kind"`
	Subject string   `json:"subject"`          // file, setting or address
	At      Location `json:"at,omitzero"`      // where in the tree, if anywhere
	Reason  string   `json:"reason"`           // why it could not be seen
	Unlock  string   `json:"unlock,omitempty"` // what would make it visible
}

// Signal is one hint that the repository makes an MCP server.
type Signal struct {
	Name  string   `json:"name"`  // for instance "server.json"
	Score int      `json:"score"` // the scores of all signals add up; see IsServer
	At    Location `json:"at"`
}

// ServerScore is the sum of signals from which on a repository counts as one
// that makes an MCP server.
const ServerScore = 5

// IsServer adds up the signals.
func (s *Snapshot) IsServer() bool {
	sum := 0
	for _, signal := range s.Signals {
		sum += signal.Score
	}
	return sum >= ServerScore
}

// PolicyFile is the policy that lies in the repository, byte for byte, so that a
// saved snapshot is judged by the same rules again.
type PolicyFile struct {
	Path string `json:"path"`
	Data string `json:"data"`
	// Commit is where the file lies in another repository; Path then names that too.
	Commit string `json:"commit,omitempty"`
	// Under is what the policy extends, and what that extends, nearest first.
	Under []PolicyFile `json:"under,omitempty"`
}

// Ignore is a waiver written beside the line it speaks of:
//
//	# sealvet: ignore[unpinned-action] owner=@team until=2027-01-31 reason
//
// Whether it is complete and still in force is policy's to judge.
type Ignore struct {
	Checks []string `json:"checks"`
	Owner  string   `json:"owner,omitempty"`
	Until  string   `json:"until,omitempty"` // YYYY-MM-DD as written
	Reason string   `json:"reason,omitempty"`
	At     Location `json:"at"`
	Line   int      `json:"line"` // the line it speaks of: its own, or the next if it stands alone
}
