package github

import (
	"encoding/json"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Whatever the host says of rules: what one source demands is demanded, and "not
// demanded" takes that both were seen.
func FuzzRules(f *testing.F) {
	f.Add(`[{"type":"pull_request","ruleset_id":1,"parameters":{"required_approving_review_count":2}}]`, `{"required_pull_request_reviews":{"required_approving_review_count":1}}`)
	f.Add(`[{"type":"required_status_checks","parameters":{"required_status_checks":[{"context":"a"}]}},{"type":"x","parameters":7}]`, `{"lock_branch":{"enabled":true}}`)
	f.Add(`[{"type":"pull_request","parameters":null},{"type":"pull_request","parameters":[]}]`, `null`)
	f.Fuzz(func(t *testing.T, rules, protection string) {
		var told []ruleAnswer
		var classic protectionAnswer
		if json.Unmarshal([]byte(rules), &told) != nil || json.Unmarshal([]byte(protection), &classic) != nil {
			return
		}
		one, other := ofRules(told), classic.demands()
		both := merge(one, other)
		a, b, c := one.each(), other.each(), both.each()
		for i := range c {
			switch *c[i] {
			case evidence.Yes:
				if *a[i] != evidence.Yes && *b[i] != evidence.Yes {
					t.Fatalf("%d is demanded by nobody", i)
				}
			case evidence.No:
				if *a[i] != evidence.No || *b[i] != evidence.No {
					t.Fatalf("%d: %s and %s", i, *a[i], *b[i])
				}
			}
		}
		for i, answer := range func() []*evidence.Answer { hidden := merge(one, demands{}); return hidden.each() }() {
			if *answer == evidence.No {
				t.Fatalf("%d is not demanded although classic protection is hidden", i)
			}
		}
		classic.bypass()
	})
}

func FuzzGraphQLErrors(f *testing.F) {
	f.Add(`{"data":null,"errors":[{"type":"FORBIDDEN","path":["a",0,{"b":1}],"message":"no"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var r reply
		if json.Unmarshal([]byte(text), &r) != nil {
			return
		}
		for _, one := range r.fields() {
			if len([]rune(one.Message)) > 170 {
				t.Fatal("too long")
			}
		}
		_, _, _ = r.tooLarge(), r.has("RATE_LIMITED"), r.nothing()
	})
}
