package evidence

// PipelineSystem names who runs a pipeline.
type PipelineSystem string

const (
	OnGitLab  PipelineSystem = "gitlab"
	OnJenkins PipelineSystem = "jenkins"
)

// Pipeline is a pipeline of GitLab or Jenkins, or the part of one that a file
// holds. The commands of its jobs are Scripts of the file, by Group; its images
// and includes stand in the Snapshot.
type Pipeline struct {
	Path   string         `json:"path"`
	System PipelineSystem `json:"system"`
	Jobs   []PipelineJob  `json:"jobs,omitempty"`
}

// PipelineJob is one job of GitLab, or one stage of Jenkins.
type PipelineJob struct {
	Name  string   `json:"name"`
	Group string   `json:"group"` // of its Scripts: jobs/publish, stages/Release
	At    Location `json:"at"`    // of its name
	// Environment is the deployment environment, which the host may protect.
	Environment Text `json:"environment,omitzero"`
	// IDTokens are the identity tokens it may ask for: the variable, and the audience.
	IDTokens []Variable `json:"idTokens,omitempty"`
	// Credentials are those that Jenkins keeps, by their ids.
	Credentials []Text `json:"credentials,omitempty"`
	// Release is the tag of the release that the job makes on its host.
	Release Text `json:"release,omitzero"`
	// Conditions are the rules that let it run, as written: rules:if, only, when.
	Conditions []Text `json:"conditions,omitempty"`
	// Needs are the jobs whose artifacts it takes over, where the file says so.
	Needs []Text `json:"needs,omitempty"`
	// Caches are the keys of the caches that it restores.
	Caches []Text `json:"caches,omitempty"`
	// Runners are the tags or labels that choose a machine.
	Runners []Text `json:"runners,omitempty"`
}
