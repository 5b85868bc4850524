package npm

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"deps.dev/util/semver"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/evidence"
)

// list is what a registry says of a package (a "packument"), as far as it matters
// here.
type list struct {
	Tags     map[string]registry.Text `json:"dist-tags"`
	Versions map[string]versionDoc    `json:"versions"`
	// Time holds the moment of each version, and odd things besides.
	Time map[string]registry.Text `json:"time"`
	// short says that it is the abbreviated form: without times and sources.
	short bool
}

type versionDoc struct {
	Version    registry.Text   `json:"version"`
	MCPName    registry.Text   `json:"mcpName"`
	Repository json.RawMessage `json:"repository"`
	Dist       dist            `json:"dist"`
	Deprecated registry.Text   `json:"deprecated"`
}

type dist struct {
	Integrity    registry.Text   `json:"integrity"`
	Shasum       registry.Text   `json:"shasum"`
	Tarball      registry.Text   `json:"tarball"`
	Attestations json.RawMessage `json:"attestations"`
	Signatures   json.RawMessage `json:"signatures"`
}

// resolve turns a wish into a version: a tag, or the newest where none is named.
func (l *list) resolve(wish string) string {
	if wish == "" {
		wish = "latest"
	}
	if _, is := l.Versions[wish]; is {
		return wish
	}
	if tagged := string(l.Tags[wish]); tagged != "" {
		return tagged
	}
	if wish == "latest" {
		return registry.Newest(semver.NPM, l.dated())
	}
	return wish
}

func (l *list) dated() []registry.Dated {
	all := make([]registry.Dated, 0, len(l.Versions))
	for version := range l.Versions {
		all = append(all, registry.Dated{Version: version, Published: l.published(version)})
	}
	slices.SortFunc(all, func(a, b registry.Dated) int { return strings.Compare(a.Version, b.Version) })
	return all
}

func (l *list) published(version string) time.Time {
	at, err := time.Parse(time.RFC3339, string(l.Time[version]))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

func (l *list) previous(version string) string {
	return registry.Previous(semver.NPM, l.dated(), version)
}

// shows says whether the registry tells of signatures and attestations at all: the
// public one signs every version.
func (l *list) shows() bool {
	for _, doc := range l.Versions {
		if present(doc.Dist.Attestations) || present(doc.Dist.Signatures) {
			return true
		}
	}
	return false
}

// present says whether a field holds something.
func present(raw json.RawMessage) bool {
	switch strings.Join(strings.Fields(string(raw)), "") {
	case "", "null", "{}", "[]", `""`, "false":
		return false
	}
	return true
}

// url is where the registry says that the attestations are.
func (d dist) url() string {
	var a struct {
		URL registry.Text `json:"url"`
	}
	if json.Unmarshal(d.Attestations, &a) != nil {
		return ""
	}
	return string(a.URL)
}

func (d versionDoc) repository() string {
	var address registry.Text
	if json.Unmarshal(d.Repository, &address) != nil || address == "" {
		var object struct {
			URL registry.Text `json:"url"`
		}
		if json.Unmarshal(d.Repository, &object) != nil {
			return ""
		}
		address = object.URL
	}
	return registry.Declared(string(address))
}

// digests are those of the tarball. The integrity may name several, and several of
// one algorithm; the first of each counts.
func (d versionDoc) digests() []evidence.Digest {
	var all []evidence.Digest
	for _, algorithm := range []string{"sha512", "sha384", "sha256"} {
		for _, one := range strings.Fields(string(d.Dist.Integrity)) {
			encoded, is := strings.CutPrefix(one, algorithm+"-")
			if !is {
				continue // another algorithm
			}
			encoded, _, _ = strings.Cut(encoded, "?")
			if raw, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(raw) > 0 {
				all = append(all, evidence.Digest{Algorithm: algorithm, Value: hex.EncodeToString(raw)})
				break
			}
		}
	}
	if sum := strings.ToLower(string(d.Dist.Shasum)); len(sum) == 40 {
		all = append(all, evidence.Digest{Algorithm: "sha1", Value: sum})
	}
	return all
}
