package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Cache keeps answers that never change under their key, a file each. What
// cannot be read or was changed on disk is a miss, what cannot be written is not
// kept: a cache never makes a run fail.
type Cache struct {
	dir  string
	size int64 // bytes that all entries may have together

	mu   sync.Mutex
	used int64 // -1 until the folder was read
}

const cacheSuffix = ".entry"

// NewCache keeps entries in a folder, which is made when the first one comes.
func NewCache(dir string, size int64) *Cache {
	return &Cache{dir: dir, size: size, used: -1}
}

// Load finds what was stored under a key.
func (c *Cache) Load(key string) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	path := c.path(key)
	file, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, c.size+1))
	if err != nil {
		return nil, false
	}
	head, body, is := bytes.Cut(raw, []byte("\n"))
	if !is || string(head) != checksum(key, body) {
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // the age only decides which entry goes first
	return body, true
}

// Store keeps a value under a key. A value larger than a quarter of the cache is
// not kept.
func (c *Cache) Store(key string, value []byte) {
	if c == nil || int64(len(value)) > c.size/4 || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.room(int64(len(value)) + 80)
	temporary, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return
	}
	defer os.Remove(temporary.Name())
	_, err = fmt.Fprintf(temporary, "%s\n%s", checksum(key, value), value)
	if closed := temporary.Close(); err != nil || closed != nil {
		return
	}
	if os.Rename(temporary.Name(), c.path(key)) == nil {
		c.used += int64(len(value)) + 65
	}
}

// room makes place by taking out the entries that were not read for longest.
func (c *Cache) room(need int64) {
	if c.used >= 0 && c.used+need <= c.size {
		return
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var all []kept
	c.used = 0
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !strings.HasSuffix(e.Name(), cacheSuffix) {
			continue // another process took it out, or it is none of ours
		}
		all = append(all, kept{filepath.Join(c.dir, e.Name()), info.Size(), info.ModTime()})
		c.used += info.Size()
	}
	slices.SortFunc(all, func(a, b kept) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path)) })
	for _, e := range all {
		if c.used+need <= c.size {
			return
		}
		if os.Remove(e.path) == nil {
			c.used -= e.size
		}
	}
}

func (c *Cache) path(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(c.dir, hex.EncodeToString(sum[:])+cacheSuffix)
}

// checksum binds a value to its key, so that an entry that was renamed is a miss.
func checksum(key string, value []byte) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%d %s\n", len(key), key)
	hash.Write(value)
	return hex.EncodeToString(hash.Sum(nil))
}
