package web

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// builtIn are the hosts that an audited repository may name without anybody's
// leave, by their registrable domains: the public registries, what they serve
// files from, and the public code hosts. A domain stands for its subdomains too.
var builtIn = []string{
	"npmjs.org", "pypi.org", "pythonhosted.org", "golang.org", "crates.io", "nuget.org",
	"github.com", "ghcr.io", "gitlab.com",
	"docker.io", "docker.com", "quay.io", "mcr.microsoft.com", "gcr.io", "pkg.dev", "azurecr.io", "public.ecr.aws",
	"modelcontextprotocol.io", "sigstore.dev",
}

// builtInHosts are single hosts of domains that also serve what anybody uploads.
var builtInHosts = []string{
	"raw.githubusercontent.com", "objects.githubusercontent.com", "release-assets.githubusercontent.com",
	"pkg-containers.githubusercontent.com", "storage.googleapis.com",
}

// BuiltIn says whether a host is one of the public registries and code hosts.
func BuiltIn(host string) bool {
	host = plainHost(host)
	for _, domain := range builtIn {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	for _, single := range builtInHosts {
		if host == single {
			return true
		}
	}
	return false
}

// hosts are those that a flag or a trusted policy allows: host or host:port, in
// lower case.
type hosts map[string]bool

func newHosts(allow []string) hosts {
	set := hosts{}
	for _, entry := range allow {
		if _, rest, is := strings.Cut(entry, "://"); is {
			entry = rest
		}
		entry, _, _ = strings.Cut(entry, "/")
		if host, port, err := net.SplitHostPort(entry); err == nil {
			set[net.JoinHostPort(plainHost(host), port)] = true
		} else if entry != "" {
			set[plainHost(entry)] = true
		}
	}
	return set
}

func (h hosts) allowed(u *url.URL) bool {
	host := plainHost(u.Hostname())
	return h[host] || h[net.JoinHostPort(host, port(u))]
}

func (h hosts) allowedAddress(host, port string) bool {
	host = plainHost(host)
	return h[host] || h[net.JoinHostPort(host, port)]
}

// plainHost is a host as it is compared: lower case, without brackets and the dot
// of a rooted name.
func plainHost(host string) string {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if u.Scheme == "http" {
		return "80"
	}
	return "443"
}

// sameHost says whether two addresses are of one host, port and scheme.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && plainHost(a.Hostname()) == plainHost(b.Hostname()) && port(a) == port(b)
}

// judge says what is wrong with an address before anything is resolved. Named
// tells that the audited repository chose it.
func (c *Client) judge(u *url.URL, named bool) error {
	host := plainHost(u.Hostname())
	refuse := func(reason string) error {
		c.counters.refused.Add(1)
		return &Refused{Host: u.Host, Reason: reason}
	}
	allowed := c.hosts.allowed(u)
	switch {
	case host == "":
		return refuse("the address names no host")
	case u.User != nil:
		return refuse("the address carries a user name or a password")
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("only https is spoken, not " + u.Scheme)
	case u.Scheme == "http" && !allowed:
		return refuse("only https is spoken to a host that no flag and no trusted policy allows")
	case !ascii(host):
		return refuse("its name has letters outside ASCII; write it in its xn-- form")
	case named && !allowed && !BuiltIn(host):
		return refuse("the repository names this host; allow it by flag or in a trusted policy")
	case allowed:
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		if kind := private(ip); kind != "" {
			return refuse("it is a " + kind + " address; allow it by flag if it is meant")
		}
	}
	if LocalName(host) {
		return refuse("it is the name of a local host; allow it by flag if it is meant")
	}
	return nil
}

// LocalName knows the names that only a local resolver answers. With a proxy
// nobody else stops them.
func LocalName(host string) bool {
	host = plainHost(host)
	if host == "localhost" || !strings.Contains(host, ".") && !strings.Contains(host, ":") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".corp"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
