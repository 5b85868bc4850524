package gitlabtest

import "time"

// Example is a group with two projects: acme/guarded, whose settings are as they should
// be, and acme/careless, where everything is open.
func Example(plan Plan) World {
	day := func(n int) time.Time { return time.Date(2026, 2, n, 12, 0, 0, 0, time.UTC) }
	return World{
		Plan: plan, Emails: map[string]string{"ada@example.com": "ada", "bob@example.com": "bob"},
		Groups: []Group{{Path: "acme", RequireMFA: true, Members: []Member{{Name: "ada", Level: Owner}, {Name: "cy", Level: Owner}}}},
		Projects: []Project{
			{
				Path: "acme/guarded", Members: []Member{{Name: "bob", Level: Developer}},
				Protected: []Protection{{Name: "main", Merge: []Access{{Level: Maintainer}}, CodeOwners: true}},
				Tags:      []ProtectedTag{{Name: "v*", Create: []Access{{Level: Maintainer}}}},
				Approvals: ApprovalSettings{CommittersMayNot: true, ResetOnPush: true, OverridingDisabled: true},
				Rules:     []ApprovalRule{{Type: "any_approver", Required: 1}},
				PushRules: &PushRules{RejectUnsigned: true, DenyDeleteTag: true}, PipelineMustSucceed: true, MergeMethod: "ff", PushProtection: true,
				Variables: []Variable{{Key: "TOKEN", Protected: true, Masked: true}},
				Commits:   []Commit{{ID: SHA("m1"), Author: "ada@example.com", Parents: 2, At: day(20)}, {Author: "ada@example.com", Parents: -1, At: day(1)}},
				Requests: []MergeRequest{{
					IID: 1, Author: "ada", MergedBy: "ada", MergedAt: day(20), Head: SHA("h1"), Merge: SHA("m1"),
					Commits: []Commit{{ID: SHA("h1"), Author: "ada@example.com"}}, Approvals: []Approval{{By: "bob", At: day(19)}}, Versions: []Version{{Head: SHA("h1"), At: day(18)}},
				}},
			},
			{
				Path: "acme/careless", Approvals: ApprovalSettings{AuthorMayApprove: true}, JobTokenOpen: true, JobTokenPushes: true,
				DeployKeys:   []DeployKey{{ID: 3, Title: "push", CanPush: true, Created: day(1).AddDate(-3, 0, 0)}},
				AccessTokens: []AccessToken{{ID: 8, Name: "robot", Scopes: []string{"api"}, Level: Maintainer, Created: day(1)}},
				Hooks:        []Hook{{ID: 4, URL: "http://hooks.example.com/a", NoTLS: true}},
				Commits:      []Commit{{Author: "ada@example.com", At: day(20)}, {Author: "ada@example.com", Parents: -1, At: day(1)}},
			},
		},
	}
}
