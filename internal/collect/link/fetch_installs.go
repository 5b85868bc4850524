package link

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

func (f *fetchIndex) settleInstall(dir string, script *evidence.Script, command *evidence.Command, install *evidence.Install) {
	if f.env.freezes(script, command, install.Tool) {
		install.Frozen, install.Why = evidence.Yes, ""
		return
	}
	inCI := runsInCI(script.Origin) || isOn(f.env.value(script, command, "CI"))
	switch install.Tool {
	case "pip", "uv":
		f.settleFiles(dir, install)
	case "pnpm":
		if install.Frozen == evidence.Unknown {
			install.Frozen = evidence.Known(inCI)
		}
	case "yarn":
		if install.Frozen == evidence.Unknown {
			f.settleYarn(dir, inCI, install)
		}
	case "go":
		if install.Frozen == evidence.Yes && strings.Contains(f.env.value(script, command, "GOFLAGS"), "-mod=mod") && !wordsHold(command, "-mod=") {
			install.Frozen, install.Why, install.Mend = evidence.No, "GOFLAGS=-mod=mod lets go change go.mod and go.sum", "the default, -mod=readonly"
		}
	}
	if len(install.Files) == 0 && len(command.Fetches) == 0 {
		install.Lockless = f.lockless(dir, script, install.Tool)
	}
}

func wordsHold(command *evidence.Command, part string) bool {
	for _, word := range command.Words {
		if strings.Contains(word.Value, part) {
			return true
		}
	}
	return false
}

// settleFiles looks into the requirements files that an install names: pip
// refuses what has no hash where one has. A project without outside needs brings
// in nothing, and one without a lock has none to ignore.
func (f *fetchIndex) settleFiles(dir string, install *evidence.Install) {
	if install.Frozen != evidence.No || len(install.Files) == 0 {
		return
	}
	for _, file := range install.Files {
		m := f.byPath[path.Join(dir, file)]
		switch {
		case m == nil:
			return
		case !strings.HasSuffix(file, "pyproject.toml"):
			if !allHashed(m) {
				return
			}
		case !needsOthers(m):
		case len(m.Locks) == 0:
			install.Lockless = true
			return
		default:
			return
		}
	}
	install.Frozen, install.Why = evidence.Yes, ""
}

func allHashed(m *evidence.Manifest) bool {
	for _, d := range m.Dependencies {
		if !d.Hashed {
			return false
		}
	}
	return len(m.Dependencies) > 0
}

func needsOthers(m *evidence.Manifest) bool {
	for i := range m.Dependencies {
		if m.Dependencies[i].Lockable() {
			return true
		}
	}
	return false
}

// lockedBy names the ecosystem of a tool, and the manifests that it works on.
var lockedBy = map[string]struct{ ecosystem, manifest string }{
	"npm": {evidence.NPM, "package.json"}, "pnpm": {evidence.NPM, "package.json"}, "yarn": {evidence.NPM, "package.json"}, "bun": {evidence.NPM, "package.json"},
	"uv": {evidence.PyPI, "pyproject.toml"}, "poetry": {evidence.PyPI, "pyproject.toml"}, "pdm": {evidence.PyPI, "pyproject.toml"}, "pipenv": {evidence.PyPI, "Pipfile"},
	"cargo": {evidence.Cargo, "Cargo.toml"}, "cross": {evidence.Cargo, "Cargo.toml"}, "composer": {evidence.Composer, "composer.json"}, "bundle": {evidence.Gem, "Gemfile"},
	"dotnet": {evidence.NuGet, ""}, "nuget": {evidence.NuGet, ""}, "msbuild": {evidence.NuGet, ""},
}

// lockless says whether the manifest that an install works on has no lock. Where
// nobody knows which one that is (an image's folder, a variable's), the tree must
// hold manifests of its kind and no lock at all.
func (f *fetchIndex) lockless(dir string, script *evidence.Script, tool string) bool {
	by, known := lockedBy[tool]
	if !known {
		return false
	}
	if by.manifest == "" || script.Origin == evidence.FromDockerfile || script.Origin == evidence.FromCompose || strings.ContainsAny(dir, "$`{(") || path.IsAbs(dir) {
		return !f.locks[by.ecosystem] && f.kinds[by.ecosystem]
	}
	for dir = cleanDir(dir); ; dir = path.Dir(dir) {
		for _, m := range f.projects[by.ecosystem+" "+dir] {
			if path.Base(m.Path) == by.manifest {
				return len(m.Locks) == 0
			}
		}
		if dir == "." {
			return false
		}
	}
}

// settleYarn: yarn 1 never freezes by itself; later ones do where CI is set.
func (f *fetchIndex) settleYarn(dir string, inCI bool, install *evidence.Install) {
	for at := cleanDir(dir); ; at = path.Dir(at) {
		if format, known := f.yarn[at]; known {
			berry := format != "1" && format != "v1" && format != "classic"
			install.Frozen = evidence.Known(inCI && berry)
			if berry {
				install.Why, install.Mend = "yarn freezes its lock only where CI is set", "yarn install --immutable"
			} else {
				install.Why, install.Mend = "yarn 1 changes its lock unless told otherwise", "yarn install --frozen-lockfile"
			}
			return
		}
		if at == "." {
			break
		}
	}
	install.Frozen = evidence.No
}
