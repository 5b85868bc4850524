package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// recordSchema changes with the form of a record.
const recordSchema = 1

// maxRecord is how many bytes a record may have: a hundred root versions fit.
const maxRecord = 8 << 20

// record is what a TUF repository said, file by file, so that it can be verified
// again: the cache is not trusted for its content, and for its time only within what
// the metadata was good for then.
type record struct {
	Schema   int               `json:"schema"`
	Fetched  time.Time         `json:"fetched"`
	Metadata map[string][]byte `json:"metadata"`
	Targets  map[string][]byte `json:"targets"`
}

// shelf is the place in the cache for one repository. It holds the last record, and
// apart from it the highest versions ever seen: losing the one does not let an older
// state in.
type shelf struct {
	dir  string // empty: nothing is kept
	name string
}

func (s shelf) path(suffix string) string { return filepath.Join(s.dir, s.name+suffix) }

// read is the record that was kept, verified, and the highest versions seen. An
// error tells what of it cannot be used.
func (s shelf) read(r Repository) (*told, versions, error) {
	if s.dir == "" {
		return nil, versions{}, nil
	}
	seen, seenErr := s.seen()
	raw, err := readLimited(s.path(".record.json"), maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, seen, seenErr
	}
	if err != nil {
		return nil, seen, err
	}
	kept, err := r.replay(raw)
	if err != nil {
		return nil, seen, fmt.Errorf("%s does not verify: %w", s.name+".record.json", err)
	}
	return kept, seen.with(kept.versions), seenErr
}

func (s shelf) seen() (versions, error) {
	raw, err := readLimited(s.path(".seen.json"), 4096)
	if errors.Is(err, fs.ErrNotExist) {
		return versions{}, nil
	}
	var seen versions
	if err == nil {
		err = json.Unmarshal(raw, &seen)
	}
	if err != nil {
		return versions{}, fmt.Errorf("%s cannot be read: %w", s.name+".seen.json", err)
	}
	return seen, nil
}

// keep writes a record, unless a higher one was seen. The record comes first: a run
// that is cut in between leaves a record above the mark, never below it.
func (s shelf) keep(raw []byte, v versions) error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(s.path(".lock"))
	if err != nil {
		return err
	}
	defer unlock()
	seen, err := s.seen()
	if err == nil && v.below(seen) { // a mark that cannot be read is written anew
		return fmt.Errorf("%w: %s after %s", errRollback, v, seen)
	}
	if err := writeWhole(s.path(".record.json"), raw); err != nil {
		return err
	}
	mark, err := json.Marshal(seen.with(v))
	if err != nil {
		return err
	}
	return writeWhole(s.path(".seen.json"), mark)
}

// writeWhole writes a file so that a reader sees the old or the new one.
func writeWhole(path string, raw []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	if err = writeAll(file, raw); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// writeAll brings content to the disk, and notices where it did not get there.
func writeAll(file *os.File, raw []byte) error {
	_, err := file.Write(raw)
	return errors.Join(err, file.Sync(), file.Close())
}

func readLimited(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s has %d bytes, more than %d", filepath.Base(path), info.Size(), limit)
	}
	return os.ReadFile(path)
}

const (
	lockPatience = 10 * time.Second
	lockPause    = 20 * time.Millisecond
)
