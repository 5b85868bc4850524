package yarn

import (
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/npm"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// readBerry reads the YAML of yarn 2 and later.
func readBerry(src *text.Source, lock *evidence.Lockfile) error {
	documents, err := doc.YAML(src)
	if len(documents) == 0 {
		return err
	}
	root := documents[0]
	lock.Format = root.Get("__metadata", "version").String()
	for key, value := range root.All() {
		if key.Value == "__metadata" || value == nil || value.Kind != doc.Map {
			continue
		}
		name, reference := npm.SplitName(value.Get("resolution").String())
		if folder, member := strings.CutPrefix(reference, "workspace:"); member {
			declare(folder, value, lock)
		}
		lock.Entries = append(lock.Entries, berryEntry(key, name, reference, value))
	}
	return err
}

// declare notes what a member of the workspace asks for. yarn merges its
// development dependencies into the others.
func declare(folder string, member *doc.Node, lock *evidence.Lockfile) {
	if folder == "." {
		folder = ""
	}
	for name, wanted := range member.Get("dependencies").All() {
		lock.Declared = append(lock.Declared, evidence.Declared{
			Importer: folder, Name: name.Value, Requirement: wanted.String(), Group: "dependencies", At: name.At(),
		})
	}
}

func berryEntry(key text.Text, name, reference string, value *doc.Node) evidence.LockEntry {
	entry := evidence.LockEntry{Name: name, Keys: strings.Split(key.Value, ", "), Version: value.Get("version").String(), At: key.At()}
	if entry.Name == "" {
		entry.Name, _ = npm.SplitName(entry.Keys[0])
	}
	if sum := value.Get("checksum").String(); sum != "" {
		entry.Integrity = []string{sum}
	}
	protocol, _, _ := strings.Cut(reference, ":")
	switch protocol {
	case "workspace", "link", "portal", "file":
		entry.Source = evidence.PathClass
		return entry
	case "npm":
		entry.Resolved = archiveURL(reference)
	case "patch": // a registry's package and a file of the tree, under one checksum
	default:
		entry.Resolved = reference
		entry.Source, entry.Commit = npm.SourceOf(reference)
	}
	// yarn keeps no checksum of a package that only some platforms install.
	bound := value.Get("conditions").String() != ""
	if len(entry.Integrity) == 0 && entry.Source != evidence.Git && !bound {
		entry.Unhashed = 1
	}
	return entry
}

// archiveURL is the address that yarn notes where a registry keeps an archive
// at an unusual place.
func archiveURL(reference string) string {
	_, settings, _ := strings.Cut(reference, "::")
	for setting := range strings.SplitSeq(settings, "&") {
		if escaped, found := strings.CutPrefix(setting, "__archiveUrl="); found {
			if address, err := url.QueryUnescape(escaped); err == nil {
				return address
			}
		}
	}
	return ""
}
