// Package ruby reads what Gemfiles and gemspecs declare and what Bundler locks.
//
// Both are Ruby programs: the reader takes the lines that spell a gem out, and
// leaves what is computed.
package ruby

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/requirement"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesManifest takes Gemfiles and gemspecs.
func TakesManifest(file string) bool {
	base := path.Base(file)
	return base == "Gemfile" || base == "gems.rb" || strings.HasSuffix(base, ".gemspec")
}

// ReadManifest reads one of them line by line.
func ReadManifest(src *text.Source, out *evidence.Snapshot) error {
	m := evidence.Manifest{Path: src.Path(), Ecosystem: evidence.Gem, Tool: "bundler", At: evidence.Location{Path: src.Path()}}
	if base := path.Base(src.Path()); strings.HasSuffix(base, ".gemspec") {
		m.Name = strings.TrimSuffix(base, ".gemspec")
	}
	for line := range src.Text(0, src.Len()).Lines() {
		d, found := gem(line.TrimSpace())
		if !found {
			continue
		}
		if m.At.Line == 0 {
			m.At = d.At
		}
		m.Dependencies = append(m.Dependencies, d)
	}
	out.Manifests = append(out.Manifests, m)
	return nil
}

// groups are the calls that name a gem, and the groups they put it in.
var groups = map[string]string{
	"gem": "dependencies", "add_dependency": "dependencies", "add_runtime_dependency": "dependencies", "add_development_dependency": "development",
}

// gem reads gem "name", "~> 1.0", git: "...", and spec.add_dependency likewise.
func gem(line text.Text) (d evidence.Dependency, found bool) {
	size := strings.IndexAny(line.Value, " (\"'")
	if size < 0 {
		return d, false
	}
	word := line.Value[:size]
	group, known := groups[word[strings.LastIndexByte(word, '.')+1:]]
	if !known {
		return d, false
	}
	arguments := split(line.Slice(size, len(line.Value)))
	if len(arguments) == 0 || arguments[0].key != "" {
		return d, false
	}
	name := arguments[0].value
	d = evidence.Dependency{Name: name.Value, Group: group, Anchor: group + "/" + name.Value, At: name.At()}
	var versions []string
	options := make(map[string]text.Text)
	for _, one := range arguments[1:] {
		switch {
		case one.key != "":
			options[one.key] = one.value
		default:
			if len(versions) == 0 {
				d.At = one.value.At()
			}
			versions = append(versions, one.value.Value)
		}
	}
	sourced(&d, options)
	if d.Class == "" {
		d.Requirement = strings.Join(versions, ", ")
		d.Class = requirement.Classify(evidence.Gem, strings.Join(versions, ","))
		if len(versions) == 0 {
			d.Class = evidence.Unbounded
		}
	}
	return d, true
}

// sourced applies path: and git: with its ref.
func sourced(d *evidence.Dependency, options map[string]text.Text) {
	if place, local := options["path"]; local {
		d.Class, d.Requirement, d.At = evidence.PathClass, place.Value, place.At()
		return
	}
	for _, key := range []string{"git", "github", "gitlab", "bitbucket"} {
		place, found := options[key]
		if !found {
			continue
		}
		d.Class, d.Requirement, d.At = evidence.Git, place.Value, place.At()
		for _, ref := range []string{"ref", "tag", "branch"} {
			if value, given := options[ref]; given {
				d.Requirement += "#" + value.Value
				break
			}
		}
		d.Commit = requirement.Commit(d.Requirement)
		return
	}
}

// argument is a string, with the key in front of it or none.
type argument struct {
	key   string
	value text.Text
}

// split takes the strings of a call: "a", key: "b", :key => "c". It ends at
// the first thing that is none of these.
func split(rest text.Text) []argument {
	var all []argument
	key := ""
	for rest = rest.TrimSpace(); rest.Value != ""; rest = rest.TrimSpace() {
		switch c := rest.Value[0]; {
		case c == '(' || c == ',' || c == '[' || c == ']':
			rest = rest.Slice(1, len(rest.Value))
		case strings.HasPrefix(rest.Value, "=>"):
			rest = rest.Slice(len("=>"), len(rest.Value))
		case c == '"' || c == '\'':
			value, after, closed := rest.Slice(1, len(rest.Value)).Cut(string(c))
			if !closed || strings.Contains(value.Value, "#{") {
				return all
			}
			all, key, rest = append(all, argument{key, value}), "", after
		default:
			end := len(rest.Value) - len(strings.TrimLeft(rest.Value, ":abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"))
			if end == 0 || c == '#' {
				return all
			}
			key, rest = strings.Trim(rest.Value[:end], ":"), rest.Slice(end, len(rest.Value))
		}
	}
	return all
}
