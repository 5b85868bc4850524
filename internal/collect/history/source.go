package history

import (
	"context"
	"errors"

	"github.com/sealvet/sealvet/internal/collect/git"
)

// source reads one repository.
type source interface {
	// head is the commit that is checked out, "" before the first, and its branch.
	head(context.Context) (id, branch string, err error)
	// walk lists at most so many commits that are reachable from one, the newest first.
	walk(ctx context.Context, from string, atMost int) ([]string, error)
	// tags lists at most so many, the newest first, and says how many there are more.
	tags(ctx context.Context, atMost int) (refs []ref, more int, err error)
	// shallow says whether the history was cut when it was fetched.
	shallow(context.Context) (bool, error)
	// objects hands over the objects in the order of their names.
	objects(ctx context.Context, names []string, each func(object)) error
	// contents gives the blobs that stand at a path in each commit: their ids in order of the
	// commits, "" where there is none.
	contents(ctx context.Context, commits []string, path string) ([]string, error)
	// setting is a value of the clone's own configuration, "" when it is not set.
	setting(ctx context.Context, key string) string
	// resolve names the commit or tag object that a revision means.
	resolve(ctx context.Context, revision string) (string, error)
	close()
}

// ref is a tag's name and what it points to.
type ref struct {
	name string
	id   string
	sort string // tag for an annotated one, else commit, tree, blob
}

// object is one object as it is stored.
type object struct {
	name string // as it was asked for
	sort string // commit, tag, blob; "" when it is missing
	raw  []byte
	// large says that it has more than maxObject bytes and was not read.
	large bool
}

var errNoObject = errors.New("there is no such commit or tag")

func open(root string, options Options) (source, error) {
	if !options.WithoutProgram && git.Installed() {
		return &program{dir: root}, nil
	}
	return openLibrary(root)
}

// Object reads the body of one commit or annotated tag, and its full id. The
// revision is a name as git rev-parse takes it; a tag's name means the tag itself
// where it is annotated, and its commit where it is not.
func Object(ctx context.Context, dir, revision string) (raw []byte, id string, err error) {
	from, err := open(dir, Options{})
	if err != nil {
		return nil, "", err
	}
	defer from.close()
	if id, err = from.resolve(ctx, revision); err != nil {
		return nil, "", err
	}
	err = from.objects(ctx, []string{id}, func(o object) {
		if (o.sort == "commit" || o.sort == "tag") && !o.large {
			raw = o.raw
		}
	})
	if err == nil && raw == nil {
		err = errNoObject
	}
	return raw, id, err
}
