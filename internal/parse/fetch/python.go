package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const pipValued = "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links --prefix --root --src --platform --python-version --implementation --abi --progress-bar --proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir --log --upgrade-strategy --global-option --config-settings -C --no-binary --only-binary --report --python -p --group --extra --with --from --spec --index --default-index --directory --project --package --config-file --override --build-constraint --link-mode --resolution --prerelease --exclude-newer --keyring-provider --python-platform --torch-backend --suffix --pip-args --env-file --index-strategy --color --with-editable --with-requirements"

// pySpec judges one Python requirement: name[extras]specifier, name @ url, git+url, a path.
func (r *reading) pySpec(word evidence.Word) {
	spec := strings.TrimSpace(word.Value)
	spec, _, _ = strings.Cut(spec, ";") // an environment marker
	spec = strings.TrimSpace(spec)
	if direct, address, found := strings.Cut(spec, "@"); found && (strings.Contains(address, "://") || strings.HasPrefix(strings.TrimSpace(address), "git+")) && !strings.Contains(direct, "://") && !strings.Contains(direct, "+") {
		spec = strings.TrimSpace(address)
	}
	switch {
	case spec == "":
		return
	case isVCS(spec):
		name, ref := vcsRef(spec)
		pin, why := gitRef(ref)
		if strings.HasPrefix(spec, "svn+") || strings.HasPrefix(spec, "bzr+") {
			pin, why = evidence.PinFloating, "its version control has no content hashes"
		}
		r.add(evidence.PyPI, name, ref, word, pin, why)
		return
	case strings.Contains(spec, "://"):
		pin, why := evidence.PinFloating, "an address without a hash can give other bytes tomorrow"
		if strings.Contains(spec, "#sha256=") || strings.Contains(spec, "#sha512=") {
			pin, why = evidence.PinExact, ""
		}
		r.add(evidence.PyPI, spec, "", word, pin, why)
		return
	case localPython(spec):
		r.add(evidence.PyPI, spec, "", word, evidence.PinLocal, "")
		return
	}
	name, v := pyName(spec)
	if symbolic(name) {
		r.add(evidence.PyPI, name, v, word, evidence.PinUnknown, "the package comes from "+name)
		return
	}
	pin, why := version(evidence.PyPI, v)
	r.add(evidence.PyPI, name, v, word, pin, why)
}

func localPython(spec string) bool {
	bare, _, _ := strings.Cut(spec, "[")
	if local(bare) {
		return true
	}
	for _, suffix := range []string{".whl", ".tar.gz", ".zip", "/", ".tgz"} {
		if strings.HasSuffix(bare, suffix) {
			return true
		}
	}
	return strings.Contains(bare, "/") && !symbolic(strings.SplitN(bare, "/", 2)[0])
}

// pyName cuts the name from its version specifiers.
func pyName(spec string) (name, version string) {
	end := strings.IndexAny(spec, "<>=!~ (")
	if bracket := strings.Index(spec, "["); bracket >= 0 && (end < 0 || bracket < end) {
		if closing := strings.Index(spec[bracket:], "]"); closing >= 0 {
			name = spec[:bracket]
			return name, strings.Trim(spec[bracket+closing+1:], " ()")
		}
	}
	if end < 0 {
		return spec, ""
	}
	return spec[:end], strings.Trim(spec[end:], " ()")
}

func isVCS(spec string) bool {
	for _, prefix := range []string{"git+", "hg+", "svn+", "bzr+", "git://", "git@"} {
		if strings.HasPrefix(spec, prefix) {
			return true
		}
	}
	return false
}

// vcsRef cuts the ref behind the last @ of a version-control address.
func vcsRef(spec string) (name, ref string) {
	spec, _, _ = strings.Cut(spec, "#")
	scheme := strings.Index(spec, "://")
	at := strings.LastIndex(spec, "@")
	if at < 0 || at < scheme || strings.Contains(spec[at:], "/") {
		return spec, ""
	}
	return spec[:at], spec[at+1:]
}

// pip reads pip install.
func pip(r *reading) {
	switch r.sub("--python", "--proxy", "--log", "--cache-dir") {
	case "install", "download", "wheel":
		r.pipInstall()
	}
}

