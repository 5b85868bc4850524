package gitlab

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

func whats(h *evidence.Host) []string {
	var all []string
	for _, u := range h.Unseen {
		all = append(all, u.What)
	}
	return all
}

func TestAnOwnerSeesEverythingThatGitLabTells(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	o := options(s, s.Token(lab.Personal))
	o.Branches = []WantedBranch{{"release/*", "release"}, {"no-such", "publishes"}}
	h := one(t, o)
	want := []string{"branches/no-such", "security/secretScanning", "webhooks/organisation/9/hasSecret", "webhooks/repository/4/hasSecret"}
	if got := whats(h); !slices.Equal(got, want) {
		t.Errorf("unseen: %s", shown(t, h.Unseen))
	}
	if testing.Verbose() {
		t.Log(shown(t, h))
	}
	if len(h.Branches) != 2 || h.Branches[1].Name != "release/1.0" || *h.Branches[1].Approvals != 2 || h.Branches[1].Role != "release" {
		t.Errorf("branches: %s", shown(t, h.Branches))
	}
	b := h.Branches[0]
	for name, a := range map[string]evidence.Answer{
		"protected": b.Protected, "pullRequest": b.PullRequest, "dismissStale": b.DismissStale, "lastPush": b.LastPush, "codeOwners": b.CodeOwners,
		"statusChecks": b.StatusChecks, "strict": b.Strict, "forcePushBlocked": b.ForcePushBlocked, "deletionBlocked": b.DeletionBlocked, "signatures": b.Signatures, "linear": b.Linear,
		"bypassSeen": b.BypassSeen, "mfa": h.Organisation.MFARequired, "pushProtection": h.Security.PushProtection, "pipelines": h.Actions.Enabled,
	} {
		if a != evidence.Yes {
			t.Errorf("%s is %v", name, a)
		}
	}
	if *b.Approvals != 1 || len(b.Bypass) != 0 || *h.Organisation.Owners != 2 || h.Actions.JobTokenOpen != evidence.No || h.Actions.TokenWrites != evidence.No {
		t.Errorf("host: %s", shown(t, h))
	}
	if len(h.Rulesets) != 2 || len(h.Secrets) != 2 || h.Secrets[1].Environment != "production" || len(h.DeployKeys) != 3 || len(h.Webhooks) != 2 || *h.Environments[0].Reviewers != 1 {
		t.Errorf("host: %s", shown(t, h))
	}
	if h.Cost.Requests != s.Requests() || h.Asker != "personal" || h.ID != "1" || !h.At.Equal(now) {
		t.Errorf("cost %+v, the server counts %d; asker %s", h.Cost, s.Requests(), h.Asker)
	}
}

func TestAnApprovalIsOfTheHeadThatStoodThen(t *testing.T) {
	w := guarded(lab.Premium)
	for _, test := range []struct {
		name    string
		day     int
		old     bool
		pushes  int
		want    string
		members bool
	}{
		{"after the last push", 19, false, 2, lab.SHA("h1"), true},
		{"before it", 16, false, 2, lab.SHA("h0"), true},
		{"a version that does not tell when", 19, true, 2, "", true},
		{"a version that does not tell when, of one push", 19, true, 1, lab.SHA("h1"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := w
			w.Old = test.old
			p := w.Projects[0]
			r := p.Requests[0]
			r.Approvals = []lab.Approval{{By: "bob", At: day(test.day)}}
			r.Versions = r.Versions[2-test.pushes:]
			p.Requests = []lab.MergeRequest{r}
			w.Projects = []lab.Project{p}
			s := lab.Serve(t, w)
			h := one(t, options(s, s.Token(lab.Personal)))
			c := h.Changes.Commits[0]
			if c.Request == nil || len(c.Request.Reviews) != 1 || c.Request.Reviews[0].Commit != test.want || c.Request.Reviews[0].CanPush != evidence.Yes {
				t.Fatalf("changes: %s", shown(t, h.Changes))
			}
			if c.Request.ContributorsSeen != evidence.Yes || len(c.Request.Contributors) != 1 || c.Request.Contributors[0].Login != "ada" || c.Request.MergedBy.Login != "ada" {
				t.Errorf("request: %s", shown(t, c.Request))
			}
			if last := h.Changes.Commits[1]; last.Request != nil || last.RequestSeen != evidence.Yes || h.Changes.Whole != evidence.Yes {
				t.Errorf("changes: %s", shown(t, h.Changes))
			}
		})
	}
}

