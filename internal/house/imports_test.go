package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sealvet/sealvet/"

// rules says what each room may import of ours. Data runs collect -> evidence ->
// checks -> policy -> reports -> exit code, and imports follow it; the longest
// matching prefix decides.
var rules = map[string][]string{
	"internal/evidence":     {},
	"internal/audit":        {"internal/evidence"},
	"internal/access":       {"internal/evidence", "internal/audit"},
	"internal/parse":        {"internal/evidence", "internal/parse"},
	"internal/provenance":   {"internal/evidence"},
	"internal/verify":       {"internal/evidence", "internal/provenance", "internal/parse/text", "internal/parse/doc", "internal/verify"},
	"internal/attest":       {"internal/evidence", "internal/audit", "internal/policy", "internal/provenance"},
	"internal/sigstoretest": {},
	"internal/registrytest": {"internal/sigstoretest", "internal/registrytest"},
	"internal/githubtest":   {"internal/githubtest"},
	"internal/action":       {"internal/audit", "internal/policy", "internal/collect/web", "reports"},
	"internal/gitlabtest":   {"internal/gitlabtest"},
	"internal/collect":      {"internal/evidence", "internal/parse", "internal/provenance", "internal/trace", "internal/verify", "internal/collect"},
	"internal/reproduce":    {"internal/evidence", "internal/parse/doc", "internal/parse/text", "internal/collect/checkout", "internal/reproduce"},
	"internal/policy":       {"internal/evidence", "internal/audit", "internal/parse/doc", "internal/parse/text"},
	"internal/casetest":     {"internal/evidence", "internal/audit", "internal/collect/checkout"},
	"internal/house":        {"checks", "internal/audit"},
	"internal/newcheck":     {},
	"internal/image":        {"internal/image"},
	"internal/wayin":        {"internal/evidence", "internal/trace"},
	"internal/drawsheet":    {"checks", "internal/audit", "internal/evidence", "internal/collect/checkout"},
	"internal/trace":        {"internal/evidence"},
	"internal/vet":          {"internal/evidence", "internal/provenance", "internal/verify", "internal/collect/registry", "internal/collect/web"},
	"checks":                {"internal/evidence", "internal/audit", "internal/provenance", "internal/trace", "checks"},
	"reports":               {"internal/evidence", "internal/audit", "internal/policy", "internal/provenance", "reports"},
	"cmd":                   {"internal", "checks", "reports"},
	// A module of its own, which shares nothing but the wire format, and that as a copy.
	"cmd/sealvet-slsa-verifier": {"cmd/sealvet-slsa-verifier/wire"},
}

// outside is what a check must not touch: a check that reads a file, a clock or
// an environment cannot be judged again tomorrow.
var outside = []string{"os", "os/exec", "io/fs", "net", "net/http", "syscall", "math/rand", "runtime", "log"}

func TestImportsFollowTheFlow(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		checkImports(t, path, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, path, name string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	room, allowed := ruleFor(name)
	if room == "" {
		t.Errorf("%s stands in no room that the rules name", name)
		return
	}
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		ours, is := strings.CutPrefix(imported, module)
		if is && !within(ours, allowed) {
			t.Errorf("%s imports %s: %s may know only %v", name, ours, room, allowed)
		}
		if room == "checks" && slices.Contains(outside, imported) {
			t.Errorf("%s imports %s: a check is a pure function of the evidence", name, imported)
		}
	}
}

func ruleFor(name string) (room string, allowed []string) {
	for prefix, rule := range rules {
		if strings.HasPrefix(name, prefix+"/") && len(prefix) > len(room) {
			room, allowed = prefix, rule
		}
	}
	return room, allowed
}

func within(path string, rooms []string) bool {
	for _, room := range rooms {
		if path == room || strings.HasPrefix(path, room+"/") {
			return true
		}
	}
	return false
}
