package github

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// overviewQuery is most of what a token without administration may see, in one
// request.
const overviewQuery = `query Settings($ids:[ID!]!,$size:Int!,$who:Boolean!){ rateLimit{cost remaining resetAt} viewer @include(if:$who){ login } nodes(ids:$ids){ __typename ... on Repository {
  nameWithOwner viewerPermission hasVulnerabilityAlertsEnabled isSecurityPolicyEnabled
  codeowners{ errors{ kind path line } }
  defaultBranchRef{ name refUpdateRule{ requiredApprovingReviewCount requiresCodeOwnerReviews requiresSignatures requiresLinearHistory requiredStatusCheckContexts } }
  rulesets(first:$size,includeParents:true){ totalCount nodes{ databaseId name target enforcement conditions{ refName{ include exclude } }
    source{ __typename ... on Organization{ login } ... on Repository{ nameWithOwner }} rules(first:50){ nodes{ type } } } } } } }`

type overviewAnswer struct {
	Viewer struct {
		Login string `json:"login"`
	} `json:"viewer"`
	Nodes []*struct {
		Kind       string `json:"__typename"`
		Permission string `json:"viewerPermission"`
		Alerts     *bool  `json:"hasVulnerabilityAlertsEnabled"`
		Policy     *bool  `json:"isSecurityPolicyEnabled"`
		Owners     *struct {
			Errors []ownerError `json:"errors"`
		} `json:"codeowners"`
		Branch *struct {
			Name string       `json:"name"`
			Rule *visibleRule `json:"refUpdateRule"`
		} `json:"defaultBranchRef"`
		Rulesets *struct {
			Total int            `json:"totalCount"`
			Nodes []*listedRules `json:"nodes"`
		} `json:"rulesets"`
	} `json:"nodes"`
}

type ownerError struct {
	Kind string `json:"kind"`
	Path string `json:"path"`
	Line int    `json:"line"`
}

// visibleRule is what everybody who reads the repository sees of the classic
// protection. A demand in it is one; what it leaves out may be demanded all the same.
type visibleRule struct {
	Approvals  *int     `json:"requiredApprovingReviewCount"`
	CodeOwners bool     `json:"requiresCodeOwnerReviews"`
	Signatures bool     `json:"requiresSignatures"`
	Linear     bool     `json:"requiresLinearHistory"`
	Checks     []string `json:"requiredStatusCheckContexts"`
}

type listedRules struct {
	ID          int64  `json:"databaseId"`
	Name        string `json:"name"`
	Target      string `json:"target"`
	Enforcement string `json:"enforcement"`
	Conditions  *struct {
		RefName *refCondition `json:"refName"`
	} `json:"conditions"`
	Source *struct {
		Kind  string `json:"__typename"`
		Login string `json:"login"`
		Name  string `json:"nameWithOwner"`
	} `json:"source"`
	Rules *struct {
		Nodes []*struct {
			Type string `json:"type"`
		} `json:"nodes"`
	} `json:"rules"`
}

type refCondition struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

// overview asks GraphQL for what many requests of REST would tell, and REST where
// GraphQL is not to be had: without a token, or on old servers.
func (c *collection) overview(ctx context.Context) error {
	err := error(&refusal{Reason: "GraphQL is not for those without a token"})
	if c.kind != Anonymous && c.id != "" {
		err = c.overviewByGraphQL(ctx)
	}
	if err != nil {
		c.whose("")
	}
	var no *refusal
	switch {
	case err == nil:
	case errors.As(err, &no):
		if err := c.overviewByREST(ctx); err != nil {
			return err
		}
		c.note("security/policy", no.Reason, "metadata:read")
	default:
		if err := c.unseen("rulesets", err, "metadata:read"); err != nil {
			return err
		}
		c.note("ownerProblems", reasonOf(err), "contents:read")
		c.note("security/policy", reasonOf(err), "metadata:read")
	}
	c.watchers()
	return c.bypasses(ctx)
}

// whose tells the token of a workflow job from that of an App: by the login that
// GraphQL says it has, else by what the options say.
func (c *collection) whose(login string) {
	job := c.options.JobToken
	if login != "" {
		job = login == "github-actions[bot]"
	}
	if job && c.kind == Installation && c.options.App.ID == "" {
		c.kind = Job
	}
}

