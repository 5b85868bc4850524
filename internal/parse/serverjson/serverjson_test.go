package serverjson

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
		all[strings.TrimSuffix(filepath.Base(path), ".json")+"/server.json"] = string(data)
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
	inputs := func(all []evidence.UserInput) {
		for _, in := range all {
			fmt.Fprintf(&b, "input %s %s secret=%s looks=%t value=%q %s\n", in.Anchor, in.Name, in.Secret, in.Looks, in.Value.Value, in.At)
		}
	}
	for _, m := range out.ServerManifests {
		fmt.Fprintf(&b, "%s %q %q schema=%s template=%t\n", m.Name.At, m.Name.Value, m.Version.Value, m.SchemaDate, m.Template)
		for _, p := range m.Packages {
			fmt.Fprintf(&b, "%s %s %s %q %s template=%t %s\n", p.Anchor, p.Registry, p.Identifier.Value, p.Version.Value, p.Pin, p.Template, p.Why)
			for _, argument := range p.Arguments {
				fmt.Fprintf(&b, "argument %s %s\n", argument.Value, argument.At)
			}
			inputs(p.Inputs)
		}
		inputs(m.Inputs)
		for _, p := range m.Problems {
			fmt.Fprintf(&b, "problem %s %s %s (%s)\n", p.At, p.Anchor, p.What, p.Rule)
		}
	}
	return b.String() + parsetest.Launches(out)
}

func TestOtherFilesGiveNothing(t *testing.T) {
	for path, data := range map[string]string{
		"server.json":          `{"port": 80}`,
		"a/server.json":        `[1, 2]`,
		"b/server.json":        `not json`,
		"c/server.json":        `{"$schema": "https://glama.ai/mcp/schemas/server.json", "maintainers": ["a"]}`,
		"mcp-server.conf.json": `{"name": "a/b", "packages": [{"registryType": "npm"}]}`,
	} {
		out := parsetest.Read(t, Read, path, data)
		if len(out.ServerManifests)+len(out.Remotes) > 0 {
			t.Errorf("%s is taken for an entry of the registry", path)
		}
	}
}

func TestSchemasCompile(t *testing.T) {
	for _, date := range dates {
		out := parsetest.Read(t, Read, "server.json", fmt.Sprintf(`{"$schema": "https://static.modelcontextprotocol.io/schemas/%s/server.schema.json"}`, date))
		if len(out.ServerManifests[0].Problems) == 0 {
			t.Errorf("the schema of %s refuses nothing", date)
		}
	}
}

func FuzzRead(f *testing.F) { parsetest.Fuzz(f, Read, files(f)) }
