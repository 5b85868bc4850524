package trace

import (
	"path"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// homes are the domains of the public registries, and the names that tools give
// them.
var homes = map[Registry]struct{ domains, names []string }{
	ToNPM:   {[]string{"npmjs.org", "npmjs.com", "yarnpkg.com"}, []string{"npm", "npmjs"}},
	ToPyPI:  {[]string{"pypi.org", "python.org"}, []string{"pypi", "testpypi"}},
	ToCargo: {[]string{"crates.io"}, []string{"crates-io"}},
	ToNuGet: {[]string{"nuget.org"}, []string{"nuget.org", "nuget"}},
	ToGem:   {[]string{"rubygems.org"}, []string{"rubygems"}},
	ToMCP:   {[]string{"modelcontextprotocol.io"}, nil},
}

// indexVariables choose where a tool publishes to.
var indexVariables = map[Registry][]string{
	ToNPM:  {"NPM_CONFIG_REGISTRY"},
	ToPyPI: {"TWINE_REPOSITORY_URL", "TWINE_REPOSITORY", "UV_PUBLISH_URL", "UV_PUBLISH_INDEX", "FLIT_INDEX_URL", "HATCH_INDEX_REPO", "PDM_PUBLISH_REPO", "MATURIN_REPOSITORY_URL"},
	ToGem:  {"RUBYGEMS_HOST"},
}

// Home says whether the publisher sends its package to the public registry of
// its ecosystem. Tools do so unless told otherwise.
func (p *Publisher) Home(seen *evidence.Snapshot) evidence.Answer {
	home, known := homes[p.Registry]
	switch {
	case !known:
		return evidence.Unknown
	case p.Job.Spec == nil && p.Job.speaksOfHost():
		return evidence.No
	}
	index := p.filled(p.destination(seen))
	host, _ := evidence.AddressHost(index)
	switch {
	case index == "":
		return evidence.Yes
	case evidence.Symbolic(index):
		return evidence.Unknown
	case host == "":
		if slices.Contains(home.names, strings.ToLower(index)) {
			return evidence.Yes
		}
		if p.Registry == ToNuGet || p.Registry == ToCargo {
			return evidence.No // a name that a configuration gives another registry
		}
		return evidence.Unknown
	}
	for _, domain := range home.domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return evidence.Yes
		}
	}
	return evidence.No
}

// destination is the nearest thing that says where to publish to, as written.
func (p *Publisher) destination(seen *evidence.Snapshot) string {
	if index := p.index(); index != "" {
		return index
	}
	for _, name := range indexVariables[p.Registry] {
		if v, set := p.Variable(name); set && v.Value != "" {
			return v.Value
		}
	}
	if p.Registry != ToNPM {
		return ""
	}
	if s, set := p.setting(seen, "registry"); set {
		return s.Value.Value
	}
	return p.setUp()
}

// index is Index, which may be the word behind a flag of another meaning: -r is
// the repository of twine and poetry, and everything to pnpm.
func (p *Publisher) index() string {
	if p.Command == nil || p.Registry == ToPyPI || p.Registry == ToNuGet {
		return p.Index
	}
	flags := []string{"--registry", "--host", "--index", "--publish-url"}
	for i, word := range p.Command.Words {
		name, value, joined := strings.Cut(word.Value, "=")
		switch {
		case !slices.Contains(flags, name):
		case joined:
			return value
		case i+1 < len(p.Command.Words):
			return p.Command.Words[i+1].Value
		}
	}
	return ""
}

// setUp is the registry that the last setup-node before the publisher chose.
func (p *Publisher) setUp() string {
	chosen, at := "", p.At
	for _, link := range p.Chain {
		if link.At.Path == p.Job.Path {
			at = link.At // the call that leads to it
		}
	}
	for _, setup := range p.Job.gear.registries {
		if setup.at.Compare(at) < 0 {
			chosen = setup.url
		}
	}
	return chosen
}

// folder is where the publisher runs, from the root.
func (p *Publisher) folder() string {
	switch {
	case p.Command != nil && p.Command.Dir != "":
		return path.Clean(p.Command.Dir)
	case p.Script != nil && p.Script.Dir != "":
		return path.Clean(p.Script.Dir)
	case p.Script != nil && p.Script.Origin == evidence.FromNPM:
		return path.Dir(p.Script.Path)
	}
	return "."
}

// setting is what package.json or .npmrc say of how to publish: that of the
// folder of the publisher, or of all packages where these agree.
func (p *Publisher) setting(seen *evidence.Snapshot, name string) (evidence.PublishSetting, bool) {
	var all []evidence.PublishSetting
	dir := p.folder()
	for _, s := range seen.PublishSettings {
		if s.Name != name {
			continue
		}
		if path.Dir(s.Path) == dir {
			return s, true
		}
		all = append(all, s)
	}
	packages, here := publishable(seen, dir)
	if here || len(all) == 0 || len(all) < packages {
		return evidence.PublishSetting{}, false // this very package, or one of them, says nothing
	}
	for _, s := range all[1:] {
		if s.Value.Value != all[0].Value.Value {
			return evidence.PublishSetting{}, false
		}
	}
	return all[0], true
}

// publishable counts the packages that can be published, and says whether one of
// them stands in that folder and has no others below it.
func publishable(seen *evidence.Snapshot, dir string) (count int, here bool) {
	for i := range seen.Manifests {
		m := &seen.Manifests[i]
		if m.Ecosystem != evidence.NPM || m.Private || m.Name == "" {
			continue
		}
		count++
		here = here || path.Dir(m.Path) == dir && len(m.Workspace) == 0
	}
	return count, here
}

// Trusted says that the registry trusts workflows in place of secrets, and that
// it is the public one, or may be: there a stored secret is no need.
func (p *Publisher) Trusted(seen *evidence.Snapshot) bool {
	_, is := homes[p.Registry]
	if p.Job.Spec == nil { // of pipelines only those of GitLab are trusted, and by fewer
		is = p.Job.onGitLab() && slices.Contains([]Registry{ToNPM, ToPyPI, ToCargo}, p.Registry)
	}
	return is && p.Home(seen) != evidence.No && p.Publishes()
}

func (j *Job) onGitLab() bool {
	return len(j.scripts) > 0 && j.scripts[0].Origin == evidence.FromGitLab
}

// speaksOfHost: a script of the pipeline names the host's own registry or the
// token for it, so that packages go there.
func (j *Job) speaksOfHost() bool {
	for _, script := range j.scripts {
		for i := range script.Commands {
			for _, word := range script.Commands[i].Words {
				if strings.Contains(word.Value, "CI_JOB_TOKEN") || strings.Contains(word.Value, "CI_API_V4_URL") || strings.Contains(word.Value, "CI_SERVER_HOST") {
					return true
				}
			}
		}
	}
	return false
}
