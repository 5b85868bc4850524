package archive

import (
	"archive/tar"
	"errors"
	"io"
)

// Tar walks a tar, plain or packed with gzip or zstd. What follows the end mark must
// be empty: some unpackers read on.
func Tar(r io.Reader, limits Limits) Entries {
	return func(yield func(*Entry, error) bool) {
		gate := newGate(limits)
		stream, closes, err := unpacked(r, gate.limits)
		if err != nil {
			yield(nil, err)
			return
		}
		defer closes()
		reader := tar.NewReader(stream)
		for {
			header, err := reader.Next()
			if errors.Is(err, io.EOF) {
				if err := empty(stream); err != nil {
					yield(nil, err)
				}
				return
			}
			if err != nil {
				yield(nil, wrap("", err))
				return
			}
			entry, err := tarMember(reader, header, gate)
			if err != nil {
				yield(nil, err)
				return
			}
			if entry != nil && !yield(entry, nil) {
				return
			}
		}
	}
}

// tarMember is nil for the root folder itself, which many tars start with, and for
// what git and others say of the whole.
func tarMember(reader *tar.Reader, header *tar.Header, gate *gate) (*Entry, error) {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return nil, gate.another()
	}
	kind := tarKind(header)
	size := header.Size
	if kind != File {
		size = 0
	}
	name, err := gate.admit(header.Name, kind, size)
	if err != nil {
		return nil, err
	}
	if name == "." {
		return nil, nil
	}
	return &Entry{
		Name: name, Kind: kind, Size: size, Target: header.Linkname,
		Mode: header.FileInfo().Mode(), Modified: header.ModTime,
		open: func() (io.Reader, error) { return &exact{from: reader, left: size, entry: name}, nil },
	}, nil
}

func tarKind(header *tar.Header) Kind {
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse, tar.TypeCont:
		return File
	case tar.TypeDir:
		return Folder
	case tar.TypeSymlink, tar.TypeLink:
		return Link
	}
	return Device
}

// empty reads on to the end, which proves the checksum of the packing too.
func empty(stream io.Reader) error {
	buffer := make([]byte, 1<<15)
	for {
		n, err := stream.Read(buffer)
		for _, b := range buffer[:n] {
			if b != 0 {
				return &Error{Problem: ErrMalformed, Cause: errors.New("something follows its end mark")}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return wrap("", err)
		}
	}
}
