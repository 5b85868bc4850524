// Package codeowners reads CODEOWNERS by the rules of GitHub and of GitLab. It
// knows what each of them skips or refuses; which of the two reads the file, and
// which paths ought to have an owner, it does not know.
package codeowners

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// Takes a file where one of the hosts looks for it.
func Takes(file string) bool {
	return slices.Contains(evidence.OwnersPlaces[evidence.OwnersGitHub], file) || slices.Contains(evidence.OwnersPlaces[evidence.OwnersGitLab], file)
}

// maxRules is how many lines are kept of one file.
const maxRules = 20_000

// Read reads one file as each host that looks there would.
func Read(src *text.Source, out *evidence.Snapshot) error {
	file := evidence.Owners{Path: src.Path(), Size: int64(src.Len())}
	if slices.Contains(evidence.OwnersPlaces[evidence.OwnersGitHub], src.Path()) {
		r := &reader{}
		r.github(src)
		file.ByGitHub, file.GitHubProblems = r.rules, r.problems
	}
	if slices.Contains(evidence.OwnersPlaces[evidence.OwnersGitLab], src.Path()) {
		r := &reader{}
		r.gitlab(src)
		file.ByGitLab, file.GitLabProblems = r.rules, r.problems
	}
	out.Owners = append(out.Owners, file)
	if len(file.ByGitHub) >= maxRules || len(file.ByGitLab) >= maxRules {
		return src.Errorf(0, 0, "more than %d rules; the rest is not read", maxRules)
	}
	return nil
}

type reader struct {
	rules    []evidence.OwnerRule
	problems []evidence.Problem
}

const maxProblems = 100

func (r *reader) refuse(at text.Text, host evidence.OwnersHost, what string) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, evidence.Problem{What: what, Rule: string(host), At: at.At()})
	}
}

// github: one pattern and its owners a line. A line with anything wrong in it is
// skipped as a whole.
func (r *reader) github(src *text.Source) {
	for line := range contents(src) {
		if len(r.rules) >= maxRules {
			return
		}
		words := split(line)
		if len(words) == 0 || strings.HasPrefix(words[0].Value, "#") {
			continue
		}
		pattern := words[0]
		switch {
		case strings.HasPrefix(pattern.Value, "!"):
			r.refuse(pattern, evidence.OwnersGitHub, pattern.Value+" begins with !, which takes nothing back in CODEOWNERS")
			continue
		case strings.HasPrefix(pattern.Value, `\#`):
			r.refuse(pattern, evidence.OwnersGitHub, pattern.Value+` begins with \#, which GitHub does not take for a name`)
			continue
		case strings.ContainsAny(pattern.Value, "[]"):
			r.refuse(pattern, evidence.OwnersGitHub, pattern.Value+" holds a range in brackets, which CODEOWNERS does not know")
			continue
		}
		rule := evidence.OwnerRule{Pattern: unescape(pattern.Value), At: pattern.At()}
		if r.owners(&rule, words[1:], evidence.OwnersGitHub, isGitHubOwner) {
			r.rules = append(r.rules, rule)
		}
	}
}

// owners adds the owners of a line up to its comment.
func (r *reader) owners(rule *evidence.OwnerRule, words []text.Text, host evidence.OwnersHost, is func(string) bool) bool {
	good := true
	for _, word := range words {
		if strings.HasPrefix(word.Value, "#") {
			break
		}
		if !is(word.Value) {
			r.refuse(word, host, word.Value+" is neither @user, @group/team nor an e-mail address")
			good = false
			continue
		}
		rule.Owners = append(rule.Owners, word.Value)
	}
	return good
}

func isGitHubOwner(s string) bool {
	name, is := strings.CutPrefix(s, "@")
	if !is {
		return isEmail(s)
	}
	user, team, inOrg := strings.Cut(name, "/")
	return isName(user, "-_") && (!inOrg || isName(team, "-_."))
}

func isGitLabOwner(s string) bool {
	if role, is := strings.CutPrefix(s, "@@"); is {
		role = strings.TrimSuffix(role, "s")
		return role == "developer" || role == "maintainer" || role == "owner"
	}
	name, is := strings.CutPrefix(s, "@")
	if !is {
		return isEmail(s)
	}
	for part := range strings.SplitSeq(name, "/") {
		if !isName(part, "-_.") {
			return false
		}
	}
	return true
}

func isName(s, also string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"+also) == ""
}

func isEmail(s string) bool {
	user, host, found := strings.Cut(s, "@")
	return found && user != "" && strings.Contains(host, ".") && !strings.ContainsAny(host, "@/")
}
