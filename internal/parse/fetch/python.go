package fetch

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// pipValued are the flags of pip, pipx and uv that take the next word; where
// letters differ, the differing one does no harm.
const pipValued = "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links --prefix --root --src --platform --python-version --implementation --abi --progress-bar --proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir --log --upgrade-strategy --global-option --config-settings -C --no-binary --only-binary --report --python -p --group --extra --with --from --spec --index --default-index --directory --project --package --config-file --override --build-constraint --link-mode --resolution --prerelease --exclude-newer --keyring-provider --python-platform --torch-backend --suffix --pip-args --env-file --index-strategy --color --with-editable --with-requirements --with -w --requirements --constraints --excludes --build-constraints --reinstall-package --upgrade-package --refresh-package --no-build-package --no-binary-package --no-group --only-group --no-extra --allow-insecure-host --dry-run-file -b --branch --tag --rev --marker --script-file --preinstall -P"

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
	switch r.sub("--python", "--proxy", "--log", "--cache-dir", "--timeout", "--retries", "--cert", "--trusted-host") {
	case "install", "download", "wheel":
		r.pipInstall()
	}
}

// pipInstall reads what is named, and notes one install of all that only a file
// names: requirements, and the needs of a project of this tree.
func (r *reading) pipInstall() {
	a := grammar{valued: pipValued}.split(r.args)
	if a.help() {
		return
	}
	r.into(a, "--directory")
	words := append(a.words[:len(a.words):len(a.words)], a.values("-e", "--editable")...)
	r.pipFiles(a, words)
	if a.has("--require-hashes") {
		return // pip refuses whatever has no hash
	}
	known := len(r.fetches)
	for i, word := range words {
		before := len(r.fetches)
		r.pySpec(word)
		if editable := i >= len(a.words); editable && len(r.fetches) > before && r.fetches[before].Pin == evidence.PinExact && !a.has("--no-deps") {
			r.fetches[before].Pin, r.fetches[before].Why = evidence.PinFloating, "its commit is fixed, but what it needs in turn is not (--no-deps)"
		}
	}
	if constraints := a.values("-c", "--constraint", "--constraints"); len(constraints) > 0 {
		for i := known; i < len(r.fetches); i++ {
			if f := &r.fetches[i]; f.Pin == evidence.PinFloating && f.Requirement == "" {
				f.Why = "neither it nor " + constraints[0].Value + " names one version"
			}
		}
	}
}

// pipFiles notes the install of requirements files and of projects of this
// tree. uv takes a pyproject.toml for requirements too, whose lock only uv sync
// holds to.
func (r *reading) pipFiles(a arguments, words []evidence.Word) {
	program := "pip install"
	if r.tool != "pip" {
		program = r.tool + " pip install"
	}
	var files []string
	var project string
	for _, file := range a.values("-r", "--requirement", "--requirements") {
		files = append(files, file.Value)
		if strings.HasSuffix(file.Value, "pyproject.toml") {
			project = file.Value
		}
	}
	if !a.has("--no-deps") {
		for _, word := range words {
			if bare, _, _ := strings.Cut(strings.TrimSpace(word.Value), "["); isProject(bare) {
				project = "the project at " + bare
				files = append(files, path.Join(bare, "pyproject.toml"))
			}
		}
	}
	switch {
	case len(files) == 0:
		return
	case a.has("--require-hashes"):
		r.install(evidence.Yes, "", "")
	case project != "":
		r.install(evidence.No, "it takes the newest versions that "+project+" allows, whatever a lock holds", "uv sync --locked, or "+program+" --no-deps after a hashed requirements file")
	default:
		r.install(evidence.No, "the requirements of "+files[0]+" are installed without hashes", program+" --require-hashes -r "+files[0], a.words...)
	}
	r.installs[len(r.installs)-1].Files = files
}

// isProject knows a folder of this tree by how it is written.
func isProject(s string) bool {
	if s == "." || s == ".." {
		return true
	}
	if !strings.HasPrefix(s, "./") && !strings.HasPrefix(s, "../") || strings.ContainsAny(s, "*?") {
		return false
	}
	name := path.Base(s)
	return name == ".." || !strings.Contains(name, ".")
}

// python reads python -m pip and its kin.
func python(r *reading) {
	for i := 0; i < len(r.args); i++ {
		word := r.args[i].Value
		module, rest := "", r.args[i+1:]
		switch {
		case word == "-m" && len(rest) > 0:
			module, rest = rest[0].Value, rest[1:]
		case strings.HasPrefix(word, "-m") && !strings.Contains(word, "="):
			module = word[2:]
		case word == "-W" || word == "-X":
			i++
			continue
		case strings.HasPrefix(word, "-"):
			continue
		default:
			return // a script
		}
		switch module {
		case "pip", "pip3", "uv", "pipx", "poetry", "pipenv", "pdm", "conda":
			program := r.command
			program.Value = module
			command := r.command
			r.inner(append([]evidence.Word{program}, rest...))
			r.command = command
		}
		return
	}
}

func pipx(r *reading) {
	switch r.sub() {
	case "inject":
		r.sub() // the environment
		r.pyWords(pipValued)
	case "install", "upgrade":
		a := grammar{valued: pipValued}.split(r.args)
		if spec := a.value("--spec"); spec.Value != "" {
			r.pySpec(spec)
			return
		}
		r.pyWords(pipValued)
	case "run":
		r.runTool("--spec")
	}
}

// pyWords reads the requirements that a command names one by one. uv and poetry
// write name@1.2.3 for a version.
func (r *reading) pyWords(valued string) {
	a := grammar{valued: valued}.split(r.args)
	if a.help() {
		return
	}
	for _, word := range a.words {
		r.pyTool(word)
	}
}

func (r *reading) pyTool(word evidence.Word) {
	name, v, found := strings.Cut(word.Value, "@")
	if !found || strings.Contains(word.Value, "://") || strings.ContainsAny(word.Value, " /") {
		r.pySpec(word)
		return
	}
	name, _, _ = strings.Cut(name, "[")
	pin, why := version(evidence.PyPI, exactly(v))
	r.add(evidence.PyPI, name, v, word, pin, why)
}

// runTool reads uvx, uv tool run and pipx run: the package of --from or --spec,
// else the first word; and everything that --with adds.
func (r *reading) runTool(from string) {
	a := grammar{valued: pipValued, first: true}.split(r.args)
	switch spec := a.value(from); {
	case spec.Value != "":
		r.pySpec(spec)
	case len(a.words) > 0:
		r.pyTool(a.words[0])
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
	for _, list := range a.values("--with", "-w") {
		for one := range strings.SplitSeq(list.Value, ",") {
			word := list
			word.Value = one
			r.pySpec(word)
		}
	}
}
