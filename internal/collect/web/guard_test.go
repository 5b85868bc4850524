package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// fails is a dialer that nothing may reach.
func fails(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		t.Errorf("%s was dialled", address)
		return nil, errors.New("dialled")
	}
}

func noNames(t *testing.T) func(context.Context, string) ([]net.IPAddr, error) {
	return func(_ context.Context, host string) ([]net.IPAddr, error) {
		t.Errorf("%s was resolved", host)
		return nil, errors.New("resolved")
	}
}

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

func TestOfflineDialsNothing(t *testing.T) {
	c := New(Options{Offline: true, Allow: []string{"127.0.0.1", "example.com"}, Dial: fails(t), Resolve: noNames(t), Proxy: noProxy})
	ctx := t.Context()
	for _, address := range []string{"https://github.com/", "https://example.com/", "http://127.0.0.1/", "https://pypi.org/x"} {
		if _, err := c.Do(ctx, Request{URL: address}); !errors.Is(err, ErrOffline) {
			t.Errorf("Do %s: %v", address, err)
		}
		if _, _, err := c.Open(ctx, Request{URL: address, Named: true}); !errors.Is(err, ErrOffline) {
			t.Errorf("Open %s: %v", address, err)
		}
		if _, err := c.Hash(ctx, Request{URL: address}); !errors.Is(err, ErrOffline) {
			t.Errorf("Hash %s: %v", address, err)
		}
		if _, err := c.HTTP(false).Get(address); !errors.Is(err, ErrOffline) {
			t.Errorf("HTTP %s: %v", address, err)
		}
	}
	if n := c.Stats().Requests; n != 0 {
		t.Errorf("%d requests were counted", n)
	}
}

func TestRefusedBeforeAnythingIsResolved(t *testing.T) {
	c := New(Options{Dial: fails(t), Resolve: noNames(t), Proxy: noProxy, Allow: []string{"registry.example.com"}})
	for _, test := range []struct {
		address string
		named   bool
		reason  string
	}{
		{"http://github.com/", false, "only https"},
		{"ftp://github.com/", false, "only https"},
		{"file:///etc/passwd", false, "names no host"},
		{"https://user:secret@github.com/", false, "password"},
		{"https://127.0.0.1/", false, "loopback"},
		{"https://[::1]:8443/", false, "loopback"},
		{"https://[::ffff:169.254.169.254]/latest/meta-data", false, "link-local"},
		{"https://169.254.169.254/", false, "link-local"},
		{"https://localhost/", false, "local host"},
		{"https://localhost./", false, "local host"},
		{"https://metadata.google.internal/", false, "local host"},
		{"https://kubernetes/", false, "local host"},
		{"https://gіthub.com/", false, "ASCII"},
		{"https://packages.example.org/simple/", true, "the repository names this host"},
		{"https://github.com.example.org/", true, "the repository names this host"},
		{"https://evilgithub.com/", true, "the repository names this host"},
		{"http://pypi.org/", true, "only https"},
		{"://", false, "not a URL"},
	} {
		_, err := c.Do(t.Context(), Request{URL: test.address, Named: test.named})
		var refused *Refused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v, want a refusal for %q", test.address, err, test.reason)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error shows a secret: %v", test.address, err)
		}
		if strings.HasPrefix(test.address, ":") {
			continue // no request can be made of it
		}
		if _, err := c.HTTP(test.named).Get(test.address); !errors.As(err, &refused) {
			t.Errorf("%s by the transport: %v", test.address, err)
		}
	}
}

func TestRefusedAfterResolving(t *testing.T) {
	answers := map[string][]string{
		"private.example.com":  {"10.0.0.8"},
		"two.example.com":      {"140.82.112.5", "127.0.0.1"},
		"mapped.example.com":   {"::ffff:192.168.0.1"},
		"nat64.example.com":    {"64:ff9b::a9fe:a9fe"},
		"allowed.example.com":  {"169.254.169.254"},
		"metadata.example.com": {"fd00:ec2::254"},
	}
	c := New(Options{Dial: fails(t), Proxy: noProxy, Retries: -1, Allow: []string{"allowed.example.com"}, Resolve: func(_ context.Context, host string) ([]net.IPAddr, error) {
		var ips []net.IPAddr
		for _, ip := range answers[host] {
			ips = append(ips, net.IPAddr{IP: net.ParseIP(ip)})
		}
		return ips, nil
	}})
	for host := range answers {
		_, err := c.Do(t.Context(), Request{URL: "https://" + host + "/"})
		var refused *Refused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "it leads to") {
			t.Errorf("%s: %v", host, err)
		}
	}
	if n := c.Stats().Refused; n != int64(len(answers)) {
		t.Errorf("%d refusals counted, want %d", n, len(answers))
	}
}

