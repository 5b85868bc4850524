package hidden

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

var files = map[string]string{
	"tools.json":  `[{"name": "a\u200bdd", "description": "Adds ` + "\U000e0041\U000e0042" + `numbers", "inputSchema": {"\u202ex": {"description": "\u001b[2Jgone"}}}]`,
	"CLAUDE.md":   "\ufeffRead ✌️ and 👩‍💻 and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f\nנכון\u200f!\nleft\u200eright\na\u200b\u200c\u200db\nمی\u200cخواهم Donau\u00addampf\n",
	".mcp.json":   `{"mcpServers": {"files": {"command": "node", "args": ["a` + "\u2066" + `"]}}}`,
	"server.json": `{"name": "com.example/x", "description": "plain"}`,
}

func TestRead(t *testing.T) {
	for path, want := range map[string]string{
		"tools.json":  "1:13-19 invisible 0/name U+200B\n1:45-47 invisible 0/description U+E0041 U+E0042\n1:74-80 bidi 0/inputSchema/x U+202E\n1:101-107 control 0/inputSchema/x/description U+001B\n",
		"CLAUDE.md":   "2:5-6 mark  U+200F\n3:5-6 bidi  U+200E\n4:2-5 invisible  U+200B U+200C U+200D\n",
		".mcp.json":   "1:57-58 bidi mcpServers/files/args/0 U+2066\n",
		"server.json": "",
	} {
		if !Takes(path) {
			t.Errorf("%s is not taken", path)
		}
		var got strings.Builder
		for _, file := range parsetest.Read(t, Read, path, files[path]).ToolTexts {
			for _, h := range file.Hidden {
				fmt.Fprintf(&got, "%d:%d-%d %s %s %s\n", h.At.Line, h.At.Column, h.At.EndColumn, h.Kind, h.Anchor, strings.Join(h.Points, " "))
			}
		}
		if diff := cmp.Diff(want, got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// A file that hides without end is told of in part.
func TestBounded(t *testing.T) {
	var out evidence.Snapshot
	_ = Read(text.NewSource("AGENTS.md", []byte(strings.Repeat("a\u200b", 100_000))), &out)
	if n := len(out.ToolTexts[0].Hidden); n != maxHidden {
		t.Errorf("%d runs", n)
	}
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files) }