func (r *reading) pipInstall() {
	a := grammar{valued: pipValued}.split(r.args)
	if a.help() {
		return
	}
	noDeps := a.has("--no-deps")
	for _, file := range a.values("-r", "--requirement", "--requirements") {
		r.requirements(file.Value, a.has("--require-hashes"))
	}
	for _, editable := range a.values("-e", "--editable") {
		before := len(r.fetches)
		r.pySpec(editable)
		if len(r.fetches) > before {
			f := &r.fetches[before]
			if f.Pin == evidence.PinExact && !noDeps {
				f.Pin, f.Why = evidence.PinFloating, "its commit is fixed, but what it needs in turn is not (--no-deps)"
			}
		}
	}
	if a.has("--require-hashes") {
		return // pip refuses whatever has no hash
	}
	for _, word := range a.words {
		r.pySpec(word)
	}
}

// requirements notes an install of one requirements file. uv takes a
// pyproject.toml too, whose lock only uv sync holds to.
func (r *reading) requirements(file string, hashed bool) {
	install := "pip install"
	if r.tool != "pip" {
		install = r.tool + " pip install"
	}
	switch {
	case hashed:
		r.install(evidence.Yes, "", "")
	case strings.HasSuffix(file, "pyproject.toml"):
		r.install(evidence.No, "it takes the newest versions that "+file+" allows, whatever uv.lock holds", "uv sync --locked")
	default:
		r.install(evidence.No, "the requirements of "+file+" are installed without hashes", install+" --require-hashes -r "+file)
	}
}

// python reads python -m pip and its kin.
func python(r *reading) {
	for i, word := range r.args {
		if word.Value == "-m" && i+1 < len(r.args) {
			tool := r.args[i+1].Value
			r.tool, r.args = tool, r.args[i+2:]
			switch tool {
			case "pip":
				pip(r)
			case "uv":
				uv(r)
			case "pipx":
				pipx(r)
			case "poetry":
				poetry(r)
			case "pipenv":
				pipenv(r)
			}
			return
		}
		if !strings.HasPrefix(word.Value, "-") {
			return // a script
		}
	}
}

func pipx(r *reading) {
	switch r.sub() {
	case "install", "upgrade", "inject", "install-all":
		a := grammar{valued: pipValued}.split(r.args)
		for _, word := range a.words {
			r.pySpec(word)
		}
	case "run":
		r.runTool("--spec")
	}
}

// runTool reads uvx, uv tool run and pipx run: the package of --from or --spec,
// else the first word; and everything that --with adds.
func (r *reading) runTool(from string) {
	a := grammar{valued: pipValued, first: true}.split(r.args)
	switch spec := a.value(from); {
	case spec.Value != "":
		r.pySpec(spec)
	case len(a.words) > 0:
		word := a.words[0]
		if name, v, found := strings.Cut(word.Value, "@"); found && !strings.Contains(word.Value, "://") && !strings.Contains(word.Value, " ") {
			pin, why := version(evidence.PyPI, exactly(v))
			name, _, _ = strings.Cut(name, "[")
			r.add(evidence.PyPI, name, v, word, pin, why)
		} else {
			r.pySpec(word)
		}
	}
	r.with(a)
}

// exactly turns uv's name@1.2.3 into a specifier; tags stay as they are.
func exactly(v string) string {
	if dotVersion.MatchString(v) {
		return "==" + v
	}
	return v
}

func (r *reading) with(a arguments) {
	for _, list := range a.values("--with") {
		for one := range strings.SplitSeq(list.Value, ",") {
			word := list
			word.Value = one
			r.pySpec(word)
		}
	}
}

func uvx(r *reading) { r.runTool("--from") }

