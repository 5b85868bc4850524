package trust

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

var (
	today    = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	nextYear = today.Add(365 * 24 * time.Hour)
)

// world is a private Sigstore with its TUF repository and a cache.
type world struct {
	t        *testing.T
	sigstore *sigstoretest.Sigstore
	tuf      *sigstoretest.TUF
	cache    string
}

func newWorld(t *testing.T) world {
	w := world{t, sigstoretest.New(t.Name(), sigstoretest.Options{}), sigstoretest.ServeTUF(t, nextYear), filepath.Join(t.TempDir(), "trust")}
	w.publish(nextYear)
	return w
}

func (w world) publish(until time.Time) {
	w.tuf.Publish(until, map[string][]byte{trustedRootTarget: w.sigstore.TrustedRootJSON(), npmKeysTarget: w.sigstore.NPMKeysJSON()})
}

// open is a store of a run: online unless changed.
func (w world) open(change func(*Options)) *Store {
	o := Options{CacheDir: w.cache, Refresh: true, Now: today, Repositories: map[Instance]Repository{PublicGood: {Mirror: w.tuf.URL, Root: w.tuf.Root()}}}
	if change != nil {
		change(&o)
	}
	return open(w.t, o)
}

func offline(o *Options) { o.Refresh = false }

// version asks a store which root it rests on.
func (w world) version(s *Store, version string, warning string) Anchor {
	w.t.Helper()
	anchor, err := s.Sigstore(PublicGood)
	if err != nil {
		w.t.Fatal(err)
	}
	if anchor.Info.Version != version || anchor.Info.Origin != "TUF" {
		w.t.Errorf("it rests on %+v, want version %s; warnings %q", anchor.Info, version, anchor.Warnings)
	}
	switch all := strings.Join(anchor.Warnings, "\n"); {
	case warning == "" && all != "":
		w.t.Errorf("unexpected warnings %q", all)
	case !strings.Contains(all, warning):
		w.t.Errorf("the warnings %q do not say %q", all, warning)
	}
	return anchor
}

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	store := w.open(nil)
	anchor := w.version(store, "root 1, targets 1", "")
	if anchor.Info.SHA256 != sum(w.sigstore.TrustedRootJSON()) || !anchor.Info.Date.Equal(today) || anchor.Info.Name != "Sigstore public good" {
		t.Errorf("%+v", anchor.Info)
	}
	keys, info, err := store.NPMKeys()
	if err != nil || len(keys) != 2 || info.Origin != "TUF" {
		t.Errorf("%v %+v %v", keys, info, err)
	}
	asked := w.tuf.Asked()
	w.version(w.open(offline), "root 1, targets 1", "")
	w.version(w.open(func(o *Options) { o.Every = 24 * time.Hour; o.Now = today.Add(23 * time.Hour) }), "root 1, targets 1", "")
	if w.tuf.Asked() != asked {
		t.Error("it was asked though nobody had to")
	}
	w.publish(nextYear)
	w.version(w.open(func(o *Options) { o.Every = 24 * time.Hour; o.Now = today.Add(25 * time.Hour) }), "root 1, targets 2", "")
	w.version(w.open(offline), "root 1, targets 2", "")
}

func TestRootRotation(t *testing.T) {
	w := newWorld(t)
	w.version(w.open(nil), "root 1, targets 1", "")
	for range 3 {
		w.tuf.Rotate(nextYear)
	}
	w.publish(nextYear)
	w.version(w.open(nil), "root 4, targets 2", "")
	w.version(w.open(offline), "root 4, targets 2", "")
}

func TestExpiredMetadataFallsBack(t *testing.T) {
	w := newWorld(t)
	w.version(w.open(nil), "root 1, targets 1", "")
	w.publish(today.Add(24 * time.Hour))
	later := func(o *Options) { o.Now = today.Add(48 * time.Hour) }
	anchor := w.version(w.open(later), "root 1, targets 1", "is expired")
	if !anchor.Info.Date.Equal(today) {
		t.Errorf("the age is counted from %v", anchor.Info.Date)
	}
	// What was good when it was fetched stays of use when it has run out, and gets old.
	w.version(w.open(func(o *Options) { offline(o); o.Now = nextYear.Add(time.Hour) }), "root 1, targets 1", "365 days old")
	stale := w.open(func(o *Options) { offline(o); o.Now = nextYear; o.MaxAge = 200 * 24 * time.Hour })
	if anchor, err := stale.Sigstore(PublicGood); !errors.Is(err, ErrStale) || anchor.Info.Version == "" {
		t.Errorf("beyond the greatest age: %v %+v", err, anchor)
	}
}

