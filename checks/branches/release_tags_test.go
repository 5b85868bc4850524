package branches

import (
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestFitsTag(t *testing.T) {
	for _, c := range []struct {
		system, pattern, tag string
		want                 evidence.Answer
	}{
		{"github", "~ALL", "v1", evidence.Yes},
		{"github", "~DEFAULT_BRANCH", "v1", evidence.No},
		{"github", "refs/tags/v*", "v1.2.3", evidence.Yes},
		{"github", "v*", "v1.2.3", evidence.Yes},
		{"github", "refs/tags/v*", "w1", evidence.No},
		{"github", "refs/heads/v*", "v1", evidence.No},
		{"github", "refs/tags/*", "tool/v1", evidence.No},
		{"github", "refs/tags/*/v*", "tool/v1", evidence.Yes},
		{"github", "refs/tags/**/v*", "v1", evidence.Yes},
		{"github", "refs/tags/**/v*", "a/b/c/v1", evidence.Yes},
		{"github", "refs/tags/**", "a/v1", evidence.No},
		{"github", "refs/tags/**/*", "a/v1", evidence.Yes},
		{"github", "refs/**/*", "v1", evidence.Yes},
		{"github", "refs/tags/v[0-9]*", "v1", evidence.Yes},
		{"github", "refs/tags/v[!0-9]*", "v1", evidence.No},
		{"github", "refs/tags/v?", "v12", evidence.No},
		{"github", "refs/tags/v1.{0,1}", "v1.0", evidence.No},
		{"github", "refs/tags/v[", "v1", evidence.Unknown},
		{"github", "", "v1", evidence.No},
		{"gitlab", "*", "a/v1", evidence.Yes},
		{"gitlab", "v*", "v1/2", evidence.Yes},
		{"gitlab", "*-v*-x", "a-v1-x", evidence.Yes},
		{"gitlab", "*-v*-x", "a-v1-y", evidence.No},
		{"gitlab", "v*v", "v", evidence.No},
		{"gitlab", "v1.0", "v1.0", evidence.Yes},
		{"gitlab", "v?", "v1", evidence.No},
	} {
		if got := fitsTag(c.system, c.pattern, c.tag); got != c.want {
			t.Errorf("%s: %q on %q is %v, want %v", c.system, c.pattern, c.tag, got, c.want)
		}
	}
}

// A pattern that somebody chose to be slow is not.
func TestFitsTagEnds(t *testing.T) {
	start := time.Now()
	pattern, tag := strings.Repeat("**/", 300)+"x", strings.Repeat("a/", 300)+"y"
	fitsTag("github", pattern, tag)
	fitsTag("gitlab", strings.Repeat("*a", 300), strings.Repeat("a", 3000))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// An exclusion that cannot be read may leave out every tag.
func TestUnreadableExclusion(t *testing.T) {
	host := &evidence.Host{System: "github"}
	r := &evidence.Ruleset{Include: []string{"~ALL"}, Exclude: []string{"refs/tags/["}}
	if coversTag(host, r, "v1") {
		t.Error("it counts as covered")
	}
}