func uv(r *reading) {
	switch r.sub("--directory", "--project", "--color", "--cache-dir", "--config-file", "--python") {
	case "pip":
		switch r.sub() {
		case "install":
			r.pipInstall()
		case "sync":
			a := grammar{valued: pipValued}.split(r.args)
			if a.has("--require-hashes") {
				r.install(evidence.Yes, "", "")
			} else if len(a.words) > 0 {
				r.install(evidence.No, "the requirements of "+a.words[0].Value+" are installed without hashes", "uv pip sync --require-hashes "+a.words[0].Value)
			}
		}
	case "tool":
		switch r.sub() {
		case "run":
			r.runTool("--from")
		case "install", "upgrade":
			a := grammar{valued: pipValued}.split(r.args)
			for _, word := range a.words {
				if name, v, found := strings.Cut(word.Value, "@"); found && !strings.Contains(word.Value, "://") {
					pin, why := version(evidence.PyPI, exactly(v))
					r.add(evidence.PyPI, name, v, word, pin, why)
					continue
				}
				r.pySpec(word)
			}
			r.with(a)
		}
	case "add":
		a := grammar{valued: pipValued}.split(r.args)
		for _, word := range a.words {
			r.pySpec(word)
		}
	case "sync":
		r.uvLocked("uv sync", grammar{valued: pipValued}.split(r.args))
	case "run":
		a := grammar{valued: pipValued + " -m --module", first: true}.split(r.args)
		r.with(a)
		if !a.has("--no-project", "--no-sync", "--script", "--isolated") {
			r.uvLocked("uv run", a)
		}
	}
}

func (r *reading) uvLocked(command string, a arguments) {
	if a.help() {
		return
	}
	if a.has("--locked", "--frozen") {
		r.install(evidence.Yes, "", "")
		return
	}
	r.install(evidence.No, command+" brings uv.lock up to date by itself and goes on", command+" --locked")
}

func poetry(r *reading) {
	switch r.sub("-C", "--directory", "-P", "--project") {
	case "install", "sync":
		r.install(evidence.Yes, "", "") // refuses a lock that does not fit
	case "update":
		r.install(evidence.No, "poetry update changes the lock", "poetry install")
	case "add":
		a := grammar{valued: "--group -G --extras -E --python --platform --source"}.split(r.args)
		for _, word := range a.words {
			if name, v, found := strings.Cut(word.Value, "@"); found && !strings.Contains(word.Value, "://") {
				pin, why := version(evidence.PyPI, exactly(v))
				r.add(evidence.PyPI, name, v, word, pin, why)
				continue
			}
			r.pySpec(word)
		}
	case "self":
		if r.sub() == "add" {
			for _, word := range (grammar{}).split(r.args).words {
				r.pySpec(word)
			}
		}
	}
}

func pdm(r *reading) {
	switch r.sub("-p", "--project") {
	case "install":
		a := grammar{valued: "-G --group -L --lockfile"}.split(r.args)
		if a.has("--frozen-lockfile", "--no-lock", "--check") {
			r.install(evidence.Yes, "", "")
			return
		}
		r.install(evidence.No, "pdm install brings the lock up to date by itself", "pdm sync")
	case "sync":
		r.install(evidence.Yes, "", "")
	case "update":
		r.install(evidence.No, "pdm update changes the lock", "pdm sync")
	case "add":
		for _, word := range (grammar{valued: "-G --group"}).split(r.args).words {
			r.pySpec(word)
		}
	}
}

func pipenv(r *reading) {
	switch r.sub("--python") {
	case "install":
		a := grammar{valued: "-r --requirements --python -i --index --pypi-mirror -e --categories"}.split(r.args)
		switch {
		case len(a.words) > 0:
			for _, word := range a.words {
				r.pySpec(word)
			}
		case a.has("--deploy", "--ignore-pipfile"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "pipenv install may change Pipfile.lock", "pipenv sync")
		}
	case "sync":
		r.install(evidence.Yes, "", "")
	case "update", "upgrade":
		r.install(evidence.No, "pipenv update changes the lock", "pipenv sync")
	}
}

func conda(r *reading) {
	switch r.sub("-n", "--name", "-p", "--prefix") {
	case "install", "create", "update":
	default:
		return
	}
	a := grammar{valued: "-n --name -p --prefix -c --channel -f --file --solver --repodata-fn"}.split(r.args)
	for _, word := range a.words {
		name, v, _ := strings.Cut(word.Value, "=")
		pin, why := plainVersion(strings.TrimPrefix(v, "="))
		r.add("conda", name, v, word, pin, why)
	}
}
