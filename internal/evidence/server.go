package evidence

// ServerManifest is one server.json of the MCP registry.
type ServerManifest struct {
	Path       string          `json:"path"`
	SchemaDate string          `json:"schemaDate,omitempty"` // 2025-12-11
	Template   bool            `json:"template,omitempty"`   // holds placeholders that a release fills in
	Name       Text            `json:"name"`
	Version    Text            `json:"version,omitzero"`
	Repository Text            `json:"repository,omitzero"` // its URL
	RepoID     Text            `json:"repoId,omitzero"`
	Subfolder  string          `json:"subfolder,omitempty"`
	Packages   []ServerPackage `json:"packages,omitempty"`
	// Inputs are those of the remotes: their headers and variables. A package holds its own.
	Inputs []UserInput `json:"inputs,omitempty"`
	// Problems are what its schema or the registry's own rules refuse; Unchecked says why these
	// could not be asked.
	Problems  []Problem `json:"problems,omitempty"`
	Unchecked string    `json:"unchecked,omitempty"`
	At        Location  `json:"at"`
}

// ServerPackage is one entry of packages[].
type ServerPackage struct {
	Registry   string      `json:"registry"` // npm, pypi, oci, nuget, mcpb, cargo
	Identifier Text        `json:"identifier"`
	Version    Text        `json:"version,omitzero"`
	SHA256     Text        `json:"sha256,omitzero"`
	Anchor     string      `json:"anchor"`             // packages/0
	Template   bool        `json:"template,omitempty"` // a release fills in its version, identifier or hash
	Pin        Pin         `json:"pin"`
	Why        string      `json:"why,omitempty"`
	Inputs     []UserInput `json:"inputs,omitempty"`
	Arguments  []Text      `json:"arguments,omitempty"` // runtimeArguments, as written
	At         Location    `json:"at"`
}

// UserInput is a value a manifest asks its user for, or sets.
type UserInput struct {
	Name   string   `json:"name"`
	Anchor string   `json:"anchor"`
	Secret Answer   `json:"secret"` // marked isSecret or sensitive
	Looks  bool     `json:"looks"`  // its name or description says that it is one
	Value  Text     `json:"value,omitzero"`
	At     Location `json:"at"`
}

// Problem is one thing that a schema or a registry refuses.
type Problem struct {
	Anchor string   `json:"anchor"` // JSON pointer
	What   string   `json:"what"`   // half a sentence
	Rule   string   `json:"rule"`   // the schema or rule that says so
	At     Location `json:"at"`
}

// NameMark is a place outside of server.json that proves a package to belong to
// a registry entry by naming it. That of package.json is Manifest.MCPName.
type NameMark struct {
	Where string `json:"where"` // readme, image-label
	Name  Text   `json:"name"`
}

// Bundle is one MCPB or DXT manifest.
type Bundle struct {
	Path      string      `json:"path"`
	Format    string      `json:"format,omitempty"` // manifest_version
	Template  bool        `json:"template,omitempty"`
	Name      Text        `json:"name"`
	Version   Text        `json:"version,omitzero"`
	Type      string      `json:"type,omitempty"` // node, python, binary, uv
	Inputs    []UserInput `json:"inputs,omitempty"`
	Problems  []Problem   `json:"problems,omitempty"`
	Unchecked string      `json:"unchecked,omitempty"` // as in ServerManifest
	At        Location    `json:"at"`
}

// LaunchOrigin says what kind of file starts the server.
type LaunchOrigin string

const (
	LaunchConfig   LaunchOrigin = "client-config" // .mcp.json, .vscode/mcp.json, ...
	LaunchPlugin   LaunchOrigin = "plugin"        // shipped to the users of a plugin or extension
	LaunchBundle   LaunchOrigin = "bundle"
	LaunchManifest LaunchOrigin = "server-json"
	LaunchCatalog  LaunchOrigin = "catalog" // smithery, docker catalog
	LaunchWorkflow LaunchOrigin = "workflow"
	LaunchDocs     LaunchOrigin = "docs"
	LaunchLink     LaunchOrigin = "install-link"
)

// Launch is one way in which an MCP server is started.
type Launch struct {
	Path    string       `json:"path"`
	Origin  LaunchOrigin `json:"origin"`
	Server  string       `json:"server,omitempty"` // its name in the configuration
	Anchor  string       `json:"anchor"`           // mcpServers/git
	Command string       `json:"command"`          // in one line, for people
	Words   []Word       `json:"words"`
	// Fetches is what the launch brings in by name; empty when it runs what is already there.
	Fetches []Fetch  `json:"fetches,omitempty"`
	Env     []Assign `json:"env,omitempty"`
	// Approves are the settings that let its tools run without asking: the tools
	// of autoApprove and alwaysAllow, or trust itself.
	Approves []Text   `json:"approves,omitempty"`
	At       Location `json:"at"`
}

// Remote is one remote server that a configuration or manifest names.
type Remote struct {
	Path   string       `json:"path"`
	Server string       `json:"server,omitempty"`
	Anchor string       `json:"anchor"`
	URL    Text         `json:"url"`
	Auth   Answer       `json:"auth"`             // headers, OAuth or a token are set or asked for
	Checks Answer       `json:"checks,omitempty"` // certificates are verified: No when a setting turns it off
	Shown  bool         `json:"shown,omitempty"`  // in docs only
	Origin LaunchOrigin `json:"origin,omitempty"`
	// Approves is as in Launch.
	Approves []Text   `json:"approves,omitempty"`
	At       Location `json:"at"`
}

// Hook is a command that an agent or an editor runs by itself when something
// happens in the checkout: a session starts, a tool is used, the folder is opened.
type Hook struct {
	Path    string `json:"path"`
	Event   string `json:"event"` // as its program names it
	Anchor  string `json:"anchor"`
	Command Text   `json:"command"`
}
