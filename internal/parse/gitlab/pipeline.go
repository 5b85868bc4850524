package gitlab

import (
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// pipeline keeps what the jobs that run say of themselves, besides what they run.
func (r *reader) pipeline() {
	p := evidence.Pipeline{Path: r.src.Path(), System: evidence.OnGitLab}
	for _, j := range r.jobs {
		if !j.hidden {
			p.Jobs = append(p.Jobs, r.describe(j))
		}
	}
	if len(p.Jobs) > 0 {
		r.out.Pipelines = append(r.out.Pipelines, p)
	}
}

func (r *reader) describe(j job) evidence.PipelineJob {
	of := func(key string) *doc.Node { value, _ := r.setting(j, key); return value }
	one := evidence.PipelineJob{
		Name: j.name, Group: "jobs/" + j.name, At: j.at,
		Environment: r.named(of("environment"), "name"),
		Conditions:  append(r.conditions(of("rules")), r.refs(of("only"))...),
		Needs:       append(r.list(of("needs"), "job"), r.list(of("dependencies"), "")...),
		Runners:     r.list(of("tags"), ""),
	}
	for name, token := range of("id_tokens").All() {
		value := r.follow(token).Get("aud")
		for _, audience := range value.Strings() {
			one.IDTokens = append(one.IDTokens, evidence.Variable{Name: name.Value, Value: audience.Value, At: name.At()})
		}
	}
	if release := of("release"); release != nil && release.Kind == doc.Map {
		one.Release = r.named(release, "tag_name")
	}
	for _, cache := range oneOrMany(of("cache")) {
		if cache = r.follow(cache); cache != nil && cache.Kind == doc.Map && cache.Get("policy").String() != "push" {
			one.Caches = append(one.Caches, r.cacheKey(cache))
		}
	}
	return one
}

// oneOrMany are the items of a list, or what stands there alone.
func oneOrMany(n *doc.Node) []*doc.Node {
	if n != nil && n.Kind == doc.Map {
		return []*doc.Node{n}
	}
	return n.List()
}

// named is a value that stands alone or under a key.
func (r *reader) named(n *doc.Node, key string) evidence.Text {
	if n = r.follow(n); n != nil && n.Kind == doc.Map {
		n = r.follow(n.Get(key))
	}
	if n == nil || n.Kind == doc.Map || n.Kind == doc.List {
		return evidence.Text{}
	}
	return n.Text.Located()
}

// list is every value of a list, each alone or under a key.
func (r *reader) list(n *doc.Node, key string) []evidence.Text {
	var all []evidence.Text
	for _, item := range n.List() {
		if one := r.named(item, key); one.Value != "" {
			all = append(all, one)
		}
	}
	return all
}

// conditions are the rules under which a job runs; those that keep it from running
// are left out.
func (r *reader) conditions(rules *doc.Node) []evidence.Text {
	var all []evidence.Text
	for _, rule := range rules.List() {
		rule = r.follow(rule)
		if rule == nil || rule.Kind != doc.Map || rule.Get("when").String() == "never" {
			continue
		}
		if one := r.named(rule.Get("if"), ""); one.Value != "" {
			all = append(all, one)
		}
	}
	return all
}

// refs are the refs that only: names, in a list or under refs:.
func (r *reader) refs(only *doc.Node) []evidence.Text {
	if only != nil && only.Kind == doc.Map {
		only = r.follow(only.Get("refs"))
	}
	return r.list(only, "")
}

// cacheKey is the key of a cache, or the place of one that has none or is made of files.
func (r *reader) cacheKey(cache *doc.Node) evidence.Text {
	if key := r.named(cache.Get("key"), "prefix"); key.Value != "" {
		return key
	}
	return evidence.Text{Value: "default", At: cache.At()}
}
