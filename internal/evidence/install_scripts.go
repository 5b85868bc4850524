package evidence

// ScriptPolicy is a setting that says which dependencies may run code of their
// own when they are installed.
type ScriptPolicy struct {
	Path    string `json:"path"`
	Tool    string `json:"tool"`    // npm, pnpm, yarn, bun: whose setting it is
	Setting string `json:"setting"` // ignore-scripts, onlyBuiltDependencies, enableScripts
	// Runs is Yes where all may run it and No where none may; Unknown where those of a list may.
	Runs    Answer   `json:"runs"`
	Allowed []string `json:"allowed,omitempty"`
	At      Location `json:"at"`
}