func TestRollbackIsRefused(t *testing.T) {
	w := newWorld(t)
	before := w.tuf.Files()
	w.publish(nextYear)
	w.version(w.open(nil), "root 1, targets 2", "")
	w.tuf.Serve(before)
	w.version(w.open(nil), "root 1, targets 2", "rolled back")
	w.version(w.open(offline), "root 1, targets 2", "")

	// Without the record the mark still stands: nothing lower takes its place.
	removeFiles(t, w.cache, "*.record.json")
	if _, err := w.open(nil).Sigstore(PublicGood); !errors.Is(err, ErrStale) {
		t.Errorf("an older state comes in after the record is lost: %v", err)
	}
	w.publish(nextYear)
	w.version(w.open(nil), "root 1, targets 3", "")
}

func TestRepositoryThatFails(t *testing.T) {
	cut := func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "trusted_root.json") {
			return false
		}
		rw.Header().Set("Content-Length", "5000")
		_, _ = rw.Write([]byte("{"))
		panic(http.ErrAbortHandler)
	}
	failing := func(rw http.ResponseWriter, _ *http.Request) bool {
		rw.WriteHeader(http.StatusInternalServerError)
		return true
	}
	away := func(rw http.ResponseWriter, r *http.Request) bool {
		http.Redirect(rw, r, "http://elsewhere.invalid"+r.URL.Path, http.StatusFound)
		return true
	}
	huge := func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/timestamp.json" {
			_, _ = rw.Write(bytes.Repeat([]byte(" "), 1<<20))
			return true
		}
		return false
	}
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request) bool{"cut": cut, "failing": failing, "redirecting": away, "huge": huge} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.version(w.open(nil), "root 1, targets 1", "")
			w.publish(nextYear)
			w.tuf.Break(fault)
			w.version(w.open(nil), "root 1, targets 1", "could not be refreshed")
			w.tuf.Break(nil)
			w.version(w.open(nil), "root 1, targets 2", "")
		})
	}
}

func TestTamperedRepository(t *testing.T) {
	for name, part := range map[string]string{"target": "trusted_root.json", "timestamp": "timestamp.json", "targets": "2.targets.json", "npm keys": "keys.json"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.version(w.open(nil), "root 1, targets 1", "")
			w.sigstore = sigstoretest.New("another", sigstoretest.Options{})
			w.publish(nextYear)
			files := w.tuf.Files()
			for path, content := range files {
				if strings.HasSuffix(path, part) {
					content = bytes.Clone(content)
					at := bytes.Index(content, []byte("20")) // a year: it still parses
					content[at+1] ^= 1
					files[path] = content
				}
			}
			w.tuf.Serve(files)
			w.version(w.open(nil), "root 1, targets 1", "could not be refreshed")
		})
	}
}

