package githubtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func (x *execution) pull(r *Repository, p *PullRequest) node {
	state := "MERGED"
	switch {
	case p.Open:
		state = "OPEN"
	case p.Unmerged:
		state = "CLOSED"
	}
	address := "https://github.com/" + r.full() + "/pull/" + strconv.Itoa(p.Number)
	var headRepository any
	if !p.Fork {
		headRepository = lazy(func(map[string]any) any { return x.repository(r) })
	}
	return node{
		"__typename": "PullRequest", "id": nodeID("pull", r.ID*1000+p.Number), "databaseId": r.ID*1000 + p.Number, "number": p.Number, "title": p.Title, "state": state, "merged": state == "MERGED", "closed": !p.Open,
		"mergedAt": stampOr(p.MergedAt), "closedAt": stampOr(p.MergedAt), "createdAt": stamp(epoch), "updatedAt": stamp(epoch), "baseRefName": p.Base, "baseRefOid": SHA("base"), "headRefOid": p.Head, "headRefName": "topic",
		"headRef": nil, "isCrossRepository": p.Fork, "isDraft": false, "reviewDecision": nullable(p.decision()), "url": address, "permalink": address, "authorAssociation": x.association(r, p.Author),
		"author": lazy(func(map[string]any) any { return x.actor(p.Author, "") }), "mergedBy": lazy(func(map[string]any) any { return x.actor(p.MergedBy, "") }),
		"baseRepository": lazy(func(map[string]any) any {
			if owner, name, is := strings.Cut(p.BaseOf, "/"); is && p.BaseOf != r.full() {
				other := &Repository{Owner: owner, Name: name}
				other.complete(func(id *int) { *id = 1 })
				return x.repository(other)
			}
			return x.repository(r)
		}),
		"labels": connection("LabelConnection", nil), "headRepository": headRepository, "repository": lazy(func(map[string]any) any { return x.repository(r) }),
		"mergeCommit": lazy(func(map[string]any) any { return x.commit(r, r.find(p.MergeCommit)) }),
		"commits": lazy(func(args map[string]any) any {
			var all []node
			for i := range p.Commits {
				all = append(all, node{"__typename": "PullRequestCommit", "id": nodeID("commit", p.Commits[i].SHA), "commit": x.commit(r, &p.Commits[i]), "url": address})
			}
			return connection("PullRequestCommitConnection", all)(args)
		}),
		"reviews": lazy(func(args map[string]any) any {
			return connection("PullRequestReviewConnection", x.reviews(r, p, args))(args)
		}),
		"latestOpinionatedReviews": lazy(func(args map[string]any) any {
			latest := map[string]int{}
			for i, v := range p.Reviews {
				if v.State != "COMMENTED" {
					latest[v.By] = i
				}
			}
			var all []node
			for i, one := range x.reviews(r, p, nil) {
				if at, is := latest[p.Reviews[i].By]; is && at == i {
					all = append(all, one)
				}
			}
			return connection("PullRequestReviewConnection", all)(args)
		}),
	}
}

func (x *execution) association(r *Repository, login string) string {
	c := *x.call
	c.repo, c.org = r, x.s.world.organisation(r.Owner)
	return c.association(login)
}

// decision is null where no rule asks for reviews and nobody gave one.
func (p *PullRequest) decision() string {
	if p.Decision != "" {
		return p.Decision
	}
	decision := ""
	for _, v := range p.Reviews {
		if v.State == "APPROVED" || v.State == "CHANGES_REQUESTED" {
			decision = v.State
		}
	}
	return decision
}

func (x *execution) reviews(r *Repository, p *PullRequest, args map[string]any) []node {
	all := []node{}
	states, limited := args["states"].([]any)
	for i, v := range p.Reviews {
		if limited && !slices.Contains(states, any(v.State)) {
			continue // not asked for
		}
		pushes := atLeast(x.s.world.role(v.By, r), "write")
		if v.CanPush != nil {
			pushes = *v.CanPush
		}
		id := r.ID*100000 + p.Number*100 + i
		all = append(all, node{
			"__typename": "PullRequestReview", "id": nodeID("review", id), "databaseId": id, "state": v.State, "submittedAt": stamp(v.At), "createdAt": stamp(v.At), "body": "",
			"authorCanPushToRepository": pushes, "authorAssociation": x.association(r, v.By), "author": lazy(func(map[string]any) any { return x.actor(v.By, "") }),
			"commit": lazy(func(map[string]any) any {
				one := r.find(v.Commit)
				if one == nil {
					one = &Commit{SHA: v.Commit, At: v.At, Author: Person{}.complete(), Committer: Person{}.complete()}
				}
				return x.commit(r, one)
			}),
		})
	}
	return all
}

func (x *execution) release(r *Repository, release *Release) node {
	var assets []node
	for _, a := range release.Assets {
		assets = append(assets, node{
			"__typename": "ReleaseAsset", "id": nodeID("asset", a.ID), "name": a.Name, "size": cmp.Or(a.Size, 1000), "contentType": "application/octet-stream", "downloadCount": 0, "createdAt": stamp(a.Created),
			"updatedAt": stamp(a.Updated), "downloadUrl": "https://github.com/" + r.full() + "/releases/download/" + release.Tag + "/" + a.Name, "uploadedBy": lazy(func(map[string]any) any { return x.actor(a.Uploader, "User") }),
		})
	}
	published := any(stamp(release.Published))
	if release.Draft {
		published = nil
	}
	return node{
		"__typename": "Release", "id": nodeID("release", release.ID), "databaseId": release.ID, "tagName": release.Tag, "name": release.Tag, "isDraft": release.Draft, "isPrerelease": release.Prerelease, "isLatest": release == &r.Releases[0],
		"immutable": release.Immutable, "publishedAt": published, "createdAt": stamp(release.Published), "updatedAt": stamp(release.Published), "url": "https://github.com/" + r.full() + "/releases/tag/" + release.Tag,
		"author": lazy(func(map[string]any) any { return x.actor(release.Author, "User") }), "tag": lazy(func(map[string]any) any { return x.ref(r, "refs/tags/"+release.Tag) }),
		"tagCommit": lazy(func(map[string]any) any {
			if t := r.tag(release.Tag); t != nil {
				return x.commit(r, r.find(t.Commit))
			}
			return nil
		}),
		"releaseAssets": connection("ReleaseAssetConnection", assets),
	}
}
