package githubtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// addHistory gives a repository what lies in its git store and around it.
func (x *execution) addHistory(one node, r *Repository) {
	contents := func(field lazy) lazy { return x.gated(r, "contents:read", field) }
	one["defaultBranchRef"] = contents(func(map[string]any) any {
		if len(r.Commits) == 0 {
			return nil
		}
		return x.ref(r, "refs/heads/"+r.DefaultBranch)
	})
	one["ref"] = contents(func(args map[string]any) any { return x.ref(r, args["qualifiedName"].(string)) })
	one["refs"] = contents(func(args map[string]any) any { return connection("RefConnection", x.refs(r, args))(args) })
	one["object"] = contents(func(args map[string]any) any { return x.gitObject(r, args) })
	one["pullRequest"] = x.gated(r, "pull_requests:read", func(args map[string]any) any {
		p := r.pull(strconv.Itoa(number(args["number"])))
		if p == nil {
			return &denied{"NOT_FOUND", "Could not resolve to a PullRequest."}
		}
		return x.pull(r, p)
	})
	one["pullRequests"] = x.gated(r, "pull_requests:read", func(args map[string]any) any {
		var all []node
		states, limited := args["states"].([]any)
		for i := range r.PullRequests {
			if p := x.pull(r, &r.PullRequests[i]); !limited || slices.Contains(states, p["state"]) {
				all = append(all, p)
			}
		}
		if by, is := args["orderBy"].(map[string]any); is && by["direction"] == "DESC" {
			slices.Reverse(all)
		}
		return connection("PullRequestConnection", all)(args)
	})
	releases := func(args map[string]any) []node {
		c := *x.call
		c.repo = r
		var all []node
		for _, release := range c.shown() {
			all = append(all, x.release(r, release))
		}
		if by, is := args["orderBy"].(map[string]any); !is || by["direction"] == "ASC" {
			slices.Reverse(all)
		}
		return all
	}
	one["releases"] = contents(func(args map[string]any) any { return connection("ReleaseConnection", releases(args))(args) })
	one["latestRelease"] = contents(func(map[string]any) any {
		for i := range r.Releases {
			if !r.Releases[i].Draft && !r.Releases[i].Prerelease {
				return x.release(r, &r.Releases[i])
			}
		}
		return nil
	})
	one["release"] = contents(func(args map[string]any) any {
		for i := range r.Releases {
			if r.Releases[i].Tag == args["tagName"] {
				return x.release(r, &r.Releases[i])
			}
		}
		return nil
	})
}

// refs are the branches or tags below a prefix, by name, or with the newest tag
// first where that is asked for.
func (x *execution) refs(r *Repository, args map[string]any) []node {
	prefix, _ := args["refPrefix"].(string)
	var names []string
	if prefix == "refs/heads/" || prefix == "refs/" {
		for _, b := range r.tips() {
			names = append(names, "refs/heads/"+b.Name)
		}
	}
	if prefix == "refs/tags/" || prefix == "refs/" {
		for _, t := range r.Tags {
			names = append(names, "refs/tags/"+t.Name)
		}
	}
	by, _ := args["orderBy"].(map[string]any)
	if by["field"] != "TAG_COMMIT_DATE" {
		slices.Sort(names)
	}
	if by["direction"] == "DESC" && by["field"] != "TAG_COMMIT_DATE" || args["direction"] == "DESC" {
		slices.Reverse(names)
	}
	var all []node
	for _, name := range names {
		query, _ := args["query"].(string)
		if one, is := x.ref(r, name).(node); is && strings.Contains(name, query) {
			all = append(all, one)
		}
	}
	return all
}

// ref is a branch or a tag. Short names are looked up as git does.
func (x *execution) ref(r *Repository, name string) any {
	for _, prefix := range []string{"refs/heads/", "refs/tags/"} {
		short, is := strings.CutPrefix(name, prefix)
		if !is && strings.HasPrefix(name, "refs/") {
			continue // of the other kind
		}
		var target any
		if b := r.branch(short); prefix == "refs/heads/" && b != nil {
			target = lazy(func(map[string]any) any { return x.commit(r, &b.Commits[0]) })
		} else if t := r.tag(short); prefix == "refs/tags/" && t != nil {
			target = lazy(func(map[string]any) any { return x.tagTarget(r, t) })
		} else {
			continue // there is none
		}
		return x.refNode(r, prefix, short, target)
	}
	return nil
}

func (x *execution) refNode(r *Repository, prefix, short string, target any) node {
	one := node{
		"__typename": "Ref", "id": nodeID("ref", prefix+short), "name": short, "prefix": prefix, "target": target, "refUpdateRule": nil, "branchProtectionRule": nil, "rules": nil,
		"repository": lazy(func(map[string]any) any { return x.repository(r) }),
		"compare": lazy(func(args map[string]any) any {
			status, ahead, behind := r.relation(short, strings.TrimPrefix(args["headRef"].(string), "refs/heads/"))
			if status == "" {
				return &denied{"NOT_FOUND", "Could not resolve to a commit."}
			}
			return node{"__typename": "Comparison", "id": nodeID("comparison", short), "status": strings.ToUpper(status), "aheadBy": ahead, "behindBy": behind}
		}),
	}
	if prefix != "refs/heads/" {
		return one
	}
	one["refUpdateRule"] = x.ruled(r, func(map[string]any) any { return x.updateRule(r, short) })
	one["branchProtectionRule"] = x.ruled(r, x.administered(r, func(map[string]any) any { return x.protection(r, short) }))
	one["rules"] = x.ruled(r, func(args map[string]any) any {
		var all []node
		for _, p := range x.s.world.effective(r, short) {
			all = append(all, x.rule(r, p))
		}
		return connection("RepositoryRuleConnection", all)(args)
	})
	return one
}

