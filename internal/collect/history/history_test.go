package history

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/gitsig"
)

// collect looks twice, by the program and by the library, and demands the same.
func collect(t *testing.T, r *repository, options Options) (*evidence.History, []evidence.Gap) {
	t.Helper()
	options.Now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	seen, gaps := Collect(context.Background(), r.dir, options)
	options.WithoutProgram = true
	other, otherGaps := Collect(context.Background(), r.dir, options)
	if diff := cmp.Diff(seen, other); diff != "" {
		t.Errorf("with and without git (-with +without):\n%s", diff)
	}
	if diff := cmp.Diff(gaps, otherGaps); diff != "" {
		t.Errorf("gaps with and without git:\n%s", diff)
	}
	if seen == nil {
		t.Fatalf("there is no history: %v", gaps)
	}
	return seen, gaps
}

func classes(objects []evidence.GitObject) (all []evidence.ProofClass) {
	for _, one := range objects {
		all = append(all, one.Signature.Class)
	}
	return all
}

func known(objects []evidence.GitObject) (all []string) {
	for _, one := range objects {
		all = append(all, one.Signature.Known.String())
	}
	return all
}

func TestCommitsAndTags(t *testing.T) {
	r := newRepository(t)
	ann, annPublic := r.key()
	old, oldPublic := r.key()
	eve, evePublic := r.key()
	revoked, revokedPublic := r.key()
	r.write(".github/allowed_signers", strings.Join([]string{
		"# our signers", "ann@example.com namespaces=\"git\" " + annPublic,
		"old@example.com valid-before=\"20260101\" " + oldPublic, "bob@example.com " + revokedPublic, "",
	}, "\n"))
	r.commit(ann, "signers")
	r.tag(ann, "v1.0.0")
	r.tag("", "v1.0.1")
	r.git("tag", "v1.0.2")
	r.commit("", "unsigned")
	r.commit(old, "expired")
	r.commit(eve, "not listed")
	r.commit(revoked, "revoked")
	seen, gaps := collect(t, r, Options{RevokedKeys: []string{revokedPublic}})
	if len(gaps) > 0 {
		t.Errorf("gaps: %v", gaps)
	}
	want := []evidence.ProofClass{provenance.KeyRevoked, provenance.OKKey, provenance.KeyInvalid, provenance.NoProof, provenance.OK}
	if got := classes(seen.Commits); !slices.Equal(got, want) {
		t.Errorf("commits are %v, want %v", got, want)
	}
	if got := classes(seen.Tags); !slices.Equal(got, []evidence.ProofClass{provenance.NoProof, provenance.OK, provenance.NoProof}) {
		t.Errorf("tags are %v", got)
	}
	if seen.Head != "main" || seen.Total != 5 || seen.Shallow || seen.Signers != ".github/allowed_signers" {
		t.Errorf("the history is %+v", seen)
	}
	if tag := seen.Tags[1]; tag.Name != "v1.0.0" || tag.Target != seen.Commits[4].ID || tag.Light || tag.Committer != "ann@example.com" || !slices.Equal(tag.Signature.Signer, []string{"ann@example.com"}) {
		t.Errorf("the tag is %+v", tag)
	}
	if !seen.Tags[2].Light && !seen.Tags[0].Light {
		t.Error("the light tag is none")
	}
	if keys := Keys(seen); len(keys) != 2 {
		t.Errorf("good keys are %v", keys)
	}
	_ = evePublic
}

// A key is known by what was committed before it signed, not by what it adds itself.
func TestKnownKeys(t *testing.T) {
	r := newRepository(t)
	ann, annPublic := r.key()
	bob, bobPublic := r.key()
	eve, evePublic := r.key()
	mal, malPublic := r.key()
	list := "ann@example.com " + annPublic + "\n"
	r.write("allowed_signers", list)
	r.commit(ann, "trust begins")
	list += "bob@example.com " + bobPublic + "\n"
	r.write("allowed_signers", list)
	r.commit(ann, "ann adds bob")
	base := r.commit(bob, "bob signs")
	list += "eve@example.com " + evePublic + "\n"
	r.write("allowed_signers", list)
	r.commit(eve, "eve adds herself")
	r.commit(eve, "eve signs")
	list += "mal@example.com " + malPublic + "\n"
	r.write("allowed_signers", list)
	r.commit("", "somebody adds mal")
	r.commit(mal, "mal signs")
	r.tag(mal, "v1")
	seen, _ := collect(t, r, Options{})
	if got, want := known(seen.Commits), []string{"no", "unknown", "no", "no", "yes", "yes", "yes"}; !slices.Equal(got, want) {
		t.Errorf("known are %v, want %v", got, want)
	}
	if got := known(seen.Tags); !slices.Equal(got, []string{"no"}) {
		t.Errorf("the tag's key is known: %v", got)
	}
	wanted := []evidence.ProofClass{provenance.OKKey, provenance.NoProof, provenance.OKKey, provenance.OKKey, provenance.OK, provenance.OK, provenance.OK}
	if got := classes(seen.Commits); !slices.Equal(got, wanted) {
		t.Errorf("who added themselves is listed: %v, want %v", got, wanted)
	}
	seen, _ = collect(t, r, Options{Base: base})
	if got, want := known(seen.Commits), []string{"no", "unknown", "no", "no", "yes", "yes", "yes"}; !slices.Equal(got, want) || seen.Base != base {
		t.Errorf("since the base, known are %v, want %v", got, want)
	}
	if got := known(seen.Tags); !slices.Equal(got, []string{"unknown"}) {
		t.Errorf("since the base, the tag's key is %v", got)
	}
	seen, _ = collect(t, r, Options{KnownKeys: Keys(seen)})
	if got := known(seen.Commits); slices.Contains(got, "no") {
		t.Errorf("since an earlier look, known are %v", got)
	}
	clone := &repository{t, filepath.Join(t.TempDir(), "clone"), r.clock}
	r.git("clone", "--quiet", "--depth=4", "file://"+r.dir, clone.dir)
	seen, _ = collect(t, clone, Options{})
	if got, want := known(seen.Commits), []string{"no", "unknown", "yes", "unknown"}; !slices.Equal(got, want) {
		t.Errorf("in a shallow clone that ends with eve's commit, known are %v, want %v", got, want)
	}
	if _, gaps := Collect(context.Background(), r.dir, Options{Base: "nowhere"}); len(gaps) != 1 {
		t.Errorf("a base that is not there gives %v", gaps)
	}
}

