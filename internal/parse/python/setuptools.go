package python

import (
	"errors"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/ini"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func readPipfile(src *text.Source, out *evidence.Snapshot) error {
	root, err := doc.TOML(src)
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.PyPI, Tool: "pipenv", At: evidence.Location{Path: src.Path()}}
	d := declaration{Manifest: &m}
	if root != nil {
		for i := range root.Fields {
			switch name := root.Fields[i].Name.Value; name {
			case "source", "requires", "scripts", "pipenv":
				// settings of Pipenv
			default: // packages, dev-packages, and any category of one's own
				d.table(&root.Fields[i], name)
			}
		}
	}
	if len(m.Dependencies) > 0 {
		out.Manifests = append(out.Manifests, m)
	}
	return err
}

// setupGroups maps the keys of setup.cfg and setup.py to groups.
var setupGroups = map[string]string{
	"install_requires": "dependencies", "setup_requires": BuildGroup, "tests_require": "tests",
}

func readSetupCfg(src *text.Source, out *evidence.Snapshot) error {
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.PyPI, Tool: "setuptools", At: evidence.Location{Path: src.Path()}}
	d := declaration{Manifest: &m}
	packaged := false
	for _, entry := range ini.Read(src) {
		key := strings.ReplaceAll(entry.Name.Value, "-", "_")
		switch {
		case entry.Section == "metadata" && key == "name":
			m.Name, packaged = entry.Value.Value, true
		case entry.Section == "metadata" && key == "version":
			m.Version = entry.Value.Located()
		case entry.Section == "options" && setupGroups[key] != "":
			d.strings(entry, setupGroups[key])
		case entry.Section == "options.extras_require":
			d.strings(entry, "optional-dependencies/"+entry.Name.Value)
		}
	}
	if packaged || len(m.Dependencies) > 0 {
		out.Manifests = append(out.Manifests, m)
	}
	return errors.Join(d.problems...)
}

// strings reads one requirement a line; they may be parted by semicolons too,
// which markers use as well: a line is taken as one.
func (d *declaration) strings(entry ini.Entry, group string) {
	for _, line := range entry.Lines() {
		if strings.HasPrefix(line.Value, "#") {
			continue
		}
		d.one(line, group)
	}
}

func (d *declaration) one(t text.Text, group string) {
	if strings.HasPrefix(t.Value, "file:") {
		return // read from a requirements file, which is a manifest of its own
	}
	need, ok := readNeed(t)
	if !ok {
		d.problems = append(d.problems, t.Errorf("%q is no requirement", shortened(t.Value)))
		return
	}
	if d.At.Line == 0 {
		d.At = need.whole.At()
	}
	d.Dependencies = append(d.Dependencies, need.dependency(group))
}

// readSetupPy reads the lists of strings that a setup.py spells out. It is a
// program: what it computes is a gap.
func readSetupPy(src *text.Source, out *evidence.Snapshot) error {
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.PyPI, Tool: "setuptools", At: evidence.Location{Path: src.Path()}}
	d := declaration{Manifest: &m}
	all := src.Text(0, src.Len())
	for _, key := range []string{"install_requires", "setup_requires"} {
		for _, value := range assigned(all, key) {
			items, ok := literals(value)
			if !ok {
				end := len(value.Value) - len(strings.TrimLeft(value.Value, identifier))
				d.problems = append(d.problems, value.Slice(0, end).Errorf("%s is computed, so its requirements are known to the run only", key))
				continue
			}
			for _, item := range items {
				d.one(item, setupGroups[key])
			}
		}
	}
	if strings.Contains(all.Value, "setup(") {
		out.Manifests = append(out.Manifests, m)
	}
	return errors.Join(d.problems...)
}

// mentions is how often a key is looked for: each costs a walk over its list,
// which may be the rest of the file.
const mentions = 20

// assigned finds what stands behind "key =".
func assigned(all text.Text, key string) (values []text.Text) {
	for range mentions {
		_, after, found := all.Cut(key)
		if !found {
			break
		}
		all = after
		value := after.TrimSpace()
		if strings.HasPrefix(value.Value, "=") && !strings.HasPrefix(value.Value, "==") {
			values = append(values, value.Slice(1, len(value.Value)).TrimSpace())
		}
	}
	return values
}

const identifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

// literals reads a list of plain Python strings; ok is false where anything
// else is in it.
func literals(t text.Text) (items []text.Text, ok bool) {
	if !strings.HasPrefix(t.Value, "[") {
		return nil, false
	}
	for rest := t.Slice(1, len(t.Value)).TrimSpace(); rest.Value != ""; rest = rest.TrimSpace() {
		switch quote := rest.Value[0]; quote {
		case ']':
			return items, true
		case ',':
			rest = rest.Slice(1, len(rest.Value))
		case '#':
			_, rest, _ = rest.Cut("\n")
		case '"', '\'':
			item, after, closed := rest.Slice(1, len(rest.Value)).Cut(string(quote))
			if !closed || strings.ContainsAny(item.Value, "\\\n") {
				return nil, false
			}
			items, rest = append(items, item), after
		default:
			return nil, false
		}
	}
	return nil, false
}
