package gitsig

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// Revoked is a list of keys that must not sign any more. A nil list revokes nothing.
type Revoked struct {
	fingerprints []string // SHA256:... as SSH writes them, hexadecimal in lower case for the others
	Problems     []Problem
}

// krlMagic begins the binary lists of ssh-keygen.
var krlMagic = []byte("SSHKRL\n\x00")

// ReadRevoked reads one key a line: an SSH public key, an SSH fingerprint
// (SHA256:...), or a fingerprint in hexadecimal of an OpenPGP key (40 digits; 16 for
// a key id) or a certificate (64). The binary lists of ssh-keygen are not read.
func ReadRevoked(data []byte) (*Revoked, error) {
	if len(data) > maxSigners {
		return nil, fmt.Errorf("%d bytes are more than the %d that are read of a list of revoked keys", len(data), maxSigners)
	}
	if bytes.HasPrefix(data, krlMagic) {
		return nil, errors.New("it is a binary list of ssh-keygen, which is not read here; list the keys, one a line")
	}
	list := new(Revoked)
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue // nothing, or a comment
		}
		fingerprint, err := readFingerprint(line)
		if err != nil {
			list.Problems = append(list.Problems, Problem{number, err.Error()})
			continue
		}
		list.fingerprints = append(list.fingerprints, fingerprint)
	}
	return list, nil
}

func readFingerprint(line string) (string, error) {
	if len(line) > maxLine {
		return "", fmt.Errorf("it is longer than %d bytes", maxLine)
	}
	if strings.HasPrefix(line, "SHA256:") {
		first, _, _ := strings.Cut(line, " ")
		return strings.TrimRight(first, "="), nil
	}
	if digits := hexDigits(line); digits != "" {
		return digits, nil
	}
	key, err := readKey(line)
	if err != nil {
		return "", errors.New("it is neither a public key nor a fingerprint")
	}
	if certificate, is := key.(*ssh.Certificate); is {
		key = certificate.Key
	}
	return ssh.FingerprintSHA256(key), nil
}

// hexDigits reads a fingerprint with or without blanks, colons and 0x, or "".
func hexDigits(text string) string {
	text, _, _ = strings.Cut(text, "#")
	text = strings.NewReplacer(" ", "", ":", "").Replace(strings.ToLower(text))
	text = strings.TrimPrefix(text, "0x")
	if len(text) != 16 && len(text) != 40 && len(text) != 64 || strings.Trim(text, "0123456789abcdef") != "" {
		return ""
	}
	return text
}

func (r *Revoked) named(fingerprint string) bool {
	return r != nil && slices.Contains(r.fingerprints, fingerprint)
}

func (r *Revoked) ssh(key ssh.PublicKey) bool {
	return r != nil && r.named(ssh.FingerprintSHA256(key))
}

// openpgp takes a fingerprint or a key id: the id is the end of a fingerprint.
func (r *Revoked) openpgp(key string) bool {
	if r == nil || key == "" {
		return false
	}
	return slices.ContainsFunc(r.fingerprints, func(listed string) bool {
		return listed == key || len(listed) == 16 && strings.HasSuffix(key, listed) || len(key) == 16 && strings.HasSuffix(listed, key)
	})
}
