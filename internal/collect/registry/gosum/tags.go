package gosum

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/sealvet/sealvet/internal/collect/git"
)

// tags are the tags of a checkout that look like versions, with the commits they
// name.
type tags struct {
	dir    string
	commit map[string]string // by tag: "v1.2.0", "sub/v1.2.0"
}

// maxTags bounds what is read of a repository that has more than anyone makes.
const maxTags = 100_000

func readTags(ctx context.Context, dir string) (tags, error) {
	out, err := git.Output(ctx, dir, "for-each-ref", fmt.Sprintf("--count=%d", maxTags), "--format=%(refname:lstrip=2) %(objectname) %(*objectname)", "refs/tags")
	if err != nil {
		return tags{}, err
	}
	all := tags{dir: dir, commit: map[string]string{}}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || !semver.IsValid(path.Base(fields[0])) {
			continue // no version of a module
		}
		all.commit[fields[0]] = fields[len(fields)-1]
	}
	return all, nil
}

// place is where a module lies in its repository.
type place struct {
	dir    string // of the checkout
	prefix string // of its tags: "" or "sub/"
	tags   tags
}

// module finds the tags of a module: those with the folder of the module before
// the version. The folder is the longest end of the path that has tags; the go.mod
// of the version must agree, see hash.
func (t tags) module(ctx context.Context, modulePath string) (place, []string, error) {
	base, major, ok := module.SplitPathVersion(modulePath)
	if !ok {
		return place{}, nil, fmt.Errorf("%s is no path of a Go module", modulePath)
	}
	parts := strings.Split(base, "/")
	for i := 1; i <= len(parts); i++ {
		prefix := strings.Join(parts[i:], "/")
		if prefix != "" {
			prefix += "/"
		}
		if versions := t.versions(prefix, major); len(versions) > 0 {
			return place{dir: t.dir, prefix: prefix, tags: t}, versions, nil
		}
	}
	return place{dir: t.dir, tags: t}, nil, ctx.Err()
}

// versions are those of a prefix and a major version, the lowest first.
func (t tags) versions(prefix, major string) []string {
	var all []string
	for tag := range t.commit {
		version, is := strings.CutPrefix(tag, prefix)
		// A module's version is in its full canonical form; build metadata makes no version.
		if is && semver.Canonical(version) == version && module.CheckPathMajor(version, major) == nil {
			all = append(all, version)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return semver.Compare(a, b) })
	return all
}

func newest(versions []string) string {
	for _, version := range slices.Backward(versions) {
		if semver.Prerelease(version) == "" {
			return version
		}
	}
	if len(versions) == 0 {
		return ""
	}
	return versions[len(versions)-1]
}

func before(versions []string, version string) string {
	early := ""
	for _, v := range slices.Backward(versions) {
		if semver.Compare(v, version) >= 0 {
			continue // it came after
		}
		if semver.Prerelease(v) == "" || semver.Prerelease(version) != "" {
			return v
		}
		if early == "" {
			early = v
		}
	}
	return early
}

var fullID = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// hash computes what the database would record of a version today.
func (p place) hash(ctx context.Context, modulePath, version string) (hashes, error) {
	commit := p.tags.commit[p.prefix+strings.TrimSuffix(version, "+incompatible")]
	if strings.HasPrefix(p.prefix, "-") {
		return hashes{}, fmt.Errorf("git would take the folder %q for an option", p.prefix)
	}
	if !fullID.MatchString(commit) {
		return hashes{}, fmt.Errorf("the checkout has no tag %s%s; fetch the tags", p.prefix, version)
	}
	clean, err := newRepository(ctx, p.dir)
	if err != nil {
		return hashes{}, err
	}
	defer clean.remove()
	sub, mod, err := clean.folder(ctx, commit, strings.TrimSuffix(p.prefix, "/"), modulePath)
	if err != nil {
		return hashes{}, err
	}
	files, err := clean.archive(ctx, commit, sub)
	if err != nil {
		return hashes{}, err
	}
	defer files.close()
	tree, err := files.hash(module.Version{Path: modulePath, Version: version})
	if err != nil {
		return hashes{}, err
	}
	return hashes{tree: tree, mod: modHash(mod), commit: commit}, nil
}

// folder is where the go.mod of the module lies: in the folder of its tags, or in
// one named like its major version below. A module without go.mod is one of the
// time before modules.
func (r repository) folder(ctx context.Context, commit, sub, modulePath string) (string, []byte, error) {
	_, major, _ := module.SplitPathVersion(modulePath)
	candidates := []string{sub}
	if number, is := strings.CutPrefix(major, "/"); is {
		candidates = []string{path.Join(sub, number), sub}
	}
	for _, candidate := range candidates {
		mod, err := r.blob(ctx, commit, path.Join(candidate, "go.mod"))
		if errors.Is(err, errNoFile) {
			continue // the other layout
		}
		if err != nil {
			return "", nil, err
		}
		if modfile.ModulePath(mod) == modulePath {
			return candidate, mod, nil
		}
		if candidate == sub {
			return "", nil, fmt.Errorf("%s at the tag declares the module %.100q", path.Join(sub, "go.mod"), modfile.ModulePath(mod))
		}
	}
	if major != "" && !strings.HasPrefix(major, ".") {
		return "", nil, fmt.Errorf("the tag has no go.mod of %s", modulePath)
	}
	return sub, []byte(fmt.Sprintf("module %s\n", modfile.AutoQuote(modulePath))), nil
}
