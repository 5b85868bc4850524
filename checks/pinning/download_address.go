package pinning

import (
	"net/url"
	"path"
	"strings"
)

// baseOf is the name a download gets from its address.
func baseOf(from string) string {
	from, _, _ = strings.Cut(from, "#")
	if i := strings.IndexByte(from, '?'); i >= 0 && !strings.Contains(from[i:], "}") {
		from = from[:i]
	}
	rest := from
	if i := strings.Index(from, "://"); i >= 0 {
		rest = from[i+3:]
		if !strings.Contains(rest, "/") {
			return "index.html"
		}
	}
	return path.Base(rest)
}

// isHere tells an address on the machine itself, which is no download.
func isHere(from string) bool {
	if strings.HasPrefix(from, "file:") {
		return true
	}
	host := from
	if i := strings.Index(host, "://"); i >= 0 {
		host = host[i+3:]
	}
	host, _, _ = strings.Cut(host, "/")
	if strings.HasPrefix(host, "[::1]") {
		return true
	}
	host, _, _ = strings.Cut(host, ":")
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "0.0.0.0" || strings.HasSuffix(host, ".localhost")
}

// hostOf is the host of an address, as far as it is written out.
func hostOf(from string) string {
	i := strings.Index(from, "://")
	if i < 0 {
		return ""
	}
	host, _, _ := strings.Cut(from[i+3:], "/")
	return strings.ToLower(host)
}

// isAddressedByContent tells addresses that name one content for ever: a file
// at a full commit of a code host, over https.
func isAddressedByContent(from string) bool {
	u, err := url.Parse(from)
	if err != nil || u.Scheme != "https" {
		return false
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	switch strings.ToLower(u.Host) {
	case "raw.githubusercontent.com":
		return isFullSHA(at(2)) && len(parts) > 3
	case "gist.githubusercontent.com":
		return at(2) == "raw" && isFullSHA(at(3))
	case "codeload.github.com":
		return isFullSHA(at(3))
	case "github.com":
		return (at(2) == "raw" || at(2) == "blob") && isFullSHA(at(3)) ||
			at(2) == "archive" && isFullSHA(strings.TrimSuffix(strings.TrimSuffix(at(3), ".tar.gz"), ".zip"))
	case "cdn.jsdelivr.net":
		_, ref, _ := strings.Cut(at(2), "@")
		return at(0) == "gh" && isFullSHA(ref)
	case "gitlab.com":
		for i, part := range parts {
			if part == "raw" && isFullSHA(at(i+1)) {
				return true
			}
		}
	}
	return false
}

func isFullSHA(s string) bool { return (len(s) == 40 || len(s) == 64) && isHex(s) }

func isHex(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return s != ""
}
