package evidence

import "time"

// The defaults of what the settings of the host are held to, where the policy says nothing.
const (
	DefaultApprovals    = 1    // reviews besides the author's own eyes
	DefaultMaxSecretAge = 365  // days; tokens of code hosts live no longer either
	DefaultMaxOwners    = 5    // of the organisation
	DefaultMinLogDays   = 90   // CIS Controls 8.10
	DefaultMaxKeyAge    = 1095 // days; NIST SP 800-57 gives private signing keys one to three years
)

// BranchSettings says which branches count beside the default one and those that publish.
type BranchSettings struct {
	// Release are patterns of branch names: release/*, main-*. A star matches anything but
	// a slash, two of them anything.
	Release []string `json:"release,omitempty"`
}

// ReviewSettings is what changes and releases are held to.
type ReviewSettings struct {
	// Approvals is how many a change needs, nil where the policy says nothing; see Wanted.
	Approvals *int `json:"approvals,omitempty"`
	// Since is the first day whose changes are judged; zero is all of the sample.
	Since time.Time `json:"since,omitzero"`
	// Solo says that one person maintains the repository, so that nobody else can
	// approve. What takes a second person then stays visible as a note.
	Solo bool `json:"solo,omitempty"`
	// Bots are accounts whose changes need no approval, a trailing * matches any rest.
	// Only where the host vouches for the account: it opened the pull request, or signed.
	Bots []string `json:"bots,omitempty"`
}

// Wanted is how many approvals a change needs.
func (s ReviewSettings) Wanted() int {
	if s.Approvals == nil {
		return DefaultApprovals
	}
	return *s.Approvals
}

// AccessSettings is what people, secrets and logs are held to; 0 takes the default.
type AccessSettings struct {
	MaxSecretAge int `json:"maxSecretAge,omitempty"` // days since a secret was last written
	MaxOwners    int `json:"maxOwners,omitempty"`
	MinLogDays   int `json:"minLogDays,omitempty"`
}

// SecretAge is the age in days from which on a secret is stale.
func (s AccessSettings) SecretAge() int { return orDefault(s.MaxSecretAge, DefaultMaxSecretAge) }

// OwnersAllowed is how many owners an organisation may have.
func (s AccessSettings) OwnersAllowed() int { return orDefault(s.MaxOwners, DefaultMaxOwners) }

// LogDays is how many days the logs of builds must be kept.
func (s AccessSettings) LogDays() int { return orDefault(s.MinLogDays, DefaultMinLogDays) }

// KeyAge is the age in days from which on a signing key should be replaced.
func (s SigningSettings) KeyAge() int { return orDefault(s.MaxKeyAge, DefaultMaxKeyAge) }

func orDefault(said, otherwise int) int {
	if said == 0 {
		return otherwise
	}
	return said
}
