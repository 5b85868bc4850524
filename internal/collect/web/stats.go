package web

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Stats tell what a client has done.
type Stats struct {
	Requests  int64         `json:"requests"` // sent, tries and redirects included
	Retries   int64         `json:"retries"`
	Redirects int64         `json:"redirects"`
	Refused   int64         `json:"refused"`
	Bytes     int64         `json:"bytes"` // of bodies, after decompression
	Hits      int64         `json:"hits"`  // answers out of the cache
	Waited    time.Duration `json:"waited"`
	Hosts     []HostCount   `json:"hosts,omitempty"` // by name
}

// HostCount is how many requests one host got.
type HostCount struct {
	Host     string `json:"host"`
	Requests int64  `json:"requests"`
}

type counters struct {
	requests, retries, redirects, refused, bytes, hits, waited atomic.Int64

	mu    sync.Mutex
	hosts map[string]int64
}

func (c *counters) count(host string) {
	c.requests.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hosts == nil {
		c.hosts = map[string]int64{}
	}
	c.hosts[host]++
}

// Stats are the counts so far.
func (c *Client) Stats() Stats {
	s := Stats{
		Requests:  c.counters.requests.Load(),
		Retries:   c.counters.retries.Load(),
		Redirects: c.counters.redirects.Load(),
		Refused:   c.counters.refused.Load(),
		Bytes:     c.counters.bytes.Load(),
		Hits:      c.counters.hits.Load(),
		Waited:    time.Duration(c.counters.waited.Load()),
	}
	c.counters.mu.Lock()
	defer c.counters.mu.Unlock()
	for host, n := range c.counters.hosts {
		s.Hosts = append(s.Hosts, HostCount{Host: host, Requests: n})
	}
	slices.SortFunc(s.Hosts, func(a, b HostCount) int { return cmp.Compare(a.Host, b.Host) })
	return s
}
