package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// repositoryAnswer is GET /repos/{owner}/{repo}.
type repositoryAnswer struct {
	NodeID        string `json:"node_id"`
	FullName      string `json:"full_name"`
	Link          string `json:"html_url"`
	Private       bool   `json:"private"`
	Visibility    string `json:"visibility"`
	Archived      *bool  `json:"archived"`
	DefaultBranch string `json:"default_branch"`
	Owner         struct {
		Login string `json:"login"`
		Type  string `json:"type"`
	} `json:"owner"`
	// Permissions are those of the person behind the token, absent without a token.
	Permissions *struct {
		Admin bool `json:"admin"`
		Push  bool `json:"push"`
	} `json:"permissions"`
	// Security is there for administrators.
	Security *struct {
		SecretScanning *onOff `json:"secret_scanning"`
		PushProtection *onOff `json:"secret_scanning_push_protection"`
	} `json:"security_and_analysis"`
}

type onOff struct {
	Status string `json:"status"` // enabled, disabled
}

func (o *onOff) answer() evidence.Answer {
	switch {
	case o == nil:
		return evidence.Unknown
	case o.Status == "enabled":
		return evidence.Yes
	case o.Status == "disabled":
		return evidence.No
	}
	return evidence.Unknown
}

// path is one of the repository.
func (c *collection) path(rest string) string {
	return "repos/" + url.PathEscape(c.owner) + "/" + url.PathEscape(c.name) + rest
}

// identify asks for the repository itself, which everything else hangs on. It answers
// false where the host does not show it: that is a Gap.
func (c *collection) identify(ctx context.Context) (bool, error) {
	_, err := c.get(ctx, c.path(""), &c.repo)
	var no *refusal
	var gone *outage
	switch {
	case errors.As(err, &no):
		c.unknown(no)
		return false, nil
	case errors.As(err, &gone):
		gap(c.seen, "the host did not answer: "+gone.Error(), "a run when the host answers")
		c.outages = append(c.outages, gone)
		return false, nil
	case err != nil:
		gap(c.seen, reasonOf(err), "a run that goes to its end")
		return false, err
	}
	c.describe()
	return true, nil
}

func (c *collection) unknown(no *refusal) {
	name := c.owner + "/" + c.name
	switch {
	case no.Status == http.StatusNotFound && c.kind == Anonymous:
		gap(c.seen, name+" does not exist on "+c.api.Host+", or is private and no token was given", "a token with metadata:read on "+name)
	case no.Status == http.StatusNotFound:
		gap(c.seen, name+" does not exist on "+c.api.Host+", or the token may not see it ("+c.kind.Describe()+")", "a token with metadata:read on "+name)
	default:
		unlock := no.Unlock
		if unlock == "" {
			unlock = "metadata:read"
		}
		gap(c.seen, no.Reason, unlock)
	}
}

func (c *collection) describe() {
	r, h := &c.repo, c.host
	c.id = r.NodeID
	if owner, name, is := strings.Cut(r.FullName, "/"); is && nameForm.MatchString(owner) && nameForm.MatchString(name) {
		c.owner, c.name, h.Name = owner, name, r.FullName // after a rename it has another
	}
	h.ID = r.NodeID
	h.DefaultBranch = r.DefaultBranch
	switch {
	case r.Visibility != "":
		h.Visibility = r.Visibility
	case r.Private:
		h.Visibility = "private"
	default:
		h.Visibility = "public"
	}
	if r.Archived != nil {
		h.Archived = evidence.Known(*r.Archived)
	}
	switch r.Owner.Type {
	case "Organization":
		h.Personal = evidence.No
		h.Organisation = &evidence.Organisation{Name: r.Owner.Login, Link: c.address() + "/organizations/" + url.PathEscape(r.Owner.Login) + "/settings/security"}
	case "User":
		h.Personal = evidence.Yes
	}
	if r.Security != nil {
		h.Security.SecretScanning = r.Security.SecretScanning.answer()
		h.Security.PushProtection = r.Security.PushProtection.answer()
	}
}

