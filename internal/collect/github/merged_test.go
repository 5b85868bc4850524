package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// written writes a branch in one line: what is demanded, what is not (-), what is
// unknown (?).
func written(b evidence.Branch) string {
	var words []string
	for _, one := range []struct {
		name   string
		answer evidence.Answer
	}{
		{"protected", b.Protected}, {"pr", b.PullRequest}, {"stale", b.DismissStale}, {"last", b.LastPush}, {"owners", b.CodeOwners}, {"checks", b.StatusChecks}, {"strict", b.Strict},
		{"force", b.ForcePushBlocked}, {"delete", b.DeletionBlocked}, {"signed", b.Signatures}, {"linear", b.Linear}, {"bypass", b.BypassSeen},
	} {
		switch one.answer {
		case evidence.Yes:
			words = append(words, one.name)
		case evidence.No:
			words = append(words, "-"+one.name)
		default:
			words = append(words, "?"+one.name)
		}
	}
	approvals := "?"
	if b.Approvals != nil {
		approvals = fmt.Sprint(*b.Approvals)
	}
	return approvals + " " + strings.Join(words, " ")
}

func reviews(n int, more ...any) githubtest.Rule { return githubtest.ReviewRule(n, more...) }

func set(rules ...githubtest.Rule) githubtest.Ruleset {
	return githubtest.Ruleset{Rules: rules}
}

