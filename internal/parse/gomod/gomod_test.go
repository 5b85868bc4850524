package gomod

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/parsetest"
	"github.com/sealvet/sealvet/internal/parse/text"
)

const goMod = `module example.com/weather

go 1.26.0

tool example.com/gen/cmd/gen

require (
	example.com/gen v0.2.0
	example.com/mcp v1.2.3 // a comment
	example.com/text v0.1.0 // indirect
	example.com/here v0.0.0
)

require example.com/fork v1.0.0

replace example.com/here => ./here

replace example.com/fork v1.0.0 => example.org/fork v1.0.1
`

func TestManifest(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "go.mod", goMod)
	want := `8:2-24 tool example.com/gen "v0.2.0" exact
9:2-24 require example.com/mcp "v1.2.3" exact
10:2-25 indirect example.com/text "v0.1.0" exact
16:1-35 require example.com/here "./here" path
18:1-59 require example.org/fork "v1.0.1" exact
`
	if diff := cmp.Diff(want, parsetest.Dependencies(out.Manifests[0])); diff != "" {
		t.Error(diff)
	}
	if m := out.Manifests[0]; m.Name != "example.com/weather" || m.LockOptional != "" || m.At.Line != 1 {
		t.Errorf("%+v", m)
	}
}

func TestModuleAloneNeedsNoLock(t *testing.T) {
	out := parsetest.Read(t, ReadManifest, "go.mod", "module example.com/alone\n")
	if out.Manifests[0].LockOptional == "" {
		t.Error("wants a lock")
	}
}

const goSum = `example.com/mcp v1.2.3 h1:aa=
example.com/mcp v1.2.3/go.mod h1:bb=
example.com/text v0.0.9/go.mod h1:cc=
`

func TestLock(t *testing.T) {
	out := parsetest.Read(t, ReadLock, "go.sum", goSum)
	want := "1:1-30 example.com/mcp v1.2.3 h1:aa=\n3:1-38 example.com/text v0.0.9 h1:cc=\n"
	if diff := cmp.Diff(want, parsetest.Entries(out.Lockfiles[0])); diff != "" {
		t.Error(diff)
	}
	keys := []string{"example.com/mcp@v1.2.3", "example.com/mcp@v1.2.3/go.mod"}
	if diff := cmp.Diff(keys, out.Lockfiles[0].Entries[0].Keys); diff != "" {
		t.Error(diff)
	}
}

func TestGaps(t *testing.T) {
	var out evidence.Snapshot
	err := ReadManifest(text.NewSource("go.mod", []byte("module example.com/a\n\nrequire example.com/b v1.0.0\nnonsense x\n")), &out)
	if err == nil || !strings.HasPrefix(err.Error(), "go.mod:4:1: ") || len(out.Manifests) != 1 || len(out.Manifests[0].Dependencies) != 1 {
		t.Errorf("%v %+v", err, out.Manifests)
	}
	err = ReadLock(text.NewSource("go.sum", []byte("example.com/b v1.0.0\n")), &out)
	if err == nil || !strings.HasPrefix(err.Error(), "go.sum:1:1: ") {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	parsetest.Fuzz(f, func(src *text.Source, out *evidence.Snapshot) error {
		if TakesLock(src.Path()) {
			return ReadLock(src, out)
		}
		return ReadManifest(src, out)
	}, map[string]string{"go.mod": goMod, "go.sum": goSum})
}
