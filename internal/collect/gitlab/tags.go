package gitlab

import (
	"context"

	"github.com/sealvet/sealvet/internal/evidence"
)

type protectedTag struct {
	Name   string  `json:"name"`
	Create []entry `json:"create_access_levels"`
}

// tags reads the protected tags. Nobody moves one, by whatever role; git deletes none.
// A Maintainer deletes one on the website, as whoever may change the protection itself.
func (c *collection) tags(ctx context.Context) error {
	all, _, err := settings[protectedTag](ctx, c, maintainer, c.path("/protected_tags"), "rulesets")
	for _, tag := range all {
		r := evidence.Ruleset{
			ID: "tag:" + tag.Name, Name: "protected tag " + tag.Name, Target: "tag", Enforcement: "active", Source: c.host.Name,
			Include: []string{"refs/tags/" + tag.Name}, Rules: []string{"deletion", "update"}, BypassSeen: evidence.Yes, Link: c.webOf("/-/settings/repository"),
		}
		if !tag.open() {
			r.Rules = []string{"creation", "deletion", "update"}
		}
		c.host.Rulesets = append(c.host.Rulesets, r)
	}
	if c.push.tagKept == evidence.Yes {
		c.host.Rulesets = append(c.host.Rulesets, evidence.Ruleset{
			ID: "push-rule", Name: "push rule", Target: "tag", Enforcement: "active", Source: c.host.Name,
			Include: []string{"~ALL"}, Rules: []string{"deletion"}, BypassSeen: evidence.Yes,
		})
	}
	return err
}

// open says whether everybody who may write may make such a tag.
func (t protectedTag) open() bool {
	for _, e := range t.Create {
		if one, may := e.bypass(""); may && one.Kind == "role" && one.Name == developers {
			return true
		}
	}
	return false
}
