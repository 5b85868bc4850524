package workflow

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestCommentsBehindUses(t *testing.T) {
	src := text.NewSource(".github/workflows/ci.yml", []byte(`on: push
jobs:
  call:
    uses: acme/flows/.github/workflows/a.yml@v1 # v1.2.3
  build:
    steps:
      - uses: actions/checkout@v4   #  v4.1.0  
      - uses: "actions/setup-go@v5"	# tag=v5
      - {uses: actions/cache@v4} # v4.0.0
      - {uses: actions/cache@v4, with: {key: "#"}} # v4.0.1
      - uses: actions/a@v1#v2
      - uses: actions/b@v1
        # v1
      - uses: &x actions/c@v1 # c
      - uses: *x # not here
`))
	var out evidence.Snapshot
	if err := Read(src, &out); err != nil {
		t.Fatal(err)
	}
	got := []string{out.Workflows[0].Jobs[0].UsesComment}
	for _, step := range out.Workflows[0].Jobs[1].Steps {
		got = append(got, step.UsesComment)
	}
	want := []string{"v1.2.3", "v4.1.0", "tag=v5", "v4.0.0", "", "", "", "c", "c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
