package github

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxList is how many pages of a hundred are read of one list.
const maxList = 10

type secretAnswer struct {
	Name       string    `json:"name"`
	Updated    time.Time `json:"updated_at"`
	Visibility string    `json:"visibility"`
}

// secrets collects the names and ages of stored secrets at all levels.
func (c *collection) secrets(ctx context.Context) error {
	level := func(what, level, environment string, no *refusal, permission, path string) error {
		if no != nil {
			return c.unseen(what, no, permission)
		}
		return c.secretsOf(ctx, what, level, environment, permission, path)
	}
	err := level("secrets/repository", "repository", "", c.mayWrite("secrets:read", "repo"), "secrets:read", "/actions/secrets")
	if err == nil && c.host.Personal != evidence.Yes {
		err = level("secrets/organisation", "organisation", "", c.mayWrite("secrets:read", "repo"), "secrets:read", "/actions/organization-secrets")
	}
	if err == nil {
		err = level("secrets/dependabot", "dependabot", "", c.mayWrite("dependabot_secrets:read", "repo"), "dependabot_secrets:read", "/dependabot/secrets")
	}
	if err != nil {
		return err
	}
	no := c.mayWrite("environments:read", "repo")
	if no != nil {
		err = c.unseen("secrets/environment", no, "environments:read")
	} else {
		for _, e := range c.host.Environments {
			what := "secrets/environment/" + e.Name
			if err = level(what, "environment", e.Name, nil, "environments:read", "/environments/"+url.PathEscape(e.Name)+"/secrets"); err != nil {
				break
			}
		}
		if why := c.host.Why("environments"); why.What == "environments" && c.open("environments") {
			c.note("secrets/environment", "the environments are not told: "+why.Reason, why.Unlock)
		}
	}
	slices.SortStableFunc(c.host.Secrets, func(a, b evidence.Secret) int {
		return strings.Compare(a.Level+"\x00"+a.Environment+"\x00"+a.Name, b.Level+"\x00"+b.Environment+"\x00"+b.Name)
	})
	return err
}

// open says whether something was noted as not seen.
func (c *collection) open(what string) bool {
	return slices.ContainsFunc(c.host.Unseen, func(u evidence.Unseen) bool { return u.What == what })
}

func (c *collection) secretsOf(ctx context.Context, what, level, environment, permission, path string) error {
	whole, err := c.pages(ctx, c.path(path+"?per_page=100"), maxList, func(raw []byte) error {
		var page struct {
			All []secretAnswer `json:"secrets"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page.All {
			c.host.Secrets = append(c.host.Secrets, evidence.Secret{
				Name: one.Name, Level: level, Environment: environment, Updated: one.Updated.UTC(), Visibility: one.Visibility,
			})
		}
		return err
	})
	return c.listed(what, whole, err, permission)
}

// listed notes a list that was refused or cut.
func (c *collection) listed(what string, whole bool, err error, permission string) error {
	if err == nil && !whole {
		c.note(what, "the list was cut: it is longer than is read, or single sign-on hides a part of it", permission)
	}
	return c.unseen(what, err, permission)
}

// deployKeys collects the deploy keys.
func (c *collection) deployKeys(ctx context.Context) error {
	if no := c.mayAdminister("administration:read", "repo"); no != nil {
		return c.unseen("deployKeys", no, "administration:read")
	}
	whole, err := c.pages(ctx, c.path("/keys?per_page=100"), maxList, func(raw []byte) error {
		var page []struct {
			ID       int64           `json:"id"`
			Title    string          `json:"title"`
			ReadOnly *bool           `json:"read_only"`
			Created  time.Time       `json:"created_at"`
			LastUsed json.RawMessage `json:"last_used"`
			Enabled  *bool           `json:"enabled"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			if one.Enabled != nil && !*one.Enabled {
				continue // opens nothing
			}
			key := evidence.DeployKey{ID: number(one.ID), Title: one.Title, Created: one.Created.UTC()}
			if one.ReadOnly != nil {
				key.CanWrite = evidence.Known(!*one.ReadOnly)
			}
			if len(one.LastUsed) > 0 { // null for one that was never used
				key.UsedSeen = evidence.Yes
				_ = json.Unmarshal(one.LastUsed, &key.LastUsed) // else it stays zero
				key.LastUsed = key.LastUsed.UTC()
			}
			c.host.DeployKeys = append(c.host.DeployKeys, key)
		}
		return err
	})
	slices.SortFunc(c.host.DeployKeys, func(a, b evidence.DeployKey) int { return int(atoi(a.ID) - atoi(b.ID)) })
	return c.listed("deployKeys", whole, err, "administration:read")
}

