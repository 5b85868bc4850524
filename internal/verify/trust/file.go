package trust

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	trustroot "github.com/sigstore/protobuf-specs/gen/pb-go/trustroot/v1"
	"github.com/sigstore/sigstore-go/pkg/root"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/sealvet/sealvet/internal/evidence"
)

const (
	// maxRoot is how many bytes one trust root may have; the real ones have 7 to 35 KB.
	maxRoot = 1 << 20
	// maxRoots is how many a file may hold.
	maxRoots = 16
)

// trustFile is what a user named: one root, or several.
type trustFile struct {
	roots []namedRoot
	info  evidence.RootInfo
}

// namedRoot is a root with its JSON.
type namedRoot struct {
	root *root.TrustedRoot
	raw  []byte
}

func readTrustFile(path string) (trustFile, error) {
	raw, err := readFile(path)
	if err != nil {
		return trustFile{}, err
	}
	roots, err := parseRoots(raw)
	if err != nil {
		return trustFile{}, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return trustFile{roots: roots, info: fileInfo(path, raw)}, nil
}

// parseRoot reads a trusted_root.json and refuses one that trusts nobody.
func parseRoot(raw []byte) (*root.TrustedRoot, error) {
	if len(raw) > maxRoot {
		return nil, fmt.Errorf("%w: it is larger than %d bytes", ErrInvalid, maxRoot)
	}
	parsed, err := root.NewTrustedRootFromJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if len(parsed.FulcioCertificateAuthorities())+len(parsed.RekorLogs())+len(parsed.TimestampingAuthorities()) == 0 {
		return nil, fmt.Errorf("%w: it names no authority and no log", ErrInvalid)
	}
	return parsed, nil
}

// parseRoots reads one trusted root, or several one after the other.
func parseRoots(raw []byte) ([]namedRoot, error) {
	if len(raw) > maxRoot {
		return nil, fmt.Errorf("%w: it is larger than %d bytes", ErrInvalid, maxRoot)
	}
	var roots []namedRoot
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for {
		var one json.RawMessage
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: root %d: %w", ErrInvalid, len(roots)+1, err)
		}
		if len(roots) == maxRoots {
			return nil, fmt.Errorf("%w: it holds more than %d roots", ErrInvalid, maxRoots)
		}
		parsed, err := parseRoot(one)
		if err != nil {
			return nil, fmt.Errorf("root %d: %w", len(roots)+1, err)
		}
		roots = append(roots, namedRoot{parsed, one})
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrInvalid)
	}
	return roots, nil
}

// material is what the file trusts for an instance. One root speaks for all; of
// several, those of GitHub speak for GitHub alone, where there are others.
func (f trustFile) material(instance Instance) (root.TrustedMaterial, []byte) {
	if len(f.roots) == 1 {
		return f.roots[0].root, f.roots[0].raw
	}
	var chosen []namedRoot
	for _, r := range f.roots {
		if isGitHub(r.root) == (instance == GitHub) {
			chosen = append(chosen, r)
		}
	}
	switch len(chosen) {
	case 0: // a private instance in several parts
		return together(f.roots)
	case 1:
		return chosen[0].root, chosen[0].raw
	}
	return together(chosen)
}

// together is what several roots trust.
func together(roots []namedRoot) (root.TrustedMaterial, []byte) {
	var all root.TrustedMaterialCollection
	merged := &trustroot.TrustedRoot{}
	for _, r := range roots {
		all = append(all, r.root)
		message, err := root.NewTrustedRootProtobuf(r.raw)
		if err != nil {
			return all, nil // it was read before
		}
		proto.Merge(merged, message)
	}
	raw, err := protojson.Marshal(merged)
	if err != nil {
		return all, nil // it was read before
	}
	return all, raw
}

// isGitHub asks the certificates, as verdicts do: an address is only a label.
func isGitHub(r *root.TrustedRoot) bool {
	for _, authority := range r.FulcioCertificateAuthorities() {
		fulcio, is := authority.(*root.FulcioCertificateAuthority)
		if !is || fulcio.Root == nil {
			continue // of no known form: it says nothing of GitHub
		}
		for _, organization := range fulcio.Root.Subject.Organization {
			if organization == "GitHub, Inc." {
				return true
			}
		}
	}
	return false
}

func fileInfo(path string, raw []byte) evidence.RootInfo {
	return evidence.RootInfo{Name: filepath.Base(path), Origin: "file", SHA256: sum(raw)}
}

func sum(raw []byte) string {
	digest := sha256.Sum256(raw)
	return hex.EncodeToString(digest[:])
}

// readFile reads a whole small file.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, maxRoot+1))
	if err != nil {
		return nil, fmt.Errorf("%w: read %s: %w", ErrInvalid, filepath.Base(path), err)
	}
	if len(raw) > maxRoot {
		return nil, fmt.Errorf("%w: %s is larger than %d bytes", ErrInvalid, filepath.Base(path), maxRoot)
	}
	return raw, nil
}
