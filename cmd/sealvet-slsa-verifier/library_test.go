package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

// TestLibraryData takes the proofs that slsa-verifier tests itself with, which come
// with its module: each with the artifact beside it passes or meets a known limit,
// and none passes for another artifact.
func TestLibraryData(t *testing.T) {
	goOffline()
	output, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/slsa-framework/slsa-verifier/v2").Output()
	if err != nil {
		t.Fatalf("find the module of slsa-verifier: %v", err)
	}
	folder := filepath.Join(strings.TrimSpace(string(output)), "cli", "slsa-verifier", "testdata")
	counted := map[wire.Verdict]int{}
	judge := &judge{}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		request, is := libraryRequest(t, path)
		if !is {
			return nil // an artifact, or a proof whose artifact is not there
		}
		reply := ask(t, judge, request)
		counted[reply.Verdict]++
		name := strings.TrimPrefix(path, folder)
		if want := libraryVerdict(name); reply.Verdict != want && reply.Verdict != wire.CannotJudge {
			t.Errorf("%s: got %+v, want %s", name, reply, want)
		}
		request.Digests[0] = flipped(request.Digests[0])
		if reply := ask(t, judge, request); reply.Verdict == wire.Pass {
			t.Errorf("%s: it passes for another artifact", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", counted)
	if counted[wire.Pass] < 60 {
		t.Errorf("only %d passed: %v", counted[wire.Pass], counted)
	}
}

func libraryRequest(t *testing.T, path string) (wire.Request, bool) {
	t.Helper()
	request := wire.Request{Kind: wire.Bundle, TrustedRoot: readData(t, "trust/public-good.trusted_root.json"), NPMKeys: readKeys(t, "trust/npm-keys.json")}
	artifact := ""
	for _, suffix := range []string{".intoto.jsonl", ".build.slsa", ".intoto.sigstore", ".tgz.json"} {
		if base, is := strings.CutSuffix(path, suffix); is {
			artifact = base
			if suffix == ".tgz.json" {
				artifact, request.Kind = base+".tgz", wire.NPM
			}
		}
	}
	content, err := os.ReadFile(artifact)
	if artifact == "" || err != nil {
		return request, false
	}
	if request.Provenance, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if request.Kind == wire.NPM {
		sum := sha512.Sum512(content)
		request.Digests = []string{"sha512:" + hex.EncodeToString(sum[:])}
	} else {
		sum := sha256.Sum256(content)
		request.Digests = []string{"sha256:" + hex.EncodeToString(sum[:])}
	}
	return request, true
}

// libraryVerdict is what the library's own tests expect: by the name of the file.
func libraryVerdict(name string) wire.Verdict {
	if strings.Contains(name, "invalidsig") {
		return wire.Fail
	}
	return wire.Pass
}

func flipped(digest string) string {
	last := digest[len(digest)-1]
	if last == '0' {
		return digest[:len(digest)-1] + "1"
	}
	return digest[:len(digest)-1] + "0"
}
