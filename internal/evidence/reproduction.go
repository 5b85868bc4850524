package evidence

// Reproductions is evidence that no look at the tree can give: what `sealvet
// reproduce` saw when it built a package twice.
const Reproductions Kind = "reproductions"

// Reproduction is one package, built twice from the same files in two worlds that
// differ in everything a build should not look at.
type Reproduction struct {
	Path      string     `json:"path"`             // the manifest whose package was built
	Recipe    string     `json:"recipe"`           // npm, python, go, cargo, mcpb
	Commit    string     `json:"commit,omitempty"` // of the checkout that was copied
	Changed   bool       `json:"changed,omitempty"`
	Steps     []string   `json:"steps"` // the commands, in order
	Sandboxed bool       `json:"sandboxed"`
	Artifacts []Artifact `json:"artifacts"`
	At        Location   `json:"at"`
}

// Artifact is one file that the build made.
type Artifact struct {
	Name   string `json:"name"`
	Format string `json:"format"` // tgz, zip, wheel, sdist, crate, mcpb, program, file
	// SHA256 is that of the first build; Other that of the second, where the two differ.
	SHA256 string `json:"sha256,omitempty"`
	Other  string `json:"other,omitempty"`
	Size   int64  `json:"size"`
	// Differences says where and why the two differ: never empty where they do.
	Differences []Difference `json:"differences,omitempty"`
	// More counts differences beyond those listed.
	More int `json:"more,omitempty"`
}

// Reproduced says whether both builds gave the same bytes.
func (a Artifact) Reproduced() bool { return len(a.Differences) == 0 }

// Cause says why two builds of the same source differ.
type Cause string

const (
	CauseTime     Cause = "timestamp"
	CausePath     Cause = "absolute path"
	CauseUser     Cause = "user or host name"
	CauseOrder    Cause = "order"
	CauseMode     Cause = "file mode"
	CauseOwner    Cause = "owner"
	CauseGzip     Cause = "gzip header"
	CauseBuildID  Cause = "build id"
	CauseRandom   Cause = "random value"
	CauseMissing  Cause = "missing file"
	CausePacking  Cause = "packing" // the same content, compressed or laid out otherwise
	CauseUnknown  Cause = "unknown"
	CauseUnopened Cause = "not opened" // an archive beyond the limits
)

// Difference is one reason for which an artifact is not the same twice.
type Difference struct {
	File   string `json:"file,omitempty"` // inside the artifact; empty for the artifact itself
	Cause  Cause  `json:"cause"`
	Detail string `json:"detail,omitempty"` // what stood there, in the one and in the other
}
