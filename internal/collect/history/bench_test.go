package history

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"github.com/sealvet/sealvet/internal/collect/git"
	"github.com/sealvet/sealvet/internal/verify/gitsig"
)

// BenchmarkCollect reads and checks 1,000 commits, all signed by SSH keys, of a real
// repository. SEALVET_BENCH_REPOSITORY names another one.
func BenchmarkCollect(b *testing.B) {
	if !git.Installed() {
		b.Skip("there is no git program")
	}
	dir := os.Getenv("SEALVET_BENCH_REPOSITORY")
	if dir == "" {
		dir = signedRepository(b, 1000)
	}
	for _, without := range []bool{false, true} {
		b.Run(map[bool]string{false: "program", true: "library"}[without], func(b *testing.B) {
			for b.Loop() {
				seen, gaps := Collect(context.Background(), dir, Options{WithoutProgram: without})
				if seen == nil || seen.Total == 0 {
					b.Fatal(gaps)
				}
				b.ReportMetric(float64(seen.Total), "commits")
			}
		})
	}
}

// signedRepository writes a chain of signed commits, all by one call of git.
func signedRepository(b *testing.B, commits int) string {
	b.Helper()
	dir := b.TempDir()
	run := func(input string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("", "init", "--quiet", "--initial-branch=main")
	tree := run("", "mktree")
	seed := make([]byte, ed25519.SeedSize)
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		b.Fatal(err)
	}
	var paths strings.Builder
	parent := ""
	for i := range commits {
		text := fmt.Sprintf("tree %s\n%sauthor Ann <ann@example.com> %d +0000\ncommitter Ann <ann@example.com> %[3]d +0000\n", tree, parent, 1_700_000_000+i)
		signature, err := sshsig.Sign(strings.NewReader(text+"\nchange\n"), key, sshsig.HashSHA512, gitsig.Namespace)
		if err != nil {
			b.Fatal(err)
		}
		armoured := strings.TrimSuffix(string(sshsig.Armor(signature)), "\n")
		raw := text + "gpgsig " + strings.ReplaceAll(armoured, "\n", "\n ") + "\n\nchange\n"
		object, err := gitsig.Read([]byte(raw))
		if err != nil {
			b.Fatal(err)
		}
		parent = "parent " + object.ID + "\n"
		file := filepath.Join(dir, fmt.Sprint("commit", i))
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			b.Fatal(err)
		}
		paths.WriteString(file + "\n")
	}
	run(paths.String(), "hash-object", "-t", "commit", "-w", "--stdin-paths")
	run("", "update-ref", "refs/heads/main", strings.TrimPrefix(strings.TrimSpace(parent), "parent "))
	run("", "gc", "--quiet")
	return dir
}
