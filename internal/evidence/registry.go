package evidence

import "strings"

// AddressHost is the host of an address, in lower case and without port, and
// the address without the name and password that may stand in it. The host of a
// path is empty; one that only the run knows holds a "$", a "%" or a "{".
func AddressHost(address string) (host, clean string) {
	clean = strings.TrimSpace(address)
	scheme, rest, found := strings.Cut(clean, "://")
	switch {
	case !found && strings.HasPrefix(clean, "//"): // as npm writes it
		scheme, rest = "", clean[2:]
	case !found && (strings.HasPrefix(clean, "$") || strings.HasPrefix(clean, "%")):
		return clean, clean // the whole address is left to the run
	case !found:
		return "", clean
	}
	if strings.HasSuffix(strings.ToLower(scheme), "file") {
		return "", clean
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority := rest[:end]
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
		clean = clean[:len(clean)-len(rest)] + authority + rest[end:]
	}
	host = authority
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && strings.Trim(host[colon+1:], "0123456789") == "" {
		host = host[:colon]
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), clean
}

// Symbolic tells whether a value holds something that only the run knows, in
// the words of any tool: ${X}, $X, $(x), %X%, {{ x }}.
func Symbolic(value string) bool {
	return strings.ContainsAny(value, "${%") || strings.Contains(value, "<<")
}