// The code host signs a merge of every open pull request, which vouches for nothing.
func TestTrialMerges(t *testing.T) {
	base, change := strings.Repeat("a", 40), strings.Repeat("b", 40)
	for message, want := range map[string]bool{
		"Merge " + change + " into " + base + "\n":           true,
		"Merge " + base + " into " + change + "\n":           false,
		"Merge pull request #1 from acme/change\n\nChange\n": false,
	} {
		o := gitsig.Object{Parents: []string{base, change}, Payload: []byte("tree x\n\n" + message)}
		if got := isTrial(o); got != want {
			t.Errorf("%q: %v", message, got)
		}
	}
}

func TestAuthorities(t *testing.T) {
	r := newRepository(t)
	authority, authorityPublic := r.key()
	ann, _ := r.key()
	sign := exec.Command("ssh-keygen", "-q", "-s", authority, "-I", "ann", "-n", "ann@example.com", "-V", "20260101:20270101", ann+".pub")
	if out, err := sign.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.write(".gitsigners", "*@example.com cert-authority,namespaces=\"git\" "+authorityPublic+"\n")
	r.commit(ann+"-cert.pub", "by a certificate")
	seen, _ := collect(t, r, Options{})
	if s := seen.Commits[0].Signature; s.Class != provenance.OK || !slices.Equal(s.Signer, []string{"ann@example.com"}) {
		t.Errorf("the certificate is %+v", s)
	}
}

func TestWeakKeys(t *testing.T) {
	r := newRepository(t)
	short, _ := r.key("-t", "rsa", "-b", "1024")
	r.commit(short, "weak")
	seen, _ := collect(t, r, Options{})
	if s := seen.Commits[0].Signature; s.Weak == "" || s.Bits != 1024 || s.Class != provenance.OKKey {
		t.Errorf("the signature is %+v", s)
	}
}

func TestOpenPGPByGPG(t *testing.T) {
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip("there is no gpg")
	}
	r := newRepository(t)
	// The socket of gpg's agent stands in the folder, and its path may be 107 bytes long.
	home, err := os.MkdirTemp("", "gpg")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(home)
	t.Setenv("GNUPGHOME", home)
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("gpg", append([]string{"--batch", "--quiet", "--passphrase", ""}, args...)...).Output()
		if err != nil {
			t.Skipf("gpg %v: %v", args, err)
		}
		return string(out)
	}
	defer exec.Command("gpgconf", "--kill", "gpg-agent").Run()
	run("--quick-generate-key", "Ann <ann@example.com>", "ed25519", "sign", "never")
	r.write("KEYS", run("--export", "--armor", "ann@example.com"))
	r.git("-c", "gpg.format=openpgp", "-c", "user.signingKey=ann@example.com", "commit", "--quiet", "-S", "-m", "signed")
	r.git("-c", "gpg.format=openpgp", "-c", "user.signingKey=ann@example.com", "tag", "-s", "-m", "v1", "v1")
	seen, _ := collect(t, r, Options{})
	if got := classes(append(seen.Commits, seen.Tags...)); !slices.Equal(got, []evidence.ProofClass{provenance.KeyUnknown, provenance.KeyUnknown}) {
		t.Errorf("without the key they are %v", got)
	}
	seen, _ = collect(t, r, Options{Keyrings: []string{"KEYS"}})
	if got := classes(append(seen.Commits, seen.Tags...)); !slices.Equal(got, []evidence.ProofClass{provenance.OK, provenance.OK}) {
		t.Errorf("with the key they are %v (%s)", got, seen.Commits[0].Signature.Detail)
	}
}