func (c *collection) overviewByGraphQL(ctx context.Context) error {
	var seen overviewAnswer
	var refused []fieldError
	// A token that begins as those of apps do may be the job's own.
	who := c.kind == Installation && c.options.App.ID == ""
	err := c.halve(40, func(size int) (err error) {
		variables := map[string]any{"ids": []string{c.id}, "size": size, "who": who}
		refused, err = c.query(ctx, overviewQuery, variables, &seen)
		var no *refusal
		if who && errors.As(err, &no) { // perhaps the viewer alone, who cannot be null and takes the rest along
			who, variables["who"] = false, false
			refused, err = c.query(ctx, overviewQuery, variables, &seen)
		}
		return err
	})
	if err != nil {
		return err
	}
	c.whose(seen.Viewer.Login)
	if len(seen.Nodes) == 0 || seen.Nodes[0] == nil || seen.Nodes[0].Kind != "Repository" {
		return &refusal{Status: http.StatusNotFound, Reason: "GraphQL does not find the repository"}
	}
	node := seen.Nodes[0]
	c.takeRulesets(node.Rulesets, refused)
	c.takeOwners(node.Owners, refused)
	if node.Policy != nil {
		c.host.Security.Policy = evidence.Known(*node.Policy)
	} else {
		c.noteField("security/policy", refused, "isSecurityPolicyEnabled", "metadata:read")
	}
	if node.Alerts != nil && (*node.Alerts || node.Permission == "ADMIN") { // false is also what those who may not know are told
		c.host.Security.Alerts = evidence.Known(*node.Alerts)
	}
	if node.Branch != nil && node.Branch.Name == c.host.DefaultBranch {
		c.visible = node.Branch.Rule
	}
	return nil
}

// noteField notes a field that GraphQL refused or left out.
func (c *collection) noteField(what string, refused []fieldError, field, permission string) {
	reason := "the host does not tell this token"
	if one, is := refusedAt(refused, field); is {
		reason = "the host refused it: " + one.Message
	}
	c.note(what, reason, permission)
}

func (c *collection) takeOwners(owners *struct {
	Errors []ownerError `json:"errors"`
}, refused []fieldError) {
	if owners == nil {
		if _, is := refusedAt(refused, "codeowners"); is {
			c.noteField("ownerProblems", refused, "codeowners", "contents:read")
		}
		return // no CODEOWNERS, no errors in it
	}
	c.addOwnerProblems(owners.Errors)
}

func (c *collection) addOwnerProblems(all []ownerError) {
	for _, one := range all {
		c.host.OwnerProblems = append(c.host.OwnerProblems, evidence.Problem{
			What: short(one.Kind), Rule: "CODEOWNERS", At: evidence.Location{Path: one.Path, Line: one.Line},
		})
	}
}

func (c *collection) takeRulesets(found *struct {
	Total int            `json:"totalCount"`
	Nodes []*listedRules `json:"nodes"`
}, refused []fieldError) {
	if found == nil {
		c.noteField("rulesets", refused, "rulesets", "metadata:read")
		return
	}
	if found.Total > len(found.Nodes) {
		c.note("rulesets", "there are more rulesets than were asked for", "metadata:read")
	}
	for _, one := range found.Nodes {
		if one == nil {
			c.noteField("rulesets", refused, "rulesets", "metadata:read")
			continue // refused by itself
		}
		c.host.Rulesets = append(c.host.Rulesets, c.ruleset(one))
	}
}

func (c *collection) ruleset(one *listedRules) evidence.Ruleset {
	r := evidence.Ruleset{
		ID: number(one.ID), Name: one.Name, Target: strings.ToLower(one.Target), Enforcement: strings.ToLower(one.Enforcement), Source: c.host.Name,
	}
	if s := one.Source; s != nil {
		r.Source = cmp.Or(s.Name, s.Login, c.host.Name)
	}
	if one.Conditions != nil && one.Conditions.RefName != nil {
		r.Include, r.Exclude = one.Conditions.RefName.Include, one.Conditions.RefName.Exclude
	}
	if one.Rules != nil {
		for _, rule := range one.Rules.Nodes {
			if rule != nil {
				r.Rules = append(r.Rules, strings.ToLower(rule.Type))
			}
		}
	}
	slices.Sort(r.Rules)
	r.Rules = slices.Compact(r.Rules)
	r.Link = c.rulesetLink(r)
	return r
}

// rulesetLink is its page, of the repository's own settings only: an organisation's
// lies elsewhere.
func (c *collection) rulesetLink(r evidence.Ruleset) string {
	if strings.EqualFold(r.Source, c.host.Name) {
		return c.address() + "/" + c.host.Name + "/settings/rules/" + r.ID
	}
	if c.host.Organisation != nil && strings.EqualFold(r.Source, c.host.Organisation.Name) {
		return c.address() + "/organizations/" + c.host.Organisation.Name + "/settings/rules/" + r.ID
	}
	return ""
}

// overviewByREST is the way without GraphQL.
func (c *collection) overviewByREST(ctx context.Context) error {
	if err := c.rulesetsByREST(ctx); err != nil {
		return err
	}
	var owners struct {
		Errors []ownerError `json:"errors"`
	}
	switch _, err := c.get(ctx, c.path("/codeowners/errors"), &owners); {
	case err == nil:
		c.addOwnerProblems(owners.Errors)
	case !absent(err): // 404 is a repository without CODEOWNERS: its contents are seen
		if err := c.unseen("ownerProblems", err, "contents:read"); err != nil {
			return err
		}
	}
	return nil
}
