package fetch

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

const goValued = "-C -p -o -tags -ldflags -gcflags -asmflags -mod -modfile -modcacherw -overlay -pkgdir -toolexec -exec -buildmode -compiler -installsuffix -covermode -coverpkg -run -count -timeout"

// golang reads install, get and run of module@version; everything that builds
// holds to go.mod and go.sum unless -mod=mod says otherwise.
func golang(r *reading) {
	sub := r.sub("-C")
	a := grammar{valued: goValued, long: true, first: sub == "run"}.split(r.args)
	r.into(a, "-C")
	words := a.words
	switch sub {
	case "install", "get", "run":
		if sub == "run" && len(words) > 1 {
			words = words[:1]
		}
		for _, word := range words {
			r.goModule(sub, word)
		}
	case "build", "test", "generate", "vet":
	default:
		return
	}
	switch {
	case a.value("-mod", "--mod").Value == "mod":
		r.install(evidence.No, "-mod=mod lets go change go.mod and go.sum", "the default, -mod=readonly")
	case sub == "get" && a.has("-u") && len(r.fetches) == 0:
		r.install(evidence.No, "go get -u moves go.mod to the newest versions", "go mod download")
	case sub != "get" && len(r.fetches) == 0:
		r.install(evidence.Yes, "", "")
	}
}

func (r *reading) goModule(sub string, word evidence.Word) {
	module, v, versioned := strings.Cut(word.Value, "@")
	first, _, _ := strings.Cut(module, "/")
	switch {
	case symbolic(module) && !versioned:
		r.add(evidence.Golang, module, "", word, evidence.PinUnknown, "the module comes from "+module)
		return
	case !versioned && sub != "get":
		return // a package of this module; go.mod and go.sum decide
	case local(module) || !strings.Contains(first, ".") && !symbolic(first):
		return // this module, or the standard library
	}
	switch {
	case v == "none":
		// takes the module away
	case v == "":
		r.add(evidence.Golang, module, "", word, evidence.PinFloating, "no version is named")
	case symbolic(v):
		r.add(evidence.Golang, module, v, word, evidence.PinUnknown, "the version comes from "+v)
	case fullSHA.MatchString(v) || goVersion.MatchString(v):
		r.add(evidence.Golang, module, v, word, evidence.PinExact, "")
	case hexDigits.MatchString(v):
		r.add(evidence.Golang, module, v, word, evidence.PinFloating, "the short commit "+v+" is not a full SHA")
	default:
		r.add(evidence.Golang, module, v, word, evidence.PinFloating, v+" can move")
	}
}

const cargoValued = "--version --vers --git --branch --tag --rev --path --root --index --registry --features -F --target --target-dir --manifest-path --bin --example --profile -j --jobs --config --color -p --package -Z --message-format -C --test --bench --exclude --output-path --output-dir --ignore-filename-regex --profile-time"

// cargoBuilds are the subcommands that resolve and build by Cargo.lock.
var cargoBuilds = map[string]bool{
	"build": true, "b": true, "test": true, "t": true, "run": true, "r": true, "check": true, "c": true, "bench": true, "clippy": true,
	"doc": true, "package": true, "publish": true, "fetch": true, "vendor": true, "nextest": true, "rustc": true, "zigbuild": true, "xwin": true,
	"ndk": true, "tarpaulin": true, "llvm-cov": true, "hack": true, "miri": true, "auditable": true,
}

func cargo(r *reading) {
	sub := r.sub("--config", "-C", "--color", "-Z")
	switch {
	case sub == "install":
		cargoInstall(r)
	case sub == "binstall":
		cargoBinstall(r)
	case sub == "add":
		a := grammar{valued: cargoValued}.split(r.args)
		if a.value("--path").Value == "" && a.value("--git").Value == "" {
			for _, word := range a.words {
				r.crate(word, "")
			}
		}
	case sub == "update" || sub == "generate-lockfile" || sub == "upgrade":
		r.relocks = !(grammar{valued: cargoValued}).split(r.args).has("--locked", "--frozen", "--dry-run", "-n")
	case cargoBuilds[sub]:
		a := grammar{valued: cargoValued}.split(beforeDashes(r.args))
		if manifest := a.value("--manifest-path").Value; manifest != "" {
			r.dir = path.Dir(manifest)
		}
		switch {
		case a.help() || a.has("-V"):
		case sub == "llvm-cov" && len(a.words) > 0 && slices.Contains([]string{"report", "clean", "show-env"}, a.words[0].Value):
			// nothing is built
		case a.has("--locked", "--frozen"):
			r.install(evidence.Yes, "", "")
		default:
			r.install(evidence.No, "cargo may change Cargo.lock and goes on", r.tool+" "+sub+" --locked", a.words...)
		}
	}
}

