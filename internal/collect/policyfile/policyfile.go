// Package policyfile reads policies that others are laid over: from the checkout, and
// from another repository through GitHub's API. It knows where a file lies, not what it
// says; and of another repository it names the commit that it read.
package policyfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// maxSize is what a policy may have, in bytes.
const maxSize = 1 << 20

// Place is a file in a repository on GitHub.
type Place struct {
	API         string // address of the REST API
	Owner, Name string
	Path        string
	Ref         string // a branch, a tag or a commit
	Token       string // empty: ask as anybody
}

// Unreachable is a policy that could not be had, so that nothing can be judged.
type Unreachable struct {
	What string
	Err  error
}

func (u *Unreachable) Error() string { return "read " + u.What + ": " + u.Err.Error() }
func (u *Unreachable) Unwrap() error { return u.Err }

var fullSHA = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// Fetch reads a file at the commit that the ref names now. Every error is an
// *Unreachable.
func Fetch(ctx context.Context, client *web.Client, p Place) (data []byte, commit string, err error) {
	what := fmt.Sprintf("%s/%s/%s@%s", p.Owner, p.Name, p.Path, p.Ref)
	fail := func(err error) ([]byte, string, error) { return nil, "", &Unreachable{what, p.explain(err)} }
	commit = p.Ref
	if !fullSHA.MatchString(commit) {
		answer, err := p.ask(ctx, client, "commits/"+url.PathEscape(p.Ref), "application/vnd.github.sha")
		if err != nil {
			return fail(err)
		}
		if commit = strings.TrimSpace(string(answer)); !fullSHA.MatchString(commit) {
			return fail(errors.New("the host does not say which commit that is"))
		}
	}
	segments := strings.Split(p.Path, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	data, err = p.ask(ctx, client, "contents/"+strings.Join(segments, "/")+"?ref="+commit, "application/vnd.github.raw+json")
	if err != nil {
		return fail(err)
	}
	return data, commit, nil
}

func (p Place) ask(ctx context.Context, client *web.Client, path, accept string) ([]byte, error) {
	base := strings.TrimSuffix(p.API, "/")
	address, err := url.Parse(base)
	if err != nil {
		return nil, errors.New("the address of the API is none")
	}
	answer, err := client.Do(ctx, web.Request{
		URL:    base + "/repos/" + p.Owner + "/" + p.Name + "/" + path,
		Accept: accept, Max: maxSize, Token: web.Token{Host: address.Host, Value: p.Token},
	})
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// explain says what would help.
func (p Place) explain(err error) error {
	switch {
	case web.NotFound(err) && p.Token == "":
		return errors.New("there is no such repository, ref or file that anybody may read; a private one of the same owner needs a token with contents:read")
	case web.NotFound(err):
		return errors.New("there is no such repository, ref or file, or the token lacks contents:read on it")
	case web.Denied(err):
		return fmt.Errorf("the token may not read it (contents:read): %w", err)
	}
	return err
}

// Local reads a file below a folder. No link leads out of it.
func Local(folder, path string) ([]byte, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, &Unreachable{path, cause(err)}
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(path))
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file") // a pipe would not even open
	}
	if err != nil {
		return nil, &Unreachable{path, cause(err)}
	}
	file, err := root.Open(filepath.FromSlash(path))
	if err != nil {
		return nil, &Unreachable{path, cause(err)}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	switch {
	case err != nil:
		return nil, &Unreachable{path, cause(err)}
	case len(data) > maxSize:
		return nil, &Unreachable{path, web.ErrTooLarge}
	}
	return data, nil
}

// cause is an error of the system without the path, which the caller names.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
