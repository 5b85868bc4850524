package link

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestVerifyGradle(t *testing.T) {
	entry := evidence.LockEntry{Name: "a:b", Version: "1.0", Unhashed: 1}
	seen := evidence.Snapshot{Lockfiles: []evidence.Lockfile{
		{Path: "app/gradle.lockfile", Tool: "gradle", Entries: []evidence.LockEntry{entry, {Name: "a:c", Version: "1.0", Unhashed: 1}}},
		{Path: "gradle/verification-metadata.xml", Tool: "gradle-verification", Entries: []evidence.LockEntry{{Name: "a:b", Version: "1.0", Integrity: []string{"sha256:aa"}}}},
		{Path: "other/gradle/verification-metadata.xml", Tool: "gradle-verification", Entries: []evidence.LockEntry{{Name: "a:c", Version: "1.0", Integrity: []string{"sha256:bb"}}}},
	}}
	VerifyGradle(&seen)
	if got := seen.Lockfiles[0].Entries; got[0].Unhashed != 0 || len(got[0].Integrity) != 1 || got[1].Unhashed != 1 {
		t.Errorf("%+v", got)
	}
}