type hookAnswer struct {
	ID     int64 `json:"id"`
	Active *bool `json:"active"`
	Config *struct {
		URL      string          `json:"url"`
		Insecure json.RawMessage `json:"insecure_ssl"` // "0", 0
		Secret   string          `json:"secret"`       // ******** where there is one
	} `json:"config"`
}

// webhooks collects the addresses that the host tells about events.
func (c *collection) webhooks(ctx context.Context) error {
	no := c.mayAdminister("repository_hooks:read", "admin:repo_hook", "read:repo_hook", "repo")
	if err := c.hooksOf(ctx, "repository", no, "repository_hooks:read", c.path("/hooks?per_page=100")); err != nil {
		return err
	}
	if c.host.Organisation == nil {
		return nil
	}
	no = c.may("organization_hooks:read", "admin:org_hook", "read:org_hook")
	return c.hooksOf(ctx, "organisation", no, "organization_hooks:read", c.orgPath("/hooks?per_page=100"))
}

func (c *collection) hooksOf(ctx context.Context, level string, no *refusal, permission, path string) error {
	what := "webhooks/" + level
	if no != nil {
		return c.unseen(what, no, permission)
	}
	whole, err := c.pages(ctx, path, maxList, func(raw []byte) error {
		var page []hookAnswer
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			c.host.Webhooks = append(c.host.Webhooks, one.evidence(level))
		}
		return err
	})
	return c.listed(what, whole, err, permission)
}

func (h hookAnswer) evidence(level string) evidence.Webhook {
	one := evidence.Webhook{ID: number(h.ID), Level: level}
	if h.Active != nil {
		one.Active = evidence.Known(*h.Active)
	}
	if h.Config == nil {
		return one
	}
	if u, err := url.Parse(h.Config.URL); err == nil {
		one.Host, one.Scheme = u.Host, strings.ToLower(u.Scheme)
	}
	switch strings.Trim(string(h.Config.Insecure), `"`) {
	case "0":
		one.VerifyTLS = evidence.Yes
	case "1":
		one.VerifyTLS = evidence.No
	}
	one.HasSecret = evidence.Known(h.Config.Secret != "")
	return one
}

// runners collects the self-hosted runners of the repository and of its
// organisation.
func (c *collection) runners(ctx context.Context) error {
	no := c.mayAdminister("administration:read", "repo")
	if err := c.runnersOf(ctx, "repository", no, "administration:read", c.path("/actions/runners?per_page=100")); err != nil {
		return err
	}
	if c.host.Organisation == nil {
		return nil
	}
	no = c.may("organization_self_hosted_runners:read", "admin:org")
	return c.runnersOf(ctx, "organisation", no, "organization_self_hosted_runners:read", c.orgPath("/actions/runners?per_page=100"))
}

func (c *collection) runnersOf(ctx context.Context, level string, no *refusal, permission, path string) error {
	what := "runners/" + level
	if no != nil {
		return c.unseen(what, no, permission)
	}
	whole, err := c.pages(ctx, path, maxList, func(raw []byte) error {
		var page struct {
			All []struct {
				Name   string `json:"name"`
				Labels []struct {
					Name string `json:"name"`
				} `json:"labels"`
				Ephemeral *bool `json:"ephemeral"`
			} `json:"runners"`
		}
		err := json.Unmarshal(raw, &page)
		for _, one := range page.All {
			runner := evidence.HostRunner{Name: one.Name, Level: level}
			for _, label := range one.Labels {
				runner.Labels = append(runner.Labels, label.Name)
			}
			slices.Sort(runner.Labels)
			if one.Ephemeral != nil {
				runner.Ephemeral = evidence.Known(*one.Ephemeral)
			}
			c.host.Runners = append(c.host.Runners, runner)
		}
		return err
	})
	return c.listed(what, whole, err, permission)
}