// A name that is public at the first look and private at the second gains
// nothing: the address that was checked is the one that is dialled.
func TestDialsTheCheckedAddress(t *testing.T) {
	var looks int
	var dialled []string
	c := New(Options{Proxy: noProxy, Retries: -1,
		Resolve: func(context.Context, string) ([]net.IPAddr, error) {
			looks++
			if looks > 1 {
				return []net.IPAddr{{IP: net.ParseIP("127.0.0.1")}}, nil
			}
			return []net.IPAddr{{IP: net.ParseIP("140.82.112.5")}}, nil
		},
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			dialled = append(dialled, address)
			return nil, errors.New("no network in a test")
		},
	})
	for range 2 {
		if _, err := c.Do(t.Context(), Request{URL: "https://rebind.example.com/"}); err == nil {
			t.Fatal("it was answered")
		}
	}
	if len(dialled) != 1 || dialled[0] != "140.82.112.5:443" {
		t.Errorf("dialled %v", dialled)
	}
}

func TestProxyIsAskedOnlyForWhatIsNotRefused(t *testing.T) {
	var through []string
	c := New(Options{Resolve: noNames(t), Retries: -1,
		Proxy: func(*http.Request) (*url.URL, error) { return url.Parse("http://10.0.0.1:3128") },
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			through = append(through, address)
			return nil, errors.New("no network in a test")
		},
	})
	for _, address := range []string{"https://10.0.0.1:3128/", "https://metadata.google.internal/", "https://169.254.169.254/"} {
		var refused *Refused
		if _, err := c.Do(t.Context(), Request{URL: address}); !errors.As(err, &refused) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if len(through) != 0 {
		t.Fatalf("dialled %v", through)
	}
	if _, err := c.Do(t.Context(), Request{URL: "https://pypi.org/"}); err == nil {
		t.Error("it was answered")
	}
	if len(through) != 1 || through[0] != "10.0.0.1:3128" {
		t.Errorf("dialled %v", through)
	}
}

func TestAllowedHosts(t *testing.T) {
	c := New(Options{Allow: []string{"Registry.Example.com:8443", "https://mirror.example.com/path", "[::1]:5000", ""}})
	for address, want := range map[string]bool{
		"https://registry.example.com:8443/x": true,
		"https://registry.example.com/x":      false,
		"https://mirror.example.com/":         true,
		"http://mirror.example.com:81/":       true,
		"http://[::1]:5000/v2/":               true,
		"http://[::1]/":                       false,
		"https://example.com/":                false,
	} {
		if got := c.Allowed(address); got != want {
			t.Errorf("%s: allowed %v", address, got)
		}
	}
	if !c.Knows("https://ghcr.io/v2/") || c.Knows("https://ghcr.io.example.com/") {
		t.Error("the built-in hosts are not known as they should")
	}
}

// What is asked on a repository's word is https, at a host that is built in, without
// credentials in the address.
func FuzzNamedAddress(f *testing.F) {
	for _, address := range []string{"https://pypi.org/simple/", "https://github.com@evil.example/", "https://github.com.evil.example", "http://ghcr.io/", "https://[::ffff:7f00:1]/", "https://pypi.org:22/", "https://PYPI.org./"} {
		f.Add(address)
	}
	c := New(Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("a test dials nothing")
	}, Proxy: noProxy})
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || c.judge(u, true) != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || !BuiltIn(u.Hostname()) || strings.ContainsAny(u.Hostname(), "@/\\ ") {
			t.Fatalf("%q may be asked", address)
		}
	})
}
