// Package archive reads zips and tars in place: npm and Python packages, wheels,
// MCPB bundles, layers of images. Nothing is written to disk, and no archive makes
// it spend more than its limits, however it lies about its sizes. It looks into no
// archive inside an archive, and judges no content.
package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"time"
)

// Limits bound what one archive may cost. A zero field is taken from Standard.
type Limits struct {
	Entries int   // members
	Name    int   // bytes of one name
	Entry   int64 // unpacked bytes of one member
	Total   int64 // unpacked bytes of all, headers of a tar included
	Ratio   int64 // unpacked bytes for one packed, above the first 16 MiB
}

// Standard lets every package of the corpus through: the largest has 21,000 members.
var Standard = Limits{Entries: 50_000, Name: 1024, Entry: 1 << 30, Total: 4 << 30, Ratio: 200}

// small is what may be packed at any ratio: a long row of zeros shrinks to a thousandth.
const small = 16 << 20

// What can be wrong with an archive. An *Error wraps one of them.
var (
	ErrMalformed   = errors.New("it cannot be read")
	ErrTruncated   = errors.New("it ends too early")
	ErrTooMany     = errors.New("it holds too many entries")
	ErrTooLarge    = errors.New("it unpacks to too much")
	ErrRatio       = errors.New("it is packed too tightly to be honest")
	ErrSize        = errors.New("its declared size is not its size")
	ErrName        = errors.New("its name leads out of the archive")
	ErrDuplicate   = errors.New("its name stands twice")
	ErrOverlap     = errors.New("it shares bytes with another entry")
	ErrUnsupported = errors.New("it is packed in a way that is not read here")
)

// Error says what is wrong with an archive or one entry of it.
type Error struct {
	Entry   string // empty: the archive
	Problem error  // one of the above
	Cause   error  // may be nil
}

func (e *Error) Error() string {
	text := e.Problem.Error()
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	if e.Entry == "" {
		return "archive: " + text
	}
	return fmt.Sprintf("archive entry %.200q: %s", e.Entry, text)
}

func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Problem}
	}
	return []error{e.Problem, e.Cause}
}

// Kind says what an entry is.
type Kind string

const (
	File   Kind = "file"
	Folder Kind = "folder"
	Link   Kind = "link"  // symbolic or hard: Target says to what
	Device Kind = "other" // devices, pipes, and what nobody knows
)

// Entry is one member. Its reader works until the next step of the iteration.
type Entry struct {
	Name     string // relative and clean, with slashes
	Kind     Kind
	Size     int64 // unpacked, as declared; the reader gives no more, and fails where there is less
	Target   string
	Mode     fs.FileMode
	Modified time.Time
	open     func() (io.Reader, error)
}

// Open gives the content. It gives an error wrapping ErrSize or ErrTruncated, not
// io.EOF, where the content is not what the entry declares.
func (e *Entry) Open() (io.Reader, error) { return e.open() }

// Entries walks an archive. An error ends it.
type Entries = iter.Seq2[*Entry, error]

// Read gives the content of the first file of a name, up to most bytes of it. The
// error is fs.ErrNotExist where there is none. The entries after it are not looked at.
func Read(entries Entries, name string, most int64) ([]byte, error) {
	for entry, err := range entries {
		if err != nil {
			return nil, err
		}
		if entry.Name != name || entry.Kind != File {
			continue // another one is wanted
		}
		if entry.Size > most {
			return nil, &Error{Entry: name, Problem: ErrTooLarge, Cause: fmt.Errorf("%d bytes, %d are read", entry.Size, most)}
		}
		from, err := entry.Open()
		if err != nil {
			return nil, err
		}
		return io.ReadAll(from)
	}
	return nil, fmt.Errorf("archive entry %q: %w", name, fs.ErrNotExist)
}

func (l Limits) filled() Limits {
	fill := func(to *int64, from int64) {
		if *to <= 0 {
			*to = from
		}
	}
	if l.Entries <= 0 {
		l.Entries = Standard.Entries
	}
	if l.Name <= 0 {
		l.Name = Standard.Name
	}
	fill(&l.Entry, Standard.Entry)
	fill(&l.Total, Standard.Total)
	fill(&l.Ratio, Standard.Ratio)
	return l
}
