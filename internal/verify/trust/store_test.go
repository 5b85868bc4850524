package trust

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// snapshotDay is a day on which the carried snapshots are young.
var snapshotDay = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// proofs is where the real trust roots of the test data lie.
var proofs = filepath.Join("..", "..", "..", "testdata", "provenance")

func open(t *testing.T, o Options) *Store {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = snapshotDay
	}
	store, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestSnapshotsAreWhatTheirMetadataSigned(t *testing.T) {
	for instance, kept := range snapshots {
		for name, target := range kept.targets {
			raw, info, found := kept.target(name)
			if !found || sum(raw) != target.sha256 || info.SHA256 != target.sha256 {
				t.Errorf("%s %s: the file has another SHA-256 than the table: %s", instance, name, sum(raw))
			}
			if info.Name != names[instance][name] || info.Date.IsZero() || info.Version == "" {
				t.Errorf("%s %s tells too little of itself: %+v", instance, name, info)
			}
		}
	}
	for _, file := range []string{"public-good.trusted_root.json", "npm-keys.json"} {
		carried, err := snapshotFiles.ReadFile("snapshots/" + file)
		if err != nil {
			t.Fatal(err)
		}
		real, err := os.ReadFile(filepath.Join(proofs, "trust", file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(carried, real) {
			t.Errorf("%s is not byte for byte the real one", file)
		}
	}
}

func TestSnapshotAnswers(t *testing.T) {
	store := open(t, Options{})
	anchor, err := store.Sigstore(PublicGood)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(anchor.Material.RekorLogs()); got != 2 {
		t.Errorf("the public-good root has %d logs, want 2", got)
	}
	if anchor.Info.Origin != "embedded" || anchor.Info.Version != "root 15, targets 14" || len(anchor.Warnings) != 0 {
		t.Errorf("unexpected story: %+v %q", anchor.Info, anchor.Warnings)
	}
	keys, info, err := store.NPMKeys()
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 4 || info.Name != "npm keys" {
		t.Errorf("%d keys of %+v", len(keys), info)
	}
	if !slices.IsSortedFunc(keys, func(a, b Key) int { return strings.Compare(a.ID+a.Usage, b.ID+b.Usage) }) {
		t.Error("the keys are not sorted")
	}
	if end := keys[2].End; keys[2].Usage != UsageAttestations || !end.Equal(time.Date(2025, 1, 29, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the old key for attestations is %+v", keys[2])
	}
}

func TestGitHubHasToBeNamed(t *testing.T) {
	_, err := open(t, Options{}).Sigstore(GitHub)
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if _, err := open(t, Options{}).Sigstore("elsewhere"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAge(t *testing.T) {
	date := snapshots[PublicGood].date
	old := open(t, Options{Now: date.Add(91 * 24 * time.Hour)})
	anchor, err := old.Sigstore(PublicGood)
	if err != nil || len(anchor.Warnings) != 1 || !strings.Contains(anchor.Warnings[0], "91 days old") {
		t.Errorf("after 91 days: %v %q", err, anchor.Warnings)
	}
	if warnings := old.NPMWarnings(); len(warnings) != 1 || !strings.Contains(warnings[0], "npm keys") {
		t.Errorf("npm keys after 91 days: %q", warnings)
	}
	strict := open(t, Options{Now: date.Add(31 * 24 * time.Hour), MaxAge: 30 * 24 * time.Hour})
	anchor, err = strict.Sigstore(PublicGood)
	if !errors.Is(err, ErrStale) || anchor.Material != nil || anchor.Info.Version == "" {
		t.Errorf("beyond the greatest age: %v %+v", err, anchor)
	}
	if _, info, err := strict.NPMKeys(); !errors.Is(err, ErrStale) || info.Version == "" {
		t.Errorf("npm keys beyond the greatest age: %v %+v", err, info)
	}
	if _, err := open(t, Options{Now: date.Add(29 * 24 * time.Hour), MaxAge: 30 * 24 * time.Hour}).Sigstore(PublicGood); err != nil {
		t.Errorf("within the greatest age: %v", err)
	}
	if _, err := Open(Options{MaxAge: -1}); err == nil {
		t.Error("a negative age is taken")
	}
}

func TestFileWins(t *testing.T) {
	file := filepath.Join(proofs, "synthetic", "trusted_root.json")
	store := open(t, Options{File: file, NPMKeysFile: filepath.Join(proofs, "synthetic", "npm-keys.json"), MaxAge: time.Hour, Refresh: true, Transport: refuse{t}})
	for _, instance := range []Instance{PublicGood, GitHub} {
		anchor, err := store.Sigstore(instance)
		if err != nil {
			t.Fatal(err)
		}
		if anchor.Info.Origin != "file" || anchor.Info.Name != "trusted_root.json" || anchor.Info.SHA256 == "" {
			t.Errorf("%+v", anchor.Info)
		}
	}
	keys, info, err := store.NPMKeys()
	if err != nil || len(keys) != 1 || info.Origin != "file" {
		t.Errorf("%v %+v %v", keys, info, err)
	}
	if store.NPMWarnings() != nil {
		t.Error("a file has warnings")
	}
}

func TestFileOfSeveralRoots(t *testing.T) {
	var lines []byte
	for _, name := range []string{"trust/public-good-older.trusted_root.json", "synthetic/trusted_root.json"} {
		raw, err := os.ReadFile(filepath.Join(proofs, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, raw...), '\n')
	}
	path := filepath.Join(t.TempDir(), "roots.jsonl")
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	anchor, err := open(t, Options{File: path}).Sigstore(PublicGood)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(anchor.Material.FulcioCertificateAuthorities()); got != 3 {
		t.Errorf("%d authorities, want those of both roots", got)
	}
	again, err := parseRoot(anchor.JSON)
	if err != nil || len(again.FulcioCertificateAuthorities()) != 3 {
		t.Errorf("the JSON of both: %v", err)
	}
}

func TestFileOfBothInstances(t *testing.T) {
	public, github := sigstoretest.New("public", sigstoretest.Options{}), sigstoretest.New("github", sigstoretest.Options{GitHub: true})
	path := filepath.Join(t.TempDir(), "roots.jsonl")
	if err := os.WriteFile(path, sigstoretest.Join(public.TrustedRootJSON(), github.TrustedRootJSON()), 0o600); err != nil {
		t.Fatal(err)
	}
	for instance, want := range map[Instance][]byte{PublicGood: public.TrustedRootJSON(), GitHub: github.TrustedRootJSON()} {
		anchor, err := open(t, Options{File: path}).Sigstore(instance)
		if err != nil || !bytes.Equal(anchor.JSON, want) {
			t.Errorf("%s has the root of another: %v", instance, err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	file, keys := filepath.Join(t.TempDir(), "root.json"), filepath.Join(proofs, "synthetic", "npm-keys.json")
	named := func() string { return open(t, Options{File: file, NPMKeysFile: keys}).Fingerprint() }
	if got := named(); got != "" {
		t.Errorf("a file that is not there has the fingerprint %s", got)
	}
	seen := map[string]string{}
	different := func(what, got string) {
		if other, taken := seen[got]; taken || got == "" {
			t.Errorf("%s has the fingerprint %q, as has %s", what, got, other)
		}
		seen[got] = what
	}
	for _, seed := range []string{"one", "two"} {
		if err := os.WriteFile(file, sigstoretest.New(seed, sigstoretest.Options{}).TrustedRootJSON(), 0o600); err != nil {
			t.Fatal(err)
		}
		different(seed, named())
		if again := named(); seen[again] != seed {
			t.Error("it changes from run to run")
		}
	}
	different("the snapshot", open(t, Options{}).Fingerprint())
	different("the snapshot, too old", open(t, Options{MaxAge: time.Hour, Now: snapshots[PublicGood].date.Add(2 * time.Hour)}).Fingerprint())
	w := newWorld(t)
	different("what TUF told", w.open(nil).Fingerprint())
	w.publish(nextYear)
	different("what TUF told then", w.open(nil).Fingerprint())
}

func TestInvalidFiles(t *testing.T) {
	for name, content := range map[string]string{
		"empty":     "",
		"text":      "hello",
		"array":     "[]",
		"nobody":    `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`,
		"media":     `{"mediaType":"application/json"}`,
		"large":     strings.Repeat(" ", maxRoot+1),
		"half":      `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","certificateAuthorities":[`,
		"nil-chain": `{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","certificateAuthorities":[{"uri":"x"}]}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		store := open(t, Options{File: path, NPMKeysFile: path})
		if _, err := store.Sigstore(PublicGood); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s as a root: %v", name, err)
		}
		if _, _, err := store.NPMKeys(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s as keys: %v", name, err)
		}
	}
	missing := open(t, Options{File: filepath.Join(t.TempDir(), "none")})
	if _, err := missing.Sigstore(PublicGood); !errors.Is(err, ErrInvalid) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestKeysOfTheEndpoint(t *testing.T) {
	keys, err := ParseNPMKeys([]byte(`{"keys":[{"expires":"2025-01-29T00:00:00.000Z","keyid":"SHA256:x","keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256",
		"key":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg=="}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) != 2 || keys[0].Usage != UsageAttestations || keys[1].Usage != UsageSignatures || keys[0].End.Year() != 2025 {
		t.Errorf("%+v", keys)
	}
}
