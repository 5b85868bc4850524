package githubtest

import (
	"maps"
	"slices"
	"time"
)

// Push puts commits on top of the default branch, the last one newest.
func (r *Repository) Push(commits ...Commit) *Repository {
	for _, one := range commits {
		if one.At.IsZero() {
			one.At = epoch.Add(time.Duration(len(r.Commits)-1000) * time.Hour)
		}
		r.Commits = append([]Commit{one}, r.Commits...)
	}
	return r
}

// Merge puts a pull request on top of the default branch as GitHub's squash does it:
// one commit by the author, committed and signed by the website. Its Number is the
// next one when 0.
func (r *Repository) Merge(p PullRequest) *Repository {
	if p.Number == 0 {
		p.Number = len(r.PullRequests) + 1
	}
	r.PullRequests = append(r.PullRequests, p)
	author := p.Author
	if author == "" {
		author = "first-author"
	}
	return r.Push(Commit{
		Author: Person{Login: author}, Web: true, Pull: p.Number,
		Signature: &Signature{ByGitHub: true, KeyID: "B5690EEEBB952194", Signer: "web-flow"},
	})
}

func sorted(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
