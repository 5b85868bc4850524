package link

import (
	"strings"
	"testing"
	"time"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		patterns string
		dir      string
		want     bool
	}{
		{"packages/*", "packages/a", true},
		{"packages/*", "packages/a/b", false},
		{"packages/**", "packages/a/b", true},
		{"./packages/*/", "packages/a", true},
		{"**", "a/b/c", true},
		{"packages/* !packages/old", "packages/old", false},
		{"!packages/old packages/*", "packages/old", true},
		{"packages/** !**/test/**", "packages/a/test/b", false},
		{"apps/{web,api}", "apps/api", true},
		{"apps/{web,api}", "apps/cli", false},
		{"crates/x-*", "crates/x-core", true},
		{"cli", "cli", true},
		{"cli", "cli/x", false},
		{"[", "[", false},
	} {
		if got := newPatterns(strings.Fields(c.patterns)).match(c.dir); got != c.want {
			t.Errorf("%q matches %q: %t", c.patterns, c.dir, got)
		}
	}
}

func TestHostilePatternsEndSoon(t *testing.T) {
	start := time.Now()
	all := make([]string, 5000)
	for i := range all {
		all[i] = strings.Repeat("**/a*/", 50)
	}
	newPatterns(all).match(strings.Repeat("a/", 64) + "b")
	if took := time.Since(start); took > time.Minute { // a watchdog: what grows too fast takes far longer
		t.Errorf("took %s", took)
	}
}
