package gitlabtest

import (
	"time"
)

// Commit is one commit. Its id is worked out where it has none.
type Commit struct {
	ID        string
	Author    string // address
	Committer string // the author when empty
	Name      string
	At        time.Time
	Message   string
	Parents   int // 1 when 0
	// Signed is the status of its signature (verified, verified_system, revoked_key, ...), unsigned when empty; with
	// an SSH key of the account, as in authorized_keys, or the 16 digits of an OpenPGP key.
	Signed     string
	SSH        string
	SSHCreated time.Time
	PGP        string
}

// MergeRequest is one that was merged (or has another State).
type MergeRequest struct {
	IID       int
	Author    string
	MergedBy  string
	MergedAt  time.Time
	State     string // merged when empty
	Target    string
	Head      string
	Merge     string // commit that merged it
	Squash    string // commit it was squashed to
	Commits   []Commit
	Approvals []Approval
	Versions  []Version // of its head, oldest first
}

// Approval is one that stood at the merge.
type Approval struct {
	By string
	At time.Time
}

// Version is one push to a merge request.
type Version struct {
	Head string
	At   time.Time
}

// Variable is one of CI.
type Variable struct {
	Key       string
	Protected bool
	Masked    bool
	Scope     string // * when empty
}

// DeployKey is an SSH key of the project.
type DeployKey struct {
	ID       int64
	Title    string
	CanPush  bool
	Created  time.Time
	LastUsed time.Time
	Expires  time.Time
}

// DeployToken reads, or writes packages.
type DeployToken struct {
	ID      int64
	Name    string
	Scopes  []string
	Expires time.Time
	Revoked bool
}

// AccessToken acts as a bot of the project.
type AccessToken struct {
	ID       int64
	Name     string
	Scopes   []string
	Level    int
	Created  time.Time
	LastUsed time.Time
	Expires  time.Time
	Revoked  bool
}

// Hook is a webhook.
type Hook struct {
	ID       int64
	URL      string
	NoTLS    bool // does not verify
	Disabled bool
}

// Environment is a protected environment.
type Environment struct {
	Name     string
	Deploy   []Access
	Required int
}

// Runner is one of the project or its group.
type Runner struct {
	ID   int64
	Name string
	Type string // project_type when empty
}
