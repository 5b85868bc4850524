package history

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	stored "github.com/go-git/go-git/v5/plumbing/object"

	"github.com/sealvet/sealvet/internal/verify/gitsig"
)

// library reads where there is no git program. It knows objects that are named by
// SHA-1 only.
type library struct{ repository *gogit.Repository }

func openLibrary(root string) (source, error) {
	repository, err := gogit.PlainOpenWithOptions(root, &gogit.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if err != nil {
		return nil, err
	}
	return &library{repository}, nil
}

func (l *library) close() {
	if closer, is := l.repository.Storer.(io.Closer); is {
		_ = closer.Close() // it was only read
	}
}

func (l *library) head(context.Context) (id, branch string, err error) {
	defer rescue(&err)
	head, err := l.repository.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	if head.Name().IsBranch() {
		branch = head.Name().Short()
	}
	return head.Hash().String(), branch, nil
}

// rescue turns a panic of the library, which reads hostile files, into an error.
func rescue(err *error) {
	if problem := recover(); problem != nil {
		*err = fmt.Errorf("git's files are damaged: %v", problem)
	}
}

func (l *library) raw(id string) (o object, err error) {
	defer rescue(&err)
	hash := plumbing.NewHash(id)
	size, err := l.repository.Storer.EncodedObjectSize(hash)
	if err != nil {
		return o, err
	}
	if size > maxObject {
		return object{sort: "large", large: true}, nil // reading its sort would read all of it
	}
	encoded, err := l.repository.Storer.EncodedObject(plumbing.AnyObject, hash)
	if err != nil {
		return o, err
	}
	o.sort = encoded.Type().String()
	reader, err := encoded.Reader()
	if err != nil {
		return o, err
	}
	defer reader.Close()
	o.raw, err = io.ReadAll(io.LimitReader(reader, maxObject))
	return o, err
}

// walk follows all parents, the newest by the committer's clock first, as git does.
func (l *library) walk(ctx context.Context, from string, atMost int) ([]string, error) {
	var ids []string
	queue := &byAge{}
	met := map[string]bool{}
	add := func(id string) error {
		if met[id] {
			return nil
		}
		met[id] = true
		o, err := l.raw(id)
		if errors.Is(err, plumbing.ErrObjectNotFound) && id != from {
			return nil // beyond the end of a shallow clone
		}
		if err != nil {
			return err
		}
		commit, _ := gitsig.Read(o.raw)
		heap.Push(queue, aged{id, commit.Maker.At, commit.Parents, len(met)})
		return nil
	}
	if err := add(from); err != nil {
		return nil, err
	}
	cut, err := l.cut()
	if err != nil {
		return nil, err
	}
	for queue.Len() > 0 && len(ids) < atMost && ctx.Err() == nil {
		next := heap.Pop(queue).(aged)
		ids = append(ids, next.id)
		if cut[next.id] {
			continue // the clone ends here
		}
		for _, parent := range next.parents {
			if err := add(parent); err != nil {
				return nil, err
			}
		}
	}
	return ids, ctx.Err()
}

// cut lists the commits at which a shallow clone ends.
func (l *library) cut() (ends map[string]bool, err error) {
	defer rescue(&err)
	list, err := l.repository.Storer.Shallow()
	ends = make(map[string]bool)
	for _, id := range list {
		ends[id.String()] = true
	}
	return ends, err
}

func (l *library) shallow(context.Context) (bool, error) {
	ends, err := l.cut()
	return len(ends) > 0, err
}

func (l *library) tags(_ context.Context, atMost int) (refs []ref, more int, err error) {
	defer rescue(&err)
	list, err := l.repository.Tags()
	if err != nil {
		return nil, 0, err
	}
	made := make(map[string]time.Time)
	err = list.ForEach(func(one *plumbing.Reference) error {
		tag := ref{name: one.Name().Short(), id: one.Hash().String()}
		if o, err := l.raw(tag.id); err == nil {
			tag.sort = o.sort
			read, _ := gitsig.Read(o.raw)
			made[tag.name] = read.Maker.At
		}
		refs = append(refs, tag)
		return nil
	})
	slices.SortFunc(refs, func(a, b ref) int {
		if order := made[b.name].Compare(made[a.name]); order != 0 {
			return order
		}
		return strings.Compare(a.name, b.name)
	})
	if len(refs) > atMost {
		more = len(refs) - atMost
		refs = refs[:atMost]
	}
	return refs, more, err
}

func (l *library) objects(ctx context.Context, names []string, each func(object)) error {
	for _, name := range names {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		o, err := l.raw(name)
		if err != nil && !errors.Is(err, plumbing.ErrObjectNotFound) {
			return err
		}
		o.name = name
		each(o)
	}
	return nil
}

func (l *library) contents(ctx context.Context, commits []string, path string) (ids []string, err error) {
	defer rescue(&err)
	ids = make([]string, len(commits))
	for i, id := range commits {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		commit, err := stored.GetCommit(l.repository.Storer, plumbing.NewHash(id))
		if err != nil {
			continue // it is not in the clone
		}
		tree, err := commit.Tree()
		if err != nil {
			continue
		}
		if entry, err := tree.FindEntry(path); err == nil && entry.Mode.IsFile() {
			ids[i] = entry.Hash.String()
		}
	}
	return ids, nil
}

func (l *library) setting(_ context.Context, key string) (value string) {
	defer func() { _ = recover() }() // a damaged configuration sets nothing
	config, err := l.repository.Config()
	parts := strings.Split(key, ".")
	if err != nil || config.Raw == nil || len(parts) != 3 {
		return ""
	}
	return config.Raw.Section(parts[0]).Subsection(parts[1]).Option(parts[2])
}

func (l *library) resolve(_ context.Context, revision string) (id string, err error) {
	defer rescue(&err)
	if tag, err := l.repository.Tag(strings.TrimPrefix(revision, "refs/tags/")); err == nil {
		return tag.Hash().String(), nil
	}
	hash, err := l.repository.ResolveRevision(plumbing.Revision(revision))
	if err != nil {
		return "", fmt.Errorf("%.80q: %w", revision, errNoObject)
	}
	return hash.String(), nil
}

// aged is a commit that waits for its turn; of two of one age, the one met first.
type aged struct {
	id      string
	at      time.Time
	parents []string
	met     int
}

type byAge []aged

func (q byAge) Len() int { return len(q) }
func (q byAge) Less(i, j int) bool {
	if !q[i].at.Equal(q[j].at) {
		return q[i].at.After(q[j].at)
	}
	return q[i].met < q[j].met
}
func (q byAge) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *byAge) Push(x any)   { *q = append(*q, x.(aged)) }
func (q *byAge) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
