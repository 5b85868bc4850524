// Package web is the one way out: every request that sealvet makes goes through
// its Client. It knows which hosts may be dialled, where a token may go, how
// much of an answer is read and when a request is tried again. It does not know
// what registries and code hosts say.
//
// The rules, for each request and for each redirect of it:
//
//   - Offline, nothing is dialled and no name is resolved.
//   - A request that the audited repository named (Request.Named) goes only to a
//     host that is built in or that a flag or a trusted policy allows.
//   - The address is checked after its name was resolved, and that very address
//     is dialled: private, loopback, link-local, shared, multicast and metadata
//     addresses are refused unless the host is allowed.
//   - https only, unless the host is allowed; never from https back to http.
//   - A token goes to its one host over https and never to another, whatever
//     redirects say. Cookies, .netrc and credential helpers do not exist here.
//
// A host that answers with a redirect is believed as far as the next public https
// host (registries hand out blobs from the hosts of others): without token, without
// the headers of the caller.
//
// The proxy of the environment (HTTPS_PROXY, NO_PROXY) is honoured, since it is the
// user's and in many firms the only way out. The proxy then resolves names, so that
// the check of addresses is the proxy's; ours still refuses addresses and local names
// that are written out in the URL.
package web

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Options set up a Client. The zero value is a careful one.
type Options struct {
	// Offline refuses every request before anything is resolved or dialled.
	Offline bool
	// Allow lists hosts (host, or host:port) that a flag or a trusted policy gave. They may be
	// private and may speak http. Never fill it from the audited repository.
	Allow []string
	// CacheDir keeps answers that a digest names, empty for no cache; CacheSize bounds it in bytes (256 MiB).
	CacheDir  string
	CacheSize int64
	// Retries is how often a request is tried again, 3 when zero, none when negative.
	Retries int
	// Pause is the first pause between tries, which doubles (0.5 s).
	Pause time.Duration
	// Timeout bounds how long a host may say nothing (30 s); one answer may take twenty times that.
	Timeout time.Duration
	// MaxWait is the longest pause that a Retry-After may ask for (30 s); beyond it the request fails at once.
	MaxWait time.Duration
	// MaxRequests bounds what one run sends, tries and redirects included; 0 is 10,000.
	MaxRequests int64
	UserAgent   string
	// Waiting hears why the client pauses.
	Waiting func(reason string)
	// Authorities, where given, are trusted instead of those of the system: of a private instance.
	Authorities *x509.CertPool
	// Proxy replaces the environment's proxy.
	Proxy func(*http.Request) (*url.URL, error)
	// Dial replaces the dialling of an address that was checked, Resolve the look-up of names; for tests.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Resolve func(ctx context.Context, host string) ([]net.IPAddr, error)
}

// Client sends requests under the rules of this package. It is safe for
// concurrent use.
type Client struct {
	options  Options
	hosts    hosts
	direct   *http.Transport
	proxied  *http.Transport
	cache    *Cache
	counters counters
	sent     atomic.Int64
	// silent counts, by host, how often in a row nobody answered in time.
	silence sync.Mutex
	silent  map[string]int
	// sleep is the clock of the pauses between tries.
	sleep func(context.Context, time.Duration) error
	// dripping is how many times the allowed silence one answer may take.
	dripping int
}

// New makes a client. It dials nothing yet.
func New(options Options) *Client {
	options.fill()
	c := &Client{options: options, hosts: newHosts(options.Allow), sleep: sleep, dripping: dripping}
	c.direct = c.transport(c.dial, nil)
	dialer := options.Dial
	c.proxied = c.transport(func(ctx context.Context, network, address string) (net.Conn, error) {
		return dialer(ctx, network, address) // the user's own proxy may be private
	}, options.Proxy)
	if options.CacheDir != "" {
		c.cache = NewCache(options.CacheDir, options.CacheSize)
	}
	return c
}

func (o *Options) fill() {
	if o.Retries == 0 {
		o.Retries = 3
	}
	if o.Pause == 0 {
		o.Pause = time.Second / 2
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxWait == 0 {
		o.MaxWait = 30 * time.Second
	}
	if o.MaxRequests == 0 {
		o.MaxRequests = 10_000
	}
	if o.CacheSize == 0 {
		o.CacheSize = 256 << 20
	}
	if o.UserAgent == "" {
		o.UserAgent = "sealvet"
	}
	if o.Waiting == nil {
		o.Waiting = func(string) {}
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	if o.Resolve == nil {
		o.Resolve = net.DefaultResolver.LookupIPAddr
	}
}

// Offline says whether the client refuses to dial.
func (c *Client) Offline() bool { return c.options.Offline }

// Allowed says whether a flag or a trusted policy named the host of an address.
func (c *Client) Allowed(address string) bool {
	u, err := url.Parse(address)
	return err == nil && c.hosts.allowed(u)
}

// Knows says whether the host of an address is built in or allowed: whether the
// address may come from the audited repository.
func (c *Client) Knows(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (c.hosts.allowed(u) || BuiltIn(u.Hostname()))
}

// Cache is where answers are kept, nil when nothing is.
func (c *Client) Cache() *Cache { return c.cache }

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