func (x *execution) tagTarget(r *Repository, t *Tag) any {
	commit := lazy(func(map[string]any) any { return x.commit(r, r.find(t.Commit)) })
	if t.Object == "" {
		return commit(nil)
	}
	return node{
		"__typename": "Tag", "id": nodeID("tag", t.Object), "oid": t.Object, "abbreviatedOid": t.Object[:min(7, len(t.Object))], "name": t.Name, "message": t.Name, "target": commit,
		"tagger": x.gitActor(t.Tagger, epoch), "commitUrl": "https://github.com/" + r.full(), "commitResourcePath": "/" + r.full(),
		"repository": lazy(func(map[string]any) any { return x.repository(r) }),
	}
}

// gitObject looks up by SHA or by an expression: a branch, a tag, a SHA.
func (x *execution) gitObject(r *Repository, args map[string]any) any {
	name, _ := args["oid"].(string)
	if name == "" {
		name, _ = args["expression"].(string)
	}
	for i := range r.Tags {
		if t := &r.Tags[i]; t.Object == name && name != "" || t.Name == strings.TrimPrefix(name, "refs/tags/") {
			return x.tagTarget(r, t)
		}
	}
	if path, is := strings.CutPrefix(name, "HEAD:"); is {
		if text, is := r.Files[path]; is {
			return node{"__typename": "Blob", "id": nodeID("blob", path), "oid": SHA(text), "abbreviatedOid": SHA(text)[:7], "text": text, "byteSize": len(text), "isBinary": false, "isTruncated": false}
		}
		return nil
	}
	if name == "HEAD" {
		name = r.DefaultBranch
	}
	one := r.find(strings.TrimPrefix(name, "refs/heads/"))
	if one == nil {
		return nil
	}
	return x.commit(r, one)
}

func (x *execution) gitActor(p Person, at time.Time) node {
	return node{
		"__typename": "GitActor", "name": p.Name, "email": p.Email, "date": stamp(at), "avatarUrl": "https://github.test/avatar",
		"user": lazy(func(map[string]any) any { return x.actor(p.Login, "User") }),
	}
}

func (x *execution) commit(r *Repository, c *Commit) any {
	if c == nil {
		return nil
	}
	authors := []node{x.gitActor(c.Author, c.At)}
	for _, p := range c.CoAuthors {
		authors = append(authors, x.gitActor(p, c.At))
	}
	headline, body, _ := strings.Cut(c.Message, "\n\n")
	address := "https://github.com/" + r.full() + "/commit/" + c.SHA
	return node{
		"__typename": "Commit", "id": nodeID("commit", c.SHA), "oid": c.SHA, "abbreviatedOid": c.SHA[:min(7, len(c.SHA))], "message": c.Message, "messageHeadline": headline, "messageBody": body,
		"committedDate": stamp(c.At), "authoredDate": stamp(c.At), "pushedDate": nil, "authoredByCommitter": c.Author == c.Committer, "committedViaWeb": c.Web, "url": address, "commitUrl": address,
		"resourcePath": "/" + r.full() + "/commit/" + c.SHA, "author": authors[0], "committer": x.gitActor(c.Committer, c.At), "authors": connection("GitActorConnection", authors),
		"signature":  lazy(func(map[string]any) any { return x.signature(c) }),
		"repository": lazy(func(map[string]any) any { return x.repository(r) }),
		"parents": lazy(func(args map[string]any) any {
			var all []node
			for _, sha := range c.Parents {
				parent := r.find(sha)
				if parent == nil {
					parent = &Commit{SHA: sha, At: c.At, Author: c.Author, Committer: c.Committer}
				}
				one, _ := x.commit(r, parent).(node)
				all = append(all, one)
			}
			return connection("CommitConnection", all)(args)
		}),
		"history": lazy(func(args map[string]any) any {
			var all []node
			list := r.from(c.SHA)
			for i := range list {
				one, _ := x.commit(r, &list[i]).(node)
				all = append(all, one)
			}
			return connection("CommitHistoryConnection", all)(args)
		}),
		"associatedPullRequests": x.gated(r, "pull_requests:read", func(args map[string]any) any {
			list := r.pullsWith(c.SHA)
			slices.SortFunc(list, func(a, b *PullRequest) int { return cmp.Compare(a.Number, b.Number) }) // created first, first
			var all []node
			for _, p := range list {
				all = append(all, x.pull(r, p))
			}
			return connection("PullRequestConnection", all)(args)
		}),
	}
}

func (x *execution) signature(c *Commit) any {
	g := c.Signature
	if g == nil {
		return nil
	}
	kinds := map[string]string{"gpg": "GpgSignature", "ssh": "SshSignature", "smime": "SmimeSignature", "unknown": "UnknownSignature"}
	one := node{
		"__typename": kinds[cmp.Or(g.Kind, "gpg")], "isValid": g.state() == "VALID", "state": g.state(), "wasSignedByGitHub": g.ByGitHub, "email": c.Committer.Email, "payload": "tree",
		"signature": "-----BEGIN TEST SIGNATURE-----", "verifiedAt": nil, "signer": lazy(func(map[string]any) any { return x.actor(g.Signer, "User") }),
		"keyId": nullable(g.KeyID), "keyFingerprint": nullable(g.Fingerprint),
	}
	if g.state() == "VALID" {
		one["verifiedAt"] = stamp(since(g.VerifiedAt))
	}
	return one
}

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
		"headRepository": headRepository, "repository": lazy(func(map[string]any) any { return x.repository(r) }),
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
