package image_test

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// build makes the program as `make build` does.
func build(t *testing.T, binary string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-o", binary, "./cmd/sealvet")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

// extract lays out the files of an image.
func extract(t *testing.T, built v1.Image) string {
	t.Helper()
	dir := t.TempDir()
	content := mutate.Extract(built)
	defer content.Close()
	for reader := tar.NewReader(content); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Gid != 0 || !header.ModTime.Equal(made) {
			t.Errorf("%s belongs to %d:%d and is of %s", header.Name, header.Uid, header.Gid, header.ModTime)
		}
		name := filepath.Join(dir, filepath.FromSlash(header.Name))
		if header.Typeflag == tar.TypeDir {
			if err := os.MkdirAll(name, header.FileInfo().Mode().Perm()); err != nil {
				t.Fatal(err)
			}
			continue
		}
		file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, header.FileInfo().Mode().Perm())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(file, reader); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// checkFiles holds the image to the two programs, which nobody can change.
func checkFiles(t *testing.T, dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().IsRegular() && info.Mode().Perm() != 0o555 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
	}
	if !slices.Equal(names, []string{"repo", "sealvet", "sealvet-slsa-verifier"}) {
		t.Errorf("the image holds %v", names)
	}
}

// checkRuns starts the program of the image on the bundled example, which has
// defects, with nothing around it but the image where the system lets us.
func checkRuns(t *testing.T, dir string) {
	repo := filepath.Join(dir, "repo")
	if err := os.CopyFS(repo, os.DirFS(filepath.Join(root, "testdata", "example"))); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "--quiet", "--initial-branch=main"}, {"add", "."}, {"commit", "--quiet", "-m", "x"}} {
		cmd := exec.Command("git", append([]string{"-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	out, code := run(t, inside(t, dir, "version"))
	if code != 0 || !strings.HasPrefix(out, "sealvet ") {
		t.Errorf("version: exit %d\n%s", code, out)
	}
	out, code = run(t, inside(t, dir, "scan", "--offline"))
	if code != 1 || !strings.Contains(out, "container-runs-as-root") || !strings.Contains(out, "  main@") || strings.Contains(out, "git could not") {
		t.Errorf("scan: exit %d\n%s", code, out)
	}
}

// checkOwnScan lets the program judge the Dockerfile, and one that runs as root to
// see that it would have told.
func checkOwnScan(t *testing.T, binary string) {
	dir := t.TempDir()
	own := string(dockerfile(t))
	write(t, filepath.Join(dir, ".sealvet.yml"), "fail-at: low\n")
	write(t, filepath.Join(dir, "SECURITY.md"), "Write to security@example.com.\n")
	write(t, filepath.Join(dir, "CODEOWNERS"), "* @acme/reviewers\n")
	write(t, filepath.Join(dir, "Dockerfile"), own)
	if code, found := scan(t, binary, dir); code != 0 || len(found) > 0 {
		t.Errorf("exit %d, found %v", code, found)
	}
	write(t, filepath.Join(dir, "Dockerfile"), strings.Replace(own, "USER 65532:65532\n", "", 1))
	if code, found := scan(t, binary, dir); code != 1 || !slices.Equal(found, []string{"container-runs-as-root"}) {
		t.Errorf("without USER: exit %d, found %v", code, found)
	}
}

func scan(t *testing.T, binary, dir string) (code int, found []string) {
	t.Helper()
	out, code := run(t, exec.Command(binary, "scan", "--offline", "--force", "--format", "json", dir))
	var report struct {
		Findings []struct{ Check string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("exit %d: %v\n%s", code, err, out)
	}
	for _, finding := range report.Findings {
		found = append(found, finding.Check)
	}
	return code, found
}

func run(t *testing.T, cmd *exec.Cmd) (out string, code int) {
	t.Helper()
	var said strings.Builder
	cmd.Stderr = &said
	content, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	t.Log(said.String())
	return string(content), cmd.ProcessState.ExitCode()
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
