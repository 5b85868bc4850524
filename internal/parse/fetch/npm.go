package fetch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const npmValued = "--prefix -C --workspace -w --registry --tag --omit --include --install-strategy --loglevel --cache --location --userconfig --script-shell --filter -F --dir --store-dir --cwd --package -p --call -c --otp --before --node-options --reporter --modules-folder --mutex --network-timeout --cpu --os --libc"

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
		r.add(evidence.NPM, name, v, word, evidence.PinUnknown, "the package comes from "+name)
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
	if a.help() {
		return
	}
	if len(a.words) == 0 {
		if a.has("-g", "--global") && r.tool == "npm" {
			frozen, why = evidence.No, "it installs this folder and the newest of what it needs, without its lock"
		}
		r.install(frozen, why, mend)
		return
	}
	for _, word := range a.words {
		r.npmSpec(word)
	}
}

func npm(r *reading) {
	switch r.sub("--prefix", "-C", "-w", "--workspace", "--registry", "--loglevel", "--cache") {
	case "install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall", "add":
		r.npmInstall(evidence.No, "npm install may change package-lock.json and goes on", "npm ci")
	case "install-test", "it":
		r.npmInstall(evidence.No, "npm install-test may change package-lock.json and goes on", "npm ci && npm test")
	case "update", "up", "upgrade", "udpate":
		r.npmInstall(evidence.No, "npm update ignores what package-lock.json holds", "npm ci")
	case "ci", "clean-install", "ic", "install-clean", "install-ci-test", "cit", "clean-install-test", "sit":
		r.install(evidence.Yes, "", "")
	case "exec", "x":
		r.npxWords()
	case "init", "create", "innit":
		r.initializer()
	}
}

// initializer reads `npm init foo`, which runs the package create-foo.
func (r *reading) initializer() {
	a := grammar{valued: npmValued, first: true}.split(r.args)
	if len(a.words) == 0 || a.words[0].Value == "" {
		return
	}
	name, v := npmName(a.words[0].Value)
	pin, why := version(evidence.NPM, v)
	r.add(evidence.NPM, "create-"+name, v, a.words[0], pin, why)
}

func npx(r *reading) { r.npxWords() }

// npxWords reads what npx and its kin run: the packages of -p, else the first word.
func (r *reading) npxWords() {
	a := grammar{valued: npmValued, first: true}.split(r.args)
	packages := a.values("-p", "--package")
	if len(packages) == 0 && len(a.words) > 0 && len(a.values("-c", "--call")) == 0 {
		packages = a.words[:1]
	}
	for _, word := range packages {
		r.npmSpec(word)
	}
}

func pnpm(r *reading) {
	switch r.sub("--prefix", "-C", "--dir", "--filter", "-F", "--reporter") {
	case "install", "i":
		a := grammar{valued: npmValued}.split(r.args)
		switch {
		case len(a.words) > 0:
			r.npmInstall(evidence.No, "", "")
		case a.has("--frozen-lockfile") || a.has("--offline"):
			r.install(evidence.Yes, "", "")
		case a.has("--no-frozen-lockfile", "--fix-lockfile", "--lockfile-only", "--no-lockfile", "--force"):
			r.install(evidence.No, "the lock may change", "pnpm install --frozen-lockfile")
		default:
			r.install(evidence.Unknown, "pnpm freezes the lock only where CI is set", "pnpm install --frozen-lockfile")
		}
	case "add":
		r.npmInstall(evidence.No, "", "")
	case "update", "up", "upgrade":
		r.npmInstall(evidence.No, "pnpm update changes the lock", "pnpm install --frozen-lockfile")
	case "dlx":
		r.npxWords()
	case "create":
		r.initializer()
	}
}

func yarn(r *reading) {
	sub := r.sub("--cwd", "--mutex", "--modules-folder", "--network-timeout")
	switch sub {
	case "", "install":
		a := grammar{valued: npmValued}.split(r.args)
		switch {
		case a.help():
		case a.has("--frozen-lockfile", "--immutable"):
			r.install(evidence.Yes, "", "")
		case a.has("--no-immutable", "--no-lockfile", "--force", "--mode=update-lockfile"):
			r.install(evidence.No, "the lock may change", "yarn install --immutable")
		default:
			r.install(evidence.Unknown, "yarn 1 changes its lock unless told --frozen-lockfile; later ones freeze it only where CI is set", "yarn install --immutable (yarn 1: --frozen-lockfile)")
		}
	case "add", "upgrade", "up":
		r.npmInstall(evidence.No, "yarn "+sub+" changes the lock", "yarn install --immutable")
	case "global":
		if s := r.sub(); s == "add" || s == "upgrade" {
			r.npmInstall(evidence.No, "", "")
		}
	case "dlx":
		r.npxWords()
	case "create":
		r.initializer()
	}
}

func bun(r *reading) {
	switch r.sub("--cwd") {
	case "install", "i":
		a := grammar{valued: npmValued}.split(r.args)
		switch {
		case len(a.words) > 0:
			r.npmInstall(evidence.No, "", "")
		case a.has("--frozen-lockfile"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "bun install may change the lock and goes on", "bun install --frozen-lockfile")
		}
	case "ci":
		r.install(evidence.Yes, "", "")
	case "add", "a", "update":
		r.npmInstall(evidence.No, "bun update changes the lock", "bun install --frozen-lockfile")
	case "x":
		r.npxWords()
	case "create", "c":
		r.initializer()
	}
}

func corepack(r *reading) {
	switch r.sub() {
	case "prepare", "use", "install", "up":
		for _, word := range (grammar{}).split(r.args).words {
			r.npmSpec(word)
		}
	}
}

// deno reads run, install and add of npm:, jsr: and https: specifiers.
func deno(r *reading) {
	switch r.sub() {
	case "run", "install", "i", "add", "x", "serve", "eval", "test":
	default:
		return
	}
	a := grammar{valued: "--config -c --import-map --name -n --root --allow-scripts --lock --env-file", first: true}.split(r.args)
	if len(a.words) == 0 {
		return
	}
	word := a.words[0]
	switch spec := word.Value; {
	case strings.HasPrefix(spec, "npm:"):
		word.Value = strings.TrimPrefix(spec, "npm:")
		word.Value, _ = denoPath(word.Value)
		r.npmSpec(word)
	case strings.HasPrefix(spec, "jsr:"):
		trimmed, _ := denoPath(strings.TrimPrefix(spec, "jsr:"))
		name, v := npmName(trimmed)
		pin, why := version(evidence.NPM, v)
		r.add("jsr", name, v, word, pin, why)
	case strings.Contains(spec, "://"):
		if _, after, found := strings.Cut(spec, "@"); found {
			v, _, _ := strings.Cut(after, "/")
			pin, why := plainVersion(v)
			r.add("url", spec, v, word, pin, why)
			return
		}
		r.add("url", spec, "", word, evidence.PinFloating, "an address without a version can give other bytes tomorrow")
	}
}

// denoPath cuts the path inside the package off: @a/b@1.2.3/cli.
func denoPath(spec string) (name, inside string) {
	slashes := 0
	for i, c := range spec {
		if c == '/' {
			slashes++
			if slashes > 1 || !strings.HasPrefix(spec, "@") {
				return spec[:i], spec[i:]
			}
		}
	}
	return spec, ""
}
