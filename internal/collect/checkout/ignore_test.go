package checkout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/parse/text"
)

func TestIgnores(t *testing.T) {
	for _, c := range []struct{ path, content, want string }{
		{"ci.yml", "a: b # sealvet: ignore[unpinned-action] owner=@t until=2027-01-31 our own\n", "1 [unpinned-action] @t 2027-01-31 our own"},
		{"ci.yml", "a:\n  # sealvet: ignore[a, b] why until=2027-01-31 not owner=@t\n  b: c\n", "3 [a b] @t 2027-01-31 why not"},
		{"x.ts", "// sealvet: ignore[a]\n", "2 [a]   "},
		{"README.md", "<!-- sealvet: ignore[a] owner=@t until=2027-01-31 shown on purpose -->\n", "2 [a] @t 2027-01-31 shown on purpose"},
		{"README.md", "`# sealvet: ignore[a] owner=@t`\n# sealvet: ignore[b]\n", ""},
		{"ci.yml", "run: echo 'sealvet: ignore[a]'\n", ""},
		{"ci.yml", "# sealvet: ignore[a\n", ""},
	} {
		var said []string
		for _, i := range ignores(text.NewSource(c.path, []byte(c.content))) {
			said = append(said, fmt.Sprintf("%d %v %s %s %s", i.Line, i.Checks, i.Owner, i.Until, i.Reason))
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("%q\n  got  %q\n  want %q", c.content, got, c.want)
		}
	}
}
