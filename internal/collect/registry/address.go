package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// ErrPrivate is a name that is not looked up in a public registry: asking would
// tell strangers that it exists.
var ErrPrivate = errors.New("the tree marks the name as private, so no public registry is asked; name its own registry by flag or in a trusted policy")

// Base is the address that a source asks: what the reference names, else what is
// built in. Named says that the reference chose it, so that the host must be
// allowed. A private name has no built-in address.
func Base(reference Reference, builtIn string, builtInIsPublic bool) (base string, named bool, err error) {
	if reference.Host == "" {
		if reference.Private && builtInIsPublic {
			return "", false, fmt.Errorf("%s: %w", reference.Name, ErrPrivate)
		}
		return builtIn, false, nil
	}
	base = reference.Host
	if !strings.Contains(base, "://") {
		base = "https://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "", false, fmt.Errorf("%s: the address of its registry is no URL", reference.Name)
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil
	base = strings.TrimRight(u.String(), "/")
	if reference.Private && builtInIsPublic && strings.EqualFold(u.Host, HostOf(builtIn)) {
		return "", false, fmt.Errorf("%s: %w", reference.Name, ErrPrivate)
	}
	return base, base != builtIn, nil
}

// HostOf is the host of an address, with its port where it has one.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// forges are the hosts whose addresses go on after owner and name.
var forges = []string{"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}

// Declared is a source repository as metadata spell it, in the form
// host/owner/name where it has one. Shorthands of npm are written out; what follows
// the name on a public code host (tree/main/packages/x) is left out.
func Declared(address string) string {
	address = strings.TrimSpace(address)
	for short, host := range map[string]string{"github:": "github.com/", "gitlab:": "gitlab.com/", "bitbucket:": "bitbucket.org/"} {
		if rest, is := strings.CutPrefix(address, short); is {
			address = host + rest
		}
	}
	if strings.Count(address, "/") == 1 && !strings.ContainsAny(address, ":@") {
		address = "github.com/" + address
	}
	name := evidence.Repository(address)
	parts := strings.Split(name, "/")
	for _, forge := range forges {
		// Subgroups exist on GitLab; its own pages start with a dash.
		if len(parts) > 3 && parts[0] == forge && (forge != "gitlab.com") {
			return strings.Join(parts[:3], "/")
		}
	}
	if cut := strings.Index(name, "/-/"); cut > 0 {
		return name[:cut]
	}
	return name
}

// OnForge says whether a repository is one of a public code host.
func OnForge(repository string) bool {
	for _, forge := range forges {
		if strings.HasPrefix(repository, forge+"/") {
			return true
		}
	}
	return false
}

// Text is a JSON value that should be a string. What is none reads as empty: the
// metadata of packages are written by hand, and one odd field must not hide the
// others.
type Text string

// UnmarshalJSON takes any value.
func (t *Text) UnmarshalJSON(raw []byte) error {
	*t = ""
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*t = Text(text)
	}
	return nil
}
