package evidence

// Ecosystems are named as purl types are.
const (
	NPM      = "npm"
	PyPI     = "pypi"
	Cargo    = "cargo"
	Golang   = "golang"
	NuGet    = "nuget"
	Maven    = "maven"
	Gem      = "gem"
	Composer = "composer"
	OCI      = "oci"
)

// Class sorts requirements by what they leave open.
type Class string

const (
	Exact     Class = "exact"     // one version
	Range     Class = "range"     // bounded or not, but a version constraint
	Unbounded Class = "unbounded" // *, latest, empty
	URL       Class = "url"
	Git       Class = "git"
	PathClass Class = "path" // of this tree, a workspace member among them
)

// Manifest is one file that declares dependencies.
type Manifest struct {
	Path      string `json:"path"`
	Ecosystem string `json:"ecosystem"`
	Tool      string `json:"tool,omitempty"` // npm, pnpm, uv, poetry, ... where the manifest tells
	Name      string `json:"name,omitempty"`
	Version   Text   `json:"version,omitzero"`
	Private   bool   `json:"private,omitempty"` // never published
	// Workspace lists member patterns; Member is the path of the root manifest this one belongs to.
	Workspace []string `json:"workspace,omitempty"`
	Member    string   `json:"member,omitempty"`
	// Locks are the lockfiles that cover it (usually one), found by the collector: beside it, or
	// its workspace root's. LockOptional gives the reason where the ecosystem needs none.
	Locks        []string `json:"locks,omitempty"`
	LockOptional string   `json:"lockOptional,omitempty"`
	// Matches says, lock by lock, where manifest and lock disagree.
	Matches []LockMatch `json:"matches,omitempty"`
	// MCPName is the name under which the package proves to belong to a registry entry (package.json mcpName).
	MCPName Text `json:"mcpName,omitzero"`
	// Keywords and Bins (names of the commands it installs) tell an MCP server from a program that uses one.
	Keywords []string `json:"keywords,omitempty"`
	Bins     []string `json:"bins,omitempty"`
	// Ships are the patterns of the files that its package takes along (package.json files).
	Ships []string `json:"ships,omitempty"`
	// Properties are versions that manifests below may name (Maven, MSBuild).
	Properties   []Variable   `json:"properties,omitempty"`
	Dependencies []Dependency `json:"dependencies,omitempty"`
	At           Location     `json:"at"`
}

// Dependency is the one record of a dependency: what the manifest asks for and
// what the lock gives.
type Dependency struct {
	Name        string   `json:"name"`
	Requirement string   `json:"requirement"` // as written
	Class       Class    `json:"class"`
	Group       string   `json:"group,omitempty"`  // dependencies, devDependencies, build-system, ...
	Anchor      string   `json:"anchor,omitempty"` // JSON pointer or like path in the manifest
	At          Location `json:"at"`
	// Commit is the full SHA a git requirement names, if it does.
	Commit string `json:"commit,omitempty"`
	Hashed bool   `json:"hashed,omitempty"` // the manifest line itself carries hashes (requirements.txt)
	// Inherits: the requirement stands in a manifest above (Cargo workspace, central NuGet versions,
	// parent POM); the collector puts it here.
	Inherits bool `json:"inherits,omitempty"`
	// Locked is what the covering lock holds for it; nil when it holds nothing.
	Locked *LockRef `json:"locked,omitempty"`
	// Satisfied says whether that is what the manifest asks for.
	Satisfied Answer `json:"satisfied,omitzero"`
}

// LockRef points from a manifest's line into its lock.
type LockRef struct {
	Lock      string   `json:"lock"`
	Version   string   `json:"version,omitempty"`
	Resolved  string   `json:"resolved,omitempty"`
	Source    Class    `json:"source,omitempty"` // "" is a registry
	Integrity []string `json:"integrity,omitempty"`
	At        Location `json:"at"`
}

// Lockfile is one lock.
type Lockfile struct {
	Path      string `json:"path"`
	Ecosystem string `json:"ecosystem"`
	Tool      string `json:"tool"`             // npm, yarn, pnpm, bun, uv, poetry, ...
	Format    string `json:"format,omitempty"` // lockfileVersion and the like
	// Opaque: it is there and cannot be read (bun.lockb).
	Opaque bool `json:"opaque,omitempty"`
	// Declared holds what the lock says its manifests ask for, by importer path ("" or "." is the
	// folder of the lock), where the format records it: the surest test of a stale lock.
	Declared []Declared  `json:"declared,omitempty"`
	Entries  []LockEntry `json:"entries,omitempty"`
}

// Declared is one requirement as the lock remembers it.
type Declared struct {
	Importer    string   `json:"importer,omitempty"`
	Name        string   `json:"name"`
	Requirement string   `json:"requirement"`
	Group       string   `json:"group,omitempty"`
	Version     string   `json:"version,omitempty"` // what it resolved to, where given
	At          Location `json:"at"`
}

// LockEntry is one locked package.
type LockEntry struct {
	Name string `json:"name"`
	// Keys are the names under which the lock files it, where those tell more than Name:
	// node_modules/a/node_modules/b, b@^1.2, b@1.2.3.
	Keys     []string `json:"keys,omitempty"`
	Version  string   `json:"version,omitempty"`
	Resolved string   `json:"resolved,omitempty"` // address or index it came from; "" is the ecosystem's default
	Source   Class    `json:"source,omitempty"`   // "" is a registry; Git, URL, PathClass
	Commit   string   `json:"commit,omitempty"`   // of a git source
	// Integrity holds one hash per algorithm at least; Unhashed counts the files of the entry that carry none.
	Integrity []string `json:"integrity,omitempty"`
	Unhashed  int      `json:"unhashed,omitempty"`
	// RunsScript: it runs code of its own when it is installed, where the format records that.
	RunsScript bool     `json:"runsScript,omitempty"`
	At         Location `json:"at"`
}

// Registry is a setting or a lock that leads to a package source.
type Registry struct {
	Ecosystem string   `json:"ecosystem"`
	URL       string   `json:"url"`             // as written
	Host      string   `json:"host"`            // lower case, no port
	Scope     string   `json:"scope,omitempty"` // @acme, a package pattern: the names it is for; "" is all
	Setting   string   `json:"setting"`         // registry=, --extra-index-url, GOPROXY, ...
	Extra     bool     `json:"extra,omitempty"` // asked beside the default one for the same names
	Anchor    string   `json:"anchor,omitempty"`
	At        Location `json:"at"`
}

// Toolchain is a place that chooses, or fails to choose, a compiler or interpreter.
type Toolchain struct {
	Tool    string `json:"tool"`    // node, python, go, java, dotnet, npm, pnpm, ...
	Version string `json:"version"` // as written; "" where none is named
	// Pin: exact for a version or a release line (20, 3.12), floating for whatever is newest, locked
	// where another file decides, unknown when only the run knows.
	Pin    Pin      `json:"pin"`
	Why    string   `json:"why,omitempty"`
	Where  string   `json:"where"` // actions/setup-node, packageManager, go.mod, .python-version
	Anchor string   `json:"anchor,omitempty"`
	At     Location `json:"at"`
}

// Updater is one Dependabot or Renovate entry.
type Updater struct {
	Path       string   `json:"path"`
	Tool       string   `json:"tool"`                // dependabot, renovate
	Ecosystems []string `json:"ecosystems"`          // in sealvet's names, "github-actions" and "docker" among them; "*" is all
	Directory  []string `json:"directory,omitempty"` // globs from the root; empty is all
	Cooldown   Answer   `json:"cooldown"`
	At         Location `json:"at"`
}
