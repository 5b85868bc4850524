package gosum

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
)

// errInconsistent is a database that contradicts itself: a signature, an inclusion
// proof or a history that does not hold.
var errInconsistent = errors.New("the checksum database does not verify")

// sum is a hash as go.sum writes it: h1: and base64.
type sum string

// digest is the same in hexadecimal, under the name that in-toto has for it.
func (s sum) digest() evidence.Digest {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(s), "h1:"))
	if err != nil {
		return evidence.Digest{}
	}
	return evidence.Digest{Algorithm: "dirHash", Value: hex.EncodeToString(raw)}
}

// hashes are those of one version: of all its files, and of its go.mod.
type hashes struct {
	tree, mod sum
	commit    string
}

// lines finds the hashes of a version in the text of a go.sum file.
func lines(text, path, version string) hashes {
	var found hashes
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[0] != path || !strings.HasPrefix(fields[2], "h1:") {
			continue // another module, or a hash of a kind that nobody computes here
		}
		switch fields[1] {
		case version:
			found.tree = sum(fields[2])
		case version + "/go.mod":
			found.mod = sum(fields[2])
		}
	}
	return found
}

// database is a client of a checksum database. The library checks the signed tree,
// that it goes on from the last one seen, and that the record is in it.
type database struct {
	client *sumdb.Client
	ops    *operations
}

func newDatabase(options Options) *database {
	ops := &operations{web: options.Client, base: options.Base, key: options.Key, config: map[string][]byte{}}
	return &database{client: sumdb.NewClient(ops), ops: ops}
}

// lookup gives the hashes of a version once the record is proved. One look-up
// at a time.
func (d *database) lookup(ctx context.Context, path, version string) (hashes, error) {
	d.ops.begin(ctx)
	text, err := d.client.Lookup(path, version)
	if err == nil {
		var mod []string
		mod, err = d.client.Lookup(path, version+"/go.mod")
		text = append(text, mod...)
	}
	if err != nil {
		return hashes{}, d.ops.explain(err)
	}
	return lines(strings.Join(text, "\n"), path, version), nil
}

// operations are what the library needs of the world.
type operations struct {
	web       *web.Client
	base, key string

	mu       sync.Mutex
	ctx      context.Context
	config   map[string][]byte
	remote   error            // the last failure to read from the database
	security string           // what the library says of a database that lies
	failed   map[string]error // per path, since the library remembers failures
}

var _ sumdb.ClientOps = (*operations)(nil)

func (o *operations) begin(ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ctx, o.remote = ctx, nil
}

// explain gives back the error of the wire, which the library turns into text. A
// failure that is not of the wire is the database's.
func (o *operations) explain(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.security != "" {
		return fmt.Errorf("%w: %s", errInconsistent, o.security)
	}
	if o.remote != nil {
		return o.remote
	}
	for path, failure := range o.failed {
		if strings.Contains(err.Error(), path) || strings.Contains(err.Error(), failure.Error()) {
			return failure
		}
	}
	return fmt.Errorf("%w: %w", errInconsistent, err)
}

// maxAnswer is what one record or tile may have: a tile has 8 KiB.
const maxAnswer = 1 << 20

func (o *operations) ReadRemote(path string) ([]byte, error) {
	o.mu.Lock()
	ctx := o.ctx
	o.mu.Unlock()
	response, err := o.web.Do(ctx, web.Request{URL: o.base + path, Max: maxAnswer})
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.remote = err
		if o.failed == nil {
			o.failed = map[string]error{}
		}
		o.failed[path] = err
		return nil, err
	}
	return response.Body, nil
}

// latest is the key of the last signed tree in the cache: a database that shows a
// shorter or another history later is caught.
func (o *operations) latest(file string) string { return "gosum " + o.key + " " + file }

func (o *operations) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(o.key), nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if kept, is := o.config[file]; is {
		return kept, nil
	}
	kept, _ := o.web.Cache().Load(o.latest(file)) // none is an empty history
	o.config[file] = kept
	return kept, nil
}

func (o *operations) WriteConfig(file string, old, new []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !bytes.Equal(o.config[file], old) {
		return sumdb.ErrWriteConflict
	}
	o.config[file] = bytes.Clone(new)
	o.web.Cache().Store(o.latest(file), new)
	return nil
}

// What is kept is proved anew each time.
func (o *operations) ReadCache(file string) ([]byte, error) {
	kept, is := o.web.Cache().Load(o.latest(file))
	if !is {
		return nil, errors.New("not kept")
	}
	return kept, nil
}

func (o *operations) WriteCache(file string, data []byte) {
	o.web.Cache().Store(o.latest(file), data)
}

func (o *operations) Log(string) {}

func (o *operations) SecurityError(message string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.security, _, _ = strings.Cut(strings.TrimSpace(message), "\n")
}
