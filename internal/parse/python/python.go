// Package python reads what Python projects declare (pyproject.toml,
// requirements files, Pipfile, setup.cfg, setup.py) and what their tools lock
// (uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock, compiled
// requirements).
//
// It knows the schemas of these files and nothing of a tree: which lock covers
// which manifest is for internal/collect/link to say.
package python

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes the files that declare dependencies.
func TakesManifest(file string) bool { return manifestReader(file) != nil }

// ReadManifest reads one of them.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	return manifestReader(src.Path())(src, out)
}

// TakesLock takes the locks, and every requirements file that may be one.
func TakesLock(file string) bool { return lockReader(file) != nil }

// ReadLock reads one of them. A requirements file gives a lock only where it
// was compiled, or where every line carries a hash.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	return lockReader(src.Path())(src, out)
}

type reader func(*text.Source, *evidence.Snapshot) error

func manifestReader(file string) reader {
	if !own(file) {
		return nil
	}
	switch base := path.Base(file); {
	case base == "pyproject.toml":
		return readPyproject
	case base == "Pipfile":
		return readPipfile
	case base == "setup.cfg":
		return readSetupCfg
	case base == "setup.py":
		return readSetupPy
	case isRequirements(file):
		return readRequirements
	}
	return nil
}

func lockReader(file string) reader {
	if !own(file) {
		return nil
	}
	switch base := path.Base(file); {
	case base == "uv.lock", strings.HasSuffix(base, ".py.lock"):
		return readUVLock
	case base == "poetry.lock":
		return readPoetryLock
	case base == "pdm.lock":
		return readPDMLock
	case base == "pylock.toml", strings.HasPrefix(base, "pylock.") && strings.HasSuffix(base, ".toml"):
		return readPylock
	case base == "Pipfile.lock":
		return readPipfileLock
	case isRequirements(file) && strings.HasSuffix(base, ".txt"):
		return readCompiled
	}
	return nil
}

// isRequirements knows requirements.txt, requirements-dev.in,
// dev-requirements.txt, constraints.txt and requirements/dev.txt.
func isRequirements(file string) bool {
	base, folder := path.Base(file), path.Base(path.Dir(file))
	name, text := strings.CutSuffix(base, ".txt")
	if !text {
		if name, text = strings.CutSuffix(base, ".in"); !text {
			return false
		}
	}
	name = strings.ToLower(name)
	return folder == "requirements" ||
		strings.HasPrefix(name, "requirements") || strings.HasSuffix(name, "requirements") ||
		strings.HasPrefix(name, "constraints") || strings.HasSuffix(name, "constraints")
}

// own leaves out what was installed.
func own(file string) bool {
	file = "/" + file
	return !strings.Contains(file, "/node_modules/") && !strings.Contains(file, "/site-packages/")
}

// Normal is the form of a name under which PyPI files it (PEP 503).
func Normal(name string) string {
	var b strings.Builder
	joint := false
	for _, r := range strings.ToLower(name) {
		if r == '-' || r == '_' || r == '.' {
			joint = true
			continue
		}
		if joint {
			b.WriteByte('-')
			joint = false
		}
		b.WriteRune(r)
	}
	if joint {
		b.WriteByte('-')
	}
	return b.String()
}
