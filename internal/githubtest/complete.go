package githubtest

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
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