func beforeDashes(words []evidence.Word) []evidence.Word {
	for i, word := range words {
		if word.Value == "--" {
			return words[:i]
		}
	}
	return words
}

func cargoInstall(r *reading) { r.cargoCrates(true) }

// cargoBinstall brings in programs that others built: no lock plays a part.
func cargoBinstall(r *reading) { r.cargoCrates(false) }

func (r *reading) cargoCrates(builds bool) {
	a := grammar{valued: cargoValued}.split(r.args)
	switch {
	case a.help() || a.has("--list"):
		return
	case a.value("--path").Value != "":
		r.dir = a.value("--path").Value
	case a.value("--git").Value != "":
		source := a.value("--git")
		pin, why := gitRef(a.value("--rev").Value)
		if named := a.value("--tag").Value + a.value("--branch").Value; pin == evidence.PinFloating && named != "" {
			why = "the git ref " + named + " can move"
		}
		r.add(evidence.Cargo, source.Value, a.value("--rev").Value, source, pin, why)
	default:
		for _, word := range a.words {
			r.crate(word, a.value("--version", "--vers").Value)
		}
	}
	for _, fetch := range r.fetches {
		if fetch.Pin != evidence.PinExact {
			return // the name itself can move: what it needs in turn is the smaller matter
		}
	}
	switch {
	case !builds:
	case a.has("--locked", "--frozen"):
		r.install(evidence.Yes, "", "")
	default:
		r.install(evidence.No, "without --locked cargo install ignores the Cargo.lock of what it builds", "cargo install --locked")
	}
}

// crate judges name[@version]. A bare version of cargo install is exact.
func (r *reading) crate(word evidence.Word, flagged string) {
	name, v, _ := strings.Cut(word.Value, "@")
	if v == "" {
		v = flagged
	}
	if symbolic(name) {
		r.add(evidence.Cargo, name, v, word, evidence.PinUnknown, "the crate comes from "+name)
		return
	}
	v = strings.TrimPrefix(v, "=")
	pin, why := plainVersion(v)
	if pin == evidence.PinExact && strings.Count(strings.SplitN(v, "-", 2)[0], ".") < 2 {
		pin, why = evidence.PinFloating, v+" is not a full version"
	}
	r.add(evidence.Cargo, name, v, word, pin, why)
}

const dotnetValued = "-v --version --framework -f --source -s --add-source --package-directory --configfile --tool-path --tool-manifest --runtime -r --verbosity --configuration -c -o --output --arch -a --os --project"

func dotnet(r *reading) {
	switch r.sub() {
	case "tool":
		switch r.sub() {
		case "install", "update":
			a := grammar{long: true, valued: dotnetValued}.split(r.args)
			for _, word := range a.words {
				r.nugetPackage(word, a.value("--version", "-v").Value)
			}
		case "execute", "exec":
			r.dotnetExec()
		case "run", "restore":
			// the manifest of tools holds exact versions
		}
	case "add":
		r.dotnetAdd()
	case "package":
		if r.sub() == "add" {
			r.nugetWords(grammar{long: true, valued: dotnetValued}.split(r.args))
		}
	case "restore":
		a := grammar{long: true, valued: dotnetValued}.split(r.args)
		if a.has("--locked-mode", "-locked-mode") || lockedProperty(r.args) {
			r.install(evidence.Yes, "", "")
			return
		}
		r.install(evidence.No, "dotnet restore may change packages.lock.json", "dotnet restore --locked-mode", a.words...)
	case "msbuild":
		msbuild(r)
	case "dnx":
		r.dotnetExec()
	case "new":
		if r.sub() == "install" {
			for _, word := range (grammar{long: true, valued: dotnetValued}).split(r.args).words {
				if name, v, _ := strings.Cut(word.Value, "::"); !local(name) {
					pin, why := plainVersion(v)
					r.add(evidence.NuGet, name, v, word, pin, why)
				}
			}
		}
	}
}

