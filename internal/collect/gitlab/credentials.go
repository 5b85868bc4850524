package gitlab

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	api "gitlab.com/gitlab-org/api/client-go"

	"github.com/sealvet/sealvet/internal/evidence"
)

// variable is one of CI, without its value: that is not even decoded.
type variable struct {
	Key       string `json:"key"`
	Protected *bool  `json:"protected"`
	Masked    *bool  `json:"masked"`
	Hidden    *bool  `json:"hidden"`
	Scope     string `json:"environment_scope"`
}

// secrets reads the variables of the project and of its groups.
func (c *collection) secrets(ctx context.Context) error {
	own, _, err := settings[variable](ctx, c, maintainer, c.path("/variables"), "secrets/environment", "secrets/repository")
	for _, v := range own {
		c.host.Secrets = append(c.host.Secrets, v.secret("repository"))
	}
	for _, path := range c.groups() {
		if err != nil {
			return err
		}
		var shared []variable
		shared, _, err = settings[variable](ctx, c, groupOwner, "groups/"+api.PathEscape(path)+"/variables", "secrets/organisation")
		for _, v := range shared {
			c.host.Secrets = append(c.host.Secrets, v.secret("organisation"))
		}
	}
	return err
}

// secret takes a variable for one: what is not even masked may be none, and says so.
func (v variable) secret(level string) evidence.Secret {
	s := evidence.Secret{Name: v.Key, Level: level, Protected: answerOf(v.Protected), Masked: orAnswer(answerOf(v.Masked), answerOf(v.Hidden))}
	if v.Scope != "" && v.Scope != "*" {
		s.Environment = v.Scope
		if level == "repository" {
			s.Level = "environment"
		}
	}
	return s
}

// key is a deploy key, a deploy token or an access token of the project.
type key struct {
	ID       int64      `json:"id"`
	Title    string     `json:"title"`
	Name     string     `json:"name"`
	CanPush  *bool      `json:"can_push"`
	Scopes   []string   `json:"scopes"`
	Level    int        `json:"access_level"`
	Created  *time.Time `json:"created_at"`
	LastUsed *time.Time `json:"last_used_at"`
	Expires  expiry     `json:"expires_at"`
	Revoked  bool       `json:"revoked"`
	Expired  bool       `json:"expired"`
}

// expiry is a moment, or a day that a token ends with.
type expiry struct{ time.Time }

// UnmarshalJSON takes both forms; another one is no end.
func (e *expiry) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(form, text); err == nil {
			e.Time = at.UTC()
		}
	}
	return nil
}

// deployKeys reads all that reads or writes the repository without a person: deploy
// keys, deploy tokens, access tokens of the project.
func (c *collection) deployKeys(ctx context.Context) error {
	for _, source := range []struct {
		path, prefix, words string
	}{
		{"/deploy_keys", "", ""},
		{"/deploy_tokens", "token-", "deploy token "},
		{"/access_tokens", "access-token-", "project access token "},
	} {
		all, _, err := settings[key](ctx, c, maintainer, c.path(source.path), "deployKeys")
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.Revoked || k.Expired {
				continue
			}
			one := evidence.DeployKey{
				ID: source.prefix + id(k.ID), Title: source.words + short(cmp.Or(k.Title, k.Name)), CanWrite: k.writes(source.prefix),
				Created: when(k.Created), LastUsed: when(k.LastUsed), UsedSeen: evidence.Unknown, Expires: k.Expires.Time,
			}
			if k.LastUsed != nil || source.prefix == "access-token-" {
				one.UsedSeen = evidence.Yes
			}
			c.host.DeployKeys = append(c.host.DeployKeys, one)
		}
	}
	return nil
}

// writes says whether a key may push. Deploy tokens write packages at most; an access
// token writes by its scope, from Developer on.
func (k key) writes(kind string) evidence.Answer {
	switch kind {
	case "":
		return answerOf(k.CanPush)
	case "token-":
		return evidence.No
	}
	scope := slices.Contains(k.Scopes, "api") || slices.Contains(k.Scopes, "write_repository")
	return evidence.Known(scope && k.Level >= 30)
}

// hook is a webhook. Whether it has a secret token is never told.
type hook struct {
	ID     int64  `json:"id"`
	URL    string `json:"url"`
	Verify *bool  `json:"enable_ssl_verification"`
	Status string `json:"alert_status"` // executable, temporarily_disabled, disabled
}

func (c *collection) webhooks(ctx context.Context) error {
	own, _, err := settings[hook](ctx, c, maintainer, c.path("/hooks"), "webhooks/repository")
	c.addHooks("repository", own)
	for _, path := range c.groups() {
		if err != nil {
			return err
		}
		var shared []hook
		shared, _, err = settings[hook](ctx, c, groupHooks, "groups/"+api.PathEscape(path)+"/hooks", "webhooks/organisation")
		c.addHooks("organisation", shared)
	}
	return err
}

func (c *collection) addHooks(level string, hooks []hook) {
	for _, h := range hooks {
		one := evidence.Webhook{ID: id(h.ID), Level: level, VerifyTLS: answerOf(h.Verify)}
		if u, err := url.Parse(h.URL); err == nil {
			one.Host, one.Scheme = short(u.Hostname()), u.Scheme
		}
		switch h.Status {
		case "executable", "temporarily_disabled":
			one.Active = evidence.Yes
		case "disabled":
			one.Active = evidence.No
		}
		c.host.Webhooks = append(c.host.Webhooks, one)
		c.note("webhooks/"+level+"/"+one.ID+"/hasSecret", "GitLab does not tell whether a webhook has a secret token", "")
	}
}
