package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/vet"
	"github.com/sealvet/sealvet/reports/verdict"
)

func newVerify() *cobra.Command {
	var v verifying
	cmd := &cobra.Command{
		Use:   "verify ARTIFACT...",
		Short: "Verify the provenance and the signatures of artifacts",
		Long: `verify checks who made an artifact, from which source and how, by the proofs beside
it or those that its registry holds: Sigstore bundles, npm provenance, PyPI
attestations, GitHub attestations, cosign signatures, verification summaries, MCPB
signatures, signed commits and tags.

An artifact is
  FILE                        a file, with its proofs beside it or named by --proof
  npm:NAME@VERSION            a version of an npm package
  pypi:NAME@VERSION           the files of a version of a Python project
  oci:REFERENCE               an image, best by digest
  github:OWNER/NAME@TAG       the assets of a release
  go:MODULE@VERSION           a tag of the checkout, by the Go checksum database
  git:REVISION                a commit or a tag of the checkout (--repo)
  sha256:HEX                  a digest alone, with --proof
  pkg:...                     a package URL of one of these

A proof that verifies says who signed. Whether that is who should have, only you
can tell: --expect-repo, --expect-workflow or --expect-identity hold it against that.

Exit codes: 0 all are proved, 1 one is not (a proof fails, or there is none), 2 usage
error, 3 one could not be assessed (1 beats 3).`,
		Example: `  sealvet verify --expect-repo acme/weather dist/weather-1.2.0.tgz
  sealvet verify --expect-repo acme/weather --min-level 3 npm:@acme/weather@1.2.0
  sealvet verify oci:ghcr.io/acme/weather@sha256:4f5e... --format json
  sealvet verify --list artifacts.txt`,
		RunE: v.run,
	}
	v.flags(cmd)
	return cmd
}

type verifying struct {
	proving
	proofs []string
	list   string
	format string
	out    string
	repo   string
	key    string
	keyID  string
	now    string
	expect provenance.Expect
}

func (v *verifying) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&v.proofs, "proof", nil, "file or folder with proofs, in place of those found; repeatable")
	flags.StringVar(&v.list, "list", "", "read artifacts from a file, one a line (- is standard input)")
	flags.StringVarP(&v.format, "format", "f", "text", "text or json")
	flags.StringVarP(&v.out, "out", "o", "", "file to write (default: standard output)")
	flags.StringVar(&v.repo, "repo", ".", "checkout that git:REVISION is of")
	flags.StringVar(&v.key, "key", "", "public key (PEM) that signed, in place of a certificate")
	flags.StringVar(&v.keyID, "key-id", "", "name of that key in the signature")
	flags.StringVar(&v.expect.Source, "expect-repo", "", "source repository: owner/name on github.com, or host/owner/name")
	flags.StringVar(&v.expect.Ref, "expect-ref", "", "git ref that it was built from: refs/tags/v1.2.0, or the name of a tag or branch")
	flags.StringVar(&v.expect.Commit, "expect-commit", "", "full SHA of the commit that it was built from")
	flags.StringVar(&v.expect.Workflow, "expect-workflow", "", "workflow that signed: a path in the repository, or its address with or without @ref")
	flags.StringVar(&v.expect.Issuer, "expect-issuer", "", "issuer of the identity token")
	flags.StringVar(&v.expect.Identity, "expect-identity", "", "exact identity (subject alternative name) of the certificate")
	flags.StringVar(&v.expect.Verifier, "expect-verifier", "", "verifier of a verification summary")
	flags.StringVar(&v.expect.Resource, "expect-resource", "", "resource URI of a verification summary")
	flags.StringSliceVar(&v.expect.Levels, "expect-level", nil, "level that a verification summary must hold; repeatable")
	flags.IntVar(&v.expect.MinLevel, "min-level", 0, "least SLSA Build level to prove: 1 to 3")
	flags.StringVar(&v.now, "now", "", "take this for the present: YYYY-MM-DD or RFC 3339 (default: $SOURCE_DATE_EPOCH, else the clock)")
	v.proving.flags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"json", "text"}, cobra.ShellCompDirectiveNoFileComp))
}

