package githubtest

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// reasons are what REST calls the states of GraphQL.
var reasons = map[string]string{
	"VALID": "valid", "INVALID": "invalid", "MALFORMED_SIG": "malformed_signature", "UNKNOWN_KEY": "unknown_key", "BAD_EMAIL": "bad_email",
	"UNVERIFIED_EMAIL": "unverified_email", "NO_USER": "no_user", "UNKNOWN_SIG_TYPE": "unknown_signature_type", "UNSIGNED": "unsigned",
	"GPGVERIFY_UNAVAILABLE": "gpgverify_unavailable", "GPGVERIFY_ERROR": "gpgverify_error", "NOT_SIGNING_KEY": "not_signing_key",
	"EXPIRED_KEY": "expired_key", "OCSP_PENDING": "ocsp_pending", "OCSP_ERROR": "ocsp_error", "BAD_CERT": "bad_cert", "OCSP_REVOKED": "ocsp_revoked",
}

func (g *Signature) state() string {
	if g == nil {
		return "UNSIGNED"
	}
	return cmp.Or(g.State, "VALID")
}

func verification(g *Signature) fields {
	if g == nil {
		return fields{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil}
	}
	one := fields{"verified": g.state() == "VALID", "reason": reasons[g.state()], "signature": "-----BEGIN TEST SIGNATURE-----", "payload": "tree", "verified_at": nil}
	if g.state() == "VALID" {
		one["verified_at"] = stamp(since(g.VerifiedAt))
	}
	return one
}

func (c *call) describeCommit(one *Commit) fields {
	address := c.s.URL + repoURL(c.repo) + "/commits/" + one.SHA
	person := func(p Person) fields { return fields{"name": p.Name, "email": p.Email, "date": stamp(one.At)} }
	return fields{
		"sha": one.SHA, "node_id": nodeID("commit", one.SHA), "url": address, "html_url": "https://github.com/" + c.repo.full() + "/commit/" + one.SHA, "comments_url": address + "/comments",
		"commit": fields{
			"url": address, "author": person(one.Author), "committer": person(one.Committer), "message": one.Message, "comment_count": 0,
			"tree": fields{"sha": SHA("tree" + one.SHA), "url": address}, "verification": verification(one.Signature),
		},
		"author": c.simpleUser(one.Author.Login), "committer": c.simpleUser(one.Committer.Login), "parents": parents(one, address),
	}
}

func parents(one *Commit, address string) []any {
	all := []any{}
	for _, sha := range one.Parents {
		all = append(all, fields{"sha": sha, "url": address, "html_url": address})
	}
	return all
}

var emptyRepository = &refusal{status: http.StatusConflict, message: "Git Repository is empty."}

// find looks a commit up by SHA, branch or tag. Those of forks are found too, as
// the host keeps all in one store.
func (r *Repository) find(name string) *Commit {
	for _, b := range r.tips() {
		if b.Name == strings.TrimPrefix(name, "heads/") {
			return &b.Commits[0]
		}
	}
	if t := r.tag(strings.TrimPrefix(name, "tags/")); t != nil {
		name = t.Commit
	}
	for _, one := range r.allCommits() {
		if one.SHA == name {
			return &one
		}
	}
	for _, p := range r.PullRequests {
		for _, one := range p.Commits {
			if one.SHA == name {
				return &one
			}
		}
	}
	stray := slices.Contains(r.Strays, name) || slices.ContainsFunc(r.Tags, func(t Tag) bool { return t.Commit == name })
	if stray {
		return &Commit{SHA: name, At: epoch, Author: Person{}.complete(), Committer: Person{}.complete(), Message: "Somewhere else"}
	}
	return nil
}

func (r *Repository) tag(name string) *Tag {
	for i := range r.Tags {
		if r.Tags[i].Name == name {
			return &r.Tags[i]
		}
	}
	return nil
}

func (c *call) commits() any {
	if len(c.repo.Commits) == 0 {
		return emptyRepository
	}
	name := cmp.Or(c.query("sha"), c.repo.DefaultBranch)
	list := c.repo.from(name)
	if list == nil {
		return notFound
	}
	all := []any{}
	for i := range list {
		all = append(all, c.describeCommit(&list[i]))
	}
	return page(c, all)
}

// from are the commits that a branch, tag or commit leads to, newest first.
func (r *Repository) from(name string) []Commit {
	one := r.find(name)
	if one == nil {
		return nil
	}
	for _, b := range r.tips() {
		for i := range b.Commits {
			if b.Commits[i].SHA == one.SHA {
				return b.Commits[i:]
			}
		}
	}
	return []Commit{*one}
}

func (c *call) commit() any {
	if len(c.repo.Commits) == 0 {
		return emptyRepository
	}
	one := c.repo.find(c.arg("ref"))
	if one == nil {
		return &refusal{status: http.StatusUnprocessableEntity, message: "No commit found for SHA: " + c.arg("ref")}
	}
	return c.describeCommit(one)
}

func (c *call) gitCommit() any {
	one := c.repo.find(c.arg("commit_sha"))
	if one == nil {
		return notFound
	}
	full := c.describeCommit(one)
	inner := full["commit"].(fields)
	delete(inner, "comment_count")
	inner["sha"], inner["node_id"], inner["parents"], inner["html_url"] = one.SHA, full["node_id"], full["parents"], full["html_url"]
	return inner
}

func (c *call) branchesOfHead() any {
	all := []any{}
	for _, b := range c.repo.tips() {
		if b.Commits[0].SHA == c.arg("commit_sha") {
			all = append(all, c.shortBranch(b, c.protected(b.Name)))
		}
	}
	return all
}

// relation tells how a commit lies to a base: identical, ahead, behind, diverged.
func (r *Repository) relation(base, head string) (status string, ahead, behind int) {
	from, to := r.from(base), r.from(head)
	if from == nil || to == nil {
		return "", 0, 0
	}
	at := func(list []Commit, sha string) int {
		return slices.IndexFunc(list, func(one Commit) bool { return one.SHA == sha })
	}
	switch inBase, inHead := at(from, to[0].SHA), at(to, from[0].SHA); {
	case inBase == 0:
		return "identical", 0, 0
	case inBase > 0:
		return "behind", 0, inBase
	case inHead > 0:
		return "ahead", inHead, 0
	}
	return "diverged", 1, 1
}

func (c *call) compare() any {
	base, head, is := strings.Cut(c.arg("basehead"), "...")
	status, ahead, behind := c.repo.relation(base, head)
	if !is || status == "" {
		return notFound
	}
	address := c.s.URL + c.r.URL.Path
	one := c.describeCommit(c.repo.find(base))
	return fields{
		"url": address, "html_url": address, "permalink_url": address, "diff_url": address, "patch_url": address, "base_commit": one, "merge_base_commit": one,
		"status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead, "commits": []any{}, "files": []any{},
	}
}