// dotnetAdd reads `dotnet add [PROJECT] package NAME`.
func (r *reading) dotnetAdd() {
	for i, word := range r.args {
		switch word.Value {
		case "package":
			r.args = r.args[i+1:]
			r.nugetWords(grammar{long: true, valued: dotnetValued}.split(r.args))
			return
		case "reference":
			return
		}
	}
}

func (r *reading) nugetWords(a arguments) {
	for _, word := range a.words {
		r.nugetPackage(word, a.value("--version", "-v", "-Version", "-version").Value)
	}
}

func dnx(r *reading) { r.dotnetExec() }

func (r *reading) dotnetExec() {
	a := grammar{long: true, valued: dotnetValued, first: true}.split(r.args)
	if len(a.words) == 0 {
		return
	}
	v := a.value("--version", "-v").Value
	for i, word := range a.words[1:] {
		if word.Value == "--version" && i+2 < len(a.words) && v == "" {
			v = a.words[i+2].Value
		}
	}
	r.nugetPackage(a.words[0], v)
}

func (r *reading) nugetPackage(word evidence.Word, v string) {
	name, at, found := strings.Cut(word.Value, "@")
	if found {
		v = at
	}
	if symbolic(name) {
		r.add(evidence.NuGet, name, v, word, evidence.PinUnknown, "the package comes from "+name)
		return
	}
	pin, why := plainVersion(strings.Trim(v, "[]"))
	r.add(evidence.NuGet, name, v, word, pin, why)
}

func lockedProperty(words []evidence.Word) bool {
	for _, word := range words {
		if property := strings.ToLower(strings.TrimLeft(word.Value, "-/")); strings.HasPrefix(property, "p:restorelockedmode=true") || strings.HasPrefix(property, "property:restorelockedmode=true") {
			return true
		}
	}
	return false
}

func nuget(r *reading) {
	switch strings.ToLower(r.sub()) {
	case "install":
		a := grammar{long: true, valued: "-Version -version -OutputDirectory -Source -source -ConfigFile -SolutionDirectory -Framework -DependencyVersion -Verbosity -PackageSaveMode"}.split(r.args)
		for _, word := range a.words {
			if strings.HasSuffix(strings.ToLower(word.Value), ".config") {
				continue // packages.config holds exact versions
			}
			r.nugetPackage(word, a.value("-Version", "-version").Value)
		}
	case "restore":
		for _, word := range r.args {
			if strings.EqualFold(word.Value, "-LockedMode") {
				r.install(evidence.Yes, "", "")
				return
			}
		}
		r.install(evidence.No, "nuget restore may change packages.lock.json", "nuget restore -LockedMode")
	}
}

func msbuild(r *reading) {
	for _, word := range r.args {
		if !restores(strings.ToLower(strings.TrimLeft(word.Value, "-/"))) {
			continue
		}
		if lockedProperty(r.args) {
			r.install(evidence.Yes, "", "")
		} else {
			r.install(evidence.No, "a restore may change packages.lock.json", "msbuild /t:restore /p:RestoreLockedMode=true")
		}
		return
	}
}

// restores knows -restore, -r, and restore among the targets of -t.
func restores(option string) bool {
	if option == "restore" || option == "r" {
		return true
	}
	name, targets, found := strings.Cut(option, ":")
	if !found || name != "t" && name != "target" {
		return false
	}
	return slices.Contains(strings.FieldsFunc(targets, func(c rune) bool { return c == ';' || c == ',' }), "restore")
}

// jbang reads group:artifact:version coordinates and addresses.
func jbang(r *reading) {
	a := grammar{long: true, valued: "--java -j --deps --repos --main -m --cp --runtime-option --native-option", first: true}.split(r.args)
	words := a.words
	if len(words) > 0 && (words[0].Value == "run" || words[0].Value == "app") {
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	word := words[0]
	switch parts := strings.Split(word.Value, ":"); {
	case strings.Contains(word.Value, "://"):
		r.add("url", word.Value, "", word, evidence.PinFloating, "an address can give other bytes tomorrow")
	case len(parts) >= 3 && !strings.Contains(parts[0], "@"):
		pin, why := plainVersion(strings.SplitN(parts[2], "@", 2)[0])
		r.add(evidence.Maven, parts[0]+":"+parts[1], parts[2], word, pin, why)
	case len(parts) == 2:
		r.add(evidence.Maven, word.Value, "", word, evidence.PinFloating, "no version is named")
	case strings.Contains(word.Value, "@"):
		r.add("jbang", word.Value, "", word, evidence.PinFloating, "a catalog alias can move")
	}
}
