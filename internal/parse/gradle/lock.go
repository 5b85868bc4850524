package gradle

import (
	"errors"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/markup"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// TakesLock takes dependency locks and verification metadata.
func TakesLock(file string) bool {
	base := path.Base(file)
	return isDependencyLock(base) || base == "verification-metadata.xml"
}

func isDependencyLock(base string) bool {
	switch base {
	case "gradle.lockfile", "buildscript-gradle.lockfile", "settings-gradle.lockfile":
		return true
	}
	return false
}

// ReadLock reads one of them.
func ReadLock(src *text.Source, out *evidence.Snapshot) error {
	if isDependencyLock(path.Base(src.Path())) {
		return readDependencyLock(src, out)
	}
	return readVerification(src, out)
}

// readDependencyLock reads group:name:version=configurations. It holds no
// hashes: verification metadata does.
func readDependencyLock(src *text.Source, out *evidence.Snapshot) error {
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.Maven, Tool: "gradle"}
	var problems []error
	for line := range src.Text(0, src.Len()).Lines() {
		line = line.TrimSpace()
		if line.Value == "" || strings.HasPrefix(line.Value, "#") || strings.HasPrefix(line.Value, "empty=") {
			continue
		}
		coordinates, _, found := line.Cut("=")
		parts := strings.Split(coordinates.Value, ":")
		if !found || len(parts) != 3 {
			problems = append(problems, line.Errorf("the line is not group:name:version=configurations"))
			continue
		}
		lock.Entries = append(lock.Entries, evidence.LockEntry{
			Name: parts[0] + ":" + parts[1], Version: parts[2], Unhashed: 1, At: coordinates.At(),
		})
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return errors.Join(problems...)
}

var algorithms = []string{"sha512", "sha256", "sha1", "md5"}

// readVerification reads the hashes of each component's artifacts.
func readVerification(src *text.Source, out *evidence.Snapshot) error {
	root, err := markup.Read(src)
	if root == nil || root.Name != "verification-metadata" {
		return err
	}
	lock := evidence.Lockfile{Path: src.Path(), Ecosystem: evidence.Maven, Tool: "gradle-verification"}
	for component := range root.Get("components").All("component") {
		name := component.Attr("name")
		entry := evidence.LockEntry{
			Name: component.Attr("group").Value + ":" + name.Value, Version: component.Attr("version").Value, At: name.At(),
		}
		for artifact := range component.All("artifact") {
			seal(&entry, artifact)
		}
		lock.Entries = append(lock.Entries, entry)
	}
	out.Lockfiles = append(out.Lockfiles, lock)
	return err
}

// seal keeps the strongest hash of an artifact; a key that signed it holds it
// as well.
func seal(entry *evidence.LockEntry, artifact *markup.Element) {
	for _, algorithm := range algorithms {
		if value := artifact.Get(algorithm).Attr("value").Value; value != "" {
			if len(entry.Integrity) == 0 {
				entry.Integrity = []string{algorithm + ":" + value}
			}
			return
		}
	}
	if artifact.Get("pgp") == nil {
		entry.Unhashed++
	}
}
