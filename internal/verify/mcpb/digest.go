package mcpb

import (
	"bytes"
	"context"
	"crypto"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
)

// digests are those of a bundle, taken in one pass: of what is signed as it stands,
// of what was signed where the tool has changed it since, and of the whole file.
type digests struct {
	stored   map[crypto.Hash][]byte
	restored map[crypto.Hash][]byte // nil where nothing looks changed
	whole    map[crypto.Hash][]byte
}

// digest reads the file once, whatever its size.
//
// A newer tool raises the length of the zip's comment by the size of the trailer
// after it has signed, so that strict readers take the trailer for a comment. The
// restored digests undo this.
func digest(ctx context.Context, r io.ReaderAt, size int64, trailer *Trailer, kinds []crypto.Hash) (*digests, error) {
	end := make([]byte, min(trailer.Zip, maxEnd))
	before := trailer.Zip - int64(len(end))
	hashes := make(map[crypto.Hash]hash.Hash, len(kinds))
	var all []io.Writer
	for _, kind := range kinds {
		if hashes[kind] == nil {
			hashes[kind] = kind.New()
			all = append(all, hashes[kind])
		}
	}
	if err := copyAll(ctx, io.MultiWriter(all...), io.NewSectionReader(r, 0, before), before); err != nil {
		return nil, err
	}
	rest := make([]byte, size-before)
	if n, err := r.ReadAt(rest, before); n < len(rest) {
		return nil, fmt.Errorf("read the bundle: %w", err)
	}
	copy(end, rest)
	sums := &digests{stored: finish(hashes, end), whole: finish(hashes, rest)}
	if restored := restore(end, trailer.Size); restored != nil {
		sums.restored = finish(hashes, restored)
	}
	return sums, nil
}

// finish goes on from a common beginning.
func finish(from map[crypto.Hash]hash.Hash, rest []byte) map[crypto.Hash][]byte {
	sums := make(map[crypto.Hash][]byte, len(from))
	for kind, begun := range from {
		cloner, is := begun.(hash.Cloner)
		if !is {
			panic("mcpb: a hash of the standard library cannot be cloned")
		}
		clone, err := cloner.Clone()
		if err != nil {
			panic(err) // never: see hash.Cloner
		}
		clone.Write(rest)
		sums[kind] = clone.Sum(nil)
	}
	return sums
}

// restore gives the end of the zip with the comment's length as it was signed, or
// nil where the length does not take in the trailer.
func restore(end []byte, trailer int64) []byte {
	at := bytes.LastIndex(end, []byte(endOfZip))
	if at < 0 || len(end)-at < endSize {
		return nil
	}
	comment := int64(len(end) - at - endSize)
	declared := int64(binary.LittleEndian.Uint16(end[at+20:]))
	if (comment+trailer)&0xffff != declared {
		return nil
	}
	restored := bytes.Clone(end)
	binary.LittleEndian.PutUint16(restored[at+20:], uint16(comment))
	return restored
}

func copyAll(ctx context.Context, to io.Writer, from io.Reader, size int64) error {
	buffer := make([]byte, 256<<10)
	for left := size; left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(from, buffer[:min(left, int64(len(buffer)))])
		to.Write(buffer[:n]) // a hash never fails
		if left -= int64(n); err != nil {
			return fmt.Errorf("read the bundle: %w", err)
		}
	}
	return nil
}
