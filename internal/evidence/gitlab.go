package evidence

// IncludeKind says where a pipeline takes a part of itself from.
type IncludeKind string

const (
	IncludeLocal     IncludeKind = "local"     // a file of this repository
	IncludeRemote    IncludeKind = "remote"    // an address
	IncludeProject   IncludeKind = "project"   // a file of another project, at a ref
	IncludeComponent IncludeKind = "component" // a CI/CD component, at a version
	IncludeTemplate  IncludeKind = "template"  // comes with GitLab itself
	IncludeLibrary   IncludeKind = "library"   // a shared library of Jenkins, at a ref
)

// Include is one `include:` of a GitLab pipeline, or one library of a Jenkinsfile: code that
// runs as part of it.
type Include struct {
	Path string      `json:"path"` // of the file that includes
	Kind IncludeKind `json:"kind"`
	Name Text        `json:"name"`         // file, address, project, component without version
	Ref  Text        `json:"ref,omitzero"` // the ref of a project, the version of a component
	// Pin: exact with a full SHA or an integrity hash, local for this repository's own,
	// unknown when only the run knows.
	Pin    Pin      `json:"pin"`
	Why    string   `json:"why,omitempty"`
	Anchor string   `json:"anchor"` // include, jobs/child/trigger
	At     Location `json:"at"`
}
