package trust

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// maxKeys is how many keys a registry may have; npm had two in its first five years.
const maxKeys = 256

// Usages of npm's keys.
const (
	UsageAttestations = "npm:attestations"
	UsageSignatures   = "npm:signatures"
)

func readKeysFile(path string) (keyring, error) {
	raw, err := readFile(path)
	if err != nil {
		return keyring{}, err
	}
	keys, err := ParseNPMKeys(raw)
	if err != nil {
		return keyring{}, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return keyring{keys, fileInfo(path, raw)}, nil
}

// keysFile is the JSON of npm's keys. The TUF target says usage and window; the
// registry's own endpoint has other names, no usage and only an end.
type keysFile struct {
	Keys []struct {
		KeyID     string `json:"keyId"` // encoding/json folds case: the endpoint's keyid is read too
		KeyUsage  string `json:"keyUsage"`
		PublicKey *struct {
			RawBytes []byte `json:"rawBytes"`
			ValidFor *struct {
				Start *time.Time `json:"start"`
				End   *time.Time `json:"end"`
			} `json:"validFor"`
		} `json:"publicKey"`

		Key     []byte     `json:"key"`
		Expires *time.Time `json:"expires"`
	} `json:"keys"`
}

// ParseNPMKeys reads npm's keys, sorted by id, usage and start.
func ParseNPMKeys(raw []byte) ([]Key, error) {
	if len(raw) > maxRoot {
		return nil, fmt.Errorf("%w: npm keys are larger than %d bytes", ErrInvalid, maxRoot)
	}
	var file keysFile
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("%w: npm keys: %w", ErrInvalid, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("%w: npm keys: something follows them", ErrInvalid)
	}
	if len(file.Keys) == 0 || len(file.Keys) > maxKeys {
		return nil, fmt.Errorf("%w: %d npm keys", ErrInvalid, len(file.Keys))
	}
	var keys []Key
	for i, k := range file.Keys {
		key := Key{ID: k.KeyID, Usage: k.KeyUsage}
		if k.PublicKey == nil { // the endpoint's form: one key for both uses
			key.SPKI, key.End = k.Key, moment(k.Expires)
		} else {
			key.SPKI = k.PublicKey.RawBytes
			if window := k.PublicKey.ValidFor; window != nil {
				key.Start, key.End = moment(window.Start), moment(window.End)
			}
		}
		if key.ID == "" {
			return nil, fmt.Errorf("%w: npm key %d has no id", ErrInvalid, i+1)
		}
		if _, err := x509.ParsePKIXPublicKey(key.SPKI); err != nil {
			return nil, fmt.Errorf("%w: npm key %s: %w", ErrInvalid, key.ID, err)
		}
		if key.Usage != "" {
			keys = append(keys, key)
			continue
		}
		for _, usage := range []string{UsageAttestations, UsageSignatures} {
			key.Usage = usage
			keys = append(keys, key)
		}
	}
	slices.SortStableFunc(keys, func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Usage, b.Usage), a.Start.Compare(b.Start))
	})
	return keys, nil
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
