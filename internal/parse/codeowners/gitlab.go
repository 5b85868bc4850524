package codeowners

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// gitlab: sections with owners of their own, and patterns below them that take
// these or name others.
func (r *reader) gitlab(src *text.Source) {
	var section evidence.OwnerRule // its name, its owners, and whether it is optional
	for line := range contents(src) {
		if len(r.rules) >= maxRules {
			return
		}
		line = line.TrimSpace()
		if line.Value == "" || strings.HasPrefix(line.Value, "#") {
			continue
		}
		if strings.HasPrefix(line.Value, "[") || strings.HasPrefix(line.Value, "^[") {
			if opened, ok := r.section(line); ok {
				section = opened
				continue
			}
			continue
		}
		words := split(line)
		rule := evidence.OwnerRule{Section: section.Section, Optional: section.Optional, At: words[0].At()}
		pattern := words[0].Value
		if rest, excludes := strings.CutPrefix(pattern, "!"); excludes {
			rule.Exclude, pattern = true, rest
		}
		rule.Pattern = unescape(pattern)
		r.owners(&rule, words[1:], evidence.OwnersGitLab, isGitLabOwner)
		if len(rule.Owners) == 0 && !rule.Exclude {
			if rule.Owners = section.Owners; len(rule.Owners) == 0 {
				r.refuse(words[0], evidence.OwnersGitLab, words[0].Value+" has no owners, and neither has its section")
			}
		}
		r.rules = append(r.rules, rule)
	}
}

// section reads [Name], ^[Name], [Name][2] and the owners behind it.
func (r *reader) section(line text.Text) (section evidence.OwnerRule, ok bool) {
	rest := line
	if strings.HasPrefix(rest.Value, "^") {
		section.Optional, rest = true, rest.Slice(1, len(rest.Value))
	}
	end := strings.IndexByte(rest.Value, ']')
	switch {
	case end < 0:
		r.refuse(line, evidence.OwnersGitLab, "the name of the section has no ] at its end")
		return section, false
	case strings.TrimSpace(rest.Value[1:end]) == "":
		r.refuse(line, evidence.OwnersGitLab, "the section has no name")
		return section, false
	}
	section.Section = strings.ToLower(strings.TrimSpace(rest.Value[1:end]))
	rest = rest.Slice(end+1, len(rest.Value))
	if strings.HasPrefix(rest.Value, "[") {
		end := strings.IndexByte(rest.Value, ']')
		if end < 0 || strings.Trim(rest.Value[1:end], "0123456789") != "" || strings.Trim(rest.Value[1:end], "0") == "" {
			r.refuse(line, evidence.OwnersGitLab, "how many approvals the section wants is no number from 1 on")
			end = max(end, 0)
		}
		rest = rest.Slice(end+1, len(rest.Value))
	}
	r.owners(&section, split(rest), evidence.OwnersGitLab, isGitLabOwner)
	return section, true
}
