package githubtest

import (
	"time"
)

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
