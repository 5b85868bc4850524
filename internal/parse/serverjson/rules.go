package serverjson

import (
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/parse/doc"
)

// registry names the rules that the MCP registry adds to its schema. They are
// those of its release 1.8.7.
const registry = "MCP registry"

var (
	serverName   = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]/[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]$`)
	githubURL    = regexp.MustCompile(`^https?://(www\.)?github\.com/[\w.-]+/[\w.-]+/?$`)
	gitlabURL    = regexp.MustCompile(`^https?://(www\.)?gitlab\.com/[\w.-]+(/[\w.-]+)+/?$`)
	subfolder    = regexp.MustCompile(`^[a-zA-Z0-9\-_./]+$`)
	argumentName = regexp.MustCompile(`[<> $]`)
)

func (r *reader) rules() {
	if name := r.root.Get("name"); given(name) && !serverName.MatchString(filled(name)) {
		r.refuse("name", name, nil, registry, "must be namespace/name, each beginning and ending with a letter or digit")
	}
	r.version("version", r.root.Get("version"))
	r.repository()
	if site := field(r.root, "websiteUrl"); given(site) && !isHTTPS(filled(site)) {
		r.refuse("websiteUrl", site, nil, registry, "must be an https address")
	}
	if title := r.root.Get("title"); title.String() != "" && strings.TrimSpace(title.String()) == "" {
		r.refuse("title", title, nil, registry, "must not be blank")
	}
	for i, icon := range r.root.Get("icons").List() {
		if src := icon.Get("src"); given(src) && !isHTTPS(filled(src)) {
			r.refuse("icons/"+strconv.Itoa(i)+"/src", src, nil, registry, "must be an https address")
		}
	}
	for i, node := range r.root.Get("packages").List() {
		r.packageRules("packages/"+strconv.Itoa(i), node)
	}
	for i, node := range r.root.Get("remotes").List() {
		r.remoteRules("remotes/"+strconv.Itoa(i), node)
	}
	r.meta()
}

// filled is a value with its placeholders filled in.
func filled(node *doc.Node) string { return fill([]string{""}, node.String()) }

// given tells whether there is a value to judge.
func given(node *doc.Node) bool { return node.String() != "" && !isWhole(node.String()) }

func isHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && !strings.ContainsAny(address, "\"'<> \t\r\n")
}

// version refuses what is not one version. Placeholders become one.
func (r *reader) version(anchor string, node *doc.Node) {
	switch version := filled(node); {
	case version == "latest":
		r.refuse(anchor, node, nil, registry, `must be one version, and "latest" is a name that moves`)
	case isRange(version):
		r.refuse(anchor, node, nil, registry, "must be one version, not a range")
	}
}

const rangePart = `v?\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]+)?`

var ranges = []*regexp.Regexp{
	regexp.MustCompile(`^\s*(?:\^|~=?|>=|<=|>|<|==?|!=)\s*\S`),
	regexp.MustCompile(`^\s*` + rangePart + `\s-\s*` + rangePart + `\s*$`),
	regexp.MustCompile(`^\s*` + rangePart + `\s*(?:\|\|\s*` + rangePart + `\s*)+$`),
	regexp.MustCompile(`^\s*(?:v?\d+|x|X|\*)(?:\.\d+)?\.(?:x|X|\*)(?:\.(?:\d+|x|X|\*))?\s*$`),
	regexp.MustCompile(`^\s*(?:x|X|\*)\s*$`),
}

// isRange tells a range of versions from one version.
func isRange(version string) bool {
	return slices.ContainsFunc(ranges, func(r *regexp.Regexp) bool { return r.MatchString(version) })
}

func (r *reader) repository() {
	node := r.root.Get("repository")
	address, source := node.Get("url"), node.Get("source")
	if given(address) && given(source) {
		value := filled(address)
		good := source.String() == "github" && githubURL.MatchString(value) ||
			source.String() == "gitlab" && gitlabURL.MatchString(value) && !strings.Contains(value+"/", "/-/")
		if !good {
			r.refuse("repository/url", address, nil, registry, "must be the address of a repository on GitHub or GitLab, as its source says")
		}
	}
	if folder := node.Get("subfolder"); given(folder) {
		value := filled(folder)
		if !subfolder.MatchString(value) || path.Clean(value) != value || strings.HasPrefix(value, "/") || value == "." || strings.HasPrefix(value, "..") {
			r.refuse("repository/subfolder", folder, nil, registry, "must be a plain path below the root")
		}
	}
}

// remoteRules: a remote is reached by everybody, so over https and not on the
// machine of its author.
func (r *reader) remoteRules(anchor string, node *doc.Node) {
	address := node.Get("url")
	if !given(address) {
		return
	}
	value := filled(address)
	if !isRemote(value) {
		r.refuse(anchor+"/url", address, nil, registry, "must be an https address that is not localhost")
		return
	}
	for _, name := range usedVariables(value) {
		if r.date >= "2025-12-11" && !node.Get("variables").Has(name) {
			r.refuse(anchor+"/url", address, nil, registry, "uses {%s}, which its variables do not define", name)
			return
		}
	}
}

var port = regexp.MustCompile(`:\{[^{}]+\}(/|$)`)

func isRemote(address string) bool {
	u, err := url.Parse(variable.ReplaceAllLiteralString(port.ReplaceAllString(address, ":8080$1"), "placeholder"))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return false
	}
	host := u.Hostname()
	return host != "localhost" && host != "127.0.0.1" && !strings.HasSuffix(host, ".localhost")
}

// maxMeta is how many bytes a publisher may add.
const maxMeta = 4 << 10

func (r *reader) meta() {
	const own = "io.modelcontextprotocol.registry/publisher-provided"
	if node := r.root.Get("_meta", own); node != nil {
		if size := compactSize(node); size > maxMeta {
			r.refuse("_meta", r.root, r.root.Field("_meta"), registry, "holds %d bytes, and %d are allowed", size, maxMeta)
		}
	}
}

// compactSize is about the size of a value written without white space.
func compactSize(node *doc.Node) int {
	switch {
	case node == nil:
		return 4
	case node.Kind == doc.List:
		size := 1
		for _, item := range node.Items {
			size += compactSize(item) + 1
		}
		return max(size, 2)
	case node.Kind == doc.Map:
		size := 1
		for name, value := range node.All() {
			quoted, _ := json.Marshal(name.Value)
			size += len(quoted) + 1 + compactSize(value) + 1
		}
		return max(size, 2)
	case node.Kind == doc.String:
		quoted, _ := json.Marshal(node.Text.Value)
		return len(quoted)
	}
	return len(node.Text.Value)
}
