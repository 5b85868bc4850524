package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

// privacy decides whether names that only insiders may know are shown: of people
// without MFA, who may bypass, secrets, keys, receivers of webhooks. Everybody reads
// the logs and reports of a public repository's CI.
type privacy struct{ show bool }

func (p *privacy) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.show, "show-private", false, "name members, secrets and keys even in the CI of a public repository")
}

// withholds says whether names are to be left out.
func (p *privacy) withholds(seen *evidence.Snapshot) bool {
	host := seen.Host()
	return !p.show && host != nil && host.Public() && inCI(os.Getenv)
}

// inCI says whether others read what we write: every CI that is known sets one of these.
func inCI(env func(string) string) bool {
	for _, name := range []string{"CI", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TF_BUILD", "BUILDKITE", "CIRCLECI"} {
		if value := strings.ToLower(env(name)); value != "" && value != "false" && value != "0" {
			return true
		}
	}
	return false
}

// verdict is what may be reported of one, and says once what is left out.
func (p *privacy) verdict(w io.Writer, seen *evidence.Snapshot, v policy.Verdict) policy.Verdict {
	if !p.withholds(seen) {
		return v
	}
	private := func(f policy.Judged) bool { return f.Private != "" }
	if slices.ContainsFunc(v.Findings, private) || slices.ContainsFunc(v.Aside, private) {
		fmt.Fprintln(w, "Names of people, secrets and keys are withheld, because everybody reads this repository's CI (--show-private shows them).")
	}
	return v.Withhold()
}

// snapshot takes the names out of one that is to be saved, or warns of them.
func (p *privacy) snapshot(w io.Writer, seen *evidence.Snapshot) {
	public := *seen
	any := public.Withhold()
	switch {
	case !any:
	case p.withholds(seen):
		*seen = public
		fmt.Fprintln(w, "Names of people, secrets and keys are left out of the snapshot, because everybody reads this repository's CI (--show-private keeps them).")
	default:
		fmt.Fprintln(w, "The snapshot names people, secrets and keys that only insiders may know; do not publish it.")
	}
}
