package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/git"
)

// program reads by the git program: a handful of processes, however many commits.
type program struct{ dir string }

func (p *program) close() {}

func (p *program) head(ctx context.Context) (id, branch string, err error) {
	out, err := git.Output(ctx, p.dir, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		// It exits with 1 and no word where there is no commit; whatever else is wrong, it says.
		var exit *exec.ExitError
		if errors.As(err, &exit) && ctx.Err() == nil {
			return "", "", nil
		}
		return "", "", err
	}
	if name, err := git.Output(ctx, p.dir, "symbolic-ref", "--quiet", "--short", "HEAD"); err == nil {
		branch = strings.TrimSpace(string(name))
	}
	return strings.TrimSpace(string(out)), branch, nil
}

func (p *program) walk(ctx context.Context, from string, atMost int) ([]string, error) {
	out, err := git.Output(ctx, p.dir, "rev-list", "--max-count="+strconv.Itoa(atMost), from)
	return strings.Fields(string(out)), err
}

func (p *program) tags(ctx context.Context, atMost int) (refs []ref, more int, err error) {
	out, err := git.Output(ctx, p.dir, "for-each-ref", "--sort=refname", "--sort=-creatordate", "--format=%(objecttype) %(objectname) %(refname:lstrip=2)", "refs/tags")
	if err != nil {
		return nil, 0, err
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
		if len(fields) != 3 {
			continue // a line of no ref
		}
		if len(refs) == atMost {
			more++
			continue
		}
		refs = append(refs, ref{name: fields[2], id: fields[1], sort: fields[0]})
	}
	return refs, more, nil
}

func (p *program) shallow(ctx context.Context) (bool, error) {
	out, err := git.Output(ctx, p.dir, "rev-parse", "--is-shallow-repository")
	return strings.TrimSpace(string(out)) == "true", err
}

func (p *program) setting(ctx context.Context, key string) string {
	out, err := git.Output(ctx, p.dir, "config", "--local", "--get", key)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

func (p *program) resolve(ctx context.Context, revision string) (string, error) {
	out, err := git.Output(ctx, p.dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision)
	id := strings.TrimSpace(string(out))
	if err != nil || id == "" {
		return "", fmt.Errorf("%.80q: %w", revision, errNoObject)
	}
	return id, nil
}

// objects asks one `cat-file --batch` for all.
func (p *program) objects(ctx context.Context, names []string, each func(object)) error {
	if len(names) == 0 {
		return nil
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := git.Command(ctx, p.dir, "cat-file", "--batch")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(names, "\n")+"\n"), &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return git.Explain("cat-file", err, "")
	}
	err = readBatch(bufio.NewReaderSize(out, 64<<10), names, each)
	if err != nil {
		stop()
	}
	if end := cmd.Wait(); err == nil && end != nil {
		err = end
	}
	if err != nil {
		return git.Explain("cat-file", err, said.String())
	}
	return nil
}

// readBatch reads the answers: `<id> <type> <size>`, the content, a newline; or
// `<name> missing`.
func readBatch(in *bufio.Reader, names []string, each func(object)) error {
	for _, name := range names {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("its answer about %.80s ends early: %w", name, err)
		}
		fields := strings.Fields(string(line))
		o := object{name: name}
		if len(fields) != 3 {
			each(o) // missing, or a name of several
			continue
		}
		size, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil || size < 0 {
			return fmt.Errorf("its answer about %.80s cannot be read", name)
		}
		o.sort, o.large = fields[1], size > maxObject
		if o.large {
			_, err = io.CopyN(io.Discard, in, size)
		} else {
			o.raw = make([]byte, size)
			_, err = io.ReadFull(in, o.raw)
		}
		if err == nil {
			_, err = in.Discard(1)
		}
		if err != nil {
			return fmt.Errorf("its answer about %.80s ends early: %w", name, err)
		}
		each(o)
	}
	return nil
}

func (p *program) contents(ctx context.Context, commits []string, path string) ([]string, error) {
	ids := make([]string, len(commits))
	if len(commits) == 0 || strings.ContainsAny(path, "\n\x00") {
		return ids, nil
	}
	var names strings.Builder
	for _, commit := range commits {
		names.WriteString(commit + ":" + path + "\n")
	}
	out, err := git.OutputOf(ctx, p.dir, []byte(names.String()), "cat-file", "--batch-check=%(objectname) %(objecttype)")
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(commits) {
		return nil, fmt.Errorf("git cat-file answers %d times of %d", len(lines), len(commits))
	}
	for i, line := range lines {
		if id, sort, _ := strings.Cut(line, " "); sort == "blob" {
			ids[i] = id
		}
	}
	return ids, nil
}