// watchers notes what the repository's own answer left out.
func (c *collection) watchers() {
	s := c.host.Security
	for _, field := range []struct {
		what   string
		answer evidence.Answer
	}{{"security/secretScanning", s.SecretScanning}, {"security/pushProtection", s.PushProtection}} {
		if field.answer != evidence.Unknown {
			continue // the host said
		}
		if no := c.may("administration:read", "repo"); no != nil {
			c.note(field.what, no.Reason, "administration:read")
		} else {
			c.note(field.what, "the host leaves it out for this token", "administration:read")
		}
	}
}

// jobCan are the permissions that the token of a workflow job may have and that tell
// something here. It never has those of settings. Source: GitHub's documentation.
var jobCan = []string{"metadata:read", "contents:read", "actions:read", "pull_requests:read", "attestations:read", "deployments:read"}

// may says whether asking for something is worth a request: nil, or the refusal that
// would come. The permission is that of fine-grained tokens and apps, the scopes those
// of classic ones.
func (c *collection) may(permission string, scopes ...string) *refusal {
	granted := c.source.granted()
	switch {
	case c.kind == Anonymous:
		return &refusal{Reason: "it is not told without a token", Unlock: permission}
	case c.kind == Job && !slices.Contains(jobCan, permission):
		return &refusal{Reason: "the token of a workflow job can never see it", Unlock: permission}
	case granted != nil && !allows(granted, permission):
		return &refusal{Reason: "the installation of the app lacks " + permission, Unlock: permission}
	case c.kind == Classic && c.scoped && len(scopes) > 0 && !hasScope(c.scopes, scopes...):
		return &refusal{Reason: "the token lacks scope " + strings.Join(scopes, " or "), Unlock: permission}
	}
	return nil
}

// mayAdminister is may for what only administrators of the repository are told.
func (c *collection) mayAdminister(permission string, scopes ...string) *refusal {
	if no := c.may(permission, scopes...); no != nil {
		return no
	}
	if c.personal() && c.repo.Permissions != nil && !c.repo.Permissions.Admin {
		return &refusal{Reason: "whoever the token is of does not administer the repository", Unlock: permission}
	}
	return nil
}

// mayWrite is may for what only those who write to the repository are told.
func (c *collection) mayWrite(permission string, scopes ...string) *refusal {
	if no := c.may(permission, scopes...); no != nil {
		return no
	}
	if c.personal() && c.repo.Permissions != nil && !c.repo.Permissions.Push {
		return &refusal{Reason: "whoever the token is of may not write to the repository", Unlock: permission}
	}
	return nil
}

// personal says whether the token is a person's, whose role counts.
func (c *collection) personal() bool {
	return c.kind == Classic || c.kind == FineGrained || c.kind == Opaque
}

// administers says whether the token surely sees the settings, so that a 404 is a true
// "there is none": its issuer said so, or the host answered another setting of the
// same permission.
func (c *collection) administers() bool {
	return c.administration || allows(c.source.granted(), "administration:read")
}

// jobBudget is how many requests the settings take with the token of a job: history
// and releases have the other three of ten.
const jobBudget = 7

// affords says whether something that can be left out may still be asked.
func (c *collection) affords(what string) bool {
	if c.kind != Job || c.sent() < jobBudget {
		return true
	}
	c.note(what, fmt.Sprintf("left out: with the token of a job a scan asks for no more than ten things (%d were for settings)", c.sent()), "administration:read")
	return false
}

// field asks for one setting, if that is worth a request.
func (c *collection) field(ctx context.Context, what string, no *refusal, permission, path string, into any) (bool, error) {
	if no != nil {
		return false, c.unseen(what, no, permission)
	}
	_, err := c.get(ctx, path, into)
	if err == nil {
		return true, nil
	}
	return false, c.unseen(what, err, permission)
}
