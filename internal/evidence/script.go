package evidence

// Shell names the language of a Script.
type Shell string

const (
	Bash       Shell = "bash"
	POSIX      Shell = "sh"
	PowerShell Shell = "pwsh"
	Cmd        Shell = "cmd"
	Python     Shell = "python"
	Exec       Shell = "exec" // no shell at all: an argument list
	Other      Shell = "other"
)

// Origin says what kind of place a Script stands in.
type Origin string

const (
	FromStep       Origin = "step"        // `run:` of a workflow
	FromAction     Origin = "action-step" // `run:` of a composite action
	FromDockerfile Origin = "dockerfile"
	FromCompose    Origin = "compose"
	FromGitLab     Origin = "gitlab"
	FromJenkins    Origin = "jenkins"
	FromMake       Origin = "make"
	FromJust       Origin = "just"
	FromTask       Origin = "task"
	FromNPM        Origin = "npm-script"
	FromFile       Origin = "file" // a script file of the tree
)

// Script is one piece of shell, wherever it stands. Scripts of one Path with
// the same Group run one after the other on the same machine: what one
// downloads, a later one can run.
type Script struct {
	Path   string `json:"path"`
	Origin Origin `json:"origin"`
	Anchor string `json:"anchor"`          // jobs/build/steps/install, stages/build, targets/test
	Group  string `json:"group,omitempty"` // jobs/build, stages/build, targets/test
	Shell  Shell  `json:"shell"`
	Dir    string `json:"dir,omitempty"` // working directory from the root; as written where it is symbolic
	// Needs names the targets or recipes that run before it (FromMake, FromJust, FromTask).
	Needs []string `json:"needs,omitempty"`
	// Fills are expressions that another program puts into the text before any shell reads it:
	// ${env.X} of Jenkins, $[[ inputs.x ]] of GitLab. Those of workflows are the step's.
	Fills    []Text    `json:"fills,omitempty"`
	At       Location  `json:"at"`
	Commands []Command `json:"commands,omitempty"` // in source order, nested ones after the one that holds them
}

// Command is one simple command.
type Command struct {
	At    Location `json:"at"`
	Words []Word   `json:"words"` // program first; wrappers are in Via, assignments in Env; none for a bare X=$(...)
	// Via names the wrappers taken off the front, outermost first: sudo, env, time, xargs.
	Via []string `json:"via,omitempty"`
	Env []Assign `json:"env,omitempty"` // X=1 before the program
	// Input is 1 + the index of the command whose output is piped into this one, or 0.
	Input int `json:"input,omitempty"`
	// Within is 1 + the index of the command in one of whose words this one stands
	// ($(...), <(...), sh -c '...'), or 0.
	Within int        `json:"within,omitempty"`
	Redir  []Redirect `json:"redir,omitempty"`
	// Guards holds the 1 + index of each command whose success this one needs (a && b, if a; then b,
	// a || exit, the command before under set -e), so that a checksum check before a run can be told
	// from one beside it. It names the nearest only: their own guards come before. A test that the
	// script compares by, as in if [ a != b ]; then exit; fi, guards what follows too.
	Guards []int `json:"guards,omitempty"`
	// Fatal says that the script ends if this one fails (set -e, || exit), or by what it compares.
	Fatal bool `json:"fatal,omitempty"`
	// Func names the function in whose body it stands; nobody followed where that is called.
	Func string `json:"func,omitempty"`
	// Dir is where it runs, from the root, when `cd` or the script says so.
	Dir string `json:"dir,omitempty"`
	// Fetches names the packages it brings in by name, Installs the lock-driven installs.
	Fetches  []Fetch   `json:"fetches,omitempty"`
	Installs []Install `json:"installs,omitempty"`
}

// Word is one argument as the shell passes it. Parts that only the run knows
// stay as written: ${VERSION}, $(cat v), ${{ matrix.node }}.
type Word struct {
	Value string   `json:"value"`
	Known bool     `json:"known"` // nothing in it is left to the run
	At    Location `json:"at"`
	Runs  []int    `json:"runs,omitempty"` // 1 + index of each command inside it
}

// Assign is NAME=value.
type Assign struct {
	Name  string `json:"name"`
	Value Word   `json:"value"`
}

// Redirect is > file, < file, or a here-document (Op "<<", the body in Target). A descriptor
// stands in front of Op where it is written: "2>".
type Redirect struct {
	Op     string `json:"op"`
	Target Word   `json:"target"`
}

// Pin says how firmly a name is tied to its bytes.
type Pin string

const (
	PinExact    Pin = "exact"    // one version or digest, or a commit
	PinFloating Pin = "floating" // the same name can mean other bytes tomorrow
	PinLocal    Pin = "local"    // nothing is fetched: a path of this tree
	PinLocked   Pin = "locked"   // a lock of this tree decides
	PinUnknown  Pin = "unknown"  // the version is known to the run only
)

// Fetch is one package, image or module that a command brings in by name.
type Fetch struct {
	Tool        string `json:"tool"`      // npx, pip, go, docker, ...
	Ecosystem   string `json:"ecosystem"` // purl type: npm, pypi, golang, oci, nuget, ...
	Name        string `json:"name"`
	Requirement string `json:"requirement,omitempty"` // what stands behind the name, as written
	// Dir is the folder that a flag of the tool sends it to, from where the command runs.
	Dir string   `json:"dir,omitempty"`
	Pin Pin      `json:"pin"`
	Why string   `json:"why,omitempty"` // half a sentence: "no version", "the tag latest can move"
	At  Location `json:"at"`
}

// Install is an install that a lock could drive.
type Install struct {
	Tool   string   `json:"tool"`            // npm, pnpm, pip, uv, cargo, dotnet, go, ...
	Dir    string   `json:"dir,omitempty"`   // as in Fetch
	Files  []string `json:"files,omitempty"` // the requirements files it names
	Frozen Answer   `json:"frozen"`          // the lock decides and may not change
	// Lockless: there is no lock that could decide, which is missing-lockfile's finding.
	Lockless bool     `json:"lockless,omitempty"`
	Why      string   `json:"why,omitempty"`
	Mend     string   `json:"mend,omitempty"` // the command that would be frozen
	At       Location `json:"at"`
}
