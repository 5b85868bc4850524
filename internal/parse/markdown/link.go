package markdown

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/launch"
	"github.com/sealvet/sealvet/internal/parse/text"
)

// marks are parts of the addresses that install a server by one click. The
// address around one is looked at.
var marks = []string{"mcp/install", "install-mcp", "mcp%2Finstall", "mcp%2finstall", "mcp/add", "add_mcp", "goose://extension", "mcp-install?"}

// links reads the install links of a page, in whatever way they are written: as
// links of Markdown, as HTML, or bare. All a link holds stands at the link.
func links(src *text.Source, out *evidence.Snapshot) {
	page := src.String()
	next := make([]int, len(marks)) // where each mark stands next, so that no part is searched twice
	for i := range next {
		next[i] = -1
	}
	for at := 0; ; {
		mark := nextMark(page, at, next)
		if mark == len(page) {
			return
		}
		start, end := address(page, mark, at)
		at = max(end, mark+1)
		link := src.Text(start, end)
		place := launch.Place{Path: src.Path(), Origin: evidence.LaunchLink}
		install(strings.ReplaceAll(link.Value, "&amp;", "&"), link.At(), place, out, 0)
	}
}

// nextMark is where the first mark from an offset on stands, or the page's end.
func nextMark(page string, from int, next []int) int {
	first := len(page)
	for i, mark := range marks {
		if next[i] < from {
			if next[i] = strings.Index(page[from:], mark); next[i] < 0 {
				next[i] = len(page)
			} else {
				next[i] += from
			}
		}
		first = min(first, next[i])
	}
	return first
}

// address is the extent of the address around an offset, not before a floor.
func address(page string, at, floor int) (start, end int) {
	start, end = at, at
	for start > floor && !endsAddress(page[start-1]) {
		start--
	}
	for end < len(page) && !endsAddress(page[end]) {
		end++
	}
	return start, end
}

func endsAddress(c byte) bool {
	return c <= ' ' || strings.IndexByte("<>\"'`()[]|\\", c) >= 0
}

// maxNested is how often a link may hold another one.
const maxNested = 3

// install reads the launch in an install link: JSON in its query, as it is, URL
// encoded or in base64, or another link in "url".
func install(link string, at evidence.Location, place launch.Place, out *evidence.Snapshot, nested int) {
	_, query, found := strings.Cut(link, "?")
	if !found || nested == maxNested {
		return
	}
	if whole, err := url.PathUnescape(query); err == nil && strings.HasPrefix(whole, "{") {
		launch.Inline(whole, at, place, out) // vscode:mcp/install?{...}
		return
	}
	values, err := url.ParseQuery(query)
	if err != nil && len(values) == 0 {
		return
	}
	if place.Server == "" {
		place.Server = values.Get("name")
	}
	if inner := values.Get("url"); strings.Contains(inner, "mcp/install") {
		install(inner, at, place, out, nested+1)
		return
	}
	if strings.HasPrefix(link, "goose:") {
		goose(values, at, place, out)
		return
	}
	if config := decoded(values.Get("config")); config != "" {
		launch.Inline(config, at, place, out)
	}
}

// decoded is the JSON of a config parameter, which may be in base64, URL encoded
// once more, or a string that holds the JSON, as some generators write it.
func decoded(config string) string {
	for range maxNested {
		config = strings.TrimSpace(config)
		var inner string
		switch {
		case strings.HasPrefix(config, "{"):
			return config
		case strings.HasPrefix(config, `"`) && json.Unmarshal([]byte(config), &inner) == nil:
			config = inner
		case strings.HasPrefix(config, "%"):
			config, _ = url.PathUnescape(config)
		default:
			config = unbase64(config)
		}
	}
	if strings.HasPrefix(strings.TrimSpace(config), "{") {
		return config
	}
	return ""
}

// unbase64 decodes any of the four spellings. A space is a plus that a query
// parser ate.
func unbase64(s string) string {
	s = strings.NewReplacer(" ", "+", "-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(data)
}

// goose reads goose://extension?cmd=npx&arg=-y&arg=...
func goose(values url.Values, at evidence.Location, place launch.Place, out *evidence.Snapshot) {
	command := values.Get("cmd")
	if command == "" {
		return
	}
	words := []evidence.Word{{Value: command, Known: true, At: at}}
	for _, argument := range values["arg"] {
		words = append(words, evidence.Word{Value: argument, Known: !strings.Contains(argument, "${"), At: at})
	}
	l, remotes := launch.Words(words, at, place)
	out.Launches = append(out.Launches, l)
	out.Remotes = append(out.Remotes, remotes...)
}
