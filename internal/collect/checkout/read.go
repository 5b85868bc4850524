package checkout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// read hands every listed file to the readers that take it, in parallel, and
// joins what they saw in path order.
func read(ctx context.Context, tree *os.Root, options Options, seen *evidence.Snapshot) error {
	parts := make([]evidence.Snapshot, len(seen.Files))
	jobs := make(chan int)
	var done atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			tree := &folders{tree: tree}
			defer tree.close()
			for i := range jobs {
				readFile(tree, &seen.Files[i], options.Limits, &parts[i])
				options.Progress(int(done.Add(1)), len(parts))
			}
		})
	}
	for i := range seen.Files {
		if ctx.Err() != nil {
			break
		}
		jobs <- i
	}
	close(jobs)
	workers.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for i := range parts {
		join(seen, &parts[i])
	}
	return nil
}

// readFile gives one file to its readers. A reader that fails or crashes costs
// its own Gap and nothing else.
func readFile(tree *folders, file *evidence.File, limits Limits, out *evidence.Snapshot) {
	if file.Submodule || file.Link != "" {
		return // another repository's files; a link's target is listed under its own name
	}
	var source *text.Source
	var data []byte
	for _, r := range readers {
		if !r.takes(file.Path) {
			continue
		}
		if source == nil {
			var err error
			if data, err = load(tree, file, limits); err != nil {
				if !r.loose {
					gap(out, r.kind, file.Path, err.Error(), "")
				}
				continue
			}
			file.Binary = bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0
			source = text.NewSource(file.Path, data)
			out.Ignores = append(out.Ignores, ignores(source)...)
		}
		switch {
		case file.Binary && r.loose:
			continue // taken by a guess that was wrong
		case file.Binary && !r.binary:
			gap(out, r.kind, file.Path, "holds binary data", "")
			continue
		}
		var part evidence.Snapshot
		err := safely(r, source, &part)
		join(out, &part)
		for _, problem := range problems(err) {
			note(out, r.kind, file.Path, problem)
		}
	}
	if source == nil {
		sniff(tree, file, limits)
	} else if file.Binary {
		file.Magic = magic(data[:min(len(data), sniffed)], file.Path)
	}
	if lines := evidenceLines(out); len(lines) > 0 {
		file.LineHashes = lineHashes(data, lines)
	}
}

func load(tree *folders, file *evidence.File, limits Limits) ([]byte, error) {
	if file.Size > limits.FileSize {
		return nil, fmt.Errorf("%d MB large; files over %d MB are not read", file.Size>>20, limits.FileSize>>20)
	}
	handle, err := tree.file(file.Path)
	if err != nil {
		return nil, errors.New("could not be opened: " + plain(err))
	}
	defer handle.Close()
	// The file may grow between the look and the read.
	buffer := bytes.NewBuffer(make([]byte, 0, file.Size+bytes.MinRead)) // the room in which it sees the end
	if _, err := buffer.ReadFrom(io.LimitReader(handle, limits.FileSize+1)); err != nil {
		return nil, errors.New("could not be read: " + plain(err))
	}
	return buffer.Bytes(), nil
}

// safely turns a crash of a reader into an error: one odd file must not end the scan.
func safely(r reader, source *text.Source, out *evidence.Snapshot) (err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("sealvet's reader failed on it (%v); please report this", crash)
		}
	}()
	return r.read(source, out)
}

// problems takes joined errors apart.
func problems(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, problems(one)...)
		}
		return all
	}
	return []error{err}
}

func note(out *evidence.Snapshot, kind evidence.Kind, path string, problem error) {
	one := evidence.Gap{Kind: kind, Subject: path, At: evidence.Location{Path: path}, Reason: problem.Error()}
	var placed *text.Error
	if errors.As(problem, &placed) {
		one.At, one.Reason = placed.At, placed.Msg
	}
	if !slices.Contains(out.Gaps, one) {
		out.Gaps = append(out.Gaps, one)
	}
}
