package detached

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/blake2b"
)

// minisign reads the four lines of a .minisig: a comment, algorithm, key and
// signature, a second comment, and a signature over both.
func minisign(raw, keyFile, content []byte) (*signature, error) {
	lines := strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
	trusted, is := "", false
	if len(lines) == 4 {
		trusted, is = strings.CutPrefix(lines[2], "trusted comment: ")
	}
	if !is {
		return nil, fmt.Errorf("%w: a minisign signature has four lines", errMalformed)
	}
	blob, err := base64.StdEncoding.DecodeString(lines[1])
	if err != nil || len(blob) != 2+8+ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: its second line is no minisign signature", errMalformed)
	}
	global, err := base64.StdEncoding.DecodeString(lines[3])
	if err != nil || len(global) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%w: its last line is no signature", errMalformed)
	}
	id, public, err := minisignKey(keyFile)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(id, blob[2:10]) {
		return nil, fmt.Errorf("%w: it names %X, given was %X", errUnknownKey, blob[2:10], id)
	}
	message := content
	switch string(blob[:2]) {
	case "Ed":
	case "ED":
		sum := blake2b.Sum512(content)
		message = sum[:]
	default:
		return nil, fmt.Errorf("%w: algorithm %q", errBeyond, blob[:2])
	}
	if !ed25519.Verify(public, message, blob[10:]) {
		return nil, fmt.Errorf("%w with the key that was given", errBad)
	}
	if !ed25519.Verify(public, append(bytes.Clone(blob[10:]), trusted...), global) {
		return nil, fmt.Errorf("%w: its trusted comment was changed", errBad)
	}
	return &signature{key: fmt.Sprintf("minisign:%X", id)}, nil
}

// minisignKey reads a public key file, or its second line alone.
func minisignKey(file []byte) (id []byte, public ed25519.PublicKey, err error) {
	text := strings.TrimSpace(string(file))
	if strings.HasPrefix(text, "untrusted comment:") {
		_, text, _ = strings.Cut(text, "\n")
	}
	blob, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(blob) != 2+8+ed25519.PublicKeySize || string(blob[:2]) != "Ed" {
		return nil, nil, fmt.Errorf("%w: it is no minisign key", errBadKey)
	}
	return blob[2:10], ed25519.PublicKey(blob[10:]), nil
}
