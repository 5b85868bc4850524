package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// tokenVariables are the environment variables from which the tools of a
// registry take their credentials.
var tokenVariables = map[Registry][]string{
	ToNPM:     {"NODE_AUTH_TOKEN", "NPM_TOKEN", "NPM_AUTH_TOKEN", "NPM_CONFIG__AUTH", "NPM_CONFIG_TOKEN", "YARN_NPM_AUTH_TOKEN", "BUN_AUTH_TOKEN"},
	ToPyPI:    {"UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD", "TWINE_PASSWORD", "POETRY_PYPI_TOKEN_PYPI", "POETRY_HTTP_BASIC_PYPI_PASSWORD", "FLIT_PASSWORD", "HATCH_INDEX_AUTH", "PDM_PUBLISH_PASSWORD", "MATURIN_PYPI_TOKEN", "MATURIN_PASSWORD", "PYPI_TOKEN", "PYPI_API_TOKEN"},
	ToCargo:   {"CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_CRATES_IO_TOKEN"},
	ToNuGet:   {"NUGET_API_KEY", "NUGET_AUTH_TOKEN"},
	ToMaven:   {"MAVEN_PASSWORD", "MAVEN_CENTRAL_TOKEN", "OSSRH_PASSWORD", "OSSRH_TOKEN", "ORG_GRADLE_PROJECT_MAVENCENTRALPASSWORD", "SONATYPE_PASSWORD", "CENTRAL_PASSWORD", "JRELEASER_MAVENCENTRAL_TOKEN"},
	ToGem:     {"GEM_HOST_API_KEY", "RUBYGEMS_API_KEY"},
	ToRelease: {"GITHUB_TOKEN", "GH_TOKEN", "GITHUB_OAUTH", "GITLAB_TOKEN", "RELEASE_PLEASE_TOKEN"},
	ToVSCode:  {"VSCE_PAT", "OVSX_PAT"},
	ToMCP:     {"MCP_PRIVATE_KEY", "MCP_GITHUB_TOKEN", "MCP_REGISTRY_TOKEN"},
	ToOCI:     {"DOCKER_PASSWORD", "DOCKERHUB_TOKEN", "REGISTRY_PASSWORD"},
	ToJSR:     {"JSR_TOKEN"},
}

// inherited are the variables of the steps and the job that a node belongs to,
// the nearest last.
func inherited(n *Node) []evidence.Variable {
	var layers [][]evidence.Variable
	for at := n; at != nil; at = at.Parent {
		if at.Step != nil {
			layers = append(layers, at.Step.Env)
		}
	}
	env := n.Job.env()
	for _, layer := range slices.Backward(layers) {
		env = append(env[:len(env):len(env)], layer...)
	}
	return env
}

// Env are the variables that hold for what the node executes, the nearest last.
func (n *Node) Env() []evidence.Variable {
	if n.Job == nil {
		return nil
	}
	return inherited(n)
}

func commandEnv(env []evidence.Variable, command *evidence.Command) []evidence.Variable {
	env = env[:len(env):len(env)]
	for _, assign := range command.Env {
		env = append(env, evidence.Variable{Name: assign.Name, Value: assign.Value.Value, At: assign.Value.At})
	}
	return env
}

// publisher notes one that the job itself executes.
func (w *walk) publisher(n *Node, p published, found Publisher) {
	if w.own == nil {
		return
	}
	found.Kind, found.Registry, found.Provenance, found.Index = p.kind, p.registry, p.provenance, p.index
	found.Job = w.own
	found.Chain, _ = n.chain()
	found.Secrets = append(secretsOf(&found), passed(n, &found)...)
	w.found = append(w.found, &found)
	n.Publishers = append(n.Publishers, &found)
}

// secretsOf lists the secrets in the inputs, words and variables of a publisher.
func secretsOf(p *Publisher) []Secret {
	var all secrets
	for _, v := range p.With {
		if !isCredential(v.Name) {
			continue // a build secret, the name of a registry
		}
		all.add(v.Name, v.Value, v.At)
	}
	for _, v := range p.Env {
		if slices.Contains(tokenVariables[p.Registry], strings.ToUpper(v.Name)) {
			all.add(v.Name, v.Value, v.At)
		}
	}
	if p.Command != nil {
		all.words(p.Command.Words, p.Env)
	}
	return all
}

// isCredential knows by its name an input that an action logs in with.
func isCredential(input string) bool {
	input = strings.ToLower(input)
	if input == "pat" {
		return true
	}
	for _, word := range []string{"token", "password", "key", "auth", "credential"} {
		if strings.Contains(input, word) {
			return true
		}
	}
	return false
}

// secrets is a set that keeps its order. The host's own token is in none: it
// ends with the job.
type secrets []Secret

func (s *secrets) add(as, value string, at evidence.Location) {
	for _, name := range SecretNames(value) {
		secret := Secret{Name: name, As: as, At: at}
		if !strings.EqualFold(name, "GITHUB_TOKEN") && !slices.Contains(*s, secret) {
			*s = append(*s, secret)
		}
	}
}

// words adds the secrets that stand in words, or in variables that these name.
func (s *secrets) words(words []evidence.Word, env []evidence.Variable) {
	for _, word := range words {
		s.add("", word.Value, word.At)
		for _, v := range env {
			if strings.Contains(v.Value, "${{") && mentions(word.Value, v.Name) {
				s.add(v.Name, v.Value, v.At)
			}
		}
	}
}

// mentions tells whether a word holds $NAME, ${NAME}, $env:NAME or %NAME%.
func mentions(word, name string) bool {
	for rest := word; ; {
		_, after, found := strings.Cut(rest, name)
		if !found {
			return false
		}
		before := rest[:len(rest)-len(after)-len(name)]
		opens := strings.HasSuffix(before, "$") || strings.HasSuffix(before, "${") || strings.HasSuffix(before, "$env:") || strings.HasSuffix(before, "${env:") || strings.HasSuffix(before, "%")
		if opens && (after == "" || !isNameByte(after[0])) {
			return true
		}
		rest = after
	}
}

func isNameByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

// SecretNames lists the secrets that the expressions of a value name, in the
// spellings secrets.X and secrets['X'].
func SecretNames(value string) []string {
	lower := strings.ToLower(value)
	if !strings.Contains(lower, "${{") {
		return nil
	}
	var names []string
	for at := 0; ; {
		found := strings.Index(lower[at:], "secrets")
		if found < 0 {
			return names
		}
		member := at+found > 0 && lower[at+found-1] == '.' // steps.secrets.outputs
		at += found + len("secrets")
		if member {
			continue
		}
		rest := strings.TrimLeft(value[at:], " .['\"")
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '-' && (r > 0x7f || !isNameByte(byte(r))) })
		if end < 0 {
			end = len(rest)
		}
		if name := rest[:end]; name != "" && len(rest) < len(value[at:]) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
}
