package githubtest_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// operations are those that the description was cut down to.
func operations(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("schema/operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

func TestRoutesAreThoseOfTheDescription(t *testing.T) {
	described, served := operations(t), gh.Routes()
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described\n%s\nserved\n%s", strings.Join(described, "\n"), strings.Join(served, "\n"))
	}
}
