package provenance

import (
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// A level counts where every control of it is known to be there; what is unknown never
// lifts it, and is told.
func TestSourceLevelOf(t *testing.T) {
	two := 2
	for _, c := range []struct {
		name    string
		change  func(*evidence.Branch)
		level   int
		why     string
		unknown []string
	}{
		{"everything", func(*evidence.Branch) {}, 4, "", nil},
		{"force pushes", func(b *evidence.Branch) { b.ForcePushBlocked = evidence.No }, 1, "force pushes must be blocked", nil},
		{"deletion unknown", func(b *evidence.Branch) { b.DeletionBlocked = evidence.Unknown }, 1, "", []string{"branches/main/deletionBlocked"}},
		{"no pull request", func(b *evidence.Branch) { b.PullRequest = evidence.No }, 2, "changes must come by pull requests", nil},
		{"no checks, and the bypass list not shown", func(b *evidence.Branch) { b.StatusChecks, b.BypassSeen = evidence.No, evidence.Unknown }, 2, "checks must be required", []string{"branches/main/bypass"}},
		{"a bypass", func(b *evidence.Branch) { b.Bypass = []evidence.Bypass{{Kind: "role", Mode: "pull-request"}} }, 2, "nobody may go past the rules", nil},
		{"a bypass of a list not whole", func(b *evidence.Branch) {
			b.Bypass, b.BypassSeen = []evidence.Bypass{{Kind: "role", Mode: "always"}}, evidence.Unknown
		}, 2, "nobody may go past the rules", nil},
		{"bypass list not shown", func(b *evidence.Branch) { b.BypassSeen = evidence.Unknown }, 2, "", []string{"branches/main/bypass"}},
		{"no approval", func(b *evidence.Branch) { *b.Approvals = 0 }, 3, "the approval of a second person must be required", nil},
		{"approvals unknown", func(b *evidence.Branch) { b.Approvals = nil }, 3, "", []string{"branches/main/approvals"}},
		{"last pusher", func(b *evidence.Branch) { b.LastPush = evidence.No }, 3, "it must be of what is merged", nil},
		{"last pusher unknown", func(b *evidence.Branch) { b.LastPush = evidence.Unknown }, 3, "", []string{"branches/main/lastPush"}},
		{"one approval that is never stale", func(b *evidence.Branch) { b.DismissStale = evidence.No }, 4, "", nil},
		{"two, of which one may be stale", func(b *evidence.Branch) { b.Approvals, b.DismissStale = &two, evidence.No }, 3, "it must be of what is merged", nil},
		{"nothing known", func(b *evidence.Branch) { *b = evidence.Branch{Name: "main", Role: "default"} }, 1, "", []string{"branches/main/forcePushBlocked", "branches/main/deletionBlocked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			one := 1
			b := evidence.Branch{
				Name: "main", Role: "default", Protected: evidence.Yes, Approvals: &one, PullRequest: evidence.Yes, DismissStale: evidence.Yes, LastPush: evidence.Yes,
				StatusChecks: evidence.Yes, ForcePushBlocked: evidence.Yes, DeletionBlocked: evidence.Yes, BypassSeen: evidence.Yes,
			}
			c.change(&b)
			got := SourceLevelOf(&evidence.Host{DefaultBranch: "main", Branches: []evidence.Branch{b}})
			if got.Level != c.level || got.Why != c.why || !slices.Equal(got.Unknown, c.unknown) {
				t.Errorf("got %+v", got)
			}
			if !strings.Contains(got.String(), "consistent with Source L") || !strings.Contains(got.String(), "today") {
				t.Errorf("it says %q, which claims more than settings prove", got)
			}
		})
	}
}

func TestSourceLevelOfNothing(t *testing.T) {
	for _, c := range []struct {
		host  *evidence.Host
		level int
	}{{nil, 0}, {&evidence.Host{DefaultBranch: "main"}, 1}} {
		if got := SourceLevelOf(c.host); got.Level != c.level || len(got.Unknown) == 0 {
			t.Errorf("of %v: %+v", c.host, got)
		}
	}
}
