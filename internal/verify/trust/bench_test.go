package trust

import (
	"testing"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// BenchmarkOpen is what a run pays for the root that the program carries.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		store, err := Open(Options{Now: snapshotDay})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := store.Sigstore(PublicGood); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplay is what a run pays for the root in its cache, verified anew.
func BenchmarkReplay(b *testing.B) {
	tuf := sigstoretest.ServeTUF(b, nextYear)
	sigstore := sigstoretest.New("bench", sigstoretest.Options{})
	tuf.Publish(nextYear, map[string][]byte{trustedRootTarget: sigstore.TrustedRootJSON(), npmKeysTarget: sigstore.NPMKeysJSON()})
	o := Options{Now: today, CacheDir: b.TempDir(), Refresh: true, Repositories: map[Instance]Repository{PublicGood: {Mirror: tuf.URL, Root: tuf.Root()}}}
	for b.Loop() {
		store, err := Open(o)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := store.Sigstore(PublicGood); err != nil {
			b.Fatal(err)
		}
		o.Refresh = false
	}
}
