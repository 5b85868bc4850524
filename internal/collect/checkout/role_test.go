package checkout

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func TestRoleOf(t *testing.T) {
	for path, want := range map[string]evidence.Role{
		"package.json":                              evidence.Source,
		".github/workflows/test.yml":                evidence.Source,
		"src/test.go":                               evidence.Source, // a file's name says nothing
		"test/resources/repos/go/go.mod":            evidence.Fixture,
		"src/pkg/TestData/x.json":                   evidence.Fixture,
		"examples/app/package.json":                 evidence.Example,
		"packages/create-x/template-vue/index.html": evidence.Example,
		"third_party/lib/Dockerfile":                evidence.Vendored,
		"test/vendor/lib/go.mod":                    evidence.Vendored,
		"contest/package.json":                      evidence.Source,
	} {
		if got := roleOf(path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
}
