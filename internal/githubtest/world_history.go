package githubtest

import (
	"time"
)

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
