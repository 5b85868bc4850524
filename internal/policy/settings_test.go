package policy

import (
	"reflect"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// What a policy says of the host reaches the checks as it was written; what it does
// not say has a default, and none of them is nothing at all.
func TestHostSettings(t *testing.T) {
	p, err := Load(Name, []byte(`
branches: {release: [release/*]}
review: {approvals: 2, since: 2026-06-01, solo: true, bots: ['renovate[bot]']}
access: {max-secret-age: 90, max-owners: 3, min-log-days: 30}
signing: {max-key-age: 400}
`), register, now)
	if err != nil {
		t.Fatal(err)
	}
	two := 2
	want := evidence.Settings{
		From:     Name,
		Branches: evidence.BranchSettings{Release: []string{"release/*"}},
		Review: evidence.ReviewSettings{
			Approvals: &two, Since: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Solo: true, Bots: []string{"renovate[bot]"},
		},
		Access:  evidence.AccessSettings{MaxSecretAge: 90, MaxOwners: 3, MinLogDays: 30},
		Signing: evidence.SigningSettings{MaxKeyAge: 400},
	}
	if !reflect.DeepEqual(p.Settings, want) {
		t.Errorf("read %+v, want %+v", p.Settings, want)
	}

	for _, c := range []struct {
		settings                                 evidence.Settings
		approvals, secrets, owners, logs, keyAge int
	}{
		{want, 2, 90, 3, 30, 400},
		{evidence.Settings{}, 1, 365, 5, 90, 1095},
	} {
		s := c.settings
		got := [5]int{s.Review.Wanted(), s.Access.SecretAge(), s.Access.OwnersAllowed(), s.Access.LogDays(), s.Signing.KeyAge()}
		if got != [5]int{c.approvals, c.secrets, c.owners, c.logs, c.keyAge} {
			t.Errorf("%+v means %v", s, got)
		}
	}
}