func TestWhoMayPushGoesPastTheRules(t *testing.T) {
	for _, test := range []struct {
		name             string
		push             []lab.Protection
		bypass, approval int
		force            evidence.Answer
		checks           evidence.Answer
	}{
		{"nobody", []lab.Protection{{Name: "main", ForcePush: true}}, 0, 1, evidence.Yes, evidence.Yes},
		{"maintainers, the default", []lab.Protection{{Name: "main", Push: []lab.Access{{Level: lab.Maintainer}}}}, 1, 1, evidence.Yes, evidence.Yes},
		{"a deploy key", []lab.Protection{{Name: "main", Push: []lab.Access{{Key: 3, Called: "mirror"}}}}, 1, 1, evidence.Yes, evidence.Yes},
		{"developers", []lab.Protection{{Name: "main", Push: []lab.Access{{Level: lab.Developer}}}}, 1, 0, evidence.Yes, evidence.No},
		{"developers by a wildcard", []lab.Protection{{Name: "main"}, {Name: "m*", ForcePush: true, Push: []lab.Access{{Level: lab.Developer}}}}, 1, 0, evidence.No, evidence.No},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := guarded(lab.Premium)
			w.Projects[0].Protected = test.push
			s := lab.Serve(t, w)
			b := one(t, options(s, s.Token(lab.Personal))).Branches[0]
			if len(b.Bypass) != test.bypass || *b.Approvals != test.approval || b.ForcePushBlocked != test.force || b.StatusChecks != test.checks || b.PullRequest != evidence.Known(test.bypass == 0) {
				t.Errorf("branch: %s", shown(t, b))
			}
		})
	}
}

func TestWhatEverybodyIsToldOfABranch(t *testing.T) {
	w := guarded(lab.Premium)
	w.Projects[0].Protected = []lab.Protection{{Name: "main", Push: []lab.Access{{Level: lab.Developer}}}}
	s := lab.Serve(t, w)
	b := one(t, options(s, s.Token(lab.Personal, lab.As("bob")))).Branches[0]
	if b.PullRequest != evidence.No || b.Approvals == nil || *b.Approvals != 0 || b.StatusChecks != evidence.No || b.BypassSeen != evidence.Unknown || b.ForcePushBlocked != evidence.Unknown {
		t.Errorf("branch: %s", shown(t, b))
	}
}

func TestApprovalsByTheAuthorAreNoSecondPersons(t *testing.T) {
	w := guarded(lab.Premium)
	w.Projects[0].Approvals.AuthorMayApprove = true
	w.Projects[0].SkippedCounts = true
	s := lab.Serve(t, w)
	b := one(t, options(s, s.Token(lab.Personal))).Branches[0]
	if *b.Approvals != 0 || b.StatusChecks != evidence.No {
		t.Errorf("branch: %s", shown(t, b))
	}
}

func TestTheFreePlanIsNotAssessed(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Free))
	h := one(t, options(s, s.Token(lab.Personal)))
	b := h.Branches[0]
	if b.Protected != evidence.Yes || b.ForcePushBlocked != evidence.Yes || b.PullRequest != evidence.Yes || b.StatusChecks != evidence.Yes {
		t.Errorf("what every plan has: %s", shown(t, b))
	}
	if b.Approvals != nil || b.DismissStale != evidence.Unknown || b.LastPush != evidence.Unknown || b.CodeOwners != evidence.Unknown || b.Signatures != evidence.Unknown {
		t.Errorf("what Premium has: %s", shown(t, b))
	}
	for _, what := range []string{"branches/main/approvals", "branches/main/dismissStale", "branches/main/lastPush", "branches/main/codeOwners", "branches/main/signatures", "environments", "webhooks/organisation"} {
		if why := h.Why(what); !strings.Contains(why.Unlock, "GitLab Premium") {
			t.Errorf("%s: %+v", what, why)
		}
	}
	if why := h.Why("security/pushProtection"); !strings.Contains(why.Unlock, "GitLab Ultimate") {
		t.Errorf("push protection: %+v", why)
	}
	if s.Count("GET /projects/{id}/push_rule") != 0 {
		t.Error("asked for more of a plan that is not there")
	}
	if h.Changes.Commits[0].Request == nil || len(h.Changes.Commits[0].Request.Reviews) != 1 {
		t.Errorf("approvals are told on every plan: %s", shown(t, h.Changes))
	}
}

