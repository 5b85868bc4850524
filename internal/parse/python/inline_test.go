package python

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

const script = `#!/usr/bin/env -S uv run
# /// script
# requires-python = ">=3.12"
# dependencies = [
#   "httpx",
#   "mcp==1.9.0",
# ]
# ///
print('é')
`

func TestScript(t *testing.T) {
	out := parsetest.Read(t, ReadScript, "serve.py", script)
	want := "5:6-11 script httpx \"\" unbounded\n6:6-16 script mcp \"==1.9.0\" exact\n"
	if diff := cmp.Diff(want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
		t.Error(diff)
	}
	for _, none := range []string{
		"print()\n",
		"# /// script\nprint()\n",
		"# /// script\n# dependencies = []\n# ///\n",
		"s = '''\n# /// script\n'''\n",
	} {
		if out := parsetest.Read(t, ReadScript, "none.py", none); len(out.Manifests) != 0 {
			t.Errorf("%q gives %+v", none, out.Manifests)
		}
	}
}

func FuzzReadScript(f *testing.F) {
	parsetest.Fuzz(f, ReadScript, map[string]string{"serve.py": script})
}
