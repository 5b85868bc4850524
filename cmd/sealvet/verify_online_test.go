package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/registrytest/github"
	"github.com/sealvet/sealvet/internal/registrytest/npm"
	"github.com/sealvet/sealvet/internal/registrytest/oci"
	"github.com/sealvet/sealvet/internal/registrytest/pypi"
	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// realProof reads one of the real files.
func realProof(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(provenanceData, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// online is a command line that finds its proofs in the servers of a test.
func online(args ...string) []string {
	return append([]string{"verify", "--cache-dir", "none", "--second-verifier", "none", "--format", "json"}, args...)
}

// verdictIs runs the command and holds what it says against a class.
func verdictIs(t *testing.T, class string, args ...string) provenance.Verdict {
	t.Helper()
	got, code := runVerify(t, args)
	if string(got.Class) != class {
		t.Errorf("%v: %s (%s): %s; want %s", args, got.Outcome, got.Class, got.Detail, class)
	}
	want := map[provenance.Outcome]int{provenance.Pass: exitMet, provenance.Fail: exitNotMet, provenance.Absent: exitNotMet, provenance.Undetermined: exitUnfinished}[got.Outcome]
	if code != want {
		t.Errorf("%v: exit code %d for %s, want %d", args, code, got.Outcome, want)
	}
	return got
}

// TestVerifyNPM fetches real packages with their real attestations.
func TestVerifyNPM(t *testing.T) {
	const name = "@trishankatdatadog/supreme-goggles"
	tarball := realProof(t, "npm/supreme-googles-cli-v02-tag.tgz")
	server := npm.Serve(t, npm.Package{Name: name, Versions: []npm.Version{
		{Number: "1.0.4", Tarball: []byte("nobody attested it")},
		{Number: "1.0.5", Tarball: tarball, Attestations: realProof(t, "npm/supreme-googles-cli-v02-tag.tgz.json")},
		{Number: "1.0.6", Tarball: []byte("swapped"), Attestations: realProof(t, "npm/supreme-googles-cli-v02-tag.tgz.json")},
	}})
	ask := func(version string, more ...string) []string {
		return online(append(more, "--npm-registry", server.URL, "npm:"+name+"@"+version)...)
	}
	got := verdictIs(t, "ok", ask("1.0.5", "--expect-repo", "TrishankAtDatadog/supreme-goggles", "--min-level", "2")...)
	if got.Level != 2 || len(got.Proofs) != 2 {
		t.Errorf("level %d by %d proofs, want 2 by 2", got.Level, len(got.Proofs))
	}
	verdictIs(t, "source-mismatch", ask("1.0.5", "--expect-repo", "acme/weather")...)
	verdictIs(t, "level-too-low", ask("1.0.5", "--min-level", "3")...)
	verdictIs(t, "absent", ask("1.0.4")...)
	verdictIs(t, "subject-mismatch", ask("1.0.6")...)
	verdictIs(t, "unknown", ask("9.9.9")...)
	server.Strip = true // as many mirrors do: nobody can tell
	verdictIs(t, "unknown", ask("1.0.5")...)
	before := len(server.Asked())
	verdictIs(t, "needs-network", ask("1.0.5", "--offline")...)
	if len(server.Asked()) != before {
		t.Error("--offline asked")
	}
}

// TestVerifyPyPI holds a real provenance object against files of a project.
func TestVerifyPyPI(t *testing.T) {
	const file = "pypi_attestations-0.0.19.tar.gz"
	s := sigstoretest.New("pypi", sigstoretest.Options{})
	who := sigstoretest.Workflow("acme/weather", "refs/tags/v1.2.0")
	wheel := []byte("a wheel")
	signed := s.Attest(who, sigstoretest.Statement(provenance.PredicatePyPIPublish, nil, sigstoretest.SubjectOf("weather-1.2.0-py3-none-any.whl", wheel)), sigstoretest.Signing{})
	server := pypi.Serve(t,
		pypi.Project{Name: "pypi-attestations", Releases: []pypi.Release{{Version: "0.0.19", Files: []pypi.File{
			{Name: file, Content: []byte("another content than that which was attested"), Provenance: realProof(t, "pypi/"+file+".provenance")},
		}}}},
		pypi.Project{Name: "weather", Releases: []pypi.Release{{Version: "1.2.0", Files: []pypi.File{
			{Name: "weather-1.2.0-py3-none-any.whl", Content: wheel, Provenance: sigstoretest.PyPIProvenance(who, sigstoretest.PEP740(signed))},
			{Name: "weather-1.2.0.tar.gz", Content: []byte("an sdist")},
		}}}},
	)
	root := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(root, s.TrustedRootJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	verdictIs(t, "subject-mismatch", online("--pypi-index", server.URL, "pypi:pypi-attestations@0.0.19")...)
	got := verdictIs(t, "absent", online("--pypi-index", server.URL, "--trusted-root", root, "--expect-repo", "acme/weather", "pypi:weather@1.2.0")...)
	if len(got.Parts) != 2 {
		t.Fatalf("%d parts, want one a file", len(got.Parts))
	}
	for _, part := range got.Parts {
		if want := map[bool]provenance.Outcome{true: provenance.Pass, false: provenance.Absent}[strings.HasSuffix(part.Artifact, ".whl")]; part.Outcome != want {
			t.Errorf("%s: %s (%s) %s, want %s", part.Artifact, part.Outcome, part.Class, part.Detail, want)
		}
	}
}

// TestVerifyImage finds a bundle by the referrers of an image.
func TestVerifyImage(t *testing.T) {
	s := sigstoretest.New("oci", sigstoretest.Options{})
	root := filepath.Join(t.TempDir(), "root.json")
	if err := os.WriteFile(root, s.TrustedRootJSON(), 0o600); err != nil {
		t.Fatal(err)
	}
	server := oci.Serve(t, true)
	who := sigstoretest.Workflow("acme/weather", "refs/heads/main")
	image := server.Image("acme/weather", "1.2.0", "layer", nil)
	bare := server.Image("acme/bare", "1.2.0", "another layer", nil)
	subject := sigstoretest.Subject{Name: "acme/weather", Algorithm: "sha256", Digest: strings.TrimPrefix(image.Digest, "sha256:")}
	bundle := s.Attest(who, sigstoretest.SLSA1(who, subject), sigstoretest.Signing{})
	const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"
	server.Refer("acme/weather", image, bundleType, bundleType, bundle)
	server.Refer("acme/bare", bare, bundleType, bundleType, bundle) // somebody else's
	at := func(repository, digest string, more ...string) []string {
		return online(append(more, "--allow-host", server.Host(), "--trusted-root", root, fmt.Sprintf("oci:%s/%s@%s", server.Host(), repository, digest))...)
	}
	verdictIs(t, "ok", at("acme/weather", image.Digest, "--expect-repo", "acme/weather", "--expect-ref", "main")...)
	verdictIs(t, "source-mismatch", at("acme/weather", image.Digest, "--expect-ref", "v1.2.0")...)
	verdictIs(t, "subject-mismatch", at("acme/bare", bare.Digest)...)
}

// TestVerifyRelease holds the assets of a release against the attestations of the
// code host: a real one among them.
func TestVerifyRelease(t *testing.T) {
	content := realProof(t, "github/MODULE.bazel")
	sum := sha256.Sum256(content)
	server := github.Serve(t, github.Repository{
		Owner: "aspect-build", Name: "rules_lint",
		Tags: map[string]github.Tag{"v1.0.0": {Object: strings.Repeat("8f", 20)}, "v0.9.0": {Object: strings.Repeat("7f", 20)}},
		Releases: []github.Release{
			{Tag: "v1.0.0", Published: time.Date(2025, 3, 27, 0, 0, 0, 0, time.UTC), Assets: []github.Asset{{Name: "MODULE.bazel", Content: content}}},
			{Tag: "v0.9.0", Published: time.Date(2025, 3, 20, 0, 0, 0, 0, time.UTC), Assets: []github.Asset{{Name: "tool", Content: []byte("nobody attested it")}}},
		},
		Attestations: map[string][][]byte{"sha256:" + hex.EncodeToString(sum[:]): {realProof(t, "github/MODULE.bazel.intoto.jsonl")}},
	})
	ask := func(tag string, more ...string) []string {
		return online(append(more, "--github-api", server.URL, "--expect-repo", "aspect-build/rules_lint", "github:aspect-build/rules_lint@"+tag)...)
	}
	t.Setenv("SEALVET_TOKEN", github.Token)
	verdictIs(t, "ok", ask("v1.0.0", "--expect-workflow", "https://github.com/bazel-contrib/publish-to-bcr/.github/workflows/publish.yaml")...)
	verdictIs(t, "identity-mismatch", ask("v1.0.0", "--expect-workflow", ".github/workflows/other.yml")...)
	verdictIs(t, "absent", ask("v0.9.0")...)
}

// TestVerifyRefreshesTrust takes a trust root out of a TUF repository, keeps it, and
// goes back to no older one.
func TestVerifyRefreshesTrust(t *testing.T) {
	private := sigstoretest.New("refreshed", sigstoretest.Options{})
	later := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	tuf := sigstoretest.ServeTUF(t, later)
	tuf.Publish(later, map[string][]byte{"trusted_root.json": private.TrustedRootJSON()})
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	who := sigstoretest.Workflow("acme/weather", "refs/tags/v1.2.0")
	artifact := file("weather.tgz", []byte("weather"))
	file("weather.tgz.sigstore.json", private.Attest(who, sigstoretest.SLSA1(who, sigstoretest.SubjectOf("weather.tgz", []byte("weather"))), sigstoretest.Signing{}))
	args := func(more ...string) []string {
		return append(append([]string{"verify", "--format", "json", "--now", "2026-12-01", "--second-verifier", "none", "--cache-dir", filepath.Join(dir, "cache"),
			"--tuf-mirror", tuf.URL, "--tuf-root", file("root.json", tuf.Root())}, more...), artifact)
	}
	verdictIs(t, "ok", args("--refresh-trust")...)
	asked := tuf.Asked()
	got := verdictIs(t, "ok", args("--offline")...) // out of the cache
	if root := got.Proofs[0].Root; root.Origin != "TUF" || root.Version == "" {
		t.Errorf("the verdict rests on %+v", root)
	}
	if tuf.Asked() != asked {
		t.Error("--offline asked the repository")
	}
	if got := verdictIs(t, "trust-root-stale", args("--offline", "--now", "2028-01-01", "--max-trust-age", "24h")...); got.Outcome != provenance.Undetermined {
		t.Errorf("a root that is too old: %s", got.Outcome)
	}
}

// TestVerifyBatch verifies a thousand bundles in one run.
func TestVerifyBatch(t *testing.T) {
	dir := t.TempDir()
	bundle := realProof(t, "github/MODULE.bazel.intoto.jsonl")
	content := realProof(t, "github/MODULE.bazel")
	var list strings.Builder
	for i := range 1000 {
		folder := filepath.Join(dir, fmt.Sprint(i))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if i == 500 {
			content = append(content, '\n') // one was changed
		} else {
			content = content[:len(content):len(content)]
		}
		for name, data := range map[string][]byte{"MODULE.bazel": content, "MODULE.bazel.intoto.jsonl": bundle} {
			if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if i == 500 {
			content = content[:len(content)-1]
		}
		fmt.Fprintln(&list, filepath.Join(folder, "MODULE.bazel"))
	}
	fmt.Fprintln(&list, "# the next one is not there\n"+filepath.Join(dir, "missing"))
	path := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	document, code := runVerifyAll(t, online("--offline", "--expect-repo", "aspect-build/rules_lint", "--list", path))
	sum := document.Summary
	if sum.Pass != 999 || sum.Fail != 1 || sum.Undetermined != 1 || code != exitNotMet {
		t.Errorf("%+v with exit code %d, want 999 proved, 1 failed, 1 not assessed, exit 1", sum, code)
	}
}
