package evidence

// OwnersHost says whose rules a CODEOWNERS file follows.
type OwnersHost string

const (
	OwnersGitHub OwnersHost = "github"
	OwnersGitLab OwnersHost = "gitlab"
)

// Owners is one CODEOWNERS file, read by the rules of one host. A file that lies
// where the host does not look is kept too, with no rules.
type Owners struct {
	Path string `json:"path"`
	// Size is that of the file in bytes: GitHub takes none over 3 MB.
	Size int64 `json:"size"`
	// ByGitHub and ByGitLab are the rules as each host reads them.
	ByGitHub []OwnerRule `json:"byGitHub,omitempty"`
	ByGitLab []OwnerRule `json:"byGitLab,omitempty"`
	// Problems are the lines that each host skips or refuses.
	GitHubProblems []Problem `json:"gitHubProblems,omitempty"`
	GitLabProblems []Problem `json:"gitLabProblems,omitempty"`
}

// OwnerRule is one line: a pattern and its owners.
type OwnerRule struct {
	Section  string   `json:"section,omitempty"`  // GitLab's
	Optional bool     `json:"optional,omitempty"` // the section asks for no approval
	Exclude  bool     `json:"exclude,omitempty"`  // GitLab's !pattern: nobody owns it in this section
	Pattern  string   `json:"pattern"`            // as written, unescaped
	Owners   []string `json:"owners,omitempty"`
	At       Location `json:"at"`
}
