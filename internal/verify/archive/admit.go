package archive

import (
	"crypto/sha256"
	"fmt"
	"path"
	"strings"
)

// gate lets entries in one after the other, and holds them against the limits.
type gate struct {
	limits Limits
	count  int
	total  int64
	// names are hashes of what was let in: a hostile archive may have long ones.
	names map[[16]byte]Kind
}

func newGate(limits Limits) *gate {
	return &gate{limits: limits.filled(), names: make(map[[16]byte]Kind)}
}

// admit cleans the name of an entry and counts it.
func (g *gate) admit(name string, kind Kind, size int64) (string, error) {
	if err := g.another(); err != nil {
		return "", err
	}
	clean, err := g.name(name)
	if err != nil {
		return "", err
	}
	if size < 0 {
		return "", &Error{Entry: clean, Problem: ErrSize, Cause: fmt.Errorf("%d bytes", size)}
	}
	if size > g.limits.Entry {
		return "", &Error{Entry: clean, Problem: ErrTooLarge, Cause: fmt.Errorf("%d bytes, %d are the limit", size, g.limits.Entry)}
	}
	if g.total += size; g.total > g.limits.Total {
		return "", &Error{Problem: ErrTooLarge, Cause: fmt.Errorf("more than %d bytes", g.limits.Total)}
	}
	sum := sha256.Sum256([]byte(clean))
	key := [16]byte(sum[:])
	if before, known := g.names[key]; known && (kind != Folder || before != Folder) {
		return "", &Error{Entry: clean, Problem: ErrDuplicate}
	}
	g.names[key] = kind
	return clean, nil
}

func (g *gate) another() error {
	if g.count++; g.count > g.limits.Entries {
		return &Error{Problem: ErrTooMany, Cause: fmt.Errorf("more than %d", g.limits.Entries)}
	}
	return nil
}

// name refuses what some unpacker would write outside of its folder. Backslashes
// separate too, as they do on Windows.
func (g *gate) name(name string) (string, error) {
	if len(name) > g.limits.Name {
		return "", &Error{Entry: name, Problem: ErrName, Cause: fmt.Errorf("%d bytes, %d are the limit", len(name), g.limits.Name)}
	}
	slashed := strings.ReplaceAll(name, `\`, "/")
	refuse := func(why string) (string, error) {
		return "", &Error{Entry: name, Problem: ErrName, Cause: fmt.Errorf("it %s", why)}
	}
	switch {
	case name == "":
		return refuse("is empty")
	case strings.IndexByte(name, 0) >= 0:
		return refuse("holds a zero byte")
	case strings.HasPrefix(slashed, "/"):
		return refuse("is absolute")
	case len(name) > 1 && name[1] == ':' && letter(name[0]):
		return refuse("names a drive")
	}
	for part := range strings.SplitSeq(slashed, "/") {
		if part == ".." {
			return refuse("climbs")
		}
	}
	return path.Clean(name), nil
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// tight says whether so much for so little is a bomb.
func (l Limits) tight(unpacked, packed int64) bool {
	return unpacked > small && unpacked/l.Ratio >= max(packed, 1)
}
