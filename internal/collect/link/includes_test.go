package link

import (
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestIncludes(t *testing.T) {
	local := func(name string) evidence.Include {
		return evidence.Include{Path: ".gitlab-ci.yml", Kind: evidence.IncludeLocal, Name: evidence.Text{Value: name}}
	}
	seen := evidence.Snapshot{
		Files: []evidence.File{{Path: "ci/a.yml"}, {Path: "ci/b.yml"}, {Path: "ci/deep/c.yml"}, {Path: "x.gitlab-ci.yml"}},
		Includes: []evidence.Include{
			local("/ci/*.yml"), local("ci/a.yml"), local("/x.gitlab-ci.yml"), local("/missing.yml"), local("[bad"),
			{Kind: evidence.IncludeTemplate, Name: evidence.Text{Value: "ci/deep/c.yml"}},
		},
	}
	Includes(&seen)
	var got []string
	for _, gap := range seen.Gaps {
		got = append(got, string(gap.Kind)+" "+gap.Subject)
	}
	want := "images ci/a.yml, commands ci/a.yml, images ci/b.yml, commands ci/b.yml"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
