package link

import (
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
)

func words(line ...string) []evidence.Word {
	var all []evidence.Word
	for _, one := range line {
		all = append(all, evidence.Word{Value: one, Known: true})
	}
	return all
}

func TestWhatAJobReachesIsNoFixture(t *testing.T) {
	step := func(dir string, commands ...evidence.Command) evidence.Script {
		return evidence.Script{Path: ".github/workflows/ci.yml", Origin: evidence.FromStep, Dir: dir, Commands: commands}
	}
	s := &evidence.Snapshot{
		Files: []evidence.File{
			{Path: "examples/app/package.json", Role: evidence.Example},
			{Path: "examples/other/package.json", Role: evidence.Example},
			{Path: "test/build.sh", Role: evidence.Fixture},
			{Path: "test/Dockerfile", Role: evidence.Fixture},
			{Path: "test/unused.sh", Role: evidence.Fixture},
			{Path: "tests/image/Dockerfile", Role: evidence.Fixture},
		},
		Manifests:   []evidence.Manifest{{Path: "examples/app/package.json"}, {Path: "examples/other/package.json"}},
		Dockerfiles: []evidence.Dockerfile{{Path: "tests/image/Dockerfile"}},
		Scripts: []evidence.Script{
			step("", evidence.Command{Words: words("bash", "./test/build.sh")}),
			step("examples/app", evidence.Command{Words: words("npm", "install"), Installs: []evidence.Install{{Tool: "npm"}}}),
			{Path: "test/build.sh", Origin: evidence.FromFile, Commands: []evidence.Command{{Words: words("docker", "build", "--file=test/Dockerfile", ".")}}},
		},
		Workflows: []evidence.Workflow{{Jobs: []evidence.Job{{Steps: []evidence.Step{{With: []evidence.Variable{{Name: "context", Value: "tests/image/"}}}}}}}},
	}
	Roles(s)
	want := map[string]evidence.Role{
		"examples/app/package.json":   evidence.Source,
		"examples/other/package.json": evidence.Example,
		"test/build.sh":               evidence.Source,
		"test/Dockerfile":             evidence.Source, // by way of the script
		"test/unused.sh":              evidence.Fixture,
		"tests/image/Dockerfile":      evidence.Source,
	}
	for _, file := range s.Files {
		if file.Role != want[file.Path] {
			t.Errorf("%s is %q, want %q", file.Path, file.Role, want[file.Path])
		}
	}
}
