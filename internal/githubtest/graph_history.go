package githubtest

import (
	"slices"
	"strconv"
	"strings"
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
