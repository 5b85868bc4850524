package action

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Event is what of the workflow's event matters here.
type Event struct {
	PullRequest *struct {
		Number int `json:"number"`
		Head   struct {
			SHA  string `json:"sha"`
			Repo *struct {
				FullName string `json:"full_name"`
			} `json:"repo"`
		} `json:"head"`
	} `json:"pull_request"`
}

// maxEvent bounds the event's file, in bytes.
const maxEvent = 16 << 20

// ReadEvent reads the file that the runner names; an event that cannot be read tells
// nothing.
func ReadEvent(env func(string) string) (event Event) {
	file, err := os.Open(env("GITHUB_EVENT_PATH"))
	if err != nil {
		return event
	}
	defer file.Close()
	if json.NewDecoder(io.LimitReader(file, maxEvent)).Decode(&event) != nil {
		return Event{}
	}
	return event
}

// FromFork says whether a pull request comes from another repository: its job's token
// may only read.
func (e Event) FromFork(repository string) bool {
	if e.PullRequest == nil {
		return false
	}
	head := e.PullRequest.Head.Repo
	return head == nil || !strings.EqualFold(head.FullName, repository) // nil: the fork is gone
}

// Analysed is what an analysis is of.
type Analysed struct{ Commit, Ref string }

// Of says what commit and ref code scanning is to be told for a checkout of head.
func (e Event) Of(env func(string) string, head string) (Analysed, error) {
	commit, ref := env("GITHUB_SHA"), env("GITHUB_REF")
	switch {
	case commit == "" || ref == "":
		return Analysed{}, errors.New("the environment does not say which commit and ref the workflow runs for")
	case head == "" || head == commit:
		return Analysed{commit, ref}, nil
	case e.PullRequest != nil && head == e.PullRequest.Head.SHA && env("GITHUB_EVENT_NAME") == "pull_request":
		return Analysed{head, fmt.Sprintf("refs/pull/%d/head", e.PullRequest.Number)}, nil
	}
	return Analysed{}, errors.New("what was scanned is another commit than the one that the workflow runs for")
}

// Below is the place of a scanned folder in its repository, with slashes; empty at the
// root.
func Below(folder string) string {
	full, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	for root := full; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			below, err := filepath.Rel(root, full)
			if err != nil || below == "." {
				return ""
			}
			return filepath.ToSlash(below)
		}
		if root == filepath.Dir(root) {
			return "" // no repository: paths are those of the folder
		}
	}
}

// escaped is a path as a part of a URI.
func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }
