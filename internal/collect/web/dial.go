package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func (c *Client) transport(dial dialFunc, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dial,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    15 * time.Second,
		ResponseHeaderTimeout:  c.options.Timeout,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.options.Authorities},
	}
}

// dial resolves the name itself, checks every address and dials one that was
// checked: a name that answers differently the second time gains nothing.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c.options.Offline {
		return nil, ErrOffline
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addresses, err := c.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, ip := range addresses {
		if err := c.judgeAddress(host, port, ip); err != nil {
			c.counters.refused.Add(1)
			return nil, err
		}
	}
	var failures []error
	for _, ip := range addresses {
		conn, err := c.options.Dial(ctx, network, net.JoinHostPort(ip.String(), port))
		if err == nil {
			return conn, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(failures...)
}

func (c *Client) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	found, err := c.options.Resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var addresses []netip.Addr
	for _, f := range found {
		ip, is := netip.AddrFromSlice(f.IP)
		if !is {
			continue // no address at all; the rest may be one
		}
		addresses = append(addresses, ip.Unmap().WithZone(f.Zone))
	}
	if len(addresses) == 0 {
		return nil, fmt.Errorf("%s has no address", host)
	}
	return addresses, nil
}

func (c *Client) judgeAddress(host, port string, ip netip.Addr) error {
	kind := private(ip)
	if kind == "" {
		return nil
	}
	_, literal := netip.ParseAddr(host)
	switch allowed := c.hosts.allowedAddress(host, port); {
	case allowed && literal == nil:
		return nil
	case allowed && !never(ip):
		return nil
	case allowed:
		return &Refused{Host: host, Reason: fmt.Sprintf("it leads to %s, a %s address; nothing but that address itself can be allowed", ip, kind)}
	}
	return &Refused{Host: host, Reason: fmt.Sprintf("it leads to %s, a %s address; allow the host by flag if it is meant", ip, kind)}
}
