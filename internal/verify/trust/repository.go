package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
	"github.com/theupdateframework/go-tuf/v2/metadata/config"
	"github.com/theupdateframework/go-tuf/v2/metadata/fetcher"
	"github.com/theupdateframework/go-tuf/v2/metadata/updater"
)

// errRollback says that a repository answers with less than was seen of it.
var errRollback = errors.New("the repository was rolled back")

// Repository is a TUF repository that an instance publishes its root in.
type Repository struct {
	// Mirror is the address of its metadata; targets stand in the folder `targets` below it.
	Mirror string
	// Root is the root metadata that trust starts from. With one of its own, the
	// snapshot that the program carries is out of play: it is another repository's.
	Root []byte

	private bool
}

// repository is the one in force for an instance.
func (s *Store) repository(instance Instance) Repository {
	named := s.options.Repositories[instance]
	known := snapshots[instance]
	named.private = named.Root != nil
	if named.Mirror == "" {
		named.Mirror = known.mirror
	}
	if named.Root == nil && known.root != nil {
		named.Root = known.root()
	}
	return named
}

func (r Repository) shelfName(instance Instance) string {
	if r.private {
		return string(instance) + "-" + sum(r.Root)[:16]
	}
	return string(instance)
}

// wanted are the targets to take: the second stands in some repositories only.
var wanted = []string{trustedRootTarget, npmKeysTarget}

// fetch asks the repository, and returns what it said along with the record that
// says it again.
func (r Repository) fetch(o Options) (*told, []byte, error) {
	if r.Root == nil {
		return nil, nil, fmt.Errorf("%w: no TUF root to start from", ErrUnavailable)
	}
	recorder := &recorder{dialer: newDialer(o.Transport), mirror: r.Mirror, files: map[string][]byte{}}
	said, err := r.ask(recorder, o.Now, func(update *updater.Updater, target *metadata.TargetFiles) ([]byte, error) {
		_, raw, err := update.DownloadTarget(target, "memory", "")
		return raw, err
	})
	if err != nil {
		return nil, nil, err
	}
	// A target is looked up in the record by its name: which of its hashes stands in
	// its address is left to chance.
	written, err := json.Marshal(record{Schema: recordSchema, Fetched: o.Now.UTC(), Metadata: recorder.metadata(), Targets: said.targets})
	return said, written, err
}

// replay verifies a record as if the repository said it again, at the time it was
// fetched: a record that was tampered with does not verify.
func (r Repository) replay(raw []byte) (*told, error) {
	if r.Root == nil {
		return nil, fmt.Errorf("%w: no TUF root to start from", ErrUnavailable)
	}
	var kept record
	if err := json.Unmarshal(raw, &kept); err != nil {
		return nil, err
	}
	if kept.Schema != recordSchema {
		return nil, fmt.Errorf("its schema is %d, not %d", kept.Schema, recordSchema)
	}
	return r.ask(player{mirror: r.Mirror, files: kept.Metadata}, kept.Fetched, func(_ *updater.Updater, target *metadata.TargetFiles) ([]byte, error) {
		raw, has := kept.Targets[target.Path]
		if !has {
			return nil, fmt.Errorf("target %s is not in it", target.Path)
		}
		return raw, target.VerifyLengthHashes(raw)
	})
}

// ask runs the client's part of TUF.
func (r Repository) ask(from fetcher.Fetcher, at time.Time, take func(*updater.Updater, *metadata.TargetFiles) ([]byte, error)) (*told, error) {
	settings, err := config.New(r.Mirror, r.Root)
	if err != nil {
		return nil, err
	}
	settings.Fetcher, settings.DisableLocalCache = from, true
	settings.MaxRootRotations, settings.MaxDelegations = 128, 8
	update, err := updater.New(settings)
	if err != nil {
		return nil, err
	}
	update.UnsafeSetRefTime(at) // the caller's clock
	if err := update.Refresh(); err != nil {
		return nil, err
	}
	said := &told{at: at, targets: map[string][]byte{}}
	for _, name := range wanted {
		target, err := update.GetTargetInfo(name)
		if err != nil && name != trustedRootTarget && err.Error() == "target "+name+" not found" {
			continue // only the public-good instance has npm's keys; elsewhere a file has to be named
		}
		if err != nil {
			return nil, err
		}
		if target.Length > maxRoot {
			return nil, fmt.Errorf("target %s has %d bytes, more than %d", name, target.Length, maxRoot)
		}
		if said.targets[name], err = take(update, target); err != nil {
			return nil, fmt.Errorf("target %s: %w", name, err)
		}
	}
	set := update.GetTrustedMetadataSet()
	said.versions = versions{
		Root: set.Root.Signed.Version, Timestamp: set.Timestamp.Signed.Version,
		Snapshot: set.Snapshot.Signed.Version, Targets: set.Targets[metadata.TARGETS].Signed.Version,
	}
	return said, said.check()
}

// check refuses signed targets that nobody could use: they must not take the place
// of those that can be used.
func (t *told) check() error {
	if _, err := parseRoot(t.targets[trustedRootTarget]); err != nil {
		return err
	}
	if raw, has := t.targets[npmKeysTarget]; has {
		if _, err := ParseNPMKeys(raw); err != nil {
			return err
		}
	}
	return nil
}
