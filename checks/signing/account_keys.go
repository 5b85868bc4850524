package signing

import (
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// signedBy is a key that signed something of the sample, as the host or git names it.
type signedBy struct {
	key     string
	newest  time.Time // when it signed last, by the clock of who signed
	account *evidence.AccountKey
}

// usedKeys are the keys of people that signed commits and tags of the samples, in the
// order in which they appear. The host's own key is nobody's.
func usedKeys(seen *evidence.Snapshot, host *evidence.Host) []signedBy {
	var used []signedBy
	note := func(key string, at time.Time) {
		if key == "" {
			return
		}
		for i := range used {
			if sameKey(used[i].key, key) {
				if at.After(used[i].newest) {
					used[i].newest = at
				}
				return
			}
		}
		used = append(used, signedBy{key: key, newest: at, account: accountKey(host, key)})
	}
	own := make(map[string]bool) // commits that the host signed itself
	if host.Changes != nil {
		for _, c := range host.Changes.Commits {
			if c.ByHost == evidence.Yes {
				own[c.Commit] = true
				continue
			}
			note(c.Key, c.At)
		}
	}
	for _, history := range seen.Histories {
		for object := range objects(history) {
			if s := object.Signature; !own[object.ID] && (s.Kind == "ssh" || s.Kind == "openpgp") && !isHostKey(s.Key) {
				note(s.Key, object.At)
			}
		}
	}
	return used
}

// untold counts the commits of the sample whose signatures neither the host nor git tells of.
func untold(seen *evidence.Snapshot, host *evidence.Host) int {
	if host.Changes == nil {
		return 0
	}
	known := make(map[string]bool)
	for _, history := range seen.Histories {
		for object := range objects(history) {
			known[object.ID] = true
		}
	}
	n := 0
	for _, c := range host.Changes.Commits {
		if c.Signed != "UNSIGNED" && c.Key == "" && c.ByHost != evidence.Yes && !known[c.Commit] {
			n++
		}
	}
	return n
}

// hostKeys are those that GitHub signs with what is made on its website.
var hostKeys = []string{"968479A1AFF927E37D1A566BB5690EEEBB952194", "5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23"}

func isHostKey(key string) bool {
	for _, known := range hostKeys {
		if sameKey(known, key) {
			return true
		}
	}
	return false
}

func accountKey(host *evidence.Host, key string) *evidence.AccountKey {
	for i := range host.Signers {
		if sameKey(host.Signers[i].Key, key) {
			return &host.Signers[i]
		}
	}
	return nil
}

// sameKey compares names of keys: fingerprints of SSH keys with and without SHA256: before
// them, fingerprints of OpenPGP keys with their ends, which are the ids.
func sameKey(a, b string) bool {
	a, b = strings.TrimPrefix(a, "SHA256:"), strings.TrimPrefix(b, "SHA256:")
	if !isHex(a) || !isHex(b) {
		return strings.TrimRight(a, "=") == strings.TrimRight(b, "=")
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= 16 && strings.EqualFold(a[len(a)-len(b):], b)
}

func isHex(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefABCDEF") == "" && (len(s) == 16 || len(s) == 40 || len(s) == 64)
}