func TestTamperedCache(t *testing.T) {
	w := newWorld(t)
	w.version(w.open(nil), "root 1, targets 1", "")
	record := globOne(t, w.cache, "*.record.json")
	raw, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	other := newOther(t)
	for name, content := range map[string][]byte{
		"cut": raw[:len(raw)/2], "not JSON": []byte("hello"), "another schema": bytes.Replace(raw, []byte(`"schema":1`), []byte(`"schema":2`), 1),
		"another repository's": other, "empty": nil, "large": bytes.Repeat([]byte(" "), maxRecord+1),
		"another target": swapTarget(t, raw, sigstoretest.New("another", sigstoretest.Options{}).TrustedRootJSON()),
	} {
		if err := os.WriteFile(record, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := w.open(offline).Sigstore(PublicGood); !errors.Is(err, ErrStale) {
			t.Errorf("a cache whose record is %s: %v", name, err)
		}
	}
	w.version(w.open(nil), "root 1, targets 1", "left aside")
	w.version(w.open(nil), "root 1, targets 1", "")
}

// newOther is the record of a repository with other keys.
func newOther(t *testing.T) []byte {
	t.Helper()
	var raw []byte
	t.Run("other", func(t *testing.T) {
		w := newWorld(t)
		w.version(w.open(nil), "root 1, targets 1", "")
		raw, _ = os.ReadFile(globOne(t, w.cache, "*.record.json"))
	})
	return raw
}

func TestCacheThatCannotBeWritten(t *testing.T) {
	w := newWorld(t)
	if err := os.WriteFile(w.cache, []byte("a file stands where the folder should"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.version(w.open(nil), "root 1, targets 1", "could not be kept")
	w.version(w.open(func(o *Options) { o.CacheDir = "" }), "root 1, targets 1", "")
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no device that is always full")
	}
	if err := writeAll(full, []byte("x")); err == nil {
		t.Error("a full disk goes unnoticed")
	}
}

func TestNothingAtHand(t *testing.T) {
	w := newWorld(t)
	if _, err := w.open(offline).Sigstore(PublicGood); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a private instance that was never asked: %v", err)
	}
	w.tuf.Break(func(rw http.ResponseWriter, _ *http.Request) bool { rw.WriteHeader(http.StatusBadGateway); return true })
	if _, err := w.open(nil).Sigstore(PublicGood); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "502") {
		t.Errorf("a private instance that does not answer: %v", err)
	}
}

func TestPublicSnapshotOutlivesItsMirror(t *testing.T) {
	w := newWorld(t)
	// The mirror is one of somebody else: nothing that it says is signed by the public root.
	store := w.open(func(o *Options) { o.Repositories = map[Instance]Repository{PublicGood: {Mirror: w.tuf.URL}} })
	anchor, err := store.Sigstore(PublicGood)
	if err != nil || anchor.Info.Origin != "embedded" {
		t.Fatalf("%v %+v", err, anchor.Info)
	}
	if len(anchor.Warnings) == 0 || !strings.Contains(anchor.Warnings[0], "could not be refreshed") {
		t.Errorf("%q", anchor.Warnings)
	}
}

func TestOfflineDialsNothing(t *testing.T) {
	store := open(t, Options{CacheDir: t.TempDir(), Transport: refuse{t}})
	if _, err := store.Sigstore(PublicGood); err != nil {
		t.Error(err)
	}
	if _, _, err := store.NPMKeys(); err != nil {
		t.Error(err)
	}
}

func TestManyRunsAtOnce(t *testing.T) {
	w := newWorld(t)
	var group sync.WaitGroup
	for i := range 24 {
		group.Go(func() {
			if i%6 == 5 {
				w.publish(nextYear)
			}
			anchor, err := w.open(func(o *Options) { o.Refresh = i%4 != 3 || i < 4 }).Sigstore(PublicGood)
			if err != nil && !errors.Is(err, ErrUnavailable) { // nothing is kept before the first run is through
				t.Error(err)
			}
			if err == nil && anchor.Info.Origin != "TUF" {
				t.Errorf("%+v", anchor.Info)
			}
		})
	}
	group.Wait()
	w.version(w.open(nil), "root 1, targets 5", "")
	w.version(w.open(offline), "root 1, targets 5", "")
	left, err := filepath.Glob(filepath.Join(w.cache, "*"))
	if err != nil || len(left) != 3 {
		t.Errorf("the cache holds %v", left)
	}
}

func TestOneStoreForManyGoroutines(t *testing.T) {
	w := newWorld(t)
	store := w.open(nil)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			_, err := store.Sigstore(PublicGood)
			_, _, keysErr := store.NPMKeys()
			if err != nil || keysErr != nil {
				t.Error(err, keysErr)
			}
		})
	}
	group.Wait()
	if asked := w.tuf.Asked(); asked > 8 {
		t.Errorf("%d requests for one refresh", asked)
	}
}

func removeFiles(t *testing.T, dir, pattern string) {
	t.Helper()
	if err := os.Remove(globOne(t, dir, pattern)); err != nil {
		t.Fatal(err)
	}
}

func globOne(t *testing.T, dir, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	return found[0]
}

// swapTarget puts another target into a record.
func swapTarget(t *testing.T, raw, target []byte) []byte {
	t.Helper()
	var kept record
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	kept.Targets[trustedRootTarget] = target
	swapped, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return swapped
}
