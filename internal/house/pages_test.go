package house

import (
	"testing"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/internal/casetest"
)

// withoutExample are the checks whose page cannot show their defect as text.
var withoutExample = map[string]string{
	"checked-in-binary":         "it looks for binaries, which a page cannot hold",
	"not-reproducible":          "its evidence is two builds, not a file",
	"unsigned-native-extension": "it looks for binaries, which a page cannot hold",
}

// Every page shows files that have the defect and the same files mended; TestPages
// in checks runs them.
func TestEveryPageShowsTheMending(t *testing.T) {
	excused := 0
	for _, check := range checks.All {
		if check.Inspect == nil {
			continue // what policy finds is no file of the repository
		}
		examples, err := casetest.ReadExamples(check)
		if err != nil {
			t.Errorf("%s: %v", check.ID, err)
		}
		if check.Source == audit.FromRegistry || check.Source == audit.FromGit || check.Source == audit.FromHost {
			continue // its evidence is no file of the repository
		}
		if reason := withoutExample[check.ID]; reason != "" {
			excused++
			if len(examples.Before) > 0 || len(examples.After) > 0 {
				t.Errorf("%s has an example, and is excused from one because %s", check.ID, reason)
			}
			continue
		}
		if len(examples.Before) == 0 || len(examples.After) == 0 {
			t.Errorf("%s: \"How to mend\" shows no file before or none after; open a block with ```yaml before <path> and one with ```yaml after <path>", check.ID)
		}
	}
	if excused != len(withoutExample) {
		t.Errorf("withoutExample excuses checks that are not in the register")
	}
}
