// Package actionlock reads .github/workflows/actions.lock, in which the host
// keeps the commit that stands behind each action of a workflow.
//
// The format is in public preview: v0.0.1 wrote the commit into the keys
// (owner/name@ref:sha1-...), later ones give it in a field. The package reads
// what all of them share and says so where a version is new to it.
package actionlock

import (
	"errors"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Path is the one place of the file.
const Path = ".github/workflows/actions.lock"

// known are the versions of the format whose meaning this package knows.
var known = []string{"v0.0.1", "v0.0.2", "v0.0.3"}

// Takes tells whether the file is the lock.
func Takes(file string) bool { return file == Path }

// Read reads the lock.
func Read(src *text.Source, out *evidence.Snapshot) error {
	documents, err := doc.YAML(src)
	if len(documents) == 0 {
		return err
	}
	root := documents[0]
	workflows, dependencies := root.Get("workflows"), root.Get("dependencies")
	if workflows == nil && dependencies == nil {
		return errors.Join(err, wrong(root, "the format is not known: neither workflows nor dependencies are there"))
	}
	lock := evidence.ActionLock{Path: src.Path(), Version: root.Get("version").String()}
	problems := []error{err}
	if !slices.Contains(known, lock.Version) {
		problems = append(problems, wrong(root.Get("version"), "version "+lock.Version+" of the format is not known to sealvet"))
	}
	for name, list := range workflows.All() {
		one := evidence.LockedWorkflow{Path: name.Value, At: name.At()}
		for _, uses := range list.Strings() {
			one.Uses = append(one.Uses, withoutDigest(uses).Located())
		}
		lock.Workflows = append(lock.Workflows, one)
	}
	for name, fields := range dependencies.All() {
		one, err := entry(name, fields)
		problems = append(problems, err)
		lock.Entries = append(lock.Entries, one)
	}
	out.ActionLocks = append(out.ActionLocks, lock)
	return errors.Join(problems...)
}

// entry reads one dependency. The first version may give its commit in the key.
func entry(key text.Text, fields *doc.Node) (evidence.ActionLockEntry, error) {
	name := withoutDigest(key)
	one := evidence.ActionLockEntry{Uses: name.Value, At: name.At()}
	digest := fields.Get("commit").String()
	if digest == "" {
		digest = strings.TrimPrefix(key.Value[len(name.Value):], ":")
	}
	for _, uses := range fields.Get("uses").Strings() {
		one.Nested = append(one.Nested, withoutDigest(uses).Located())
	}
	algorithm, commit, _ := strings.Cut(digest, "-")
	if !isSHA(algorithm, commit) {
		return one, key.Errorf("the lock holds no full commit for %s", name.Value)
	}
	one.Commit = commit
	return one, nil
}

// withoutDigest takes the :sha1-... off a key of the first version. A ref holds
// no colon.
func withoutDigest(key text.Text) text.Text {
	name, _, _ := key.Cut(":")
	return name
}

func isSHA(algorithm, commit string) bool {
	size := map[string]int{"sha1": 40, "sha256": 64}[algorithm]
	return len(commit) == size && strings.Trim(commit, "0123456789abcdef") == "" && size > 0
}

func wrong(n *doc.Node, what string) error { return &text.Error{At: n.At(), Msg: what} }
