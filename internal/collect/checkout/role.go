package checkout

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Folder names that tell what the files below are for. They are a first guess:
// link.Roles takes back every file that a CI job or a shipped manifest reaches.
var (
	vendoredFolders = []string{"vendor", "third_party", "third-party", "vendored", "node_modules"}
	fixtureFolders  = []string{"test", "tests", "testdata", "test-data", "test_data", "fixtures", "fixture", "__fixtures__", "__tests__", "testing", "e2e", "spec", "specs", "mocks", "__mocks__", "test-fixtures", "testfixtures", "snapshots"}
	exampleFolders  = []string{"example", "examples", "sample", "samples", "demo", "demos", "template", "templates"}
)

// roleOf guesses the role of a path by its folders.
func roleOf(path string) evidence.Role {
	folders := strings.Split(path, "/")
	folders = folders[:len(folders)-1]
	role := evidence.Source
	for _, folder := range folders {
		folder = strings.ToLower(folder)
		switch {
		case slices.Contains(vendoredFolders, folder):
			return evidence.Vendored
		case role == evidence.Source && slices.Contains(fixtureFolders, folder):
			role = evidence.Fixture
		case role == evidence.Source && (slices.Contains(exampleFolders, folder) || strings.HasPrefix(folder, "template-")):
			role = evidence.Example
		}
	}
	return role
}
