package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

func newCollect() *cobra.Command {
	var collecting collecting
	var privacy privacy
	var to string
	cmd := &cobra.Command{
		Use:   "collect [PATH]",
		Short: "Save the evidence of a checkout as a snapshot",
		Long: `collect looks at a checkout as scan does and saves what it saw, without judging.
A file name that ends in .gz is compressed. In the CI of a public repository the names
of people, secrets and keys are left out, unless --show-private keeps them.`,
		Example: "  sealvet collect -o snapshot.json.gz path/to/repo",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			seen, err := collecting.collect(cmd, args, ownPolicy)
			if err != nil {
				return err
			}
			privacy.snapshot(cmd.ErrOrStderr(), seen)
			err = output{path: to}.save(cmd, "the snapshot", func(w io.Writer) error { return writeSnapshot(w, seen, strings.HasSuffix(to, ".gz")) })
			if err == nil && collecting.unfinished != nil {
				return exitCode{exitUnfinished, collecting.unfinished}
			}
			return err
		},
	}
	cmd.Flags().StringVarP(&to, "out", "o", "", "file to write (default: standard output)")
	collecting.flags(cmd)
	privacy.flags(cmd)
	return cmd
}

// ownPolicy is the repository's. One that cannot be read is the judge's to refuse,
// who gets it with the snapshot.
func ownPolicy(seen *evidence.Snapshot, now time.Time) (*policy.Policy, error) {
	if rules, err := new(judging).policy(seen, now); err == nil {
		return rules, nil
	}
	return policy.Default(), nil
}

func writeSnapshot(w io.Writer, seen *evidence.Snapshot, compressed bool) error {
	if !compressed {
		return json.NewEncoder(w).Encode(seen)
	}
	zip := gzip.NewWriter(w)
	return errors.Join(json.NewEncoder(zip).Encode(seen), zip.Close())
}

// readSnapshot reads what collect wrote. A pipe may never end, so an interruption
// does not wait for it.
func readSnapshot(ctx context.Context, stdin io.Reader, path string) (*evidence.Snapshot, error) {
	var seen *evidence.Snapshot
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		seen, err = openSnapshot(stdin, path)
	}()
	select {
	case <-done:
		return seen, err
	case <-ctx.Done():
		return nil, errInterrupted
	}
}

// openSnapshot knows compression by its first bytes.
func openSnapshot(stdin io.Reader, path string) (*evidence.Snapshot, error) {
	from := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read the snapshot: %w", err)
		}
		defer file.Close()
		from = file
	}
	buffered := newPeeker(from)
	if buffered.startsWith(0x1f, 0x8b) {
		zip, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("read the snapshot %s: %w", path, err)
		}
		return decodeSnapshot(zip, path)
	}
	return decodeSnapshot(buffered, path)
}

func decodeSnapshot(from io.Reader, path string) (*evidence.Snapshot, error) {
	seen := new(evidence.Snapshot)
	if err := json.NewDecoder(from).Decode(seen); err != nil {
		return nil, fmt.Errorf("read the snapshot %s: %w", path, err)
	}
	if seen.Schema != evidence.Schema {
		return nil, fmt.Errorf("read the snapshot %s: its schema is %q, this sealvet reads %q; collect it again", path, seen.Schema, evidence.Schema)
	}
	return seen, nil
}
