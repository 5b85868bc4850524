// Package compare says how the results of two builds differ, and why. It reads
// archives in memory, within limits, and knows the two worlds only by the words
// that a careless build could have written down: paths, names, times.
package compare

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// World is what a build could have written down of where it ran.
type World struct {
	Paths      []string // folders that it worked in
	Names      []string // user and host
	Start, End time.Time
	Stamp      time.Time // of every file that it was given
}

// Limits bound what is read of one artifact.
type Limits struct {
	File    int64 // bytes of an artifact
	Content int64 // bytes of what it holds, unpacked
	Entries int
	Depth   int // archives in archives
	Listed  int // differences told of one artifact
}

// DefaultLimits suit the largest honest packages.
var DefaultLimits = Limits{File: 1 << 30, Content: 1 << 30, Entries: 200_000, Depth: 3, Listed: 20}

// Folders compares what two builds have left in two folders.
func Folders(one, two string, first, second World, limits Limits) ([]evidence.Artifact, error) {
	names, err := union(one, two)
	if err != nil {
		return nil, err
	}
	var artifacts []evidence.Artifact
	for _, name := range names {
		artifact, err := pair(filepath.Join(one, name), filepath.Join(two, name), name, first, second, limits)
		if err != nil {
			return nil, fmt.Errorf("compare %s: %w", name, err)
		}
		artifacts = append(artifacts, artifact)
	}
	return artifacts, nil
}

func union(folders ...string) ([]string, error) {
	var names []string
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(folder, file)
			if err == nil && entry.Type().IsRegular() {
				names = append(names, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func pair(one, two, name string, first, second World, limits Limits) (evidence.Artifact, error) {
	artifact := evidence.Artifact{Name: name, Format: format(name)}
	a, err := load(one, limits)
	if err != nil {
		return artifact, err
	}
	b, err := load(two, limits)
	if err != nil {
		return artifact, err
	}
	if a != nil {
		artifact.SHA256, artifact.Size = sum(a), int64(len(a))
	}
	if bytes.Equal(a, b) && (a == nil) == (b == nil) {
		return artifact, nil
	}
	if b != nil {
		artifact.Other = sum(b)
	}
	c := &comparison{first: first, second: second, limits: limits, left: limits.Content}
	switch {
	case a == nil, b == nil:
		c.note("", evidence.CauseMissing, "only one of the two builds made it")
	default:
		c.compare(name, "", a, b, 0)
	}
	artifact.Differences, artifact.More = c.told(limits.Listed)
	return artifact, nil
}

// load reads a whole artifact; one that is not there gives nil.
func load(path string, limits Limits) ([]byte, error) {
	info, err := os.Stat(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > limits.File {
		return nil, fmt.Errorf("it is %d MB large; more than %d MB are not compared", info.Size()>>20, limits.File>>20)
	}
	data, err := os.ReadFile(path)
	if data == nil {
		data = []byte{}
	}
	return data, err
}

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// format names an artifact by its ending.
func format(name string) string {
	switch {
	case strings.HasSuffix(name, ".tgz"):
		return "tgz"
	case strings.HasSuffix(name, ".tar.gz"):
		return "sdist"
	case strings.HasSuffix(name, ".whl"):
		return "wheel"
	case strings.HasSuffix(name, ".crate"), strings.HasSuffix(name, ".mcpb"), strings.HasSuffix(name, ".zip"), strings.HasSuffix(name, ".tar"):
		return path.Ext(name)[1:]
	case !strings.Contains(path.Base(name), "."), strings.HasSuffix(name, ".exe"):
		return "program"
	}
	return "file"
}

// comparison collects what makes one artifact differ.
type comparison struct {
	first, second World
	limits        Limits
	left          int64 // bytes that may still be unpacked
	found         []evidence.Difference
}

func (c *comparison) note(file string, cause evidence.Cause, detail string, args ...any) {
	c.found = append(c.found, evidence.Difference{File: file, Cause: cause, Detail: fmt.Sprintf(detail, args...)})
}

// compare notes why two contents of the same name differ. An archive whose
// entries are all the same was packed otherwise.
func (c *comparison) compare(name, inside string, a, b []byte, depth int) {
	if bytes.Equal(a, b) {
		return
	}
	before := len(c.found)
	switch kind := sniff(a); {
	case kind != sniff(b):
		c.note(inside, evidence.CauseUnknown, "one is %s, the other is %s", kind, sniff(b))
	case depth >= c.limits.Depth && kind != other:
		c.note(inside, evidence.CauseUnopened, "archives in archives, %d deep", depth)
	case kind == gzipped:
		c.gzip(name, inside, a, b, depth)
	case kind == zipped:
		c.archives(inside, a, b, depth, readZip)
	case kind == tarred:
		c.archives(inside, a, b, depth, readTar)
	default:
		c.content(inside, a, b)
	}
	if len(c.found) == before {
		c.note(inside, evidence.CausePacking, "the content is the same, its packing is not")
	}
}

// told sorts what was found, and folds the same cause of many files into one:
// what differs at every entry has one reason.
func (c *comparison) told(most int) (list []evidence.Difference, more int) {
	const few = 5
	type group struct {
		cause  evidence.Cause
		detail string
	}
	counts := make(map[group]int)
	for _, d := range c.found {
		counts[group{d.Cause, d.Detail}]++
	}
	folded := make(map[group]bool)
	for _, d := range c.found {
		g := group{d.Cause, d.Detail}
		if counts[g] <= few {
			list = append(list, d)
			continue
		}
		if !folded[g] {
			folded[g] = true
			list = append(list, evidence.Difference{File: fmt.Sprintf("%d entries", counts[g]), Cause: d.Cause, Detail: d.Detail})
		}
	}
	slices.SortStableFunc(list, func(a, b evidence.Difference) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Cause, b.Cause), cmp.Compare(a.Detail, b.Detail))
	})
	list = slices.Compact(list)
	if len(list) > most {
		more = len(list) - most
		list = list[:most]
	}
	return list, more
}
