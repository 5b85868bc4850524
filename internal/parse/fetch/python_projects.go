package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const poetryValued = "-C --directory -P --project --group -G --extras -E --python --platform --source --with --without --only"

func poetry(r *reading) {
	switch r.sub("-C", "--directory", "-P", "--project") {
	case "install", "sync":
		r.into(grammar{valued: poetryValued}.split(r.args), "-C", "--directory", "-P", "--project")
		r.install(evidence.Yes, "", "") // refuses a lock that does not fit
	case "lock":
		r.relocks = !(grammar{}).split(r.args).has("--check")
	case "update":
		if r.relocks = true; !(grammar{}).split(r.args).has("--lock", "--dry-run") {
			r.install(evidence.No, "poetry update changes the lock", "poetry install")
		}
	case "add":
		r.pyWords(poetryValued)
	case "run":
		r.wrapped(poetryValued)
	case "self":
		if r.sub() == "add" {
			r.pyWords(poetryValued)
		}
	}
}

func pdm(r *reading) {
	const valued = "-p --project -G --group -L --lockfile"
	switch r.sub("-p", "--project") {
	case "install":
		a := grammar{valued: valued}.split(r.args)
		r.into(a, "-p", "--project")
		if a.has("--frozen-lockfile", "--no-lock", "--check") {
			r.install(evidence.Yes, "", "")
			return
		}
		r.install(evidence.No, "pdm install brings the lock up to date by itself", "pdm sync")
	case "sync":
		r.into(grammar{valued: valued}.split(r.args), "-p", "--project")
		r.install(evidence.Yes, "", "")
	case "lock":
		r.relocks = !(grammar{}).split(r.args).has("--check")
	case "update":
		r.relocks = true
		r.install(evidence.No, "pdm update changes the lock", "pdm sync")
	case "add":
		r.pyWords(valued)
	case "run":
		r.wrapped(valued)
	}
}

func pipenv(r *reading) {
	const valued = "-r --requirements --python -i --index --pypi-mirror -e --editable --categories"
	switch r.sub("--python") {
	case "install":
		a := grammar{valued: valued}.split(r.args)
		switch {
		case len(a.words) > 0:
			r.pyWords(valued)
		case a.has("--deploy", "--ignore-pipfile"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "pipenv install may change Pipfile.lock", "pipenv sync")
		}
	case "sync":
		r.install(evidence.Yes, "", "")
	case "lock":
		r.relocks = true
	case "update", "upgrade":
		r.relocks = true
		r.install(evidence.No, "pipenv update changes the lock", "pipenv sync")
	case "run":
		r.wrapped("--python")
	}
}

// rye and hatch are followed only into what they run.
func rye(r *reading) {
	if sub := r.sub("-e", "--env", "-p", "--project"); sub == "run" {
		r.wrapped("")
	}
}

func conda(r *reading) {
	const valued = "-n --name -p --prefix -c --channel -f --file --solver --repodata-fn --subdir --platform --cwd"
	switch r.sub("-n", "--name", "-p", "--prefix") {
	case "install", "create", "update", "upgrade":
	case "run":
		r.wrapped(valued)
		return
	default:
		return
	}
	for _, word := range (grammar{valued: valued}).split(r.args).words {
		spec := word.Value[strings.LastIndex(word.Value, "::")+1:] // behind a channel
		spec = strings.TrimPrefix(spec, ":")
		end := strings.IndexAny(spec, "=<>!~ ")
		if end < 0 {
			end = len(spec)
		}
		v := strings.TrimLeft(spec[end:], "=")
		build, _, _ := strings.Cut(v, "=")
		pin, why := plainVersion(build)
		r.add("conda", spec[:end], v, word, pin, why)
	}
}
