package githubtest

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// epoch is when everything happened of which a test does not say when. Commits go
// back from there, an hour each.
var epoch = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// stampOr is null for no time.
func stampOr(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return stamp(at)
}

func since(at time.Time) time.Time {
	if at.IsZero() {
		return epoch
	}
	return at
}

// SHA makes a commit's SHA from any text.
func SHA(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// complete copies a world and fills in what is not stated.
func (w World) complete() *World {
	next := 1000
	number := func(id *int) {
		if *id == 0 {
			next++
			*id = next
		}
	}
	w.Organisations = slices.Clone(w.Organisations)
	w.Repositories = slices.Clone(w.Repositories)
	w.Users = slices.Clone(w.Users)
	w.Apps = slices.Clone(w.Apps)
	for i := range w.Organisations {
		w.Organisations[i].complete(number)
	}
	for i := range w.Repositories {
		w.Repositories[i].complete(number)
	}
	for i := range w.Users {
		number(&w.Users[i].ID)
		w.Users[i].SigningKeys, w.Users[i].Keys, w.Users[i].GPGKeys = numberKeys(w.Users[i], number)
	}
	for i := range w.Apps {
		number(&w.Apps[i].ID)
		number(&w.Apps[i].Installation)
		w.Apps[i].Slug = cmp.Or(w.Apps[i].Slug, fmt.Sprintf("app-%d", w.Apps[i].ID))
		if w.Apps[i].Account == "" && len(w.Repositories) > 0 {
			w.Apps[i].Account = w.Repositories[0].Owner
		}
	}
	return &w
}

func numberKeys(u User, number func(*int)) (signing, plain []Key, gpg []GPGKey) {
	signing, plain, gpg = slices.Clone(u.SigningKeys), slices.Clone(u.Keys), slices.Clone(u.GPGKeys)
	for i := range signing {
		number(&signing[i].ID)
	}
	for i := range plain {
		number(&plain[i].ID)
	}
	for i := range gpg {
		number(&gpg[i].ID)
	}
	return signing, plain, gpg
}

func (o *Organisation) complete(number func(*int)) {
	number(&o.ID)
	o.Plan = cmp.Or(o.Plan, "enterprise")
	o.DefaultPermission = cmp.Or(o.DefaultPermission, "read")
	o.ImmutableReleases = cmp.Or(o.ImmutableReleases, "none")
	o.Rulesets = completeRulesets(o.Rulesets, number)
	o.Hooks = slices.Clone(o.Hooks)
	for i := range o.Hooks {
		number(&o.Hooks[i].ID)
	}
	o.RunnerGroups = slices.Clone(o.RunnerGroups)
	for i := range o.RunnerGroups {
		number(&o.RunnerGroups[i].ID)
	}
	o.Runners = completeRunners(o.Runners, number)
	o.PersonalTokens = slices.Clone(o.PersonalTokens)
	for i := range o.PersonalTokens {
		number(&o.PersonalTokens[i].ID)
	}
}

func completeRulesets(all []Ruleset, number func(*int)) []Ruleset {
	all = slices.Clone(all)
	for i := range all {
		r := &all[i]
		number(&r.ID)
		r.Name = cmp.Or(r.Name, fmt.Sprintf("ruleset %d", r.ID))
		r.Target = cmp.Or(r.Target, "branch")
		r.Enforcement = cmp.Or(r.Enforcement, "active")
		if len(r.Include) == 0 {
			r.Include = []string{"~ALL"}
			if r.Target == "branch" {
				r.Include = []string{"~DEFAULT_BRANCH"}
			}
		}
		r.Updated = since(r.Updated)
	}
	return all
}

func completeRunners(all []Runner, number func(*int)) []Runner {
	all = slices.Clone(all)
	for i := range all {
		number(&all[i].ID)
		all[i].OS = cmp.Or(all[i].OS, "Linux")
	}
	return all
}

func (r *Repository) full() string { return r.Owner + "/" + r.Name }

func (r *Repository) private() bool { return r.Visibility != "public" }

func (r *Repository) complete(number func(*int)) {
	number(&r.ID)
	r.Visibility = cmp.Or(r.Visibility, "public")
	r.DefaultBranch = cmp.Or(r.DefaultBranch, "main")
	r.Rulesets = completeRulesets(r.Rulesets, number)
	r.Commits = slices.Clone(r.Commits)
	if len(r.Commits) == 0 && !r.Empty {
		r.Commits = []Commit{{Author: Person{Login: "first-author"}}}
	}
	r.completeCommits(r.DefaultBranch, r.Commits)
	r.Branches = slices.Clone(r.Branches)
	for i := range r.Branches {
		b := &r.Branches[i]
		if b.Commits = slices.Clone(b.Commits); len(b.Commits) == 0 {
			b.Commits = []Commit{{Author: Person{Login: "first-author"}}}
		}
		r.completeCommits(b.Name, b.Commits)
	}
	r.completePulls()
	r.completeLeaves(number)
}

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

func (p Person) complete() Person {
	if p == (Person{}) {
		p.Login = "first-author"
	}
	p.Name = cmp.Or(p.Name, p.Login, p.Email)
	if p.Email == "" {
		p.Email = p.Login + "@users.noreply.github.com"
	}
	return p
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

// first is the repository that tokens are for by default.
func (w *World) first() *Repository {
	if len(w.Repositories) == 0 {
		return nil
	}
	return &w.Repositories[0]
}

// chief is somebody who may do everything with an owner's things.
func (w *World) chief(owner string) string {
	o := w.organisation(owner)
	if o == nil {
		return owner
	}
	for _, m := range o.Members {
		if m.Owner {
			return m.Login
		}
	}
	return ""
}

func (w *World) organisation(login string) *Organisation {
	for i := range w.Organisations {
		if strings.EqualFold(w.Organisations[i].Login, login) {
			return &w.Organisations[i]
		}
	}
	return nil
}

// repository finds one by its name of today or by one that it had.
func (w *World) repository(owner, name string) (one *Repository, renamed bool) {
	full := owner + "/" + name
	for i := range w.Repositories {
		if strings.EqualFold(w.Repositories[i].full(), full) {
			return &w.Repositories[i], false
		}
	}
	for i := range w.Repositories {
		for _, old := range w.Repositories[i].Renamed {
			if strings.EqualFold(old, full) {
				return &w.Repositories[i], true
			}
		}
	}
	return nil, false
}

// user is an account. Logins that the world does not tell more of have accounts too.
func (w *World) user(login string) User {
	for _, u := range w.Users {
		if strings.EqualFold(u.Login, login) {
			return u
		}
	}
	id := 0
	for _, c := range login {
		id = (id*31 + int(c)) % 1_000_000_000
	}
	return User{Login: login, ID: 2_000_000 + id}
}

func bot(login string) bool { return strings.HasSuffix(login, "[bot]") }
