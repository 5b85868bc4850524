package link

import (
	"path"
	"strings"
)

// patterns are the members of a workspace: folders, * and ** as npm, pnpm, uv
// and Cargo know them, and what begins with ! taken out again.
type patterns struct {
	literal map[string]bool
	globs   []glob
}

type glob struct {
	segments []string
	out      bool
}

// maxGlobs bounds what a hostile manifest can make every folder be matched against.
const maxGlobs = 256

func newPatterns(all []string) patterns {
	p := patterns{literal: map[string]bool{}}
	for _, pattern := range all {
		pattern, out := strings.CutPrefix(strings.TrimSpace(pattern), "!")
		pattern = strings.Trim(path.Clean(strings.ReplaceAll(pattern, `\`, "/")), "/")
		if !out && !strings.ContainsAny(pattern, "*?[{") {
			p.literal[pattern] = true
			continue
		}
		for _, one := range braces(pattern) {
			if len(p.globs) < maxGlobs {
				p.globs = append(p.globs, glob{strings.Split(one, "/"), out})
			}
		}
	}
	return p
}

// match says whether a folder, as seen from the root, is a member.
func (p patterns) match(dir string) bool {
	member := p.literal[dir]
	segments := strings.Split(dir, "/")
	for _, g := range p.globs {
		if member == g.out && matchSegments(g.segments, segments) {
			member = !g.out
		}
	}
	return member
}

// matchSegments matches segment by segment; ** stands for any number of them.
// The table of states keeps it from trying every split.
func matchSegments(pattern, segments []string) bool {
	reach := make([]bool, len(segments)+1) // reach[i]: the pattern so far takes the first i segments
	reach[0] = true
	for _, one := range pattern {
		next := make([]bool, len(segments)+1)
		if one == "**" {
			open := false
			for i := range next {
				open = open || reach[i]
				next[i] = open
			}
		} else {
			for i, segment := range segments {
				if reach[i] {
					matched, err := path.Match(one, segment)
					next[i+1] = matched && err == nil
				}
			}
		}
		reach = next
	}
	return reach[len(segments)]
}

// braces writes out the first {a,b} of a pattern.
func braces(pattern string) []string {
	before, rest, open := strings.Cut(pattern, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !open || !closed || strings.Contains(after, "{") {
		return []string{pattern}
	}
	var all []string
	for one := range strings.SplitSeq(inner, ",") {
		all = append(all, before+one+after)
	}
	return all
}