func (v *verifying) run(cmd *cobra.Command, args []string) error {
	if err := v.check(); err != nil {
		return err
	}
	requests, err := v.requests(cmd, args)
	if err != nil {
		return err
	}
	now, err := moment(v.now)
	if err != nil {
		return err
	}
	v.download = true
	vetter, closeAll, err := v.open(now, v.repo)
	if err != nil {
		return err
	}
	defer closeAll()
	results := vetAll(cmd.Context(), vetter, requests)
	if cmd.Context().Err() != nil {
		return exitCode{exitUnfinished, errInterrupted}
	}
	document := verdict.Document{Tool: tool(), TakenAt: now, Expect: v.expect, Results: results}
	write := verdict.WriteText
	if v.format == "json" {
		write = verdict.WriteJSON
	}
	if err := (output{path: v.out}).save(cmd, "the verdict", func(w io.Writer) error { return write(w, document) }); err != nil {
		return err
	}
	return verdictCode(results)
}

// verdictCode is the exit code: what fails beats what could not be assessed.
func verdictCode(results []provenance.Verdict) error {
	sum := verdict.Count(results)
	switch {
	case sum.Fail+sum.Absent > 0:
		return exitCode{exitNotMet, nil}
	case sum.Undetermined > 0:
		return exitCode{exitUnfinished, nil}
	}
	return nil
}

func (v *verifying) check() error {
	if v.format != "text" && v.format != "json" {
		return fmt.Errorf("--format is text or json, not %q", v.format)
	}
	if v.expect.MinLevel < 0 || v.expect.MinLevel > 3 {
		return fmt.Errorf("--min-level is 1 to 3, not %d", v.expect.MinLevel)
	}
	if source := v.expect.Source; source != "" {
		if strings.Count(source, "/") == 1 && !strings.Contains(source, ":") {
			source = "github.com/" + source
		}
		if v.expect.Source = evidence.Repository(source); v.expect.Source == "" {
			return fmt.Errorf("--expect-repo takes owner/name or host/owner/name, not %q", source)
		}
	}
	return nil
}

// requests are the artifacts of the arguments, then those of the list. A line of
// the list that names nothing costs only itself.
func (v *verifying) requests(cmd *cobra.Command, args []string) ([]vet.Request, error) {
	var names []string
	if v.list != "" {
		listed, err := readList(cmd.Context(), cmd.InOrStdin(), v.list)
		if err != nil {
			return nil, err
		}
		names = listed
	}
	if len(args)+len(names) == 0 {
		return nil, errors.New("name an artifact: a file, npm:name@version, pypi:name@version, oci:reference, github:owner/name@tag, git:revision")
	}
	var key []byte
	if v.key != "" {
		var err error
		if key, err = os.ReadFile(v.key); err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
	}
	var requests []vet.Request
	for i, text := range append(slices.Clone(args), names...) {
		name, err := vet.ParseName(text)
		if err != nil && i < len(args) {
			return nil, err
		}
		requests = append(requests, vet.Request{Name: name, Wrong: err, Proofs: v.proofs, Key: key, KeyID: v.keyID, Expect: v.expect})
	}
	return requests, nil
}

// longestList bounds the list of a batch, in bytes.
const longestList = 64 << 20

// readList reads one artifact a line; empty lines and lines that begin with # are
// for people. A line may be a JSON string, for names with odd characters.
func readList(ctx context.Context, stdin io.Reader, path string) ([]string, error) {
	from := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read the list: %w", err)
		}
		defer file.Close()
		from = file
	}
	var names []string
	lines := bufio.NewScanner(io.LimitReader(from, longestList))
	for lines.Scan() && ctx.Err() == nil {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, `"`) {
			if err := json.Unmarshal([]byte(line), &line); err != nil {
				return nil, fmt.Errorf("read the list %s: %s: %w", path, line, err)
			}
		}
		names = append(names, line)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the list %s: %w", path, err)
	}
	return names, nil
}

// vetAll vets several at once and keeps their order.
func vetAll(ctx context.Context, vetter *vet.Vetter, requests []vet.Request) []provenance.Verdict {
	results := make([]provenance.Verdict, len(requests))
	var running sync.WaitGroup
	next := make(chan int)
	for range min(len(requests), 2*runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			for i := range next {
				results[i] = vetter.Vet(ctx, requests[i])
			}
		})
	}
	for i := range requests {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	running.Wait()
	return results
}
