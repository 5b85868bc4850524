package pinning

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// publicDomains are the domains of each ecosystem's own registry.
var publicDomains = map[string][]string{
	evidence.NPM:      {"npmjs.org", "npmjs.com", "yarnpkg.com", "jsr.io"},
	evidence.PyPI:     {"pypi.org", "pythonhosted.org", "pypi.python.org"},
	evidence.Cargo:    {"crates.io"},
	evidence.Golang:   {"golang.org"},
	evidence.NuGet:    {"nuget.org"},
	evidence.Maven:    {"repo.maven.apache.org", "maven.org", "plugins.gradle.org", "maven.google.com"},
	evidence.Gem:      {"rubygems.org"},
	evidence.Composer: {"packagist.org"},
}

// testDomains lie below a public domain and are open to other names.
var testDomains = []string{"test.pypi.org", "staging.crates.io"}

// forges serve archives of a commit, which is a git source in another form.
var forges = []string{"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}

// isPublic tells whether a host belongs to the registry that an ecosystem asks
// where nothing is set.
func isPublic(ecosystem, host, address string) bool {
	switch {
	case belongsTo(host, testDomains):
		return false
	case belongsTo(host, publicDomains[ecosystem]):
		return true
	case ecosystem == evidence.Cargo:
		return strings.HasSuffix(strings.TrimSuffix(address, "/"), "://github.com/rust-lang/crates.io-index")
	case ecosystem == evidence.Composer:
		return isForge(host) // where the public registry itself sends the client
	}
	return false
}

func isForge(host string) bool { return belongsTo(host, forges) }

// belongsTo tells whether a host is one of the domains or below one.
func belongsTo(host string, domains []string) bool {
	for _, domain := range domains {
		if below, found := strings.CutSuffix(host, domain); found && (below == "" || strings.HasSuffix(below, ".")) {
			return true
		}
	}
	return false
}

// ecosystemName is what people call an ecosystem.
func ecosystemName(ecosystem string) string {
	switch ecosystem {
	case evidence.PyPI:
		return "Python"
	case evidence.Cargo:
		return "Cargo"
	case evidence.Golang:
		return "Go"
	case evidence.NuGet:
		return "NuGet"
	case evidence.Maven:
		return "Maven"
	case evidence.Gem:
		return "Ruby"
	case evidence.Composer:
		return "Composer"
	}
	return ecosystem
}
