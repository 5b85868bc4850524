package python

import (
	"net/url"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func readUVLock(src *text.Source, out *evidence.Snapshot) error {
	before := len(out.Lockfiles)
	err := tomlLock{"uv", []string{"version"}, "package", uvEntry}.read(src, out)
	lock := &out.Lockfiles[before]
	for i := range lock.Entries {
		if lock.Entries[i].Resolved == defaultIndex {
			lock.Entries[i].Resolved = ""
		}
	}
	return err
}

const defaultIndex = "https://pypi.org/simple"

// uvEntry reads one package. One of the tree itself also says what its
// manifest asked for when the lock was made.
func uvEntry(root, one *doc.Node, lock *evidence.Lockfile) (entry evidence.LockEntry) {
	if len(lock.Entries) == 0 && lock.Declared == nil {
		uvManifest(root.Get("manifest"), lock)
	}
	for kind, value := range one.Get("source").All() {
		entry.Resolved = value.String()
		switch kind.Value {
		case "git":
			entry.Source = evidence.Git
			_, entry.Commit, _ = strings.Cut(entry.Resolved, "#")
			return entry
		case "editable", "virtual", "directory":
			entry.Source = evidence.PathClass
			uvDeclared(one.Get("metadata"), importer(entry.Resolved), lock)
			return entry
		case "path":
			entry.Source = evidence.PathClass
			return entry
		case "url":
			entry.Source = evidence.URL
		}
	}
	seal(&entry, filesOf(one)...)
	return entry
}

// uvManifest reads what a root without a project of its own asks for.
func uvManifest(manifest *doc.Node, lock *evidence.Lockfile) {
	for _, one := range manifest.Get("requirements").List() {
		declare(one, "", "dependencies", lock)
	}
	for group, list := range manifest.Get("dependency-groups").All() {
		for _, one := range list.List() {
			declare(one, "", "dependency-groups/"+group.Value, lock)
		}
	}
}

func uvDeclared(metadata *doc.Node, importer string, lock *evidence.Lockfile) {
	for _, one := range metadata.Get("requires-dist").List() {
		group := "dependencies"
		if _, extra, found := strings.Cut(one.Get("marker").String(), "extra == "); found {
			extra, _, _ = strings.Cut(strings.TrimLeft(extra, `'"`), "'")
			group = "optional-dependencies/" + strings.TrimRight(extra, `"`)
		}
		declare(one, importer, group, lock)
	}
	for group, list := range metadata.Get("requires-dev").All() {
		for _, one := range list.List() {
			declare(one, importer, "dependency-groups/"+group.Value, lock)
		}
	}
}

func declare(one *doc.Node, importer, group string, lock *evidence.Lockfile) {
	name := one.Get("name")
	if name == nil {
		return
	}
	lock.Declared = append(lock.Declared, evidence.Declared{
		Importer: importer, Name: Normal(name.String()), Requirement: uvAsked(one), Group: group, At: name.Text.At(),
	})
}

// uvAsked is the requirement in the words of a manifest.
func uvAsked(one *doc.Node) string {
	if git := one.Get("git"); git != nil {
		place, query, _ := strings.Cut(git.String(), "?")
		asked := "git+" + place
		values, _ := url.ParseQuery(query)
		for _, key := range []string{"rev", "tag", "branch"} {
			if ref := values.Get(key); ref != "" {
				return asked + "@" + ref
			}
		}
		return asked
	}
	for _, key := range []string{"specifier", "url", "editable", "virtual", "directory", "path"} {
		if value := one.Get(key); value != nil {
			return value.String()
		}
	}
	return ""
}

// importer is a member's folder as seen from the lock's; "" is the lock's own.
func importer(place string) string {
	if place = path.Clean(strings.ReplaceAll(place, `\`, "/")); place == "." {
		return ""
	}
	return place
}
