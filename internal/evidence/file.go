package evidence

// Role says what a file is for, which decides whether a defect in it counts.
type Role string

const (
	Source   Role = ""         // part of what the repository makes or runs
	Fixture  Role = "fixture"  // input of tests
	Example  Role = "example"  // shown to readers
	Vendored Role = "vendored" // another project's code, kept here
)

// File is one file of the tree, read or not.
type File struct {
	Path       string `json:"path"`
	Size       int64  `json:"size"`
	Role       Role   `json:"role,omitempty"`
	Executable bool   `json:"executable,omitempty"`
	Link       string `json:"link,omitempty"`   // target of a symbolic link
	Binary     bool   `json:"binary,omitempty"` // holds a NUL byte near its start; known for files that were read
	Submodule  bool   `json:"submodule,omitempty"`
	// Magic says what its first bytes make it, where that is a program or an archive.
	Magic Magic `json:"magic,omitempty"`
	// SHA256 is known of build wrappers: programs that everybody keeps a copy of.
	SHA256 string `json:"sha256,omitempty"`
	// LineHashes names lines that hold evidence by their content, as GitHub's code scanning does
	// to follow an alert when it moves.
	LineHashes map[int]string `json:"lineHashes,omitempty"`
}

// Roles maps each path whose role is not Source to its role.
func (s *Snapshot) Roles() map[string]Role {
	roles := make(map[string]Role)
	for _, file := range s.Files {
		if file.Role != Source {
			roles[file.Path] = file.Role
		}
	}
	return roles
}
