package gitlab

import (
	"cmp"
	"context"
	"errors"
	"net/url"

	api "gitlab.com/gitlab-org/api/client-go"

	"github.com/sealvet/sealvet/internal/evidence"
)

// projectAnswer is what the host says of the project. Those without an account get a
// part of it, and some keys come with a role or a plan.
type projectAnswer struct {
	ID            int64  `json:"id"`
	Path          string `json:"path_with_namespace"`
	WebURL        string `json:"web_url"`
	DefaultBranch string `json:"default_branch"`
	Visibility    string `json:"visibility"`
	Archived      *bool  `json:"archived"`
	Namespace     struct {
		Kind string `json:"kind"`
		Path string `json:"full_path"`
	} `json:"namespace"`
	MergeMethod         string `json:"merge_method"`
	PipelineMustSucceed *bool  `json:"only_allow_merge_if_pipeline_succeeds"`
	SkippedCounts       *bool  `json:"allow_merge_on_skipped_pipeline"`
	Builds              string `json:"builds_access_level"`
	Issues              string `json:"issues_access_level"`
	JobTokenPushes      *bool  `json:"ci_push_repository_for_job_token_allowed"`
	SecretDetection     *bool  `json:"pre_receive_secret_detection_enabled"`
	Permissions         struct {
		Project *level `json:"project_access"`
		Group   *level `json:"group_access"`
	} `json:"permissions"`
	admin bool
}

type level struct {
	Level int `json:"access_level"`
}

// role is what the token may do in the project, 0 where the host does not say.
func (c *collection) role() int {
	role := 0
	for _, l := range []*level{c.repo.Permissions.Project, c.repo.Permissions.Group} {
		if l != nil {
			role = max(role, l.Level)
		}
	}
	if c.repo.admin {
		role = 50
	}
	return role
}

// path is a path below the project.
func (c *collection) path(rest string) string {
	return "projects/" + api.PathEscape(c.options.Project) + rest
}

// identify asks for the project itself, and whose the token is.
func (c *collection) identify(ctx context.Context) error {
	_, err := c.get(ctx, c.path(""), nil, &c.repo)
	if absent(err) && c.kind == Job {
		return c.byJob(ctx, err)
	}
	if err != nil {
		return c.unidentified(err)
	}
	if c.repo.ID <= 0 {
		return c.odd(c.path(""))
	}
	h, repo := c.host, &c.repo
	if isProject(repo.Path) {
		h.Name = repo.Path
	}
	h.ID = id(repo.ID)
	h.Visibility, h.DefaultBranch, h.Archived = repo.Visibility, repo.DefaultBranch, answerOf(repo.Archived)
	if !c.kind.member() {
		h.Visibility = cmp.Or(h.Visibility, "public") // else it were not told
	}
	switch repo.Namespace.Kind {
	case "user":
		h.Personal = evidence.Yes
	case "group":
		h.Personal = evidence.No
	}
	return c.whose(ctx)
}

func (c *collection) unidentified(err error) error {
	var no *refusal
	if errors.As(err, &no) {
		no.Unlock = cmp.Or(no.Unlock, "a token that may read the project")
	}
	return err
}

// byJob takes what the token of a job may see of a private project: its branches.
func (c *collection) byJob(ctx context.Context, refused error) error {
	names, err := c.branchNames(ctx)
	switch {
	case refusedBy(err) != nil:
		return c.unidentified(refused)
	case err != nil:
		return err
	}
	for _, one := range names.all {
		if one.Default {
			c.host.DefaultBranch = one.Name
		}
	}
	if c.host.DefaultBranch == "" {
		return c.unidentified(refused)
	}
	c.host.Visibility = "private"
	return nil
}

// whose asks which account the token is of: a person, a project's bot or a group's.
func (c *collection) whose(ctx context.Context) error {
	if !c.kind.member() {
		return nil
	}
	var me struct {
		Name  string `json:"username"`
		Admin bool   `json:"is_admin"`
	}
	_, err := c.get(ctx, "user", nil, &me)
	var no *refusal
	if errors.As(err, &no) {
		return nil // its kind shows in nothing but words
	}
	if err != nil {
		return err
	}
	c.repo.admin = me.Admin
	switch {
	case projectBot.MatchString(me.Name):
		c.kind = Project
	case groupBot.MatchString(me.Name):
		c.kind = Group
	}
	return nil
}

// security reads what the host watches by itself. Secret detection in pipelines is a
// job, not a setting.
func (c *collection) security(context.Context) error {
	s := &c.host.Security
	c.note("security/secretScanning", "on GitLab it is a job of the pipeline, and no setting tells", "")
	if s.PushProtection = answerOf(c.repo.SecretDetection); s.PushProtection == evidence.Unknown {
		c.note("security/pushProtection", "the answer leaves it out: it takes "+ultimate.plan, ultimate.unlock())
	}
	// Releases can be edited, and their tags moved unless protected.
	s.ImmutableRelease = evidence.No
	switch c.repo.Issues {
	case "enabled": // anybody may open a confidential issue
		s.PrivateReports = evidence.Yes
	case "disabled", "private":
		s.PrivateReports = evidence.No
	default:
		c.note("security/privateReports", "whether confidential issues can be opened was not told", anybody.role)
	}
	return nil
}

// webOf is a page of the project's website, empty where the host did not name its site.
func (c *collection) webOf(page string) string {
	u, err := url.Parse(c.repo.WebURL)
	if err != nil || u.Host != c.base.Host {
		return ""
	}
	return c.repo.WebURL + page
}
