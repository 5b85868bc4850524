package mcpb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The trailer of a signed bundle: head, length, DER, foot.
const (
	head     = "MCPB_SIG_V1"
	foot     = "MCPB_SIG_END"
	overhead = len(head) + 4 + len(foot)

	// maxSignature is how long the DER may be: a chain and a timestamp need a tenth.
	maxSignature = 256 << 10
)

// endOfZip starts the last record of a zip, of 22 bytes and a comment.
const (
	endOfZip = "PK\x05\x06"
	endSize  = 22
	maxEnd   = endSize + 1<<16 - 1
)

var (
	// ErrUnsigned says that the file has no trailer at all.
	ErrUnsigned = errors.New("the bundle is not signed")
	// ErrTrailer says that it has one that is not whole.
	ErrTrailer = errors.New("the signature block of the bundle is broken")
)

// Trailer is where the signature of a bundle lies, and what it says.
type Trailer struct {
	// Zip is the length of what is signed: all that stands before the trailer.
	Zip int64
	// Size is the length of the trailer itself.
	Size int64
	// DER is the signature.
	DER []byte
}

// Open finds the trailer. It must end the file: what stood behind it would be
// signed by nobody. Nothing else of the file is read.
func Open(r io.ReaderAt, size int64) (*Trailer, error) {
	tail, err := readTail(r, size, int64(maxSignature+overhead))
	if err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(tail, []byte(foot)) {
		return nil, unsigned(r, size)
	}
	var found *Trailer
	for at := bytes.Index(tail, []byte(head)); at >= 0; {
		length := int64(len(tail) - at)
		if rest := tail[at+len(head):]; len(rest) > 4 && int64(binary.LittleEndian.Uint32(rest))+int64(overhead) == length {
			if found != nil {
				return nil, fmt.Errorf("%w: two begin in it", ErrTrailer)
			}
			found = &Trailer{Zip: size - length, Size: length, DER: tail[at+len(head)+4 : len(tail)-len(foot)]}
		}
		next := bytes.Index(tail[at+1:], []byte(head))
		if next < 0 {
			break
		}
		at += 1 + next
	}
	switch {
	case found == nil:
		return nil, fmt.Errorf("%w: its length is not the one that it declares, or more than %d bytes", ErrTrailer, maxSignature)
	case bytes.Contains(found.DER, []byte(endOfZip)):
		// A zip is read from its end: what the signature covers would not be what is unpacked.
		return nil, fmt.Errorf("%w: it holds the directory of another zip", ErrTrailer)
	}
	return found, nil
}

// unsigned tells a bundle without a trailer from one with a trailer that does not
// end it.
func unsigned(r io.ReaderAt, size int64) error {
	tail, err := readTail(r, size, maxEnd+maxSignature)
	if err != nil {
		return err
	}
	if end := bytes.LastIndex(tail, []byte(endOfZip)); end >= 0 {
		tail = tail[end:]
	}
	if bytes.Contains(tail, []byte(head)) || bytes.Contains(tail, []byte(foot)) {
		return fmt.Errorf("%w: the file does not end with it", ErrTrailer)
	}
	return ErrUnsigned
}

func readTail(r io.ReaderAt, size, most int64) ([]byte, error) {
	tail := make([]byte, max(0, min(size, most)))
	if n, err := r.ReadAt(tail, size-int64(len(tail))); n < len(tail) {
		return nil, fmt.Errorf("read the end of the bundle: %w", err)
	}
	return tail, nil
}