// What rulesets and classic protection demand together, as an owner's token sees it,
// that of a job, and none.
func TestMergedRules(t *testing.T) {
	none := "-pr -stale -last -owners -checks -strict -force -delete -signed -linear"
	open := "?pr ?stale ?last ?owners ?checks ?strict ?force ?delete ?signed ?linear ?bypass"
	for _, row := range []struct {
		name    string
		classic *githubtest.Protection
		own     []githubtest.Ruleset
		org     []githubtest.Ruleset
		owner   string
		job     string // empty: as the owner
		nobody  string // empty: as the job
	}{
		{name: "nothing", owner: "0 -protected " + none + " bypass"},
		{
			name: "one ruleset", own: []githubtest.Ruleset{set(reviews(1))},
			owner: "1 protected pr -stale -last -owners -checks -strict -force -delete -signed -linear bypass",
			job:   "1 protected pr ?stale ?last ?owners ?checks ?strict ?force ?delete ?signed ?linear ?bypass",
		},
		{
			name: "the stricter of two rulesets", own: []githubtest.Ruleset{set(reviews(1, "require_last_push_approval", true)), set(reviews(2, "dismiss_stale_reviews_on_push", true), githubtest.Rule{Type: "deletion"})},
			owner: "2 protected pr stale last -owners -checks -strict -force delete -signed -linear bypass",
			job:   "2 protected pr stale last ?owners ?checks ?strict ?force delete ?signed ?linear ?bypass",
		},
		{
			name: "inherited from the organisation", org: []githubtest.Ruleset{set(reviews(1, "require_code_owner_review", true), githubtest.Rule{Type: "non_fast_forward"})},
			owner: "1 protected pr -stale -last owners -checks -strict force -delete -signed -linear bypass",
			job:   "1 protected pr ?stale ?last owners ?checks ?strict force ?delete ?signed ?linear ?bypass",
		},
		{
			name: "of the organisation for other repositories", org: []githubtest.Ruleset{{Rules: []githubtest.Rule{reviews(1)}, Repositories: []string{"infra-*"}}},
			owner: "0 -protected " + none + " bypass",
		},
		{
			name: "own and inherited", own: []githubtest.Ruleset{set(githubtest.StatusRule(true, "test"))}, org: []githubtest.Ruleset{set(reviews(2), githubtest.Rule{Type: "required_signatures"})},
			owner: "2 protected pr -stale -last -owners checks strict -force -delete signed -linear bypass",
			job:   "2 protected pr ?stale ?last ?owners checks strict ?force ?delete signed ?linear ?bypass",
		},
		{
			name: "evaluated only", own: []githubtest.Ruleset{{Enforcement: "evaluate", Rules: []githubtest.Rule{reviews(2)}}, {Enforcement: "disabled", Rules: githubtest.Rules("deletion")}},
			owner: "0 -protected " + none + " bypass",
		},
		{
			name: "for other branches", own: []githubtest.Ruleset{{Include: []string{"refs/heads/release/*"}, Rules: []githubtest.Rule{reviews(2)}}},
			owner: "0 -protected " + none + " bypass",
		},
		{
			name: "excluded", own: []githubtest.Ruleset{{Include: []string{"~ALL"}, Exclude: []string{"refs/heads/main"}, Rules: []githubtest.Rule{reviews(2)}}},
			owner: "0 -protected " + none + " bypass",
		},
		{
			name: "of tags", own: []githubtest.Ruleset{{Target: "tag", Include: []string{"~ALL"}, Rules: githubtest.Rules("update", "deletion")}},
			owner: "0 -protected " + none + " bypass",
		},
		{
			name: "a merge queue, updates, workflows", own: []githubtest.Ruleset{set(githubtest.Rule{Type: "update"}, githubtest.Rule{Type: "required_linear_history"})},
			owner: "0 protected -pr -stale -last -owners -checks -strict force -delete -signed linear bypass",
			job:   "? protected ?pr ?stale ?last ?owners ?checks ?strict force ?delete ?signed linear ?bypass",
		},
		{
			name: "a rule of tomorrow", own: []githubtest.Ruleset{set(githubtest.Rule{Type: "rule_of_tomorrow"}, githubtest.Rule{Type: "deletion"})},
			owner: "0 protected -pr -stale -last -owners -checks -strict -force delete -signed -linear bypass",
			job:   "? protected ?pr ?stale ?last ?owners ?checks ?strict ?force delete ?signed ?linear ?bypass",
		},
		{
			name: "a request without approvals", own: []githubtest.Ruleset{set(reviews(0))},
			owner: "0 protected pr -stale -last -owners -checks -strict -force -delete -signed -linear bypass",
			job:   "? protected pr ?stale ?last ?owners ?checks ?strict ?force ?delete ?signed ?linear ?bypass",
		},
		{
			name: "classic alone", classic: &githubtest.Protection{Approvals: count(2), DismissStale: true, CodeOwners: true, LastPush: true, Signatures: true, Linear: true, StatusChecks: []string{"test"}, Strict: true, Admins: true},
			owner:  "2 protected pr stale last owners checks strict force delete signed linear bypass",
			job:    "2 protected pr ?stale ?last owners checks ?strict ?force ?delete signed linear ?bypass", // what everybody who reads is shown
			nobody: "? protected " + open,
		},
		{
			name: "classic that demands little", classic: &githubtest.Protection{AllowForcePush: true, AllowDeletion: true, Admins: true},
			owner: "0 protected " + none + " bypass",
			job:   "? protected " + open,
		},
		{
			name: "classic without reviews", classic: &githubtest.Protection{StatusChecks: []string{"test"}},
			owner:  "0 protected -pr -stale -last -owners checks -strict force delete -signed -linear bypass",
			job:    "? protected ?pr ?stale ?last ?owners checks ?strict ?force ?delete ?signed ?linear ?bypass",
			nobody: "? protected " + open,
		},
		{
			name: "strict about no checks", classic: &githubtest.Protection{Strict: true},
			owner: "0 protected -pr -stale -last -owners -checks -strict force delete -signed -linear bypass",
			job:   "? protected " + open,
		},
		{
			name: "locked", classic: &githubtest.Protection{Lock: true, AllowForcePush: true},
			owner: "0 protected -pr -stale -last -owners -checks -strict force delete -signed -linear bypass",
			job:   "? protected " + open,
		},
		{
			name: "classic is stricter than a ruleset", classic: &githubtest.Protection{Approvals: count(3)}, own: []githubtest.Ruleset{set(reviews(1))},
			owner:  "3 protected pr -stale -last -owners -checks -strict force delete -signed -linear bypass",
			job:    "3 protected pr ?stale ?last ?owners ?checks ?strict ?force ?delete ?signed ?linear ?bypass",
			nobody: "1 protected pr ?stale ?last ?owners ?checks ?strict ?force ?delete ?signed ?linear ?bypass",
		},
		{
			name: "a ruleset is stricter than classic", classic: &githubtest.Protection{Approvals: count(0), AllowForcePush: true, AllowDeletion: true}, org: []githubtest.Ruleset{set(reviews(2, "require_last_push_approval", true), githubtest.Rule{Type: "non_fast_forward"})},
			owner: "2 protected pr -stale last -owners -checks -strict force -delete -signed -linear bypass",
			job:   "2 protected pr ?stale last ?owners ?checks ?strict force ?delete ?signed ?linear ?bypass",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			world := githubtest.World{
				Organisations: []githubtest.Organisation{{Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}}, Rulesets: row.org}},
				Repositories:  []githubtest.Repository{{Owner: "acme", Name: "tool", Rulesets: row.own}},
			}
			if row.classic != nil {
				world.Repositories[0].Protection = map[string]*githubtest.Protection{"main": row.classic}
			}
			if row.job == "" {
				row.job = row.owner
			}
			if row.nobody == "" {
				row.nobody = row.job
			}
			s := githubtest.Serve(t, world)
			job := options(s, s.Token(githubtest.Job))
			job.JobToken = true
			for name, each := range map[string]struct {
				options Options
				want    string
			}{"owner": {options(s, s.Token(githubtest.Classic)), row.owner}, "job": {job, row.job}, "nobody": {options(s, ""), row.nobody}} {
				host := one(t, each.options)
				if got := written(host.Branches[0]); got != each.want {
					t.Errorf("%s\n got %s\nwant %s", name, got, each.want)
				}
				for field, unknown := range map[string]bool{"bypass": host.Branches[0].BypassSeen == evidence.Unknown, "approvals": host.Branches[0].Approvals == nil} {
					if why := host.Why("branches/main/" + field); unknown && (why.Unlock == "" || !strings.HasPrefix(why.What, "branches/main")) {
						t.Errorf("%s: nobody says why %s is unknown: %+v", name, field, why)
					}
				}
			}
		})
	}
}

