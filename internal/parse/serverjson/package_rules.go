package serverjson

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

// packageRules are the registry's rules for one package.
func (r *reader) packageRules(anchor string, node *doc.Node) {
	identifier := node.Get("identifier")
	if strings.Contains(filled(identifier), " ") {
		r.refuse(anchor+"/identifier", identifier, nil, registry, "must not hold spaces")
	}
	r.version(anchor+"/version", node.Get("version"))
	for _, list := range []string{"runtimeArguments", "packageArguments"} {
		for i, argument := range field(node, list).List() {
			r.argumentRules(anchor+"/"+list+"/"+strconv.Itoa(i), argument)
		}
	}
	r.transportRules(anchor+"/transport", node)
	switch kind := field(node, "registryType"); kind.String() {
	case "npm", "pypi", "nuget", "cargo":
		r.versionedRules(anchor, node, kind.String())
	case "oci":
		r.imageRules(anchor, node)
	case "mcpb":
		r.bundleRules(anchor, node)
	case "", "go", "maven": // missing is the schema's to say; the other two are on their way into the registry
	default:
		if !given(kind) {
			return
		}
		r.refuse(anchor+"/registryType", kind, nil, registry, "must be npm, pypi, oci, nuget, mcpb or cargo")
	}
}

// versionedRules are those of registries that serve versions by name.
func (r *reader) versionedRules(anchor string, node *doc.Node, kind string) {
	if node.Get("version").String() == "" {
		r.refuse(anchor, node, nil, registry, `lacks the field "version"`)
	}
	r.forbid(anchor, node, "fileSha256", kind)
	if base := field(node, "registryBaseUrl"); given(base) && !isRegistry(kind, base.String()) {
		r.refuse(anchor+"/registryBaseUrl", base, nil, registry, "must be the public registry of %s", kind)
	}
}

// isRegistry tells the address of a public registry.
func isRegistry(kind, address string) bool {
	switch kind {
	case "pypi":
		return address == "https://pypi.org"
	case "nuget":
		return address == "https://api.nuget.org/v3/index.json"
	case "cargo":
		return address == "https://crates.io"
	}
	host, found := strings.CutPrefix(address, "https://registry.")
	return found && host == "npmjs.org"
}

// forbid refuses a field that this kind of package must not have.
func (r *reader) forbid(anchor string, node *doc.Node, name, kind string) {
	for _, spelling := range []string{name, snake[name]} {
		if own := node.Field(spelling); spelling != "" && own != nil && own.Value.String() != "" {
			r.refuse(anchor+"/"+spelling, node, own, registry, "must not stand in %s packages", kind)
		}
	}
}

func (r *reader) imageRules(anchor string, node *doc.Node) {
	if r.date != "" && r.date < separateTags {
		return // its schema kept tag and registry apart
	}
	for _, name := range []string{"version", "registryBaseUrl", "fileSha256"} {
		r.forbid(anchor, node, name, "oci")
	}
	if identifier := node.Get("identifier"); given(identifier) && !isAllowedImage(filled(identifier)) {
		r.refuse(anchor+"/identifier", identifier, nil, registry, "must be an image of Docker Hub, ghcr.io, quay.io, mcr.microsoft.com, *.pkg.dev or *.azurecr.io")
	}
}

func isAllowedImage(identifier string) bool {
	first, _, found := strings.Cut(identifier, "/")
	if !found || !strings.ContainsAny(first, ".:") && first != "localhost" {
		return true // no host: Docker Hub
	}
	return slices.Contains([]string{"docker.io", "registry-1.docker.io", "index.docker.io", "ghcr.io", "quay.io", "mcr.microsoft.com"}, first) ||
		strings.HasSuffix(first, ".pkg.dev") || strings.HasSuffix(first, ".azurecr.io")
}

var (
	githubAsset = regexp.MustCompile(`^/[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,37}[a-zA-Z0-9])?/[a-zA-Z0-9._-]+/releases/download/[^/]+/[^/]+$`)
	gitlabAsset = regexp.MustCompile(`^/[a-zA-Z0-9._-]+(?:/[a-zA-Z0-9._-]+)*/-/(?:releases/[^/]+/downloads/[^/]+|package_files/[0-9]+/download)$`)
)

func (r *reader) bundleRules(anchor string, node *doc.Node) {
	if field(node, "fileSha256").String() == "" {
		r.refuse(anchor, node, nil, registry, `lacks the field "fileSha256"`)
	}
	r.forbid(anchor, node, "registryBaseUrl", "mcpb")
	identifier := node.Get("identifier")
	if !given(identifier) {
		return
	}
	u, err := url.Parse(filled(identifier))
	switch {
	case err != nil || u.Scheme != "https":
		r.refuse(anchor+"/identifier", identifier, nil, registry, "must be an https address")
	case !isAsset(strings.ToLower(u.Host), u.Path):
		r.refuse(anchor+"/identifier", identifier, nil, registry, "must be the address of a release asset on GitHub or GitLab, with no slash in the tag")
	case !strings.Contains(strings.ToLower(identifier.String()), "mcp"):
		r.refuse(anchor+"/identifier", identifier, nil, registry, `must hold "mcp"`)
	}
}

func isAsset(host, path string) bool {
	switch strings.TrimPrefix(host, "www.") {
	case "github.com":
		return githubAsset.MatchString(path)
	case "gitlab.com":
		return gitlabAsset.MatchString(path)
	}
	return false
}

func (r *reader) argumentRules(anchor string, node *doc.Node) {
	name := node.Get("name")
	if node.Get("type").String() != "named" || name.String() == "" {
		return
	}
	if argumentName.MatchString(filled(name)) {
		r.refuse(anchor+"/name", name, nil, registry, "must be the bare name of an argument, without a value")
	}
	for _, key := range []string{"value", "default"} {
		if value := node.Get(key); strings.HasPrefix(value.String(), name.String()) {
			r.refuse(anchor+"/"+key, value, nil, registry, "must not begin with the argument's name, which is put in front of it")
		}
	}
}

func (r *reader) transportRules(anchor string, node *doc.Node) {
	transport := node.Get("transport")
	address := transport.Get("url")
	switch kind := transport.Get("type").String(); {
	case kind == "stdio" && address.String() != "":
		r.refuse(anchor+"/url", address, nil, registry, "must not be there when the transport is stdio")
	case kind == "streamable-http" || kind == "sse":
		known := definedVariables(node)
		for _, name := range usedVariables(address.String()) {
			if !slices.Contains(known, name) {
				r.refuse(anchor+"/url", address, nil, registry, "uses {%s}, which no argument or environment variable of the package defines", name)
				return
			}
		}
	}
}

// definedVariables are the names that a package's address may use.
func definedVariables(node *doc.Node) []string {
	var names []string
	for _, list := range []string{"environmentVariables", "runtimeArguments", "packageArguments"} {
		for _, item := range field(node, list).List() {
			names = append(names, item.Get("name").String(), field(item, "valueHint").String())
		}
	}
	return names
}
