package sigstoretest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sigstore/sigstore/pkg/signature"
	"github.com/theupdateframework/go-tuf/v2/metadata"
)

// TUF is a TUF repository on loopback: what stands below targets/ is published by it.
type TUF struct {
	URL string

	seed  string
	mu    sync.Mutex
	files map[string][]byte
	fault func(http.ResponseWriter, *http.Request) bool
	asked int

	generation int // of the keys: a rotation of the root makes new ones
	root       *metadata.Metadata[metadata.RootType]
	version    int64 // of targets, snapshot and timestamp alike
	first      []byte
}

// ServeTUF starts a repository that stops with the test. Nothing is published yet.
func ServeTUF(t testing.TB, until time.Time) *TUF {
	t.Helper()
	repository := &TUF{seed: t.Name(), files: map[string][]byte{}}
	repository.rotate(until)
	repository.first = repository.files["1.root.json"]
	server := httptest.NewServer(repository)
	t.Cleanup(server.Close)
	repository.URL = server.URL
	return repository
}

// Root is the root metadata that a client starts from: the first version.
func (r *TUF) Root() []byte { return r.first }

// Asked counts the requests so far.
func (r *TUF) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Publish makes a new version of everything, which runs out at a moment. Targets in
// a folder are signed by a delegated role of the folder's name.
func (r *TUF) Publish(until time.Time, targets map[string][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.version++
	top := metadata.Targets(until)
	snapshot := metadata.Snapshot(until)
	folders := map[string]*metadata.Metadata[metadata.TargetsType]{}
	for name, content := range targets {
		digest := sha256.Sum256(content)
		folder, file := path.Split(name)
		r.files["targets/"+folder+hex.EncodeToString(digest[:])+"."+file] = content
		role := top
		if folder = strings.TrimSuffix(folder, "/"); folder != "" {
			if folders[folder] == nil {
				folders[folder] = metadata.Targets(until)
			}
			role = folders[folder]
		}
		role.Signed.Targets[name] = must(metadata.TargetFile().FromBytes(name, content))
	}
	for folder, role := range folders {
		r.delegate(top, folder)
		role.Signed.Version = r.version
		r.files[fmt.Sprintf("%d.%s.json", r.version, folder)] = write(role, r.key(folder))
		snapshot.Signed.Meta[folder+".json"] = metadata.MetaFile(r.version)
	}
	top.Signed.Version, snapshot.Signed.Version = r.version, r.version
	snapshot.Signed.Meta["targets.json"] = metadata.MetaFile(r.version)
	timestamp := metadata.Timestamp(until)
	timestamp.Signed.Version = r.version
	timestamp.Signed.Meta["snapshot.json"] = metadata.MetaFile(r.version)
	r.files[fmt.Sprintf("%d.targets.json", r.version)] = write(top, r.key(metadata.TARGETS))
	r.files[fmt.Sprintf("%d.snapshot.json", r.version)] = write(snapshot, r.key(metadata.SNAPSHOT))
	r.files["timestamp.json"] = write(timestamp, r.key(metadata.TIMESTAMP))
}

func (r *TUF) delegate(top *metadata.Metadata[metadata.TargetsType], folder string) {
	key := must(metadata.KeyFromPublicKey(r.key(folder).Public()))
	if top.Signed.Delegations == nil {
		top.Signed.Delegations = &metadata.Delegations{Keys: map[string]*metadata.Key{}}
	}
	top.Signed.Delegations.Keys[must(key.ID())] = key
	top.Signed.Delegations.Roles = append(top.Signed.Delegations.Roles, metadata.DelegatedRole{
		Name: folder, KeyIDs: []string{must(key.ID())}, Threshold: 1, Terminating: true, Paths: []string{folder + "/*"},
	})
}

// Rotate signs a new root with new keys for every role, and with the old root's. What
// was published before is signed by keys that are out of use: publish anew.
func (r *TUF) Rotate(until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rotate(until)
}

func (r *TUF) rotate(until time.Time) {
	before := r.root
	old := r.key(metadata.ROOT)
	r.generation++
	root := metadata.Root(until)
	for _, role := range []string{metadata.ROOT, metadata.TIMESTAMP, metadata.SNAPSHOT, metadata.TARGETS} {
		if err := root.Signed.AddKey(must(metadata.KeyFromPublicKey(r.key(role).Public())), role); err != nil {
			panic(err)
		}
	}
	signers := []ed25519.PrivateKey{r.key(metadata.ROOT)}
	if before != nil {
		root.Signed.Version = before.Signed.Version + 1
		signers = append(signers, old)
	}
	r.root = root
	r.files[fmt.Sprintf("%d.root.json", root.Signed.Version)] = write(root, signers...)
}

// key is that of a role; the same for a repository of the same test.
func (r *TUF) key(role string) ed25519.PrivateKey {
	secret := sha256.Sum256(fmt.Appendf(nil, "TEST ONLY\x00tuf\x00%s\x00%s\x00%d", r.seed, role, r.generation))
	return ed25519.NewKeyFromSeed(secret[:])
}

func write[T metadata.Roles](role *metadata.Metadata[T], keys ...ed25519.PrivateKey) []byte {
	for _, key := range keys {
		_ = must(role.Sign(must(signature.LoadSigner(key, crypto.Hash(0)))))
	}
	return must(role.ToBytes(false))
}

// Files are what is served now.
func (r *TUF) Files() map[string][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.files)
}

// Serve puts files in the place of all that is served: an older state, or a tampered one.
func (r *TUF) Serve(files map[string][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = maps.Clone(files)
}

// Break lets a function answer requests; it says whether it did. Nil mends it.
func (r *TUF) Break(fault func(http.ResponseWriter, *http.Request) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = fault
}

func (r *TUF) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	r.asked++
	fault := r.fault
	content, found := r.files[strings.TrimPrefix(request.URL.Path, "/")]
	r.mu.Unlock()
	switch {
	case fault != nil && fault(w, request):
	case found:
		_, _ = w.Write(content)
	default:
		http.NotFound(w, request)
	}
}
