package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const npmValued = "--prefix -C --workspace -w --registry --tag --omit --include --install-strategy --loglevel --cache --location --userconfig --globalconfig --script-shell --filter -F --filter-prod --dir --store-dir --virtual-store-dir --lockfile-dir --modules-dir --cwd --package -p --call -c --otp --before --node-options --reporter --modules-folder --mutex --network-timeout --network-concurrency --cache-folder --use-yarnrc --cpu --os --libc --allow-build --backend --config --save-prefix --access --shell -n --node-arg"

// npmSpec judges one npm package specifier: [@scope/]name[@version], an alias, a
// git source, an address or a path.
func (r *reading) npmSpec(word evidence.Word) {
	spec := word.Value
	if local(spec) || strings.HasSuffix(spec, ".tgz") && !strings.Contains(spec, "://") {
		r.add(evidence.NPM, spec, "", word, evidence.PinLocal, "")
		return
	}
	if isNPMGit(spec) {
		name, ref, _ := strings.Cut(spec, "#")
		pin, why := gitRef(ref)
		r.add(evidence.NPM, name, ref, word, pin, why)
		return
	}
	if strings.Contains(spec, "://") || strings.Contains(spec, ":") && !strings.Contains(spec, "@") {
		r.add(evidence.NPM, spec, "", word, evidence.PinFloating, "an address can give other bytes tomorrow")
		return
	}
	name, v := npmName(spec)
	if symbolic(name) {
		pin, why := version(evidence.NPM, v)
		if v == "" || pin != evidence.PinFloating { // whatever $NAME@latest is, it can move
			pin, why = evidence.PinUnknown, "the package comes from "+name
		}
		r.add(evidence.NPM, name, v, word, pin, why)
		return
	}
	if inner, found := strings.CutPrefix(v, "npm:"); found {
		_, v = npmName(inner)
	}
	pin, why := version(evidence.NPM, v)
	r.add(evidence.NPM, name, v, word, pin, why)
}

// npmName cuts name from version at the last @ that is no scope's.
func npmName(spec string) (name, version string) {
	if at := strings.Index(spec[min(1, len(spec)):], "@"); at >= 0 {
		return spec[:at+1], spec[at+2:]
	}
	return spec, ""
}

// isNPMGit knows npm's git forms, the owner/name shorthand among them.
func isNPMGit(spec string) bool {
	for _, prefix := range []string{"git+", "git://", "git@", "github:", "gitlab:", "bitbucket:", "gist:"} {
		if strings.HasPrefix(spec, prefix) {
			return true
		}
	}
	owner, rest, found := strings.Cut(spec, "/")
	return found && owner != "" && !strings.HasPrefix(owner, "@") && !strings.ContainsAny(owner, ":@.$") && rest != "" && !strings.Contains(strings.SplitN(rest, "#", 2)[0], "/")
}

// npmInstall reads install, add and their kin: by name, or by the lock.
func (r *reading) npmInstall(frozen evidence.Answer, why, mend string) {
	a := grammar{valued: npmValued}.split(r.args)
	r.into(a, "--prefix", "-C", "--dir", "--cwd")
	if a.help() || a.has("--dry-run") {
		return
	}
	if len(a.words) == 0 {
		switch {
		case a.has("-g", "--global") || a.value("--location").Value == "global":
			frozen, why = evidence.No, "it installs this folder and the newest of what it needs, without its lock"
		case a.has("--package-lock-only", "--lockfile-only"):
			r.relocks = true // it writes the lock and installs nothing
			return
		}
		r.install(frozen, why, mend)
		return
	}
	for _, word := range a.words {
		r.npmSpec(word)
	}
}

func npm(r *reading) {
	switch r.sub("--prefix", "-C", "-w", "--workspace", "--registry", "--loglevel", "--cache", "--userconfig") {
	case "install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall", "add":
		r.npmInstall(evidence.No, "npm install may change package-lock.json and goes on", "npm ci")
	case "install-test", "it":
		r.npmInstall(evidence.No, "npm install-test may change package-lock.json and goes on", "npm ci && npm test")
	case "update", "up", "upgrade", "udpate":
		r.relocks = true
		r.npmInstall(evidence.No, "npm update ignores what package-lock.json holds", "npm ci")
	case "ci", "clean-install", "ic", "install-clean", "isntall-clean", "install-ci-test", "cit", "clean-install-test", "sit":
		r.into(grammar{valued: npmValued}.split(r.args), "--prefix", "-C")
		r.install(evidence.Yes, "", "")
	case "exec", "x":
		r.npxWords()
	case "init", "create", "innit":
		r.initializer()
	}
}

// initializer reads `npm init foo`, which runs the package create-foo, and
// `npm init @acme`, which runs @acme/create.
func (r *reading) initializer() {
	a := grammar{valued: npmValued, first: true}.split(r.args)
	if len(a.words) == 0 || a.words[0].Value == "" {
		return
	}
	word := a.words[0]
	name, v := npmName(word.Value)
	switch scope, rest, scoped := strings.Cut(name, "/"); {
	case isNPMGit(word.Value):
		r.npmSpec(word)
		return
	case scoped && strings.HasPrefix(name, "@"):
		name = scope + "/create-" + rest
	case strings.HasPrefix(name, "@"):
		name += "/create"
	default:
		name = "create-" + name
	}
	pin, why := version(evidence.NPM, v)
	r.add(evidence.NPM, name, v, word, pin, why)
}

func npx(r *reading) { r.npxWords() }

