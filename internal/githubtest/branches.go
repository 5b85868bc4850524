package githubtest

import (
	"fmt"
	"net/http"
	"strings"
)

// branches

// tips are the branches of a repository with their newest commits.
func (r *Repository) tips() []Branch {
	var all []Branch
	if len(r.Commits) > 0 {
		all = append(all, Branch{r.DefaultBranch, r.Commits})
	}
	return append(all, r.Branches...)
}

func (r *Repository) branch(name string) *Branch {
	for _, b := range r.tips() {
		if b.Name == name {
			return &b
		}
	}
	return nil
}

func (c *call) branches() any {
	all := []any{}
	for _, b := range c.repo.tips() {
		protected := c.protected(b.Name)
		if want := c.query("protected"); want != "" && (want == "true") != protected {
			continue // not asked for
		}
		all = append(all, c.shortBranch(b, protected))
	}
	return page(c, all)
}

func (c *call) shortBranch(b Branch, protected bool) fields {
	return fields{"name": b.Name, "protected": protected, "commit": fields{"sha": b.Commits[0].SHA, "url": c.s.URL + repoURL(c.repo) + "/commits/" + b.Commits[0].SHA}}
}

// protected is true for a classic protection and for active rules.
func (c *call) protected(name string) bool {
	return c.repo.Protection[name] != nil || len(c.s.world.effective(c.repo, name)) > 0
}

func (c *call) branch() any {
	b := c.repo.branch(c.arg("branch"))
	if b == nil {
		return &refusal{status: http.StatusNotFound, message: "Branch not found"}
	}
	p := c.repo.Protection[b.Name]
	protection := fields{"enabled": p != nil, "required_status_checks": fields{"enforcement_level": "off", "contexts": []any{}, "checks": []any{}}}
	if p != nil && len(p.StatusChecks) > 0 {
		protection["required_status_checks"] = fields{"enforcement_level": "non_admins", "contexts": p.StatusChecks, "checks": []any{}}
	}
	address := fmt.Sprintf("%s%s/branches/%s", c.s.URL, repoURL(c.repo), b.Name)
	return fields{
		"name": b.Name, "protected": c.protected(b.Name), "commit": c.describeCommit(&b.Commits[0]), "protection": protection, "protection_url": address + "/protection",
		"_links": fields{"self": address, "html": "https://github.com/" + c.repo.full() + "/tree/" + b.Name},
	}
}

func (c *call) protection() any {
	p := c.repo.Protection[c.arg("branch")]
	switch {
	case c.repo.branch(c.arg("branch")) == nil:
		return &refusal{status: http.StatusNotFound, message: "Branch not found"}
	case p == nil:
		return &refusal{status: http.StatusNotFound, message: "Branch not protected"}
	}
	address := c.s.URL + c.r.URL.Path
	enabled := func(on bool) fields { return fields{"enabled": on} }
	with := func(on bool, below string) fields { return fields{"enabled": on, "url": address + below} }
	one := fields{
		"url": address, "enforce_admins": with(p.Admins, "/enforce_admins"), "required_signatures": with(p.Signatures, "/required_signatures"),
		"required_linear_history": enabled(p.Linear), "allow_force_pushes": enabled(p.AllowForcePush), "allow_deletions": enabled(p.AllowDeletion),
		"block_creations": enabled(false), "required_conversation_resolution": enabled(p.Conversations), "lock_branch": enabled(p.Lock), "allow_fork_syncing": enabled(false),
	}
	if p.Approvals != nil {
		reviews := fields{
			"url": address + "/required_pull_request_reviews", "dismiss_stale_reviews": p.DismissStale, "require_code_owner_reviews": p.CodeOwners,
			"required_approving_review_count": *p.Approvals, "require_last_push_approval": p.LastPush,
		}
		if len(p.BypassReview) > 0 {
			reviews["bypass_pull_request_allowances"] = c.actors(p.BypassReview)
		}
		one["required_pull_request_reviews"] = reviews
	}
	if len(p.StatusChecks) > 0 || p.Strict {
		checks := []any{}
		for _, name := range p.StatusChecks {
			checks = append(checks, fields{"context": name, "app_id": nil})
		}
		one["required_status_checks"] = fields{"url": address, "strict": p.Strict, "contexts": append([]string{}, p.StatusChecks...), "contexts_url": address, "checks": checks}
	}
	if p.RestrictPush {
		restrictions := c.actors(p.PushAllowed)
		for _, name := range []string{"url", "users_url", "teams_url", "apps_url"} {
			restrictions[name] = address + "/restrictions"
		}
		one["restrictions"] = restrictions
	}
	return one
}

// actors sorts names into users, teams and apps.
func (c *call) actors(names []string) fields {
	users, teams, apps := []any{}, []any{}, []any{}
	for _, name := range names {
		kind, slug, is := strings.Cut(name, "/")
		switch {
		case is && kind == "team":
			one := c.team(slug)
			one["type"] = "organization"
			teams = append(teams, one)
		case is && kind == "app":
			apps = append(apps, fields{"id": c.s.world.user(slug).ID, "slug": slug, "name": slug, "owner": c.simpleUser(c.repo.Owner)})
		default:
			users = append(users, c.simpleUser(name))
		}
	}
	return fields{"users": users, "teams": teams, "apps": apps}
}

func (c *call) requiredSignatures() any {
	p := c.repo.Protection[c.arg("branch")]
	if p == nil {
		return &refusal{status: http.StatusNotFound, message: "Branch not protected"}
	}
	return fields{"enabled": p.Signatures, "url": c.s.URL + c.r.URL.Path}
}
