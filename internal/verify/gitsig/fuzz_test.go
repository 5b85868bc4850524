package gitsig

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealvet/sealvet/internal/provenance"
)

func seedObjects(f *testing.F) {
	f.Helper()
	for _, pattern := range []string{"*.commit", "*.tag"} {
		paths, _ := filepath.Glob(filepath.Join(data, "git", pattern))
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(raw)
		}
	}
}

// FuzzObject: no object brings the reader down, what it reads has a payload without
// the signature, and an altered object is never proved.
func FuzzObject(f *testing.F) {
	seedObjects(f)
	verifier := new(Verifier)
	f.Fuzz(func(t *testing.T, raw []byte) {
		object, err := Read(raw)
		if err != nil {
			return
		}
		if len(object.Payload) > len(raw) {
			t.Errorf("the payload is longer than the object")
		}
		if object.Sort == Commit && bytes.Contains(bytes.SplitN(object.Payload, []byte("\n\n"), 2)[0], []byte("\ngpgsig")) {
			t.Errorf("a signature header is part of what it signs")
		}
		if got := verifier.Check(object); len(object.Signature) == 0 && got.Class != provenance.NoProof {
			t.Errorf("without a signature it is %s", got.Class)
		}
	})
}

// FuzzArmour: no signature brings the verifier down or signs other content.
func FuzzArmour(f *testing.F) {
	for _, pattern := range []string{"*.commit", "*.tag"} {
		paths, _ := filepath.Glob(filepath.Join(data, "git", pattern))
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if object, err := Read(raw); err == nil && len(object.Signature) > 0 {
				f.Add(object.Signature)
			}
		}
	}
	verifier := &Verifier{Sigstore: recordedRoot(f).material}
	f.Fuzz(func(t *testing.T, signature []byte) {
		if len(signature) > MaxSignature {
			return // Read refuses it
		}
		got := verifier.Check(Object{Sort: Commit, Payload: []byte("signed by nobody\n"), Signature: signature})
		if provenance.OutcomeOf(got.Class) == provenance.Pass && got.Kind != SSH {
			t.Errorf("it is %s", got.Class)
		}
	})
}

// FuzzSigners: no list brings the reader down, and what it cannot read allows nobody.
func FuzzSigners(f *testing.F) {
	f.Add("# comment\nann@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZyOVdZ0Cwm2q9FZ2O3vXvJ2Y6gW0rHqV8l5n7n6XpT Ann\n")
	f.Add(`"*@example.com,!eve@*" cert-authority,namespaces="git,file",valid-after="20240101",valid-before="20300101Z" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJZyOVdZ0Cwm2q9FZ2O3vXvJ2Y6gW0rHqV8l5n7n6XpT` + "\r\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadSigners("x", []byte(text))
		if err != nil {
			return
		}
		for _, entry := range list.Entries {
			if entry.Key == nil || entry.Principals == "" {
				t.Errorf("line %d allows %q", entry.Line, entry.Principals)
			}
			list.Match(entry.Key, Namespace, signedAt)
		}
		_, _ = ReadRevoked([]byte(text))
		_, _ = ReadKeyring([]byte(text))
	})
}
