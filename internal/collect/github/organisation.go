package github

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// orgPath is a path of the organisation that owns the repository.
func (c *collection) orgPath(rest string) string {
	return "orgs/" + url.PathEscape(c.host.Organisation.Name) + rest
}

// organisation collects who owns the organisation and how its people sign in.
func (c *collection) organisation(ctx context.Context) error {
	o := c.host.Organisation
	if o == nil {
		return nil // a person's: nobody is told how a person signs in
	}
	for _, part := range []func(context.Context, *evidence.Organisation) error{c.governance, c.signIn, c.owners, c.releasePolicy, c.runnerGroups} {
		if err := part(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// governance asks for the settings that GET of the organisation shows its owners.
func (c *collection) governance(ctx context.Context, o *evidence.Organisation) error {
	const permission = "organization_administration:read"
	fields := []string{"organisation/mfaRequired", "organisation/defaultPermission", "organisation/deployKeysAllowed"}
	all := func(reason string) {
		for _, what := range fields {
			c.note(what, reason, permission)
		}
	}
	if no := c.may(permission, "admin:org", "read:org"); no != nil {
		all(no.Reason)
		return nil
	}
	var own struct {
		MFA        *bool  `json:"two_factor_requirement_enabled"`
		Default    string `json:"default_repository_permission"`
		DeployKeys *bool  `json:"deploy_keys_enabled_for_repositories"`
	}
	if _, err := c.get(ctx, strings.TrimSuffix(c.orgPath(""), "/"), &own); err != nil {
		if c.unseen("organisation/mfaRequired", err, permission) != nil {
			return err
		}
		all(c.host.Why("organisation/mfaRequired").Reason)
		return nil
	}
	o.MFARequired, o.DefaultPermission, o.DeployKeysAllowed = known(own.MFA), own.Default, known(own.DeployKeys)
	for i, missing := range []bool{own.MFA == nil, own.Default == "", own.DeployKeys == nil} {
		if missing {
			c.note(fields[i], "the host tells only owners of the organisation", permission)
		}
	}
	return nil
}

// signIn asks who signs in without a second factor, or with an insecure one. Only
// owners may use these filters.
func (c *collection) signIn(ctx context.Context, o *evidence.Organisation) error {
	const permission = "members:read"
	insecureSeen := evidence.Yes
	for _, part := range []struct {
		what, path string
		people     *[]evidence.Person
		seen       *evidence.Answer
	}{
		{"organisation/withoutMfa", "/members?filter=2fa_disabled&per_page=100", &o.WithoutMFA, &o.WithoutMFASeen},
		{"organisation/outsideWithoutMfa", "/outside_collaborators?filter=2fa_disabled&per_page=100", &o.OutsideWithoutMFA, &o.OutsideSeen},
		{"organisation/insecureMfa", "/members?filter=2fa_insecure&per_page=100", &o.InsecureMFA, &insecureSeen},
		{"organisation/insecureMfa", "/outside_collaborators?filter=2fa_insecure&per_page=100", &o.InsecureMFA, &insecureSeen},
	} {
		whole, err := c.people(ctx, part.what, permission, part.path, part.people)
		if err != nil {
			return err
		}
		switch {
		case !whole:
			*part.seen = evidence.Unknown
		case part.seen != &insecureSeen:
			*part.seen = evidence.Yes
		}
	}
	o.InsecureSeen = insecureSeen
	return nil
}

// people lists accounts, and says whether the list is whole.
func (c *collection) people(ctx context.Context, what, permission, path string, into *[]evidence.Person) (bool, error) {
	if no := c.may(permission, "admin:org", "read:org"); no != nil {
		return false, c.unseen(what, no, permission)
	}
	whole, err := c.pages(ctx, c.orgPath(path), maxList, func(raw []byte) error {
		var page []struct {
			Login string `json:"login"`
			Type  string `json:"type"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			*into = append(*into, evidence.Person{Login: one.Login, Bot: one.Type == "Bot"})
		}
		return err
	})
	if no := refusalStatus(err); no == 422 {
		err = &refusal{Status: no, Reason: "only owners of the organisation may ask how people sign in", Unlock: permission}
	}
	slices.SortFunc(*into, func(a, b evidence.Person) int { return strings.Compare(a.Login, b.Login) })
	*into = slices.Compact(*into)
	return whole && err == nil, c.listed(what, whole, err, permission)
}

// owners counts who may do everything. A member that is hidden from the token is
// missing in the list without a word: so it counts only where the token surely sees
// all of them.
func (c *collection) owners(ctx context.Context, o *evidence.Organisation) error {
	const what, permission = "organisation/owners", "members:read"
	if o.WithoutMFASeen != evidence.Yes { // whoever was answered that sees all members
		c.note(what, "only members whose membership is public are told to this token", permission)
		return nil
	}
	var all []evidence.Person
	whole, err := c.people(ctx, what, permission, "/members?role=admin&per_page=100", &all)
	if whole {
		count := len(all)
		o.Owners = &count
	}
	return err
}

// releasePolicy asks whether all repositories have immutable releases.
func (c *collection) releasePolicy(ctx context.Context, o *evidence.Organisation) error {
	const permission = "organization_administration:read"
	var seen struct {
		Enforced string `json:"enforced_repositories"`
	}
	is, err := c.field(ctx, "organisation/immutableReleases", c.may(permission, "admin:org"), permission, c.orgPath("/settings/immutable-releases"), &seen)
	if is && seen.Enforced != "" {
		o.ImmutableReleases = evidence.Known(seen.Enforced == "all")
	}
	return err
}

// runnerGroups asks whether public repositories may use a group of runners.
func (c *collection) runnerGroups(ctx context.Context, o *evidence.Organisation) error {
	const what, permission = "organisation/publicRunnerGroups", "organization_self_hosted_runners:read"
	if no := c.may(permission, "admin:org"); no != nil {
		return c.unseen(what, no, permission)
	}
	public, left := false, false
	whole, err := c.pages(ctx, c.orgPath("/actions/runner-groups?per_page=100"), maxList, func(raw []byte) error {
		var page struct {
			All []struct {
				Public *bool `json:"allows_public_repositories"`
			} `json:"runner_groups"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page.All {
			public = public || one.Public != nil && *one.Public
			left = left || one.Public == nil
		}
		return err
	})
	switch {
	case public:
		o.PublicRunnerGroups = evidence.Yes
	case err == nil && whole && !left:
		o.PublicRunnerGroups = evidence.No
	}
	return c.listed(what, whole && !left, err, permission)
}
