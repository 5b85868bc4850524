package folder

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
)

// statement is a DSSE envelope over a statement about a content, signed by nobody.
func statement(name, content string) string {
	sum := sha256.Sum256([]byte(content))
	said := fmt.Sprintf(`{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{"name":%q,"digest":{"sha256":%q}}],"predicate":{}}`, name, hex.EncodeToString(sum[:]))
	return fmt.Sprintf(`{"payloadType":"application/vnd.in-toto+json","payload":%q,"signatures":[{"sig":"AA==","cert":"-----BEGIN"}]}`, base64.StdEncoding.EncodeToString([]byte(said)))
}

func sum(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// what lists materials as format and file name.
func what(found []verify.Material) string {
	var all []string
	for _, m := range found {
		one := string(m.Format) + " " + filepath.Base(m.Origin)
		if len(m.Proofs) > 0 {
			one += " [" + what(m.Proofs) + "]"
		}
		all = append(all, one)
	}
	return strings.Join(all, ", ")
}

func TestFindBesideAFile(t *testing.T) {
	for name, c := range map[string]struct {
		files    map[string]string
		want     string
		attested evidence.Answer
		note     string
	}{
		"nothing": {files: map[string]string{"app": "A", "other.intoto.jsonl": statement("other", "B")}, attested: evidence.No},
		"by name": {files: map[string]string{"app": "A", "app.intoto.jsonl": statement("app", "B")}, want: "dsse app.intoto.jsonl", attested: evidence.Yes},
		"by digest under any name": {
			files: map[string]string{"app": "A", "attestations.jsonl": statement("old-name", "A") + "\n" + statement("app", "B")},
			want:  "dsse attestations.jsonl line 1", attested: evidence.Yes,
		},
		"a changed file fails against the proof of its name": {
			files: map[string]string{"app": "changed", "multiple.intoto.jsonl": statement("dist/app", "A") + "\n" + statement("other", "B")},
			want:  "dsse multiple.intoto.jsonl line 1", attested: evidence.Yes,
		},
		"broken proof is a proof": {files: map[string]string{"app": "A", "app.sigstore.json": "{"}, want: "sigstore-bundle app.sigstore.json", attested: evidence.Yes},
		"another file's signature": {
			files: map[string]string{"app": "A", "app.tar.gz": "B", "app.tar.gz.sig": "MEUC", "app.tar.gz.pem": "x"}, attested: evidence.No,
		},
		"bare signature":      {files: map[string]string{"app": "A", "app.sig": "MEUC", "app.pem": "key"}, want: "signature app.sig", attested: evidence.Yes, note: "app.pem lies beside app.sig"},
		"openpgp":             {files: map[string]string{"app": "A", "app.asc": "-----BEGIN PGP SIGNATURE-----\n"}, want: "signature app.asc", attested: evidence.Yes},
		"checksums, unsigned": {files: map[string]string{"app": "A", "SHA256SUMS": sum("A") + "  app\n"}, attested: evidence.No, note: "nobody signed that file"},
		"checksums, unsigned and different": {
			files: map[string]string{"app": "A", "SHA256SUMS": sum("B") + "  ./app\n"}, want: "checksums SHA256SUMS", attested: evidence.Yes, note: "another checksum",
		},
		"checksums, signed": {
			files: map[string]string{"app": "A", "checksums.txt": sum("A") + " *app\n", "checksums.txt.sig": "MEUC", "checksums.txt.pem": "key", "checksums.txt.sigstore.json": statement("checksums.txt", "?")},
			want:  "checksums checksums.txt [signature checksums.txt.sig, dsse checksums.txt.sigstore.json]", attested: evidence.Yes,
		},
		"own checksum file": {files: map[string]string{"app": "A", "app.sha256": sum("A") + "\n"}, attested: evidence.No, note: "nobody signed"},
		"mcpb":              {files: map[string]string{"app.mcpb": "PK\x03\x04rest"}, want: "mcpb app.mcpb", attested: evidence.No},
	} {
		t.Run(name, func(t *testing.T) {
			dir := lay(t, c.files)
			artifact := "app"
			if c.files["app.mcpb"] != "" {
				artifact = "app.mcpb"
			}
			found, err := Find(filepath.Join(dir, artifact), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := what(found.Materials); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			if found.Publication.Attested != c.attested {
				t.Errorf("attested %v, want %v", found.Publication.Attested, c.attested)
			}
			if got := strings.Join(found.Publication.Notes, "\n"); !strings.Contains(got, c.note) || c.note == "" && got != "" {
				t.Errorf("notes %q, want %q", got, c.note)
			}
		})
	}
}

func TestFindRealFile(t *testing.T) {
	found, err := Find(filepath.Join(data, "npm", "supreme-googles-cli-v02-tag.tgz"), []string{filepath.Join(data, "npm", "supreme-googles-cli-v02-tag.tgz.json")})
	if err != nil {
		t.Fatal(err)
	}
	if got := what(found.Materials); got != "npm-attestations supreme-googles-cli-v02-tag.tgz.json" {
		t.Errorf("found %q", got)
	}
	found, err = Find(filepath.Join(data, "pypi", "rfc8785-0.1.2-py3-none-any.whl"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := what(found.Materials); got != "pep740 rfc8785-0.1.2-py3-none-any.whl.publish.attestation" {
		t.Errorf("found %q", got)
	}
	found, err = Find(filepath.Join(data, "github", "MODULE.bazel"), []string{filepath.Join(data, "github")})
	if err != nil {
		t.Fatal(err)
	}
	if got := what(found.Materials); got != "sigstore-bundle MODULE.bazel.intoto.jsonl" {
		t.Errorf("found %q", got)
	}
	for name, want := range map[string]evidence.Answer{"unsigned.mcpb": evidence.No, "signed-self.mcpb": evidence.Yes, "tampered.mcpb": evidence.Yes} {
		found, err = Find(filepath.Join(data, "mcpb", name), nil)
		if err != nil || what(found.Materials) != "mcpb "+name || found.Publication.Attested != want {
			t.Errorf("%s: %q, %v, %v", name, what(found.Materials), found.Publication.Attested, err)
		}
	}
}

func TestFindStaysInTheDirectory(t *testing.T) {
	outside := lay(t, map[string]string{"secret.jsonl": statement("app", "A")})
	dir := lay(t, map[string]string{"app": "A", "inside.jsonl": statement("app", "A")})
	for link, target := range map[string]string{
		"app.intoto.jsonl": filepath.Join(outside, "secret.jsonl"),
		"up.jsonl":         "../" + filepath.Base(outside) + "/secret.jsonl",
		"linked.jsonl":     "inside.jsonl",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	found, err := Find(filepath.Join(dir, "app"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range found.Materials {
		if strings.Contains(m.Origin, "app.intoto.jsonl") && len(m.Raw) > 0 || strings.Contains(m.Origin, "up.jsonl") {
			t.Errorf("a link out of the directory was followed: %s", m.Origin)
		}
	}
	if got := what(found.Materials); got != "dsse app.intoto.jsonl, dsse inside.jsonl, dsse linked.jsonl" {
		t.Errorf("found %q", got)
	}
}

func TestFindRefusesWhatIsNoFile(t *testing.T) {
	dir := lay(t, map[string]string{"app": "A"})
	pipe := filepath.Join(dir, "app.sigstore.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	found, err := Find(filepath.Join(dir, "app"), nil)
	if err != nil || len(found.Materials) != 0 {
		t.Errorf("a pipe gives %q, %v", what(found.Materials), err)
	}
	for _, path := range []string{pipe, dir, filepath.Join(dir, "missing")} {
		if _, err := Find(path, nil); err == nil {
			t.Errorf("%s is taken for a file", path)
		}
		if _, err := Proofs([]string{path}); err == nil {
			t.Errorf("%s is taken for a proof", path)
		}
	}
}

func TestFindInAnUnreadableDirectory(t *testing.T) {
	large := "{" + strings.Repeat(" ", verify.MaxProof) + "}"
	dir := lay(t, map[string]string{"app": "A", "huge.sigstore.json": large})
	found, err := Find(filepath.Join(dir, "app"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if found.Publication.Attested != evidence.Unknown || found.Publication.Why == "" {
		t.Errorf("a proof that is too large to read reads %v (%s)", found.Publication.Attested, found.Publication.Why)
	}
}

func TestProofsGivenByName(t *testing.T) {
	dir := lay(t, map[string]string{"app": "A", "p/one.json": statement("x", "X"), "p/two.sigstore.json": "{", "p/none.txt": "hello"})
	found, err := Find(filepath.Join(dir, "app"), []string{filepath.Join(dir, "p", "one.json"), filepath.Join(dir, "p", "two.sigstore.json")})
	if err != nil || what(found.Materials) != "dsse one.json, sigstore-bundle two.sigstore.json" {
		t.Errorf("found %q, %v", what(found.Materials), err)
	}
	if _, err := Proofs([]string{filepath.Join(dir, "p", "none.txt")}); err == nil {
		t.Error("a text is taken for a proof")
	}
}

func BenchmarkFind(b *testing.B) {
	path := filepath.Join(data, "npm", "gundam-visor-cli-v1-tag.tgz")
	for b.Loop() {
		if _, err := Find(path, nil); err != nil {
			b.Fatal(err)
		}
	}
}
