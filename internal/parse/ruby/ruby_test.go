package ruby

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const (
	gemfile = `source "https://gems.example.com"
gemspec
gem "rails", "~> 7.1", ">= 7.1.2"
gem 'any' # why
gem "tool", git: "https://git.example.com/acme/tool", branch: "main"
gem("held", :github => "acme/held", :ref => "0123456789abcdef0123456789abcdef01234567")
gem "here", path: "../here", require: false
gem name, "1.0"
`
	gemspec = `Gem::Specification.new do |spec|
  spec.add_dependency "mcp", "0.3.0"
  spec.add_development_dependency("rake")
end
`
	lockFile = `GIT
  remote: https://git.example.com/acme/tool
  revision: 0123456789abcdef0123456789abcdef01234567
  branch: main
  specs:
    tool (0.1.0)
      rake

PATH
  remote: .
  specs:
    weather (1.0)

GEM
  remote: https://gems.example.com/
  specs:
    rails (7.1.2)
      rake (>= 12)
    rake (13.0)

CHECKSUMS
  rails (7.1.2) sha256=aa
  weather (1.0)
`
)

func TestManifests(t *testing.T) {
	for path, test := range map[string][2]string{
		"Gemfile": {gemfile, `3:15-21 dependencies rails "~> 7.1, >= 7.1.2" range
4:6-9 dependencies any "" unbounded
5:19-52 dependencies tool "https://git.example.com/acme/tool#main" git
6:25-34 dependencies held "acme/held#0123456789abcdef0123456789abcdef01234567" git commit 0123456
7:20-27 dependencies here "../here" path
`},
		"weather.gemspec": {gemspec, `2:31-36 dependencies mcp "0.3.0" exact
3:36-40 development rake "" unbounded
`},
	} {
		out := parsetest.Read(t, ReadManifest, path, test[0])
		if diff := cmp.Diff(test[1], parsetest.Dependencies(out.Manifests[0])); diff != "" {
			t.Error(path, diff)
		}
	}
}

func TestLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "Gemfile.lock", lockFile)
	want := `6:5-17 tool 0.1.0  git https://git.example.com/acme/tool#0123456789abcdef0123456789abcdef01234567 0123456789abcdef0123456789abcdef01234567
12:5-18 weather 1.0  path .
17:5-18 rails 7.1.2 sha256:aa https://gems.example.com/
19:5-16 rake 13.0  https://gems.example.com/ unhashed 1
`
	if diff := cmp.Diff(want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
		t.Error(diff)
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			return ReadLock(src, out)
		}
		return ReadManifest(src, out)
	}, map[string]string{"Gemfile": gemfile, "weather.gemspec": gemspec, "Gemfile.lock": lockFile})
}