// npxWords reads what npx and its kin run: the packages of -p, else the first word.
func (r *reading) npxWords() {
	a := grammar{valued: npmValued, first: true}.split(r.args)
	r.into(a, "--prefix", "-C", "--dir", "--cwd")
	packages := a.values("-p", "--package")
	if len(packages) == 0 && len(a.words) > 0 && len(a.values("-c", "--call")) == 0 {
		packages = a.words[:1]
	}
	known := len(r.fetches)
	for _, word := range packages {
		r.npmSpec(word)
	}
	if a.has("--no-install", "--no") || a.off("--install", "--yes") {
		for i := known; i < len(r.fetches); i++ {
			r.fetches[i].Pin, r.fetches[i].Why = evidence.PinLocal, "" // it runs what is installed, or fails
		}
	}
}

func pnpm(r *reading) {
	switch r.sub("--prefix", "-C", "--dir", "--filter", "-F", "--reporter", "--loglevel") {
	case "install", "i", "install-test", "it":
		r.pnpmInstall()
	case "ci", "clean-install", "fetch":
		r.into(grammar{valued: npmValued}.split(r.args), "-C", "--dir", "--prefix")
		r.install(evidence.Yes, "", "")
	case "add":
		r.npmInstall(evidence.No, "", "")
	case "update", "up", "upgrade":
		r.relocks = true
		r.npmInstall(evidence.No, "pnpm update changes the lock", "pnpm install --frozen-lockfile")
	case "dlx":
		r.npxWords()
	case "create":
		r.initializer()
	}
}

func (r *reading) pnpmInstall() {
	a := grammar{valued: npmValued}.split(r.args)
	r.into(a, "-C", "--dir", "--prefix")
	const frozen = "pnpm install --frozen-lockfile"
	switch {
	case len(a.words) > 0 || a.help() || a.has("--lockfile-only"):
		r.npmInstall(evidence.No, "", "")
	case a.has("--frozen-lockfile") || a.has("--offline"):
		r.install(evidence.Yes, "", "")
	case a.has("--no-frozen-lockfile", "--fix-lockfile", "--no-lockfile", "--force") || a.off("--frozen-lockfile", "--lockfile"):
		r.install(evidence.No, "its flags let the lock change", frozen)
	default:
		r.install(evidence.Unknown, "pnpm freezes the lock only where CI is set", frozen)
	}
}

func yarn(r *reading) {
	sub := r.sub("--cwd", "--mutex", "--modules-folder", "--network-timeout", "--cache-folder", "--use-yarnrc", "--registry")
	switch sub {
	case "", "install":
		r.yarnInstall()
	case "add", "upgrade", "up":
		r.relocks = sub != "add"
		r.npmInstall(evidence.No, "yarn "+sub+" changes the lock", "yarn install --immutable")
	case "global":
		if s := r.sub(); s == "add" || s == "upgrade" {
			r.npmInstall(evidence.No, "", "")
		}
	case "workspace":
		r.sub() // its name
		if r.sub() == "add" {
			r.npmInstall(evidence.No, "", "")
		}
	case "dlx":
		r.npxWords()
	case "create":
		r.initializer()
	case "set":
		if words := (grammar{}).split(r.args).words; len(words) > 1 && words[0].Value == "version" && !local(words[1].Value) {
			pin, why := version(evidence.NPM, words[1].Value)
			r.add(evidence.NPM, "yarn", words[1].Value, words[1], pin, why)
		}
	}
}

func (r *reading) yarnInstall() {
	a := grammar{valued: npmValued}.split(r.args)
	r.into(a, "--cwd")
	const frozen = "yarn install --immutable (yarn 1: --frozen-lockfile)"
	switch {
	case a.help() || a.has("-v"):
	case a.has("--frozen-lockfile", "--immutable"):
		r.install(evidence.Yes, "", "")
	case a.value("--mode").Value == "update-lockfile":
		r.relocks = true // it writes the lock and installs nothing
	case a.has("--no-immutable", "--no-lockfile", "--force") || a.off("--immutable", "--frozen-lockfile"):
		r.install(evidence.No, "its flags let the lock change", frozen)
	default:
		r.install(evidence.Unknown, "yarn 1 changes its lock unless told --frozen-lockfile; later ones freeze it only where CI is set", frozen)
	}
}

func bun(r *reading) {
	switch r.sub("--cwd") {
	case "install", "i":
		a := grammar{valued: npmValued}.split(r.args)
		r.into(a, "--cwd")
		switch {
		case len(a.words) > 0 || a.help() || a.has("--lockfile-only"):
			r.npmInstall(evidence.No, "", "")
		case a.has("--frozen-lockfile"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "bun install may change the lock and goes on", "bun install --frozen-lockfile")
		}
	case "ci":
		r.install(evidence.Yes, "", "")
	case "add", "a":
		r.npmInstall(evidence.No, "", "")
	case "update":
		r.relocks = true
		r.npmInstall(evidence.No, "bun update changes the lock", "bun install --frozen-lockfile")
	case "x":
		r.npxWords()
	case "create", "c":
		r.initializer()
	}
}

// corepack brings in package managers, or runs one.
func corepack(r *reading) {
	args := r.args
	switch r.sub() {
	case "prepare", "use", "install", "hydrate":
		for _, word := range (grammar{valued: "-o --output"}).split(r.args).words {
			r.npmSpec(word)
		}
	case "npm", "npx", "pnpm", "pnpx", "yarn", "yarnpkg":
		r.inner(args)
	}
}
