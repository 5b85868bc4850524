package githubtest

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

func (r *Repository) full() string { return r.Owner + "/" + r.Name }

func (r *Repository) private() bool { return r.Visibility != "public" }

// completeCommits names and dates commits and makes each the parent of the one
// before it.
func (r *Repository) completeCommits(branch string, all []Commit) {
	for i := range all {
		c := &all[i]
		c.SHA = cmp.Or(c.SHA, SHA(fmt.Sprint(r.full(), branch, len(all)-i)))
		c.Message = cmp.Or(c.Message, fmt.Sprintf("Change %d", len(all)-i))
		if c.At.IsZero() {
			c.At = epoch.Add(-time.Duration(i) * time.Hour)
		}
		c.Author = c.Author.complete()
		if c.Committer == (Person{}) {
			c.Committer = c.Author
			if c.Web {
				c.Committer = Person{Login: "web-flow", Name: "GitHub", Email: "noreply@github.com"}
			}
		}
		c.Committer = c.Committer.complete()
		c.CoAuthors = slices.Clone(c.CoAuthors)
		for j := range c.CoAuthors {
			c.CoAuthors[j] = c.CoAuthors[j].complete()
			c.Message += fmt.Sprintf("\n\nCo-authored-by: %s <%s>", c.CoAuthors[j].Name, c.CoAuthors[j].Email)
		}
	}
	for i := range all {
		if len(all[i].Parents) == 0 && i+1 < len(all) {
			all[i].Parents = []string{all[i+1].SHA}
		}
		if all[i].Merge && len(all[i].Parents) == 1 {
			all[i].Parents = append(all[i].Parents, SHA("second parent of "+all[i].SHA))
		}
	}
}

func (r *Repository) completePulls() {
	r.PullRequests = slices.Clone(r.PullRequests)
	for i := range r.PullRequests {
		p := &r.PullRequests[i]
		if p.Number == 0 {
			p.Number = i + 1
		}
		p.Base = cmp.Or(p.Base, r.DefaultBranch)
		p.BaseOf = cmp.Or(p.BaseOf, r.full())
		p.Title = cmp.Or(p.Title, fmt.Sprintf("Pull request %d", p.Number))
		p.Author = cmp.Or(p.Author, "first-author")
		if p.Commits = slices.Clone(p.Commits); len(p.Commits) == 0 {
			p.Commits = []Commit{{SHA: p.Head, Author: Person{Login: p.Author}}}
		}
		for j := range p.Commits {
			p.Commits[j].SHA = cmp.Or(p.Commits[j].SHA, SHA(fmt.Sprint(r.full(), "pull", p.Number, "commit", j)))
		}
		slices.Reverse(p.Commits) // pull requests list the oldest first
		r.completeCommits(fmt.Sprint("pull", p.Number), p.Commits)
		slices.Reverse(p.Commits)
		p.Head = cmp.Or(p.Head, p.Commits[len(p.Commits)-1].SHA)
		if !p.Open && !p.Unmerged {
			p.MergedAt = since(p.MergedAt)
			p.MergedBy = cmp.Or(p.MergedBy, p.Author)
			r.linkMerge(p)
		}
		p.Reviews = slices.Clone(p.Reviews)
		for j := range p.Reviews {
			v := &p.Reviews[j]
			v.State = cmp.Or(v.State, "APPROVED")
			v.Commit = cmp.Or(v.Commit, p.Head)
			if v.At.IsZero() {
				v.At = since(p.MergedAt).Add(time.Duration(j-len(p.Reviews)) * time.Minute)
			}
		}
	}
}

// linkMerge finds the commit that merged a pull request among those that name it.
func (r *Repository) linkMerge(p *PullRequest) {
	if p.MergeCommit != "" {
		return
	}
	for _, c := range r.allCommits() {
		if c.Pull == p.Number {
			p.MergeCommit = c.SHA
			return
		}
	}
}

// allCommits are those of all branches, the default one first.
func (r *Repository) allCommits() []Commit {
	all := slices.Clone(r.Commits)
	for _, b := range r.Branches {
		all = append(all, b.Commits...)
	}
	return all
}

func (r *Repository) completeLeaves(number func(*int)) {
	r.Environments = slices.Clone(r.Environments)
	for i := range r.Environments {
		number(&r.Environments[i].ID)
	}
	r.DeployKeys = slices.Clone(r.DeployKeys)
	for i := range r.DeployKeys {
		number(&r.DeployKeys[i].ID)
	}
	r.Hooks = slices.Clone(r.Hooks)
	for i := range r.Hooks {
		number(&r.Hooks[i].ID)
	}
	r.RuleSuites = slices.Clone(r.RuleSuites)
	for i := range r.RuleSuites {
		number(&r.RuleSuites[i].ID)
	}
	r.Runners = completeRunners(r.Runners, number)
	r.Tags = slices.Clone(r.Tags)
	for i := range r.Tags {
		t := &r.Tags[i]
		if t.Commit == "" && len(r.Commits) > 0 {
			t.Commit = r.Commits[0].SHA
		}
		if t.Annotated && t.Object == "" {
			t.Object = SHA(r.full() + "tag" + t.Name)
		}
		t.Tagger = t.Tagger.complete()
	}
	r.completeReleases(number)
}

func (r *Repository) completeReleases(number func(*int)) {
	r.Releases = slices.Clone(r.Releases)
	for i := range r.Releases {
		one := &r.Releases[i]
		number(&one.ID)
		one.Author = cmp.Or(one.Author, "first-author")
		if one.Published.IsZero() {
			one.Published = epoch.Add(-time.Duration(i) * 24 * time.Hour)
		}
		one.Assets = slices.Clone(one.Assets)
		for j := range one.Assets {
			a := &one.Assets[j]
			number(&a.ID)
			a.Uploader = cmp.Or(a.Uploader, one.Author)
			if a.Created.IsZero() {
				a.Created = one.Published
			}
			if a.Updated.IsZero() {
				a.Updated = a.Created
			}
			if a.Digest == "" && !a.Undigested {
				a.Digest = digestOf(r.full() + one.Tag + a.Name)
			}
		}
		known := slices.ContainsFunc(r.Tags, func(t Tag) bool { return t.Name == one.Tag })
		if !known && !one.Draft && len(r.Commits) > 0 {
			r.Tags = append(r.Tags, Tag{Name: one.Tag, Commit: r.Commits[0].SHA, Tagger: Person{}.complete()})
		}
	}
}
