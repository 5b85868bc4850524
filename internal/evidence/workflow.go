package evidence

// Workflow is one GitHub Actions workflow. Expressions stay as written.
type Workflow struct {
	Path        string      `json:"path"`
	Name        string      `json:"name,omitempty"`
	Triggers    []Trigger   `json:"triggers,omitempty"`
	Permissions Permissions `json:"permissions"`
	Env         []Variable  `json:"env,omitempty"`
	Shell       string      `json:"shell,omitempty"` // defaults.run.shell
	Dir         string      `json:"dir,omitempty"`   // defaults.run.working-directory
	Jobs        []Job       `json:"jobs,omitempty"`
	// Inputs are those of workflow_dispatch and workflow_call.
	Inputs []Input `json:"inputs,omitempty"`
	// Expressions are those of env and of the outputs of a reusable workflow.
	Expressions []Expression `json:"expressions,omitempty"`
}

// Input is a value that whoever starts or calls a workflow may set.
type Input struct {
	Event string   `json:"event"`
	Name  string   `json:"name"`
	Type  string   `json:"type,omitempty"` // string, choice, boolean, number, environment; "" is a string
	At    Location `json:"at"`             // the name
}

// Trigger is one event under `on:`.
type Trigger struct {
	Event   string     `json:"event"`
	At      Location   `json:"at"`
	Filters []Variable `json:"filters,omitempty"` // branches, tags, types, paths: each value joined by commas
}

// Permissions is a `permissions:` block.
type Permissions struct {
	Declared bool       `json:"declared,omitempty"`
	All      string     `json:"all,omitempty"`    // read-all, write-all
	Scopes   []Variable `json:"scopes,omitempty"` // contents -> read
	At       Location   `json:"at,omitzero"`
}

// Variable is a name and a value that stand together in a file: an `env:`
// entry, a `with:` input, a permission scope.
type Variable struct {
	Name  string   `json:"name"`
	Value string   `json:"value"`
	At    Location `json:"at"` // the value
}

// Job is one job: steps on a runner, or a call of a reusable workflow.
type Job struct {
	ID          string      `json:"id"`
	Name        string      `json:"name,omitempty"`
	At          Location    `json:"at"`                    // the job's key
	Uses        Text        `json:"uses,omitzero"`         // reusable workflow
	UsesComment string      `json:"usesComment,omitempty"` // as that of a Step
	Needs       []string    `json:"needs,omitempty"`
	If          Text        `json:"if,omitzero"`
	RunsOn      []Text      `json:"runsOn,omitempty"`
	RunnerGroup Text        `json:"runnerGroup,omitzero"`
	Environment Text        `json:"environment,omitzero"`
	Permissions Permissions `json:"permissions"`
	Env         []Variable  `json:"env,omitempty"`
	// Matrix holds the values of each axis one by one; an axis that is an expression has that one value.
	Matrix  []Variable `json:"matrix,omitempty"`
	With    []Variable `json:"with,omitempty"`
	Secrets []Variable `json:"secrets,omitempty"` // one named "inherit" for `secrets: inherit`
	Shell   string     `json:"shell,omitempty"`
	Dir     string     `json:"dir,omitempty"`
	Steps   []Step     `json:"steps,omitempty"` // in order; those of a `parallel:` group one after the other
	// Expressions are those of the job itself: if, env, outputs, with, secrets, matrix, runs-on, environment.
	Expressions []Expression `json:"expressions,omitempty"`
}

// Step is one step of a job or of a composite action. Steps without id and name
// share an anchor; place and anchor together tell which Script is a step's own.
type Step struct {
	ID     string   `json:"id,omitempty"`
	Name   string   `json:"name,omitempty"`
	At     Location `json:"at"`
	Anchor string   `json:"anchor"`        // jobs/build/steps/install: see StepAnchor
	Uses   Text     `json:"uses,omitzero"` // as written
	// UsesComment is what people read behind uses on its line, without the #: v4.1.0.
	UsesComment string     `json:"usesComment,omitempty"`
	Run         Text       `json:"run,omitzero"` // its commands are the Script with the same path and anchor
	Shell       string     `json:"shell,omitempty"`
	Dir         string     `json:"dir,omitempty"`
	If          Text       `json:"if,omitzero"`
	With        []Variable `json:"with,omitempty"`
	Env         []Variable `json:"env,omitempty"`
	// Expressions are those of run, with, env, if and working-directory.
	Expressions []Expression `json:"expressions,omitempty"`
}

// Action is one action.yml of this repository.
type Action struct {
	Path   string     `json:"path"`
	Name   string     `json:"name,omitempty"`
	Using  string     `json:"using,omitempty"` // composite, docker, node24, ...
	Image  Text       `json:"image,omitzero"`  // of a docker action
	Inputs []Variable `json:"inputs,omitempty"`
	Steps  []Step     `json:"steps,omitempty"`
	// Expressions are those of its outputs.
	Expressions []Expression `json:"expressions,omitempty"`
}

// ActionLock is `.github/workflows/actions.lock`. It binds the workflows that it
// lists and no others.
type ActionLock struct {
	Path      string            `json:"path"`
	Version   string            `json:"version,omitempty"` // of the format: v0.0.2
	Workflows []LockedWorkflow  `json:"workflows,omitempty"`
	Entries   []ActionLockEntry `json:"entries,omitempty"`
}

// LockedWorkflow is a workflow that may run only what the lock holds.
type LockedWorkflow struct {
	Path string   `json:"path"`
	Uses []Text   `json:"uses,omitempty"` // owner/name@ref of its own `uses:`
	At   Location `json:"at"`
}

// ActionLockEntry says which commit an action's ref stands for.
type ActionLockEntry struct {
	Uses   string   `json:"uses"`             // owner/name@ref
	Commit string   `json:"commit"`           // full SHA
	Nested []Text   `json:"nested,omitempty"` // what the action itself uses, likewise
	At     Location `json:"at"`
}

// StepAnchor builds the structural anchor of a step: its id, else its name, else
// nothing, because an index moves whenever a step is put before it.
func StepAnchor(parent, id, name string) string {
	switch {
	case id != "":
		return parent + "/steps/" + id
	case name != "":
		return parent + "/steps/" + name
	}
	return parent + "/steps"
}
