package checkout

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// repository is a real git checkout to play tricks on.
type repository struct {
	t    *testing.T
	root string
}

func newRepository(t *testing.T) repository {
	r := repository{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r repository) git(args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.root, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (r repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r repository) collect() *evidence.Snapshot {
	r.t.Helper()
	return collect(r.t, r.root)
}

func collect(t *testing.T, root string) *evidence.Snapshot {
	t.Helper()
	seen, err := Collect(context.Background(), root, Options{Now: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func paths(seen *evidence.Snapshot) []string {
	var all []string
	for _, file := range seen.Files {
		all = append(all, file.Path)
	}
	return all
}

func TestIgnoreRulesHideOnlyUntrackedFiles(t *testing.T) {
	r := newRepository(t)
	r.write("tracked.yml", "a")
	r.write("also-ignored.yml", "a")
	r.git("add", "-f", ".")
	r.git("commit", "--quiet", "-m", "x")
	r.write(".gitignore", "*.yml\nbuild/\n")
	r.write("hidden.yml", "a")
	r.write("build/out.js", "a")
	r.write("new.txt", "a")
	want := []string{".gitignore", "also-ignored.yml", "new.txt", "tracked.yml"}
	if got := paths(r.collect()); !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

func TestTargetComesFromGit(t *testing.T) {
	r := newRepository(t)
	r.write("a", "a")
	r.git("add", ".")
	r.git("commit", "--quiet", "-m", "x")
	r.git("remote", "add", "origin", "https://user:token@example.org/acme/weather.git")
	target := r.collect().Target
	if target.Name != "acme/weather" || target.Branch != "main" || len(target.Commit) != 40 {
		t.Errorf("target %+v", target)
	}
	if strings.Contains(target.Remote, "token") || strings.Contains(target.Remote, "user") {
		t.Errorf("the remote keeps its credentials: %s", target.Remote)
	}
}

// Whatever the repository configures, looking at it runs nothing of it.
func TestHostileGitConfigurationRunsNothing(t *testing.T) {
	r := newRepository(t)
	r.write("a.txt", "a")
	r.write(".gitattributes", "* filter=evil\n")
	r.git("add", ".")
	r.git("commit", "--quiet", "-m", "x")
	mark := filepath.Join(t.TempDir(), "executed")
	evil := filepath.Join(r.root, ".git", "evil.sh")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-index-change", "fsmonitor-watchman", "post-checkout"} {
		if err := os.WriteFile(filepath.Join(r.root, ".git", "hooks", hook), []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range map[string]string{
		"core.fsmonitor": evil, "core.pager": evil, "core.editor": evil, "core.sshCommand": evil,
		"filter.evil.clean": evil, "filter.evil.smudge": evil, "filter.evil.process": evil,
		"credential.helper": evil, "diff.external": evil, "core.gitProxy": evil, "pager.ls-files": evil,
		"alias.ls-files": "!" + evil, "uploadpack.packObjectsHook": evil,
	} {
		r.git("config", key, value)
	}
	r.write("a.txt", "changed")
	seen := r.collect()
	if _, err := os.Stat(mark); err == nil {
		t.Error("the repository's configuration was executed")
	}
	if len(seen.Gaps) > 0 || len(seen.Files) != 2 {
		t.Errorf("files %v, gaps %v", paths(seen), seen.Gaps)
	}
}

// In containers the checkout nearly always belongs to another user.
func TestAnotherUsersCheckoutIsListed(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder to another user")
	}
	r := newRepository(t)
	r.write("tracked.yml", "a")
	r.git("add", ".")
	r.git("commit", "--quiet", "-m", "x")
	r.write(".git/info/exclude", "ignored.txt\n")
	r.write("ignored.txt", "a")
	err := filepath.WalkDir(r.root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 12345, 12345)
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := r.collect()
	if got := paths(seen); !slices.Equal(got, []string{"tracked.yml"}) || seen.Target.Commit == "" {
		t.Errorf("listed %v at commit %q, gaps %v", got, seen.Target.Commit, seen.Gaps)
	}
}

func TestBrokenGitFallsBackToTheDisk(t *testing.T) {
	r := newRepository(t)
	r.write("a.txt", "a")
	if err := os.WriteFile(filepath.Join(r.root, ".git", "index"), []byte("garbage"), 0o644); err != nil {
		t.Fatal(err)
	}
	seen := r.collect()
	if !slices.Equal(paths(seen), []string{"a.txt"}) || len(seen.Gaps) != 1 || !strings.Contains(seen.Gaps[0].Reason, "every file on the disk") {
		t.Errorf("files %v, gaps %+v", paths(seen), seen.Gaps)
	}
}

func TestSubmodulesAndMissingFilesAreGaps(t *testing.T) {
	other := newRepository(t)
	other.write("inside.yml", "a")
	other.git("add", ".")
	other.git("commit", "--quiet", "-m", "x")
	r := newRepository(t)
	r.write("package.json", `{"name":"x"}`)
	r.git("submodule", "--quiet", "add", other.root, "lib")
	r.git("add", ".")
	r.git("commit", "--quiet", "-m", "x")
	if err := os.Remove(filepath.Join(r.root, "package.json")); err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, gap := range r.collect().Gaps {
		reasons = append(reasons, gap.Subject+": "+gap.Reason)
	}
	all := strings.Join(reasons, "\n")
	for _, want := range []string{"lib: a submodule", "package.json: tracked, but not in the work tree"} {
		if !strings.Contains(all, want) {
			t.Errorf("no gap says %q:\n%s", want, all)
		}
	}
}

func TestOwnerAndName(t *testing.T) {
	for remote, want := range map[string]string{
		"https://github.com/acme/weather.git": "acme/weather",
		"https://github.com/acme/weather/":    "acme/weather",
		"git@github.com:acme/weather.git":     "acme/weather",
		"ssh://git@host:22/acme/weather":      "acme/weather",
		"https://gitlab.com/group/sub/name":   "group/sub/name",
		"/srv/git/weather.git":                "",
		"file:///srv/git/weather.git":         "",
		"":                                    "",
	} {
		if got := ownerAndName(remote); got != want {
			t.Errorf("%q names %q, want %q", remote, got, want)
		}
	}
}

func TestCredentialsLeaveTheRemote(t *testing.T) {
	for remote, want := range map[string]string{
		"https://user:token@example.org/acme/weather.git": "https://example.org/acme/weather.git",
		"https://user:p%zz@example.org/acme/weather.git":  "https://example.org/acme/weather.git", // no valid URL
		"https://user:p@ss@example.org/acme/weather.git":  "https://example.org/acme/weather.git",
		"git@example.org:acme/weather.git":                "example.org:acme/weather.git",
		"/srv/git@home/weather.git":                       "/srv/git@home/weather.git",
		"https://example.org/acme/weather.git?token=x#y":  "https://example.org/acme/weather.git",
		"https://u:p%zz@example.org/acme/weather?token=x": "https://example.org/acme/weather",
	} {
		if got := withoutCredentials(remote); got != want {
			t.Errorf("%q is shown as %q, want %q", remote, got, want)
		}
	}
}

func TestABareRepositoryIsRefused(t *testing.T) {
	r := newRepository(t)
	if _, err := Collect(context.Background(), filepath.Join(r.root, ".git"), Options{}); err == nil || !strings.Contains(err.Error(), "bare repository") {
		t.Errorf("collected a bare repository: %v", err)
	}
}

func TestAFolderOfARepositorySaysSo(t *testing.T) {
	r := newRepository(t)
	r.write("server/a.txt", "a")
	seen := collect(t, filepath.Join(r.root, "server"))
	if len(seen.Gaps) != 1 || seen.Gaps[0].Kind != evidence.Listing || !strings.Contains(seen.Gaps[0].Reason, "larger repository") {
		t.Errorf("gaps %+v", seen.Gaps)
	}
}

// A link is not followed: what would have been read under its name, and is not
// read under that of its target, is a Gap.
func TestLinksLeaveOpenWhatTheyHide(t *testing.T) {
	r := newRepository(t)
	r.write("lib/package.json", `{"name":"x"}`)
	r.write("pkg.txt", `{"name":"x"}`)
	for name, target := range map[string]string{
		"same/package.json":  "../lib/package.json",
		"other/package.json": "../pkg.txt",
		"out/package.json":   "../../package.json",
		"notes":              "/etc",
	} {
		r.write(filepath.Dir(name)+"/.keep", "")
		if err := os.Symlink(target, filepath.Join(r.root, name)); err != nil {
			t.Fatal(err)
		}
	}
	kinds := make(map[string][]evidence.Kind)
	for _, gap := range r.collect().Gaps {
		kinds[gap.Subject] = append(kinds[gap.Subject], gap.Kind)
	}
	if len(kinds["same/package.json"]) > 0 || !slices.Equal(kinds["notes"], []evidence.Kind{evidence.Listing}) {
		t.Errorf("harmless links: %v", kinds)
	}
	for _, path := range []string{"other/package.json", "out/package.json"} {
		if !slices.Contains(kinds[path], evidence.Manifests) {
			t.Errorf("%s leaves open %v", path, kinds[path])
		}
	}
}

func TestWhatLiesTooDeepIsOneGap(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"a/b/c/1", "a/b/c/2", "a/1"} {
		r.write(name, "x")
	}
	seen, err := Collect(context.Background(), r.root, Options{Limits: Limits{FileSize: 99, Files: 99, Depth: 2}})
	if err != nil || len(seen.Gaps) != 1 || seen.Gaps[0].Kind != evidence.Files || seen.Gaps[0].Subject != "a/b/c/1" || len(seen.Files) != 1 {
		t.Errorf("files %v, gaps %+v, %v", seen.Files, seen.Gaps, err)
	}
}
