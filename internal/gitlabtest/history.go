package gitlabtest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (c *call) branches() answer {
	if c.project.Empty {
		return listed(nil)
	}
	all := []any{c.oneBranch(c.project.DefaultBranch)}
	for _, name := range c.project.Branches {
		all = append(all, c.oneBranch(name))
	}
	return listed(all)
}

func (c *call) branch() answer {
	name := c.part(0)
	if c.project.Empty || name != c.project.DefaultBranch && !slices.Contains(c.project.Branches, name) {
		return said(http.StatusNotFound, "404 Branch Not Found")
	}
	return ok(c.oneBranch(name))
}

func (c *call) oneBranch(name string) object {
	bound, push, merge := false, false, false
	for _, p := range c.project.Protected {
		if fits(p.Name, name) {
			bound, push, merge = true, push || byDevelopers(p.Push), merge || byDevelopers(p.Merge)
		}
	}
	return object{"name": name, "protected": bound, "default": name == c.project.DefaultBranch, "merged": false, "developers_can_push": push, "developers_can_merge": merge}
}

// byDevelopers says whether the role is among those who may. Where nothing is
// protected there are no such entries.
func byDevelopers(entries []Access) bool {
	return slices.ContainsFunc(entries, func(e Access) bool { return e.Level == Developer && e.User == 0 && e.Group == 0 && e.Key == 0 })
}

// fits matches a pattern whose star takes anything.
func fits(pattern, name string) bool {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == name
	}
	return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
}

func (c *call) commits() answer {
	var all []any
	for _, one := range c.project.Commits {
		all = append(all, one.show())
	}
	return listed(all)
}

func (one Commit) show() object {
	committer, parents := one.Committer, []string{}
	if committer == "" {
		committer = one.Author
	}
	for i := range max(one.Parents, min(one.Parents+1, 1)) {
		parents = append(parents, SHA(one.ID+strconv.Itoa(i)))
	}
	id := one.ID
	if id == "" {
		id = SHA(one.Author + one.Message)
	}
	return object{
		"id": id, "parent_ids": parents, "message": one.Message, "author_name": one.Name, "author_email": one.Author, "committer_name": one.Name, "committer_email": committer,
		"authored_date": moment(one.At), "committed_date": moment(one.At), "created_at": moment(one.At),
	}
}

func (c *call) signature() answer {
	for _, one := range c.project.Commits {
		switch {
		case one.ID != c.part(0):
		case one.Signed == "":
			return said(http.StatusNotFound, "404 Signature Not Found")
		case one.SSH != "":
			return ok(object{
				"signature_type": "SSH", "verification_status": one.Signed, "commit_source": "gitaly",
				"key": object{"id": 11, "title": "key", "created_at": moment(one.SSHCreated), "expires_at": nil, "key": one.SSH, "usage_type": "auth_and_signing"},
			})
		default:
			return ok(object{"signature_type": "PGP", "verification_status": one.Signed, "gpg_key_id": 1, "gpg_key_primary_keyid": null(one.PGP), "gpg_key_subkey_id": nil, "commit_source": "gitaly"})
		}
	}
	return said(http.StatusNotFound, "404 Commit Not Found")
}
