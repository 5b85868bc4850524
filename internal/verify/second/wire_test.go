package second

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestWireIsTheSame: the verifier's module cannot import ours, so that each holds a
// copy of the wire format.
func TestWireIsTheSame(t *testing.T) {
	ours, err := os.ReadFile(filepath.Join("wire", "wire.go"))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.ReadFile(filepath.Join(verifierModule, "wire", "wire.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(ours, theirs) {
		t.Fatal("the copies of wire.go differ: copy cmd/sealvet-slsa-verifier/wire/wire.go to internal/verify/second/wire")
	}
}
