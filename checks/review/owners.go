// Package review holds the checks that ask whether two persons stand behind
// every change and every release.
package review

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxGitHubSize is the size from which on GitHub does not load CODEOWNERS.
const maxGitHubSize = 3 << 20

// hostOf says by whose rules CODEOWNERS is read here.
func hostOf(seen *evidence.Snapshot) evidence.OwnersHost {
	remote := strings.ToLower(seen.Target.Remote)
	switch {
	case strings.Contains(remote, "github"):
		return evidence.OwnersGitHub
	case strings.Contains(remote, "gitlab"):
		return evidence.OwnersGitLab
	}
	host := evidence.OwnersGitHub
	for _, file := range seen.Files {
		switch {
		case strings.HasPrefix(file.Path, ".github/"):
			return evidence.OwnersGitHub
		case file.Path == ".gitlab-ci.yml", strings.HasPrefix(file.Path, ".gitlab/"):
			host = evidence.OwnersGitLab
		}
	}
	return host
}

// readOwners is the file that the host reads: of several the first in its order.
func readOwners(seen *evidence.Snapshot, host evidence.OwnersHost) *evidence.Owners {
	for _, place := range evidence.OwnersPlaces[host] {
		for i := range seen.Owners {
			if seen.Owners[i].Path == place {
				return &seen.Owners[i]
			}
		}
	}
	return nil
}

// owning answers who owns a path.
type owning struct {
	host  evidence.OwnersHost
	rules []compiledRule
	asked int // rules that were held against paths
}

// maxAsked bounds paths times rules.
const maxAsked = 3_000_000

// spent tells that no more is asked: the file has too many rules for its tree.
func (o *owning) spent() bool { return o.asked > maxAsked }

type compiledRule struct {
	evidence.OwnerRule
	match *regexp.Regexp
}

func newOwning(file *evidence.Owners, host evidence.OwnersHost) *owning {
	o := &owning{host: host}
	rules := file.ByGitHub
	if host == evidence.OwnersGitLab {
		rules = file.ByGitLab
	}
	for _, rule := range rules {
		if match := rule.Matcher(host); match != nil {
			o.rules = append(o.rules, compiledRule{rule, match})
		}
	}
	return o
}

// of tells whether somebody owns the path, and which rule takes the owners away
// where one does.
func (o *owning) of(path string) (owned bool, by *evidence.OwnerRule) {
	if o.host == evidence.OwnersGitLab {
		return o.inSections(path)
	}
	for i := range slices.Backward(o.rules) { // the last rule that matches decides
		o.asked++
		if rule := &o.rules[i]; rule.match.MatchString(path) {
			return len(rule.Owners) > 0, &rule.OwnerRule
		}
	}
	return false, nil
}

// inSections: on GitLab the last rule of each section that matches decides, and an
// exclusion is final wherever in its section it stands.
func (o *owning) inSections(path string) (owned bool, by *evidence.OwnerRule) {
	told := make(map[string]bool)
	owners := make(map[string]bool)
	for i := range slices.Backward(o.rules) {
		rule := &o.rules[i]
		o.asked++
		if told[rule.Section] && !rule.Exclude || !rule.match.MatchString(path) {
			continue
		}
		if !told[rule.Section] || rule.Exclude {
			by = &rule.OwnerRule
		}
		owners[rule.Section] = !rule.Exclude && len(rule.Owners) > 0
		told[rule.Section] = true
	}
	for _, section := range owners {
		owned = owned || section
	}
	return owned, by
}
