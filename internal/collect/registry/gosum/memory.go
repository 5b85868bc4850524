package gosum

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// inMemory is a file that is not part of the archive.
type inMemory struct {
	name    string
	content []byte
}

func (f inMemory) Path() string                 { return f.name }
func (f inMemory) Lstat() (os.FileInfo, error)  { return described{f}, nil }
func (f inMemory) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.content)), nil }

type described struct{ of inMemory }

func (d described) Name() string       { return path.Base(d.of.name) }
func (d described) Size() int64        { return int64(len(d.of.content)) }
func (d described) Mode() fs.FileMode  { return 0o644 }
func (d described) ModTime() time.Time { return time.Time{} }
func (d described) IsDir() bool        { return false }
func (d described) Sys() any           { return nil }
