package gitlab

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/checks/access"
	"github.com/sealvet/sealvet/checks/branches"
	"github.com/sealvet/sealvet/checks/review"
	"github.com/sealvet/sealvet/checks/signing"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

// asked are the checks that GitLab has the notion of.
var asked = []*audit.Check{
	branches.UnprotectedBranch, branches.ForcePushAllowed, branches.BranchDeletionAllowed, branches.StatusChecksNotRequired, branches.ProtectionBypassAllowed,
	branches.RulesetNotEnforced, branches.MutableReleaseTags,
	review.ReviewNotRequired, review.StaleApprovalCounts, review.LastPusherCanApprove, review.UnreviewedChange, review.DirectPush,
	access.MFANotRequired, access.TooManyOwners, access.WriteByDefaultToken, access.WritableDeployKey, access.StaleDeployKey, access.InsecureWebhook, access.SecretScanningOff,
	signing.SignatureNotRequired, access.StaleSecret, access.MemberWithoutMFA, access.AnyActionAllowed, access.ForkRunWithoutApproval, access.ShortLogRetention,
}

const (
	pass = audit.Passed
	fail = audit.Failed
	none = audit.NotApplicable
	open = audit.NotAssessed
)

func TestTheChecksJudgeWhatGitLabTells(t *testing.T) {
	for _, test := range []struct {
		name  string
		world lab.World
		token func(*lab.Server) string
		want  map[string]audit.Outcome // of all others: not assessed
	}{
		{"a guarded project, seen by its owner", guarded(lab.Ultimate), func(s *lab.Server) string { return s.Token(lab.Personal) }, map[string]audit.Outcome{
			"unprotected-branch": pass, "force-push-allowed": pass, "branch-deletion-allowed": pass, "status-checks-not-required": pass, "protection-bypass-allowed": pass,
			"ruleset-not-enforced": pass, "mutable-release-tags": pass, "review-not-required": pass, "stale-approval-counts": pass, "last-pusher-can-approve": pass,
			"unreviewed-change": pass, "direct-push": pass, "mfa-not-required": pass, "too-many-owners": pass, "write-by-default-token": pass, "writable-deploy-key": pass, "signature-not-required": pass,
			"member-without-mfa": none, "any-action-allowed": none, "fork-run-without-approval": none, "short-log-retention": none,
		}},
		{"an open project, seen by its owner", careless(), func(s *lab.Server) string { return s.Token(lab.Personal) }, map[string]audit.Outcome{
			"unprotected-branch": fail, "force-push-allowed": fail, "branch-deletion-allowed": fail, "status-checks-not-required": fail, "protection-bypass-allowed": none,
			"ruleset-not-enforced": none, "mutable-release-tags": fail, "review-not-required": fail, "stale-approval-counts": none, "last-pusher-can-approve": none,
			"unreviewed-change": none, "direct-push": fail, "secret-scanning-off": fail, "signature-not-required": fail, "too-many-owners": fail, "write-by-default-token": fail, "writable-deploy-key": fail, "stale-deploy-key": fail, "insecure-webhook": fail,
			"member-without-mfa": none, "any-action-allowed": none, "fork-run-without-approval": none, "short-log-retention": none,
		}},
		{"a guarded project on the free plan", guarded(lab.Free), func(s *lab.Server) string { return s.Token(lab.Personal) }, map[string]audit.Outcome{
			"unprotected-branch": pass, "force-push-allowed": pass, "branch-deletion-allowed": pass, "status-checks-not-required": pass, "protection-bypass-allowed": pass,
			"ruleset-not-enforced": pass, "mutable-release-tags": pass, "unreviewed-change": pass, "direct-push": pass, "mfa-not-required": pass, "too-many-owners": pass, "write-by-default-token": pass,
			"writable-deploy-key": pass, "member-without-mfa": none, "any-action-allowed": none, "fork-run-without-approval": none, "short-log-retention": none,
		}},
		{"a guarded project, seen by its job", guarded(lab.Ultimate), func(s *lab.Server) string { return s.Token(lab.Job) }, map[string]audit.Outcome{
			"unprotected-branch": pass, "branch-deletion-allowed": pass, "direct-push": pass, "mfa-not-required": pass,
			"member-without-mfa": none, "any-action-allowed": none, "fork-run-without-approval": none, "short-log-retention": none,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := lab.Serve(t, test.world)
			seen := &evidence.Snapshot{TakenAt: now}
			if err := Collect(t.Context(), seen, options(s, test.token(s))); err != nil {
				t.Fatal(err)
			}
			for _, result := range audit.Run(asked, seen) {
				want := test.want[result.Check.ID]
				if want == "" {
					want = open
				}
				if result.Outcome != want {
					t.Errorf("%s: %s, want %s; findings %s; doubts %s", result.Check.ID, result.Outcome, want, shown(t, result.Findings), shown(t, result.Doubts))
				} else if testing.Verbose() {
					for _, f := range result.Findings {
						t.Logf("%s: %s", f.Check, f.Message)
					}
					for _, d := range result.Doubts {
						t.Logf("%s? %s: %s (%s)", result.Check.ID, d.Subject, d.Reason, d.Unlock)
					}
				}
			}
		})
	}
}

