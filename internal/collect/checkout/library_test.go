package checkout

import (
	"crypto/sha1" // #nosec: git's own sum of its index
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
)

// withoutProgram collects as where there is no git program.
func withoutProgram(t *testing.T, root string) *evidence.Snapshot {
	t.Helper()
	t.Setenv("PATH", t.TempDir())
	return collect(t, root)
}

// busyRepository has a bit of all that git lists in its own way.
func busyRepository(t *testing.T) repository {
	other := newRepository(t)
	other.write("inside.yml", "a")
	other.git("add", ".")
	other.git("commit", "--quiet", "-m", "x")
	r := newRepository(t)
	for _, name := range []string{"package.json", "forced/out.js", "server/main.go", "server/build/a.js", "with space/ü.yml", "gone.yml", "run.sh"} {
		r.write(name, "{}")
	}
	if err := os.Symlink("package.json", filepath.Join(r.root, "link.json")); err != nil {
		t.Fatal(err)
	}
	r.git("add", "-f", ".")
	r.git("update-index", "--chmod=+x", "run.sh")
	r.git("submodule", "--quiet", "add", other.root, "lib")
	r.git("commit", "--quiet", "-m", "x")
	r.git("tag", "v1")
	r.git("remote", "add", "origin", "https://user:token@example.org/acme/weather.git")
	r.write(".gitignore", "# built\n*.log\n!keep.log\n/dist/\nforced\nserver/**/tmp\nbuild/\n\n")
	r.write("server/.gitignore", "!loud.log\nsecret.txt\n")
	r.write(".git/info/exclude", "mine.txt\n")
	for _, name := range []string{
		"a.log", "keep.log", "dist/a", "server/dist/a", "forced/new", "server/x/y/tmp/a", "server/build/new", "server/loud.log", "server/b.log",
		"server/secret.txt", "secret.txt", "mine.txt", "new.txt", "node_modules/a/package.json", "deep/er/new.yml",
	} {
		r.write(name, "{}")
	}
	nested := repository{t, filepath.Join(r.root, "nested")}
	nested.write("own.yml", "a")
	nested.git("init", "--quiet")
	if err := os.Remove(filepath.Join(r.root, "gone.yml")); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWithoutTheProgramTheSameIsSeen(t *testing.T) {
	for name, prepare := range map[string]func(repository) string{
		"whole":    func(r repository) string { return r.root },
		"a folder": func(r repository) string { return filepath.Join(r.root, "server") },
		"detached": func(r repository) string { r.git("checkout", "--quiet", "v1"); return r.root },
		"unfinished merge": func(r repository) string {
			r.git("checkout", "--quiet", "-b", "side")
			r.write("run.sh", "side")
			r.git("commit", "--quiet", "-m", "x", "run.sh")
			r.git("checkout", "--quiet", "main")
			r.write("run.sh", "main")
			r.git("commit", "--quiet", "-m", "x", "run.sh")
			cmd := exec.Command("git", "-C", r.root, "-c", "user.name=t", "-c", "user.email=t@example.org", "merge", "--quiet", "side")
			if err := cmd.Run(); err == nil {
				r.t.Fatal("no conflict")
			}
			return r.root
		},
		"packed": func(r repository) string { r.git("gc", "--quiet"); return r.root },
		"a work tree": func(r repository) string {
			dir := filepath.Join(r.t.TempDir(), "tree")
			r.git("worktree", "add", "--quiet", "-b", "other", dir)
			return dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := prepare(busyRepository(t))
			with := collect(t, root)
			if len(with.Files) == 0 || with.Target.Commit == "" || with.Target.Remote == "" || with.Target.Name != "acme/weather" {
				t.Fatalf("files %v of %+v", paths(with), with.Target)
			}
			t.Chdir(root)
			work, err := Tracked(t.Context(), ".")
			if err != nil || len(work.Files) == 0 || !work.Git {
				t.Fatal(work, err)
			}
			if diff := cmp.Diff(with, withoutProgram(t, root)); diff != "" {
				t.Errorf("with the program (-), without (+):\n%s", diff)
			}
			without, err := Tracked(t.Context(), ".")
			if diff := cmp.Diff(work, without); diff != "" || err != nil {
				t.Errorf("tracked with the program (-), without (+): %v\n%s", err, diff)
			}
		})
	}
}

func TestBeforeTheFirstCommitTheSameIsSeen(t *testing.T) {
	r := newRepository(t)
	r.write("new.yml", "a")
	with := collect(t, r.root)
	if diff := cmp.Diff(with, withoutProgram(t, r.root)); diff != "" || len(with.Files) != 1 {
		t.Errorf("files %v\n%s", paths(with), diff)
	}
}

// What the library does not read as git does is not read at all: every file on the
// disk is, and the report says so.
func TestWithoutTheProgramTheUnreadableIsSaid(t *testing.T) {
	for name, spoil := range map[string]func(repository){
		"a newer index": func(r repository) { r.git("update-index", "--index-version=4") },
		"a split index": func(r repository) { r.git("update-index", "--split-index") },
		"SHA-256": func(r repository) {
			if err := os.RemoveAll(filepath.Join(r.root, ".git")); err != nil {
				t.Fatal(err)
			}
			r.git("init", "--quiet", "--object-format=sha256")
			r.git("add", ".")
		},
		"a work tree elsewhere": func(r repository) { r.git("config", "core.worktree", t.TempDir()) },
		"garbage":               func(r repository) { r.write(".git/index", "garbage, and more of it") },
		"endless rules": func(r repository) {
			r.write(".gitignore", strings.Repeat("*.no\n", maxRuleFile/5))
			for i := range 2 + maxMatches/(maxRuleFile/5) {
				r.write(fmt.Sprintf("b%03d/a.yml", i), "a")
			}
			r.git("add", ".")
		},
		"a huge ignore file": func(r repository) { r.write(".git/info/exclude", strings.Repeat("#", maxRuleFile+1)) },
		"a path out": func(r repository) {
			r.spoilIndex(func(index []byte) { copy(index[strings.Index(string(index), "aa/a.yml"):], "../a.yml") })
		},
		"a count that lies": func(r repository) {
			r.spoilIndex(func(index []byte) { binary.BigEndian.PutUint32(index[8:], 1<<31) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t)
			r.write("aa/a.yml", "a")
			r.git("add", ".")
			spoil(r)
			seen := withoutProgram(t, r.root)
			if !slices.Contains(paths(seen), "aa/a.yml") || len(seen.Gaps) != 1 || !strings.Contains(seen.Gaps[0].Reason, "every file on the disk") {
				t.Errorf("files %v, gaps %+v", paths(seen), seen.Gaps)
			}
		})
	}
}

func (r repository) spoilIndex(spoil func([]byte)) {
	r.t.Helper()
	name := filepath.Join(r.root, ".git", "index")
	content, err := os.ReadFile(name)
	if err != nil {
		r.t.Fatal(err)
	}
	end := len(content) - sha1.Size
	spoil(content[:end])
	sum := sha1.Sum(content[:end])
	copy(content[end:], sum[:])
	if err := os.WriteFile(name, content, 0o644); err != nil {
		r.t.Fatal(err)
	}
}
