package access

import "slices"

// needs tell for each check what of evidence.Host decides it. A check that is decided
// by the tree, and asks the host for more, is there too.
var needs = map[string][]string{
	"unprotected-branch":               {"branches"},
	"force-push-allowed":               {"branches"},
	"branch-deletion-allowed":          {"branches"},
	"status-checks-not-required":       {"branches"},
	"protection-bypass-allowed":        {"branches", "branches/main/bypass", "rulesets/1/bypass"},
	"ruleset-not-enforced":             {"rulesets"},
	"mutable-release-tags":             {"rulesets"},
	"review-not-required":              {"branches"},
	"stale-approval-counts":            {"branches"},
	"last-pusher-can-approve":          {"branches"},
	"code-owner-review-not-required":   {"branches"},
	"broken-codeowners":                {"ownerProblems"},
	"unreviewed-change":                {"changes"},
	"direct-push":                      {"changes", "changes/activity"},
	"bot-approval-counts":              {"actions"},
	"release-without-second-person":    {"environments"},
	"mfa-not-required":                 {"organisation"},
	"member-without-mfa":               {"organisation/withoutMfa"},
	"outside-collaborator-without-mfa": {"organisation/outsideWithoutMfa"},
	"insecure-mfa-method":              {"organisation/insecureMfa"},
	"too-many-owners":                  {"organisation/owners"},
	"write-by-default-token":           {"actions"},
	"excessive-workflow-permissions":   {"actions"},
	"stale-secret":                     {"secrets"},
	"secret-outside-environment":       {"environments", "secrets/environment", "secrets/repository"},
	"signing-key-exposed":              {"environments", "secrets/environment", "secrets/repository"},
	"writable-deploy-key":              {"deployKeys"},
	"stale-deploy-key":                 {"deployKeys"},
	"insecure-webhook":                 {"webhooks"},
	"any-action-allowed":               {"actions"},
	"fork-run-without-approval":        {"actions"},
	"short-log-retention":              {"actions"},
	"secret-scanning-off":              {"security"},
	"persistent-runner":                {"runners"},
	"signature-not-required":           {"branches"},
	"revoked-key-in-use":               {"changes", "signers"},
	"overdue-key-rotation":             {"changes", "signers"},
	"impostor-commit":                  {"pins"},
	"misleading-pin-comment":           {"pins"},
	"mutable-release":                  {"releases", "security/immutableRelease"},
	"asset-replaced-after-release":     {"releases"},
}

// Asks says whether a check asks the code host for anything.
func Asks(check string) bool { return needs[check] != nil }

// Deciding are the rights that together decide a check, the least first.
func Deciding(check string) []string {
	var all []string
	for _, path := range needs[check] {
		for _, right := range Showing(path) {
			if !slices.Contains(all, right) {
				all = append(all, right)
			}
		}
	}
	slices.SortFunc(all, Order)
	return all
}
