package branches

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// usualTags stand for the tags of releases where none is known yet.
var usualTags = []string{"v0.1.0", "v1.2.3", "v10.20.30-rc.1"}

// maxTags bounds how many tags of releases are held against the patterns.
const maxTags = 20

// releaseTags are the tags of the newest releases, or the usual ones.
func releaseTags(seen *evidence.Snapshot) []string {
	var tags []string
	for _, r := range seen.Releases {
		if r.Tag != "" && !r.Draft && len(tags) < maxTags {
			tags = append(tags, r.Tag)
		}
	}
	if len(tags) == 0 {
		return usualTags
	}
	return tags
}

// guardsTags are the active rulesets that speak of any of the tags.
func guardsTags(host *evidence.Host, tags []string) []*evidence.Ruleset {
	var guards []*evidence.Ruleset
	for i := range host.Rulesets {
		r := &host.Rulesets[i]
		covers := func(tag string) bool { return coversTag(host, r, tag) }
		if r.Target == "tag" && r.Enforcement == "active" && slices.ContainsFunc(tags, covers) {
			guards = append(guards, r)
		}
	}
	return guards
}

// forbids tells whether any of the rulesets puts the rule on the tag.
func forbids(host *evidence.Host, guards []*evidence.Ruleset, rule, tag string) bool {
	return slices.ContainsFunc(guards, func(r *evidence.Ruleset) bool {
		return slices.Contains(r.Rules, rule) && coversTag(host, r, tag)
	})
}

// coversTag tells whether the patterns of a ruleset include the tag.
func coversTag(host *evidence.Host, r *evidence.Ruleset, tag string) bool {
	in := func(pattern string) bool { return fitsTag(host.System, pattern, tag) == evidence.Yes }
	out := func(pattern string) bool { return fitsTag(host.System, pattern, tag) != evidence.No }
	return slices.ContainsFunc(r.Include, in) && !slices.ContainsFunc(r.Exclude, out)
}

// fitsTag reads a pattern as the host does. GitHub's are those of Ruby's fnmatch with
// FNM_PATHNAME: a star stays between slashes, ** followed by a slash does not. GitLab has one
// star, which takes anything. A pattern that cannot be read is unknown: it includes nothing, and
// may leave anything out.
func fitsTag(system, pattern, tag string) evidence.Answer {
	switch {
	case pattern == "~ALL":
		return evidence.Yes
	case system == "gitlab":
		return evidence.Known(fitsStar(strings.TrimPrefix(pattern, "refs/tags/"), tag))
	}
	if !strings.HasPrefix(pattern, "refs/") {
		pattern = "refs/tags/" + pattern
	}
	pattern = strings.ReplaceAll(pattern, "[!", "[^") // as Go spells it
	if _, err := path.Match(pattern, ""); err != nil {
		return evidence.Unknown
	}
	return evidence.Known(fitsPath(strings.Split(pattern, "/"), strings.Split("refs/tags/"+tag, "/")))
}

// fitsPath matches segment by segment. Rows hold which beginnings of the tag are matched
// so far, so that no pattern takes more than its length times the tag's.
func fitsPath(pattern, tag []string) bool {
	row := make([]bool, len(tag)+1)
	row[0] = true
	for i, segment := range pattern {
		next := make([]bool, len(tag)+1)
		if segment == "**" && i < len(pattern)-1 {
			reached := false
			for j := range row {
				reached = reached || row[j]
				next[j] = reached
			}
		} else {
			for j := range tag {
				if row[j] {
					matched, err := path.Match(segment, tag[j])
					next[j+1] = err == nil && matched
				}
			}
		}
		row = next
	}
	return row[len(tag)]
}

// fitsStar matches text in which each star takes anything, slashes too.
func fitsStar(pattern, tag string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == tag
	}
	rest, ok := strings.CutPrefix(tag, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[last])
}
