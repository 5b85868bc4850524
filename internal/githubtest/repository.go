package githubtest

import (
	"cmp"
	"encoding/base64"
	"strings"
)

func repoURL(r *Repository) string { return "/repos/" + r.full() }

// templates are the addresses of a repository's parts that clients fill in.
var templates = map[string]string{
	"archive": "/{archive_format}{/ref}", "branches": "/branches{/branch}", "collaborators": "/collaborators{/collaborator}", "commits": "/commits{/sha}",
	"compare": "/compare/{base}...{head}", "contents": "/contents/{+path}", "contributors": "/contributors", "git_commits": "/git/commits{/sha}", "git_refs": "/git/refs{/sha}",
	"git_tags": "/git/tags{/sha}", "hooks": "/hooks", "keys": "/keys{/key_id}", "languages": "/languages", "pulls": "/pulls{/number}", "releases": "/releases{/id}",
	"statuses": "/statuses/{sha}", "tags": "/tags", "teams": "/teams", "trees": "/git/trees{/sha}",
}

// describeRepository is a repository in a reply. The addresses of what belongs to it
// come from the description.
func (c *call) describeRepository(r *Repository) fields {
	w, role := c.s.world, c.s.world.acts(c.grant, r)
	if c.grant.Kind == Job || c.grant.Kind == Installation {
		role = "read"
	}
	one := fields{
		"id": r.ID, "node_id": nodeID("repository", r.ID), "name": r.Name, "full_name": r.full(), "private": r.private(), "visibility": r.Visibility,
		"owner": c.simpleUser(r.Owner), "default_branch": r.DefaultBranch, "archived": r.Archived, "fork": r.Fork, "url": c.s.URL + repoURL(r),
		"html_url": "https://github.com/" + r.full(), "clone_url": "https://github.com/" + r.full() + ".git", "pushed_at": stamp(epoch), "license": nil,
		"permissions": fields{
			"admin": atLeast(role, "admin"), "maintain": atLeast(role, "maintain"), "push": atLeast(role, "write"), "triage": atLeast(role, "triage"), "pull": true,
		},
		"web_commit_signoff_required": r.Security.WebSignoff,
	}
	for name, below := range templates {
		one[name+"_url"] = c.s.URL + repoURL(r) + below
	}
	if o := w.organisation(r.Owner); o != nil && c.route.path == repoPath {
		one["organization"] = c.simpleUser(r.Owner)
	}
	if w.administers(c.grant, r, "read") {
		one["security_and_analysis"] = fields{
			"secret_scanning":                 onOff(r.Security.SecretScanning),
			"secret_scanning_push_protection": onOff(r.Security.PushProtection),
			"dependabot_security_updates":     onOff(r.Security.Fixes),
		}
	}
	return one
}

func onOff(on bool) fields {
	if on {
		return fields{"status": "enabled"}
	}
	return fields{"status": "disabled"}
}

func (c *call) repository() any { return c.describeRepository(c.repo) }

func (c *call) content() any {
	text, is := c.repo.Files[c.arg("path")]
	if !is {
		return notFound
	}
	path := c.arg("path")
	address := c.s.URL + repoURL(c.repo) + "/contents/" + path
	return fields{
		"type": "file", "encoding": "base64", "size": len(text), "name": path[strings.LastIndex(path, "/")+1:], "path": path,
		"content": base64.StdEncoding.EncodeToString([]byte(text)), "sha": SHA(text), "url": address, "git_url": address, "html_url": address, "download_url": address,
		"_links": fields{"git": address, "html": address, "self": address},
	}
}

func (c *call) ownerErrors() any {
	if c.repo.NoOwners {
		return notFound
	}
	all := []any{}
	for _, e := range c.repo.OwnerErrors {
		all = append(all, fields{"line": cmp.Or(e.Line, 1), "column": 1, "kind": cmp.Or(e.Kind, "Unknown owner"), "message": cmp.Or(e.Text, "Unknown owner"), "path": cmp.Or(e.Path, ".github/CODEOWNERS")})
	}
	return fields{"errors": all}
}

func (c *call) collaborators() any {
	all := []any{}
	for _, login := range c.s.world.people(c.repo) {
		role := c.s.world.role(login, c.repo)
		one, _ := c.simpleUser(login).(fields)
		one["role_name"] = role
		one["permissions"] = fields{"admin": role == "admin", "push": atLeast(role, "write"), "pull": true}
		all = append(all, one)
	}
	return page(c, all)
}

// people are those with a role of their own in a repository.
func (w *World) people(r *Repository) []string {
	names := map[string]bool{}
	for name := range r.Collaborators {
		names[name] = true
	}
	if o := w.organisation(r.Owner); o != nil {
		for _, m := range o.Members {
			if m.Owner || o.DefaultPermission != "none" {
				names[m.Login] = true
			}
		}
	} else {
		names[r.Owner] = true
	}
	return sorted(names)
}

func (c *call) collaboratorRole() any {
	role := c.s.world.role(c.arg("username"), c.repo)
	permission := role
	switch role {
	case "triage":
		permission = "read"
	case "maintain":
		permission = "write"
	case "":
		permission, role = "none", "none"
	}
	return fields{"permission": permission, "role_name": role, "user": c.simpleUser(c.arg("username"))}
}

func (c *call) activity() any {
	all := []any{}
	for i, a := range c.repo.Activity {
		ref, kind := c.query("ref"), c.query("activity_type")
		if ref != "" && a.Ref != ref && a.Ref != "refs/heads/"+ref || kind != "" && !strings.Contains(","+kind+",", ","+cmp.Or(a.Kind, "push")+",") {
			continue // not asked for
		}
		all = append(all, fields{
			"id": c.repo.ID*1000 + i, "node_id": nodeID("push", i), "before": cmp.Or(a.Before, SHA("")), "after": cmp.Or(a.After, SHA("")), "ref": a.Ref,
			"timestamp": stamp(since(a.At)), "activity_type": cmp.Or(a.Kind, "push"), "actor": c.simpleUser(cmp.Or(a.Actor, "first-author")),
		})
	}
	return page(c, all)
}
