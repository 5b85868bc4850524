package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
)

// counting is a shelf in memory that counts what is read.
type counting struct {
	files map[string]string
	mu    sync.Mutex
	reads map[string]int
}

func (c *counting) Names() []string {
	var names []string
	for name := range c.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (c *counting) Origin(name string) string { return name }

func (c *counting) Read(name string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads[name]++
	return []byte(c.files[name]), nil
}

// TestManyFilesReadEachProofOnce is what keeps a batch linear: proofs of all in one
// place, and proofs beside each.
func TestManyFilesReadEachProofOnce(t *testing.T) {
	c := &counting{files: map[string]string{"README.json": "{}"}, reads: map[string]int{}}
	for i := range 200 {
		c.files[fmt.Sprintf("proofs-%03d.jsonl", i)] = statement("x", fmt.Sprint("shared ", i))
		c.files[fmt.Sprintf("app%03d", i)] = fmt.Sprint("own ", i)
		c.files[fmt.Sprintf("app%03d.intoto.jsonl", i)] = statement("x", fmt.Sprint("own ", i))
	}
	search := NewSearch(c)
	var wait sync.WaitGroup
	for i := range 200 {
		wait.Go(func() {
			digests := []evidence.Digest{{Algorithm: "sha256", Value: sum(fmt.Sprint("shared ", i))}}
			found := search.For(Artifact{Name: fmt.Sprintf("app%03d", i), Digests: digests})
			if len(found.Materials) != 2 || found.Partial != "" {
				t.Errorf("%d: %s (%s)", i, what(found.Materials), found.Partial)
			}
		})
	}
	wait.Wait()
	for name, n := range c.reads {
		if n != 1 {
			t.Errorf("%s was read %d times", name, n)
		}
	}
}

func TestFinderOfManyDirectories(t *testing.T) {
	var finder Finder
	for i := range maxRecent * 2 {
		dir := lay(t, map[string]string{"app": "A", "app.intoto.jsonl": statement("app", "A")})
		for range 2 {
			found, err := finder.Find(filepath.Join(dir, "app"), nil)
			if err != nil || len(found.Materials) != 1 {
				t.Errorf("%d: %v, %v", i, what(found.Materials), err)
			}
		}
	}
	if len(finder.recent) != maxRecent {
		t.Errorf("%d directories are kept in mind", len(finder.recent))
	}
}

// BenchmarkFindMany is a thousand files whose proofs lie in one directory.
func BenchmarkFindMany(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		for name, content := range map[string]string{"app": fmt.Sprint(i), "proof": statement("x", fmt.Sprint(i))} {
			path := filepath.Join(dir, name, fmt.Sprintf("%s-%d.jsonl", name, i))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		var finder Finder
		var found registry.Found
		for i := range 1000 {
			var err error
			if found, err = finder.Find(filepath.Join(dir, "app", fmt.Sprintf("app-%d.jsonl", i)), []string{filepath.Join(dir, "proof")}); err != nil || len(found.Materials) != 1 {
				b.Fatal(err, len(found.Materials))
			}
		}
	}
}

func TestManyProofsOfOneFileAreCut(t *testing.T) {
	files := map[string]string{"app": "A"}
	for i := range 150 {
		files[fmt.Sprintf("app.%03d.intoto.jsonl", i)] = statement("app", "A")
	}
	found, err := Find(filepath.Join(lay(t, files), "app"), nil)
	if err != nil || len(found.Materials) > 110 || len(found.Publication.Notes) == 0 {
		t.Errorf("%d proofs, %v, %v", len(found.Materials), found.Publication.Notes, err)
	}
}