func TestWhoMayGoPast(t *testing.T) {
	actors := []githubtest.BypassActor{
		{Type: "RepositoryRole", ID: 5}, {Type: "RepositoryRole", ID: 99, Mode: "pull_request"}, {Type: "Team", ID: 7}, {Type: "Integration", ID: 8, Mode: "exempt"},
		{Type: "OrganizationAdmin"}, {Type: "DeployKey"}, {Type: "User", ID: 9}, {Type: "EnterpriseOwner"}, {Type: "SomethingNew", ID: 3},
	}
	s := githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}}}},
		Repositories: []githubtest.Repository{{
			Owner: "acme", Name: "tool", Rulesets: []githubtest.Ruleset{{ID: 4, Rules: []githubtest.Rule{reviews(1)}, Bypass: actors}},
			Protection: map[string]*githubtest.Protection{"main": {Approvals: count(1), BypassReview: []string{"bob", "team/core", "app/robot"}}},
		}},
	})
	var got []string
	for _, b := range one(t, options(s, s.Token(githubtest.Classic))).Branches[0].Bypass {
		got = append(got, strings.TrimSpace(b.Kind+" "+strings.TrimPrefix(b.Name, b.Kind+" "))+" "+b.Mode)
	}
	want := "administrators always, app robot always, team core always, user bob always, app 8 exempt, deploy-key always, enterprise-owner always, organisation-admin always, role 99 pull-request, role admin always, somethingnew 3 always, team 7 always, user 9 always"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
}

// A ruleset of the organisation that the repository's administrator may not change
// does not show who goes past it.
func TestAnAdministratorWhoIsNoOwner(t *testing.T) {
	s := githubtest.Serve(t, githubtest.World{
		Organisations: []githubtest.Organisation{{Login: "acme", Members: []githubtest.Member{{Login: "ada", Owner: true}, {Login: "bob"}}, Rulesets: []githubtest.Ruleset{{ID: 9, Rules: []githubtest.Rule{reviews(2)}}}}},
		Repositories:  []githubtest.Repository{{Owner: "acme", Name: "tool", Collaborators: map[string]string{"bob": "admin"}, Rulesets: []githubtest.Ruleset{{ID: 8, Rules: githubtest.Rules("deletion")}}}},
	})
	host := one(t, options(s, s.Token(githubtest.Classic, githubtest.As("bob"))))
	if got := written(host.Branches[0]); got != "2 protected pr -stale -last -owners -checks -strict -force delete -signed -linear ?bypass" {
		t.Error(got)
	}
	if why := host.Why("branches/main/bypass"); !strings.Contains(why.Reason, "acme") || why.Unlock != "organization_administration:write" {
		t.Errorf("%+v", why)
	}
	if host.Rulesets[0].BypassSeen != evidence.Yes || host.Rulesets[1].BypassSeen != evidence.Unknown {
		t.Error(shown(t, host.Rulesets))
	}
	if host.Organisation.MFARequired != evidence.Unknown || host.Organisation.WithoutMFASeen != evidence.Unknown || host.Organisation.Owners != nil {
		t.Error(shown(t, host.Organisation))
	}
}