func TestEachKindOfTokenSeesItsPart(t *testing.T) {
	for _, test := range []struct {
		name    string
		private bool
		token   func(*lab.Server) string
		asker   string
		unlock  map[string]string // path to what would show it; empty: it is seen
		branch  evidence.Answer   // protected
	}{
		{"project", false, func(s *lab.Server) string { return s.Token(lab.ProjectToken) }, "project",
			map[string]string{"secrets/organisation": "role Owner of the group", "secrets/repository": "", "actions/jobTokenOpen": "", "branches/main/approvals": ""}, evidence.Yes},
		{"project of a developer", false, func(s *lab.Server) string { return s.Token(lab.ProjectToken, lab.Level(lab.Developer)) }, "project",
			map[string]string{"secrets/repository": "role Maintainer", "deployKeys": "role Maintainer", "branches/main/bypass": "role Maintainer", "branches/main/approvals": "role Maintainer", "branches/main/deletionBlocked": ""}, evidence.Yes},
		{"group", true, func(s *lab.Server) string { return s.Token(lab.GroupToken, lab.Level(lab.Owner)) }, "group",
			map[string]string{"secrets/organisation": "", "webhooks/organisation": "", "organisation/owners": "", "branches/main/bypass": ""}, evidence.Yes},
		{"personal, of a developer", true, func(s *lab.Server) string { return s.Token(lab.Personal, lab.As("bob")) }, "personal",
			map[string]string{"rulesets": "role Maintainer", "webhooks/repository": "role Maintainer", "runners": "role Maintainer", "environments": "role Maintainer", "secrets/organisation": "role Owner of the group"}, evidence.Yes},
		{"personal, of a stranger", false, func(s *lab.Server) string { return s.Token(lab.Personal, lab.As("eve")) }, "personal",
			map[string]string{"branches/main/bypass": "role Maintainer", "branches/main/statusChecks": ""}, evidence.Yes},
		{"job", false, func(s *lab.Server) string { return s.Token(lab.Job) }, "job",
			map[string]string{"branches/main/bypass": "role Maintainer", "branches/main/approvals": "GitLab Premium and role Maintainer", "secrets": "", "secrets/repository": "role Maintainer", "organisation/owners": "a role in the group"}, evidence.Yes},
		{"job of a private project", true, func(s *lab.Server) string { return s.Token(lab.Job) }, "job",
			map[string]string{"branches/main/pullRequest": "role Maintainer", "changes/" + lab.SHA("m1"): anybody.role, "organisation/mfaRequired": anybody.role}, evidence.Yes},
		{"none", false, func(s *lab.Server) string { return s.Token(lab.None) }, "",
			map[string]string{"branches/main/bypass": "role Maintainer", "branches/main/statusChecks": anybody.role, "deployKeys": "role Maintainer", "branches/main/protected": ""}, evidence.Yes},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := guarded(lab.Ultimate)
			w.Projects[0].Private = test.private
			s := lab.Serve(t, w)
			h := one(t, options(s, test.token(s)))
			for what, unlock := range test.unlock {
				if why := h.Why(what); why.Unlock != unlock || (unlock == "") != (why.Reason == "the host did not say") {
					t.Errorf("%s: %+v", what, why)
				}
			}
			if h.Asker != test.asker || h.Branches[0].Protected != test.branch {
				t.Errorf("asker %q, branch %s", h.Asker, shown(t, h.Branches[0]))
			}
			if test.asker == "job" || test.asker == "" {
				for _, asked := range s.Asked() {
					if asked.Status == 401 {
						t.Errorf("asked in vain: %s", asked.Path)
					}
				}
			}
		})
	}
}

func TestStrangersOfAPrivateProjectAreToldNothing(t *testing.T) {
	w := guarded(lab.Ultimate)
	w.Projects[0].Private = true
	s := lab.Serve(t, w)
	for _, token := range []string{"", s.Token(lab.Personal, lab.As("eve")), s.Token(lab.Personal, lab.Scopes("read_user"))} {
		var seen evidence.Snapshot
		err := Collect(t.Context(), &seen, options(s, token))
		if err != nil || len(seen.Hosts) != 0 || len(seen.Gaps) != 1 || seen.Gaps[0].Kind != evidence.Hosts || seen.Gaps[0].Unlock == "" {
			t.Errorf("%d hosts, gaps %+v: %v", len(seen.Hosts), seen.Gaps, err)
		}
	}
}
