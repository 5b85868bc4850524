package link

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// VerifyGradle gives the entries of Gradle's dependency locks the hashes that
// the build's verification metadata holds for them. Gradle keeps the two apart:
// one fixes versions, the other bytes.
func VerifyGradle(seen *evidence.Snapshot) {
	type release struct{ dir, name, version string }
	hashes := make(map[release][]string)
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		if lock.Tool != "gradle-verification" {
			continue
		}
		dir := strings.TrimSuffix(strings.TrimSuffix(evidence.Folder(lock.Path), "gradle"), "/")
		for _, entry := range lock.Entries {
			if len(entry.Integrity) > 0 {
				hashes[release{dir, entry.Name, entry.Version}] = entry.Integrity
			}
		}
	}
	if len(hashes) == 0 {
		return
	}
	for i := range seen.Lockfiles {
		lock := &seen.Lockfiles[i]
		if lock.Tool != "gradle" {
			continue
		}
		for j := range lock.Entries {
			entry := &lock.Entries[j]
			for dir := evidence.Folder(lock.Path); ; dir = evidence.Folder(dir) {
				if found := hashes[release{dir, entry.Name, entry.Version}]; found != nil {
					entry.Integrity, entry.Unhashed = found, 0
					break
				}
				if dir == "" {
					break
				}
			}
		}
	}
}
