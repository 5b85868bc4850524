package githubtest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func (c *call) tags() any {
	all := []any{}
	for _, t := range c.repo.Tags {
		address := c.s.URL + repoURL(c.repo)
		all = append(all, fields{
			"name": t.Name, "node_id": nodeID("tag", t.Name), "commit": fields{"sha": t.Commit, "url": address + "/commits/" + t.Commit},
			"zipball_url": address + "/zipball/" + t.Name, "tarball_url": address + "/tarball/" + t.Name,
		})
	}
	return page(c, all)
}

// target is what a tag's ref points to.
func (t *Tag) target() (kind, sha string) {
	if t.Object != "" {
		return "tag", t.Object
	}
	return "commit", t.Commit
}

func (c *call) describeRef(name, kind, sha string) fields {
	address := c.s.URL + repoURL(c.repo) + "/git/"
	return fields{"ref": "refs/" + name, "node_id": nodeID("ref", name), "url": address + "refs/" + name, "object": fields{"type": kind, "sha": sha, "url": address + kind + "s/" + sha}}
}

// refs are all branches and tags, without refs/.
func (c *call) refs() []fields {
	var all []fields
	for _, b := range c.repo.tips() {
		all = append(all, c.describeRef("heads/"+b.Name, "commit", b.Commits[0].SHA))
	}
	for i := range c.repo.Tags {
		kind, sha := c.repo.Tags[i].target()
		all = append(all, c.describeRef("tags/"+c.repo.Tags[i].Name, kind, sha))
	}
	return all
}

func (c *call) ref() any {
	if len(c.repo.Commits) == 0 {
		return emptyRepository
	}
	for _, one := range c.refs() {
		if one["ref"] == "refs/"+c.arg("ref") {
			return one
		}
	}
	return notFound
}

func (c *call) matchingRefs() any {
	all := []any{}
	for _, one := range c.refs() {
		if strings.HasPrefix(one["ref"].(string), "refs/"+c.arg("ref")) {
			all = append(all, one)
		}
	}
	return all
}

func (c *call) tagObject() any {
	for i := range c.repo.Tags {
		t := &c.repo.Tags[i]
		if t.Object != c.arg("tag_sha") || t.Object == "" {
			continue // another one
		}
		address := c.s.URL + repoURL(c.repo) + "/git/"
		return fields{
			"node_id": nodeID("tag", t.Object), "tag": t.Name, "sha": t.Object, "url": address + "tags/" + t.Object, "message": t.Name,
			"tagger": fields{"name": t.Tagger.Name, "email": t.Tagger.Email, "date": stamp(epoch)}, "verification": verification(t.Signature),
			"object": fields{"sha": t.Commit, "type": "commit", "url": address + "commits/" + t.Commit},
		}
	}
	return notFound
}

// releases

// shown are the releases that the token sees: drafts only with the right to push.
func (c *call) shown() []*Release {
	pushes := c.grant.covers(c.repo) && atLeast(c.s.world.acts(c.grant, c.repo), "write") && (c.grant.Kind == Classic && c.grant.scope("repo", "public_repo") || c.grant.permission("contents:write"))
	var all []*Release
	for i := range c.repo.Releases {
		if r := &c.repo.Releases[i]; !r.Draft || pushes {
			all = append(all, r)
		}
	}
	return all
}

func (c *call) describeRelease(r *Release) fields {
	address := c.s.URL + repoURL(c.repo) + "/releases/" + strconv.Itoa(r.ID)
	one := fields{
		"id": r.ID, "node_id": nodeID("release", r.ID), "tag_name": r.Tag, "target_commitish": c.repo.DefaultBranch, "name": r.Tag, "body": "", "draft": r.Draft,
		"prerelease": r.Prerelease, "immutable": r.Immutable, "created_at": stamp(r.Published), "published_at": stamp(r.Published), "author": c.simpleUser(r.Author),
		"url": address, "html_url": "https://github.com/" + c.repo.full() + "/releases/tag/" + url.PathEscape(r.Tag), "assets_url": address + "/assets",
		"upload_url": address + "/assets{?name,label}", "tarball_url": address, "zipball_url": address, "assets": c.describeAssets(r),
	}
	if r.Draft {
		one["published_at"] = nil
	}
	return one
}

func (c *call) describeAssets(r *Release) []any {
	all := []any{}
	for _, a := range r.Assets {
		all = append(all, fields{
			"id": a.ID, "node_id": nodeID("asset", a.ID), "name": a.Name, "label": nil, "state": "uploaded", "content_type": "application/octet-stream", "size": cmp.Or(a.Size, 1000),
			"digest": nullable(a.Digest), "download_count": 0, "created_at": stamp(a.Created), "updated_at": stamp(a.Updated), "uploader": c.simpleUser(a.Uploader),
			"url":                  c.s.URL + repoURL(c.repo) + "/releases/assets/" + strconv.Itoa(a.ID),
			"browser_download_url": "https://github.com/" + c.repo.full() + "/releases/download/" + url.PathEscape(r.Tag) + "/" + url.PathEscape(a.Name),
		})
	}
	return all
}

func (c *call) releases() any {
	all := []any{}
	for _, r := range c.shown() {
		all = append(all, c.describeRelease(r))
	}
	return page(c, all)
}

func (c *call) latestRelease() any {
	for _, r := range c.shown() {
		if !r.Draft && !r.Prerelease {
			return c.describeRelease(r)
		}
	}
	return notFound
}

func (c *call) releaseOfTag() any {
	for _, r := range c.shown() {
		if r.Tag == c.arg("tag") && !r.Draft {
			return c.describeRelease(r)
		}
	}
	return notFound
}

// attestations

func (c *call) stored(r *Repository, digest string) []any {
	all := []any{}
	for _, raw := range r.Attestations[digest] {
		all = append(all, fields{"bundle": json.RawMessage(raw), "repository_id": r.ID, "initiator": "user"})
	}
	return all
}

func (c *call) attestations() any {
	all := c.stored(c.repo, c.arg("subject_digest"))
	if len(all) == 0 {
		return notFound
	}
	return fields{"attestations": page(c, all)}
}

func (c *call) bulkAttestations() any {
	owner := cmp.Or(c.arg("org"), c.arg("username"))
	if c.grant.Kind == Anonymous {
		return &refusal{status: http.StatusUnauthorized, message: "Requires authentication"}
	}
	var wanted struct {
		Digests []string `json:"subject_digests"`
	}
	if decode(c.r, &wanted) != nil || len(wanted.Digests) == 0 || len(wanted.Digests) > 1024 {
		return &refusal{status: http.StatusUnprocessableEntity, message: "Validation Failed"}
	}
	found := fields{}
	for _, digest := range wanted.Digests {
		var all []any
		for i := range c.s.world.Repositories {
			if r := &c.s.world.Repositories[i]; strings.EqualFold(r.Owner, owner) && c.s.world.sees(c.grant, r) {
				all = append(all, c.stored(r, digest)...)
			}
		}
		found[digest] = nil
		if len(all) > 0 {
			found[digest] = all
		}
	}
	return fields{"attestations_subject_digests": found, "page_info": fields{"has_next": false, "has_previous": false}}
}
