package web

import (
	"net"
	"net/http"
	"net/url"
)

// Token is a secret and the one host (host, or host:port) that may see it.
type Token struct {
	Host   string
	Value  string
	Scheme string // Bearer when empty
}

// String keeps the secret out of logs.
func (t Token) String() string { return "token for " + t.Host }

// GoString keeps the secret out of logs.
func (t Token) GoString() string { return t.String() }

// present gives the token to its host and to nobody else.
func (c *Client) present(asked *http.Request, token Token) {
	if token.Value == "" || !token.goesTo(asked.URL) {
		return
	}
	if asked.URL.Scheme != "https" && !c.hosts.allowed(asked.URL) {
		return
	}
	scheme := token.Scheme
	if scheme == "" {
		scheme = "Bearer"
	}
	asked.Header.Set("Authorization", scheme+" "+token.Value)
}

// goesTo says whether the token is for the host of an address. A bare host is that
// host on the port of its scheme.
func (t Token) goesTo(u *url.URL) bool {
	host, want := plainHost(t.Host), plainHost(u.Hostname())
	if port(u) == "443" && host == want && host != "" {
		return true
	}
	_, is := newHosts([]string{t.Host})[net.JoinHostPort(want, port(u))]
	return is
}
