package pypi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// index is what an index lists of a project, in the simple API's JSON form
// (PEP 691, 700, 740).
type index struct {
	Versions []registry.Text `json:"versions"`
	Files    []file          `json:"files"`

	by map[string][]file // by version
}

type file struct {
	Name       registry.Text            `json:"filename"`
	URL        registry.Text            `json:"url"`
	Hashes     map[string]registry.Text `json:"hashes"`
	Uploaded   registry.Text            `json:"upload-time"`
	Yanked     json.RawMessage          `json:"yanked"`
	Provenance json.RawMessage          `json:"provenance"`
}

const simpleJSON = "application/vnd.pypi.simple.v1+json"

// maxFiles is how many files one project may list: twice the most of any today.
const maxFiles = 100_000

func (l lookup) list(ctx context.Context) (*index, error) {
	request := l.request(l.base+"/simple/"+l.name+"/", simpleJSON, l.source.options.Limits.Body)
	response, err := l.source.options.Client.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	var all index
	if err := json.Unmarshal(response.Body, &all); err != nil {
		if strings.Contains(response.Header.Get("Content-Type"), "html") {
			return l.old(ctx)
		}
		return nil, fmt.Errorf("the answer of %s is no list of files: %w", response.URL, err)
	}
	if len(all.Files) > maxFiles {
		return nil, fmt.Errorf("%s lists %d files: %w", response.URL, len(all.Files), web.ErrTooLarge)
	}
	all.sort(l.name)
	return &all, nil
}

// old reads the older JSON API, for an index whose simple API speaks only HTML.
// It knows nothing of attestations.
func (l lookup) old(ctx context.Context) (*index, error) {
	response, err := l.source.options.Client.Do(ctx, l.request(l.base+"/pypi/"+l.name+"/json", "application/json", l.source.options.Limits.Body))
	if err != nil {
		return nil, err
	}
	var project struct {
		Releases map[string][]struct {
			Name     registry.Text            `json:"filename"`
			URL      registry.Text            `json:"url"`
			Digests  map[string]registry.Text `json:"digests"`
			Uploaded registry.Text            `json:"upload_time_iso_8601"`
			Yanked   json.RawMessage          `json:"yanked"`
		} `json:"releases"`
	}
	if err := json.Unmarshal(response.Body, &project); err != nil {
		return nil, fmt.Errorf("the answer of %s is no project: %w", response.URL, err)
	}
	all := &index{by: map[string][]file{}}
	for version, files := range project.Releases {
		all.Versions = append(all.Versions, registry.Text(version))
		for _, f := range files {
			all.by[version] = append(all.by[version], file{Name: f.Name, URL: f.URL, Hashes: f.Digests, Uploaded: f.Uploaded, Yanked: f.Yanked})
		}
	}
	slices.Sort(all.Versions)
	return all, nil
}

// sort gives each file to its version.
func (i *index) sort(project string) {
	i.by = map[string][]file{}
	for _, f := range i.Files {
		if version := versionOf(string(f.Name), project); version != "" {
			i.by[version] = append(i.by[version], f)
		}
	}
	for version := range i.by {
		if !slices.Contains(i.Versions, registry.Text(version)) {
			i.Versions = append(i.Versions, registry.Text(version))
		}
	}
	slices.Sort(i.Versions)
}

// of lists the files of a version. The list of versions may spell it otherwise
// than the files do.
func (i *index) of(version string) []file {
	files := slices.Clone(i.by[version])
	for spelled := range i.by {
		if spelled != version && choose([]registry.Dated{{Version: spelled}}, version) != "" {
			files = append(files, i.by[spelled]...)
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return files
}

func (i *index) dated() []registry.Dated {
	all := make([]registry.Dated, 0, len(i.Versions))
	for _, version := range i.Versions {
		files := i.by[string(version)]
		d := registry.Dated{Version: string(version), Withdrawn: len(files) > 0}
		for _, f := range files {
			d.Withdrawn = d.Withdrawn && f.yanked()
			if at := f.uploaded(); d.Published.IsZero() || at.Before(d.Published) {
				d.Published = at
			}
		}
		all = append(all, d)
	}
	return all
}

var sdists = []string{".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"}

// versionOf reads the version out of a file name: the second part of a wheel,
// what follows the project's name in a source distribution. Empty for others (eggs,
// installers), which nobody is served any more.
func versionOf(name, project string) string {
	if stem, is := strings.CutSuffix(name, ".whl"); is {
		parts := strings.Split(stem, "-")
		if len(parts) < 5 || normal(parts[0]) != project {
			return ""
		}
		return parts[1]
	}
	for _, end := range sdists {
		stem, is := strings.CutSuffix(name, end)
		if !is {
			continue // another ending
		}
		// A name may hold dashes, and so may old versions: the longest name that is the project's.
		for i := len(stem) - 1; i > 0; i-- {
			if stem[i] == '-' && normal(stem[:i]) == project {
				return stem[i+1:]
			}
		}
	}
	return ""
}

func (f file) yanked() bool {
	switch strings.TrimSpace(string(f.Yanked)) {
	case "", "false", "null", `""`:
		return false
	}
	return true
}

func (f file) uploaded() time.Time {
	at, err := time.Parse(time.RFC3339, string(f.Uploaded))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

func (f file) digests() []evidence.Digest {
	var all []evidence.Digest
	for _, algorithm := range []string{"sha256", "sha512"} {
		if value := strings.ToLower(string(f.Hashes[algorithm])); value != "" {
			all = append(all, evidence.Digest{Algorithm: algorithm, Value: value})
		}
	}
	return all
}

// mark is how a README names its MCP server.
var mark = regexp.MustCompile(`mcp-name:\s*([A-Za-z0-9.-]{1,100}/[A-Za-z0-9._-]{1,100})(?:[^A-Za-z0-9._/-]|$)`)

// describe adds what the version's own document tells. Without it the version is
// told with less.
func (l lookup) describe(ctx context.Context, p *evidence.Publication) {
	address := l.base + "/pypi/" + l.name + "/" + url.PathEscape(p.Version) + "/json"
	response, err := l.source.options.Client.Do(ctx, l.request(address, "application/json", verify.MaxProof))
	if err != nil {
		return
	}
	var doc struct {
		Info struct {
			Links       map[string]registry.Text `json:"project_urls"`
			Home        registry.Text            `json:"home_page"`
			Description registry.Text            `json:"description"`
		} `json:"info"`
	}
	if json.Unmarshal(response.Body, &doc) != nil {
		return
	}
	p.Declared = source(doc.Info.Links, string(doc.Info.Home))
	if m := mark.FindStringSubmatch(string(doc.Info.Description)); m != nil {
		p.ServerName = strings.TrimRight(m[1], ".")
	}
}

// labels are the well-known names of the link to the source, the surest first
// (PyPA: well-known project URLs).
var labels = []string{"source", "sourcecode", "repository", "code", "github", "homepage", "home"}

// source finds the repository among the links of a project. A homepage counts only
// when it is one on a public code host.
func source(links map[string]registry.Text, home string) string {
	by := map[string]string{}
	for label, link := range links {
		plain := strings.ToLower(strings.Join(strings.FieldsFunc(label, func(r rune) bool { return !('a' <= r|0x20 && r|0x20 <= 'z') }), ""))
		if by[plain] == "" || string(link) < by[plain] {
			by[plain] = string(link)
		}
	}
	for i, label := range labels {
		if found := registry.Declared(by[label]); found != "" && (i < 4 || registry.OnForge(found)) {
			return found
		}
	}
	if found := registry.Declared(home); registry.OnForge(found) {
		return found
	}
	return ""
}
