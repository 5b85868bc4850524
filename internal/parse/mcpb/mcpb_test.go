package mcpb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
)

// files are the inputs under testdata, by the path they are read as.
func files(t testing.TB) map[string]string {
	paths, err := filepath.Glob("testdata/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test data", err)
	}
	all := make(map[string]string)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".json")+"/manifest.json"] = string(data)
	}
	return all
}

// TestRead compares what is read of each file with the .txt beside it.
func TestRead(t *testing.T) {
	for path, data := range files(t) {
		got := say(parsetest.Read(t, Read, path, data))
		golden := filepath.Join("testdata", filepath.Dir(path)+".txt")
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func say(out *evidence.Snapshot) string {
	var b strings.Builder
	for _, m := range out.Bundles {
		fmt.Fprintf(&b, "%s %q %q format=%s type=%s template=%t\n", m.Name.At, m.Name.Value, m.Version.Value, m.Format, m.Type, m.Template)
		for _, in := range m.Inputs {
			fmt.Fprintf(&b, "input %s %s secret=%s looks=%t value=%q %s\n", in.Anchor, in.Name, in.Secret, in.Looks, in.Value.Value, in.At)
		}
		for _, p := range m.Problems {
			fmt.Fprintf(&b, "problem %s %s %s (%s)\n", p.At, p.Anchor, p.What, p.Rule)
		}
	}
	return b.String() + parsetest.Launches(out)
}

func TestOtherFilesGiveNothing(t *testing.T) {
	for path, data := range map[string]string{
		"manifest.json":   `{"manifest_version": 3, "name": "browser extension", "version": "1.0"}`,
		"a/manifest.json": `{"name": "web page", "icons": []}`,
		"b/manifest.json": `not json`,
	} {
		if out := parsetest.Read(t, Read, path, data); len(out.Bundles) > 0 {
			t.Errorf("%s is taken for a bundle", path)
		}
	}
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files(f)) }
