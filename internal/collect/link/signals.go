package link

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Signals adds the hints that the repository makes an MCP server, one of each
// sort. Each is weighed by how often a repository that only uses servers gives
// it too: a dependency on an SDK alone is one point short of certainty, because
// clients have it as well.
func Signals(seen *evidence.Snapshot) {
	s := signalReader{seen: seen, roles: make(map[string]evidence.Role), given: make(map[string]bool)}
	for _, file := range seen.Files {
		s.roles[file.Path] = file.Role
	}
	read := seen.Signals // by the readers, one for each file
	seen.Signals = nil
	for _, signal := range read {
		s.add(signal.Name, signal.Score, signal.At)
	}
	for _, manifest := range seen.ServerManifests {
		s.add("server.json", 5, manifest.At)
	}
	for _, bundle := range seen.Bundles {
		s.add("bundle manifest", 5, bundle.At)
	}
	for _, mark := range seen.NameMarks {
		s.add(map[string]string{"readme": "mcp-name in a README", "image-label": "image label " + nameLabel}[mark.Where], 5, mark.Name.At)
	}
	for _, manifest := range seen.Manifests {
		s.manifest(manifest)
	}
}

type signalReader struct {
	seen  *evidence.Snapshot
	roles map[string]evidence.Role
	given map[string]bool
}

// add notes the first signal of its name. What tests and examples hold says
// nothing about the repository.
func (s *signalReader) add(name string, score int, at evidence.Location) {
	if s.given[name] || s.roles[at.Path] != evidence.Source {
		return
	}
	s.given[name] = true
	s.seen.Signals = append(s.seen.Signals, evidence.Signal{Name: name, Score: score, At: at})
}

func (s *signalReader) manifest(m evidence.Manifest) {
	if m.MCPName.Value != "" {
		s.add("mcpName", 5, m.MCPName.At)
	}
	for _, dependency := range m.Dependencies {
		if strings.Contains(strings.ToLower(dependency.Group), "dev") || strings.Contains(strings.ToLower(dependency.Group), "test") {
			continue // what tests a server may well be a client
		}
		if score := sdk(m.Ecosystem, dependency.Name); score > 0 {
			s.add("dependency on an MCP SDK", score, dependency.At)
		}
	}
	if slices.ContainsFunc(m.Keywords, isServer) {
		s.add("keyword mcp", 2, m.At)
	}
	if isServer(m.Name) || slices.ContainsFunc(m.Bins, isServer) {
		s.add("package or command named mcp", 2, m.At)
	}
}

// isServer tells whether mcp is a word of a name that is not a client's.
func isServer(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' })
	return (slices.Contains(words, "mcp") || slices.Contains(words, "mcpserver")) && !slices.Contains(words, "client")
}

// sdks are the libraries to write servers with. The ones with 5 are for servers
// alone, the ones with 4 for clients as well.
var sdks = map[string]map[string]int{
	evidence.NPM: {
		"@modelcontextprotocol/sdk": 4, "@modelcontextprotocol/core": 4, "@modelcontextprotocol/node": 4, "@modelcontextprotocol/server": 5,
		"fastmcp": 5, "mcp-framework": 5, "xmcp": 5, "mcp-handler": 5, "@mastra/mcp": 4, "@vercel/mcp-adapter": 5,
	},
	evidence.PyPI:     {"mcp": 4, "fastmcp": 4, "fastapi-mcp": 5},
	evidence.Golang:   {"github.com/modelcontextprotocol/go-sdk": 4, "github.com/mark3labs/mcp-go": 4},
	evidence.Cargo:    {"rmcp": 4, "rust-mcp-sdk": 4},
	evidence.NuGet:    {"modelcontextprotocol": 4, "modelcontextprotocol.core": 4, "modelcontextprotocol.aspnetcore": 5},
	evidence.Composer: {"mcp/sdk": 4, "php-mcp/server": 5},
	evidence.Gem:      {"mcp": 4, "fast-mcp": 5},
}

// mavenSDKs are beginnings of group:artifact.
var mavenSDKs = map[string]int{
	"io.modelcontextprotocol.sdk:mcp": 4, "io.modelcontextprotocol:kotlin-sdk": 4, "io.modelcontextprotocol:kotlin-sdk-server": 5,
	"org.springframework.ai:spring-ai-starter-mcp-server": 5, "io.quarkiverse.mcp:quarkus-mcp-server": 5,
}

func sdk(ecosystem, name string) int {
	switch ecosystem {
	case evidence.NuGet, evidence.PyPI:
		name, _, _ = strings.Cut(strings.ToLower(name), "[") // mcp[cli]
	case evidence.Maven:
		best := 0
		for prefix, score := range mavenSDKs {
			if strings.HasPrefix(name, prefix) {
				best = max(best, score)
			}
		}
		return best
	}
	return sdks[ecosystem][name]
}
