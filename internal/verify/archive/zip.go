package archive

import (
	"archive/zip"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// perHeader is what the directory of a zip may spend on a member, in bytes: 46, and
// 146 for its name and its extra fields on the average.
const perHeader = 192

// Zip walks a zip of so many bytes. The whole directory is held against the limits
// before the first entry is given.
func Zip(r io.ReaderAt, size int64, limits Limits) Entries {
	return func(yield func(*Entry, error) bool) {
		entries, err := list(r, size, newGate(limits))
		if err != nil {
			yield(nil, err)
			return
		}
		for i := range entries {
			if !yield(&entries[i], nil) {
				return
			}
		}
	}
}

func list(r io.ReaderAt, size int64, gate *gate) ([]Entry, error) {
	most := int64(gate.limits.Entries)*perHeader + 1<<17
	metered := &meter{from: r, left: most}
	reader, err := zip.NewReader(metered, size)
	switch {
	case metered.left < 0:
		return nil, &Error{Problem: ErrTooMany, Cause: fmt.Errorf("its directory has more than %d bytes", most)}
	case err != nil:
		return nil, &Error{Problem: ErrMalformed, Cause: err}
	}
	metered.phase = headers
	spans := make([]span, 0, len(reader.File))
	entries := make([]Entry, 0, len(reader.File))
	for _, file := range reader.File {
		entry, place, err := member(file, metered, size, gate)
		if err != nil {
			return nil, err
		}
		entries, spans = append(entries, entry), append(spans, place)
	}
	metered.phase = contents // from here on, entries may be read side by side
	return entries, apart(spans)
}

func member(file *zip.File, from *meter, size int64, gate *gate) (Entry, span, error) {
	kind := zipKind(file)
	if file.UncompressedSize64 > uint64(gate.limits.Entry) {
		return Entry{}, span{}, &Error{Entry: file.Name, Problem: ErrTooLarge, Cause: fmt.Errorf("%d bytes", file.UncompressedSize64)}
	}
	name, err := gate.admit(file.Name, kind, int64(file.UncompressedSize64))
	if err != nil {
		return Entry{}, span{}, err
	}
	if file.Flags&1 != 0 {
		return Entry{}, span{}, &Error{Entry: name, Problem: ErrUnsupported, Cause: errors.New("it is encrypted")}
	}
	if file.Method != zip.Store && file.Method != zip.Deflate {
		return Entry{}, span{}, &Error{Entry: name, Problem: ErrUnsupported, Cause: fmt.Errorf("method %d", file.Method)}
	}
	at, err := file.DataOffset()
	if err != nil {
		return Entry{}, span{}, &Error{Entry: name, Problem: ErrMalformed, Cause: err}
	}
	start := from.last // DataOffset reads the entry's own header, and nothing else
	if err := sameName(from, start, file.Name, name); err != nil {
		return Entry{}, span{}, err
	}
	if at < 0 || at > size || file.CompressedSize64 > uint64(size-at) {
		return Entry{}, span{}, &Error{Entry: name, Problem: ErrTruncated}
	}
	if gate.limits.tight(int64(file.UncompressedSize64), int64(file.CompressedSize64)) {
		return Entry{}, span{}, &Error{Entry: name, Problem: ErrRatio, Cause: fmt.Errorf("%d bytes in %d", file.UncompressedSize64, file.CompressedSize64)}
	}
	entry := Entry{
		Name: name, Kind: kind, Size: int64(file.UncompressedSize64), Mode: file.Mode(), Modified: file.Modified,
		open: func() (io.Reader, error) { return unzip(file, name) },
	}
	if kind == Link {
		entry.Target = target(file, gate.limits)
	}
	return entry, span{start, at + int64(file.CompressedSize64), name}, nil
}

// headerSize is what stands before the name in an entry's own header.
const headerSize = 30

// sameName holds the name in the directory against the one before the content: some
// unpackers go by this, some by that.
func sameName(from io.ReaderAt, start int64, listed, name string) error {
	header := make([]byte, headerSize+len(listed))
	if n, err := from.ReadAt(header, start); n < len(header) {
		return &Error{Entry: name, Problem: ErrTruncated, Cause: err}
	}
	length := int(binary.LittleEndian.Uint16(header[26:]))
	if length != len(listed) || string(header[headerSize:]) != listed {
		return &Error{Entry: name, Problem: ErrMalformed, Cause: errors.New("its own header gives it another name than the directory")}
	}
	return nil
}

func zipKind(file *zip.File) Kind {
	mode := file.Mode()
	switch {
	case mode.IsDir():
		return Folder
	case mode&fs.ModeSymlink != 0:
		return Link
	case mode.IsRegular():
		return File
	}
	return Device
}

// target reads what a link points to: a zip keeps it as the content.
func target(file *zip.File, limits Limits) string {
	if file.UncompressedSize64 > uint64(limits.Name) {
		return ""
	}
	from, err := unzip(file, file.Name)
	if err != nil {
		return ""
	}
	to, _ := io.ReadAll(from)
	return string(to)
}

func unzip(file *zip.File, name string) (io.Reader, error) {
	from, err := file.Open()
	if err != nil {
		return nil, &Error{Entry: name, Problem: ErrMalformed, Cause: err}
	}
	return &exact{from: from, left: int64(file.UncompressedSize64), entry: name}, nil
}

// span is where the bytes of an entry lie.
type span struct {
	start, end int64
	name       string
}

// apart finds entries that share bytes: how a small zip holds a petabyte.
func apart(spans []span) error {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].start < spans[i-1].end {
			return &Error{Entry: spans[i].name, Problem: ErrOverlap, Cause: fmt.Errorf("with %.200q", spans[i-1].name)}
		}
	}
	return nil
}

// The phases of reading a zip.
const (
	directory = iota
	headers
	contents
)

// meter bounds how much of a file may be read while its directory is parsed, and
// notes where the header of each entry is. Content has its own bounds.
type meter struct {
	from  io.ReaderAt
	left  int64
	phase int
	last  int64
}

func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	switch m.phase {
	case directory:
		if m.left -= int64(len(p)); m.left < 0 {
			return 0, ErrTooMany
		}
	case headers:
		m.last = at
	}
	return m.from.ReadAt(p, at)
}
