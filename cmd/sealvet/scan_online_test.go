package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/registrytest/github"
	"github.com/sealvet/sealvet/internal/registrytest/mcpregistry"
	"github.com/sealvet/sealvet/internal/registrytest/npm"
	"github.com/sealvet/sealvet/internal/sigstoretest"
)

const onlineEntry = `{
  "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  "name": "io.github.acme/weather", "description": "Weather for agents", "version": "1.2.0",
  "repository": {"url": "https://github.com/acme/weather", "source": "github", "id": "4711"},
  "packages": [{"registryType": "npm", "identifier": "@acme/weather", "version": "1.2.0", "transport": {"type": "stdio"}}]
}
`

// lit is a checkout of acme/weather, and the servers that know it.
type lit struct {
	root string
	args []string
	npm  *npm.Server
	mcp  *mcpregistry.Server
}

// light publishes @acme/weather by a workflow of a repository.
func light(t *testing.T, by string) *lit {
	l := &lit{root: t.TempDir()}
	for name, content := range map[string]string{"server.json": onlineEntry, "README.md": "# Weather\n"} {
		if err := os.WriteFile(filepath.Join(l.root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"remote", "add", "origin", "https://github.com/acme/weather.git"}, {"add", "."}} {
		if out, err := exec.Command("git", append([]string{"-C", l.root}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	private := sigstoretest.New(t.Name(), sigstoretest.Options{})
	who := sigstoretest.Workflow(by, sigstoretest.Tag)
	who.RepositoryID = "4711"
	if by != sigstoretest.Repository {
		who.RepositoryID = "9999"
	}
	tarball := []byte("tarball")
	l.npm = npm.Serve(t, npm.Package{Name: "@acme/weather", Versions: []npm.Version{{
		Number: "1.2.0", Tarball: tarball, Repository: "git+https://github.com/acme/weather.git", MCPName: "io.github.acme/weather",
		Attestations: private.AttestPackage(who, "@acme/weather", "1.2.0", tarball, sigstoretest.Signing{}),
	}}})
	l.mcp = mcpregistry.Serve(t, mcpregistry.Entry{Server: onlineEntry})
	host := github.Serve(t, github.Repository{Owner: "acme", Name: "weather"})
	trusted := t.TempDir()
	for name, content := range map[string][]byte{"root.json": private.TrustedRootJSON(), "keys.json": private.NPMKeysJSON()} {
		if err := os.WriteFile(filepath.Join(trusted, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l.args = []string{
		"--cache-dir", "none", "--second-verifier", "none", "--now", "2026-11-01", "--trusted-root", filepath.Join(trusted, "root.json"),
		"--npm-keys", filepath.Join(trusted, "keys.json"), "--npm-registry", l.npm.URL, "--mcp-registry", l.mcp.URL, "--github-api", host.URL,
	}
	return l
}

type onlineReport struct {
	Findings []struct{ Check, Evidence, Status, Severity string }
	Chains   []struct {
		State string
		Links []struct{ State, Reason string }
	}
}

// failed are the checks of a family that found something worse than a note.
func (r onlineReport) failed() (ids []string) {
	for _, f := range r.Findings {
		if f.Evidence == "registry" && f.Severity != "note" {
			ids = append(ids, f.Check)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// runReport runs a command that writes a report.
func runReport(t *testing.T, args ...string) (report onlineReport, code int) {
	t.Helper()
	out, code := runOut(t, args...)
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("sealvet %v: %v\n%s", args, err, out)
	}
	return report, code
}

func runOut(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out, complaints bytes.Buffer
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(&complaints)
	err := root.ExecuteContext(t.Context())
	var exit exitCode
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("sealvet %v: %v\n%s", args, err, complaints.String())
	}
	return out.String(), exit.code
}

// A scan asks registries, and its snapshot is judged by another policy without asking again.
func TestScanAsksRegistries(t *testing.T) {
	l := light(t, sigstoretest.Repository)
	good, _ := runReport(t, slices.Concat([]string{"scan", "--format", "json"}, l.args, []string{l.root})...)
	if failed := good.failed(); len(failed) > 0 {
		t.Errorf("a good package fails %v", failed)
	}
	if len(good.Chains) != 1 || good.Chains[0].State != "ok" {
		t.Errorf("the chain is %+v", good.Chains)
	}
	saved, policy := filepath.Join(t.TempDir(), "seen.json"), filepath.Join(t.TempDir(), "policy.yml")
	runOut(t, slices.Concat([]string{"collect", "-o", saved}, l.args, []string{l.root})...)
	if err := os.WriteFile(policy, []byte("deny: [github.com/acme/weather]\nprovenance: {min-level: 3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := len(l.npm.Asked())
	strict, code := runReport(t, "judge", "--format", "json", "--policy", policy, "--now", "2026-11-01", saved)
	if want := []string{"build-level-too-low", "untrusted-builder"}; !slices.Equal(strict.failed(), want) || code != exitNotMet {
		t.Errorf("another policy fails %v with exit code %d, want %v", strict.failed(), code, want)
	}
	if len(l.npm.Asked()) != asked {
		t.Error("judge asked the registry")
	}
}

func TestScanFindsAFork(t *testing.T) {
	l := light(t, sigstoretest.Fork)
	forked, code := runReport(t, slices.Concat([]string{"scan", "--format", "json"}, l.args, []string{l.root})...)
	if want := []string{"provenance-from-elsewhere"}; !slices.Equal(forked.failed(), want) || code != exitNotMet {
		t.Errorf("a package of a fork fails %v with exit code %d, want %v", forked.failed(), code, want)
	}
	text, _ := runOut(t, slices.Concat([]string{"scan"}, l.args, []string{l.root})...)
	if want := "broken   npm:@acme/weather@1.2.0 -> github.com/acme/weather: it was built from github.com/mallory/weather"; !strings.Contains(text, want) {
		t.Errorf("the chain does not show the fork:\n%s", text)
	}
}

// Offline nothing is asked, and nothing that was not asked passes.
func TestScanOfflineAsksNobody(t *testing.T) {
	l := light(t, sigstoretest.Fork)
	report, _ := runReport(t, slices.Concat([]string{"scan", "--offline", "--format", "json"}, l.args, []string{l.root})...)
	if failed := report.failed(); len(failed) > 0 || len(report.Chains) > 0 {
		t.Errorf("offline %v fails, with %d chains", failed, len(report.Chains))
	}
	if asked := len(l.npm.Asked()) + len(l.mcp.Asked()); asked > 0 {
		t.Errorf("%d requests were sent", asked)
	}
}