// TestNoRefusalIsTakenForAnAnswer breaks each route in each way, one at a time: what is
// open never passes for it, and what is guarded is never a finding.
func TestNoRefusalIsTakenForAnAnswer(t *testing.T) {
	guardedThing, openThing := guarded(lab.Ultimate), careless()
	guardedThing.InstanceMFA, openThing.InstanceMFA = true, false
	for _, world := range []lab.World{guardedThing, openThing} {
		whole := outcomes(t, world, lab.Fault{Route: "none"}, lab.Personal, lab.Admin())
		for _, route := range lab.Routes() {
			for _, fault := range []lab.Fault{{Status: 403}, {Status: 404}, {Status: 401}, {Status: 502}, {Status: 200, Body: "{}"}, {Status: 200, Body: "null"}} {
				if strings.HasSuffix(route, "/push_rule") && fault.Body == "null" {
					continue // so it says that none was ever set
				}
				fault.Route, fault.Times = route, -1
				for check, outcome := range outcomes(t, world, fault, lab.Personal, lab.Admin()) {
					if outcome == whole[check] || outcome == open || outcome == none && whole[check] == open {
						continue
					}
					t.Errorf("%s answers %d %s: %s is %s, and %s otherwise", route, fault.Status, fault.Body, check, outcome, whole[check])
				}
			}
		}
	}
}

func outcomes(t *testing.T, world lab.World, fault lab.Fault, kind lab.Kind, of ...lab.Option) map[string]audit.Outcome {
	t.Helper()
	s := lab.Serve(t, world)
	s.Fault(fault)
	seen := &evidence.Snapshot{TakenAt: now}
	_ = Collect(t.Context(), seen, options(s, s.Token(kind, of...))) // what it could not ask is in seen
	all := map[string]audit.Outcome{}
	for _, result := range audit.Run(asked, seen) {
		all[result.Check.ID] = result.Outcome
	}
	return all
}

// TestAWeakerTokenJudgesNothingElse asks with each kind of token, in each plan, of public
// and private projects: what it cannot see is not assessed.
func TestAWeakerTokenJudgesNothingElse(t *testing.T) {
	tokens := []struct {
		kind lab.Kind
		of   []lab.Option
	}{
		{lab.Personal, nil}, {lab.Personal, []lab.Option{lab.As("bob")}}, {lab.Personal, []lab.Option{lab.As("eve")}}, {lab.Personal, []lab.Option{lab.Scopes("read_user")}},
		{lab.ProjectToken, nil}, {lab.ProjectToken, []lab.Option{lab.Level(lab.Reporter)}}, {lab.ProjectToken, []lab.Option{lab.Level(lab.Guest)}},
		{lab.GroupToken, nil}, {lab.GroupToken, []lab.Option{lab.Level(lab.Owner)}}, {lab.Job, nil}, {lab.None, nil},
	}
	for _, fresh := range []func() lab.World{func() lab.World { return guarded(lab.Ultimate) }, careless} {
		for _, plan := range []lab.Plan{lab.Free, lab.Premium, lab.Ultimate} {
			for _, private := range []bool{false, true} {
				world := fresh()
				world.Plan, world.Projects[0].Private, world.Groups[0].Private = plan, private, private
				whole := outcomes(t, world, lab.Fault{Route: "none"}, lab.Personal, lab.Admin())
				for i, token := range tokens {
					for check, outcome := range outcomes(t, world, lab.Fault{Route: "none"}, token.kind, token.of...) {
						if outcome == whole[check] || outcome == open || outcome == none && whole[check] == open {
							continue
						}
						t.Errorf("plan %d, private %v, token %d: %s is %s, and %s to an administrator", plan, private, i, check, outcome, whole[check])
					}
				}
			}
		}
	}
}
