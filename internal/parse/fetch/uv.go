package fetch

import "github.com/sealvet/sealvet/internal/evidence"

func uvx(r *reading) { r.runTool("--from") }

func uv(r *reading) {
	switch r.sub("--directory", "--project", "--color", "--cache-dir", "--config-file", "--python", "--allow-insecure-host") {
	case "pip":
		r.uvPip()
	case "tool":
		r.uvTool()
	case "x":
		r.runTool("--from")
	case "add":
		r.pyWords(pipValued)
	case "sync":
		r.uvLocked("uv sync", grammar{valued: pipValued}.split(r.args))
	case "lock":
		if a := (grammar{valued: pipValued}).split(r.args); !a.has("--check", "--locked", "--frozen", "--dry-run") {
			r.relocks = true
		}
	case "run":
		r.uvRun()
	}
}

func (r *reading) uvPip() {
	switch r.sub() {
	case "install":
		r.pipInstall()
	case "sync":
		a := grammar{valued: pipValued}.split(r.args)
		if len(a.words) == 0 {
			return
		}
		var files []string
		for _, word := range a.words {
			files = append(files, word.Value)
		}
		if a.has("--require-hashes") {
			r.install(evidence.Yes, "", "")
		} else {
			r.install(evidence.No, "the requirements of "+files[0]+" are installed without hashes", "uv pip sync --require-hashes "+files[0])
		}
		r.installs[len(r.installs)-1].Files = files
	}
}

func (r *reading) uvTool() {
	switch r.sub() {
	case "run":
		r.runTool("--from")
	case "install":
		a := grammar{valued: pipValued}.split(r.args)
		if from := a.value("--from"); from.Value != "" {
			r.pySpec(from)
		} else {
			r.pyWords(pipValued)
		}
		r.with(a)
	}
}

// uvRun reads what uv run adds, the project's own install, and the command it runs.
func (r *reading) uvRun() {
	a := grammar{valued: pipValued + " -m --module", first: true}.split(r.args)
	r.with(a)
	if !a.has("--no-project", "--no-sync", "--script", "-s") {
		r.uvLocked("uv run", a)
	}
	if module := a.value("-m", "--module"); module.Value == "pip" {
		r.inner(append([]evidence.Word{module}, a.words...))
		return
	}
	r.inner(a.words)
}

func (r *reading) uvLocked(command string, a arguments) {
	if a.help() {
		return
	}
	r.into(a, "--directory", "--project")
	if a.has("--locked", "--frozen", "--check") {
		r.install(evidence.Yes, "", "")
		return
	}
	words := a.words
	if command == "uv run" { // a variable alone is the program; one before others may hold flags
		words = words[:min(1, len(words)/2)]
	}
	r.install(evidence.No, command+" brings uv.lock up to date by itself and goes on", command+" --locked", words...)
}