// A tag that is served under another name is not what was signed.
func TestRenamedTag(t *testing.T) {
	r := newRepository(t)
	ann, _ := r.key()
	r.commit(ann, "first")
	r.tag(ann, "v1.0.0")
	r.git("update-ref", "refs/tags/v2.0.0", "refs/tags/v1.0.0")
	seen, _ := collect(t, r, Options{})
	for _, tag := range seen.Tags {
		want := map[string]evidence.ProofClass{"v1.0.0": provenance.OKKey, "v2.0.0": provenance.SubjectMismatch}[tag.Name]
		if tag.Signature.Class != want {
			t.Errorf("%s is %s (%s)", tag.Name, tag.Signature.Class, tag.Signature.Detail)
		}
	}
}

func TestShallowClone(t *testing.T) {
	r := newRepository(t)
	for range 3 {
		r.commit("", "one")
	}
	clone := &repository{t, filepath.Join(t.TempDir(), "clone"), r.clock}
	r.git("clone", "--quiet", "--depth=1", "--no-tags", "file://"+r.dir, clone.dir)
	seen, gaps := collect(t, clone, Options{})
	if !seen.Shallow || seen.Total != 1 || len(gaps) != 1 || !strings.Contains(gaps[0].Reason, "1 commit and 0 tags") {
		t.Errorf("the clone is %+v, with %v", seen, gaps)
	}
}

// Replacements, grafts and a planted commit graph do not change what is shown.
func TestReplacedObjects(t *testing.T) {
	r := newRepository(t)
	r.commit("", "first")
	second := r.commit("", "second")
	other := r.git("commit-tree", "-m", "other", second+"^{tree}")
	r.git("replace", second, other)
	if err := os.WriteFile(filepath.Join(r.dir, ".git", "info", "grafts"), []byte(second+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	seen, gaps := collect(t, r, Options{})
	if seen.Total != 2 || seen.Commits[0].ID != second || seen.Commits[0].Signature.Class != provenance.NoProof || len(gaps) > 0 {
		t.Errorf("the history is %+v, with %v", seen, gaps)
	}
}

// A huge commit is not read, and named as that.
func TestHugeCommit(t *testing.T) {
	r := newRepository(t)
	r.commit("", "first")
	file := filepath.Join(t.TempDir(), "message")
	if err := os.WriteFile(file, []byte(strings.Repeat("long ", maxObject/5+1)), 0o644); err != nil {
		t.Fatal(err)
	}
	r.git("commit", "--quiet", "--allow-empty", "-F", file)
	seen, _ := Collect(context.Background(), r.dir, Options{})
	other, _ := Collect(context.Background(), r.dir, Options{WithoutProgram: true})
	for _, history := range []*evidence.History{seen, other} {
		if got := history.Commits[0].Signature; got.Class != provenance.Malformed || !strings.Contains(got.Detail, "larger") {
			t.Errorf("it is %+v", got)
		}
	}
}

func TestNoHistory(t *testing.T) {
	if seen, gaps := Collect(context.Background(), t.TempDir(), Options{}); seen != nil || len(gaps) != 1 || gaps[0].Kind != evidence.Histories {
		t.Errorf("a folder gives %v and %v", seen, gaps)
	}
	r := newRepository(t)
	if seen, gaps := collect(t, r, Options{}); seen.Total != 0 || len(gaps) != 1 {
		t.Errorf("an empty repository gives %v and %v", seen, gaps)
	}
	r.commit("", "first")
	if _, gaps := collect(t, r, Options{Signers: "signers", Keyrings: []string{"KEYS"}, RevokedKeys: []string{"nonsense"}}); len(gaps) != 3 {
		t.Errorf("what is named and not there gives %v", gaps)
	}
	if err := os.WriteFile(filepath.Join(r.dir, ".git", "HEAD"), []byte("garbage"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, without := range []bool{false, true} {
		if _, gaps := Collect(context.Background(), r.dir, Options{WithoutProgram: without}); len(gaps) != 1 {
			t.Errorf("a damaged repository gives %v", gaps)
		}
	}
}

func TestObject(t *testing.T) {
	r := newRepository(t)
	ann, _ := r.key()
	commit := r.commit(ann, "first")
	r.tag(ann, "v1")
	r.git("tag", "light")
	for revision, want := range map[string]string{"HEAD": commit, "main": commit, commit[:12]: commit, "light": commit, "v1": r.git("rev-parse", "v1")} {
		raw, id, err := Object(context.Background(), r.dir, revision)
		if err != nil || id != want || len(raw) == 0 {
			t.Errorf("%s is %s, %v", revision, id, err)
		}
	}
	for _, revision := range []string{"HEAD^{tree}", "nowhere", "--all", "", "HEAD^"} {
		if _, id, err := Object(context.Background(), r.dir, revision); err == nil {
			t.Errorf("%q is %s", revision, id)
		}
	}
}
