package githubtest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

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
		"checkSuites": connection("CheckSuiteConnection", nil), "status": nil, "statusCheckRollup": nil,
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
