package launch

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// bridges are programs that stand between a client and a remote server, named
// by an address among their words.
var bridges = []string{"mcp-remote", "mcp-proxy", "mcp-proxy-for-aws", "supergateway", "@pyroprompts/mcp-stdio-to-streamable-http-adapter"}

// bridged is the remote server behind a bridge.
func bridged(l evidence.Launch, words []evidence.Word, place Place) []evidence.Remote {
	if !isBridge(l.Fetches, words) {
		return nil
	}
	auth := evidence.Unknown
	for _, word := range words {
		if word.Value == "--header" || strings.HasPrefix(word.Value, "--header=") {
			auth = evidence.Yes
		}
	}
	for _, word := range words {
		if isURL(word.Value) {
			return []evidence.Remote{{
				Path: place.Path, Origin: place.Origin, Server: place.Server, Anchor: place.Anchor,
				URL: evidence.Text{Value: word.Value, At: word.At}, Auth: auth, Shown: shown(place.Origin), At: l.At,
			}}
		}
	}
	return nil
}

func isBridge(fetches []evidence.Fetch, words []evidence.Word) bool {
	for _, name := range bridges {
		for _, one := range fetches {
			if one.Name == name {
				return true
			}
		}
		if len(words) > 0 && Program(words[0].Value) == name {
			return true
		}
	}
	return false
}

func isURL(value string) bool {
	return strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://")
}

func shown(origin evidence.LaunchOrigin) bool {
	return origin == evidence.LaunchDocs || origin == evidence.LaunchLink
}

// plain is a text of its own, for what no longer knows where it stood.
func plain(value string) text.Text {
	return text.NewSource("", []byte(value)).Text(0, len(value))
}
