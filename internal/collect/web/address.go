package web

import (
	"net/netip"
)

// forbidden are the addresses that no public host has. A repository that gets
// one of them dialled reaches into the network of whoever runs the audit.
// Source: IANA special-purpose address registries, and the documents of the clouds
// for those of metadata services.
var forbidden = []struct {
	prefix netip.Prefix
	kind   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared (carrier NAT)"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("168.63.129.16/32"), "metadata service"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarking"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("::/96"), "unspecified"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "private translation"},
	{netip.MustParsePrefix("100::/64"), "reserved"},
	{netip.MustParsePrefix("2001::/23"), "reserved"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation"},
	{netip.MustParsePrefix("2002::/16"), "reserved (6to4)"},
	{netip.MustParsePrefix("3fff::/20"), "documentation"},
	{netip.MustParsePrefix("5f00::/16"), "reserved"},
	{netip.MustParsePrefix("fc00::/7"), "private"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("fec0::/10"), "private"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}

// nat64 carries an IPv4 address in its last four bytes: where only IPv6 is spoken
// all public hosts have one, so that the address inside is judged.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// private names the kind of an address that is not public, empty for a public
// one.
func private(ip netip.Addr) string {
	ip = ip.WithZone("").Unmap()
	if !ip.IsValid() {
		return "invalid"
	}
	if nat64.Contains(ip) {
		raw := ip.As16()
		return private(netip.AddrFrom4([4]byte(raw[12:])))
	}
	for _, f := range forbidden {
		if f.prefix.Contains(ip) {
			return f.kind
		}
	}
	return ""
}

// never says whether even the name of an allowed host may not lead to an address:
// nobody runs a registry there, and clouds hand out credentials there. The address
// itself, written out, may be allowed.
func never(ip netip.Addr) bool {
	switch private(ip) {
	case "link-local", "metadata service", "multicast", "unspecified", "invalid":
		return true
	}
	return false
}
