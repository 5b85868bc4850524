package github

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxSigners bounds how many accounts are asked about, two requests each.
const maxSigners = 20

// signers asks for the signing keys of the accounts that signed commits of the sample.
// They are public, yet who asks so much needs a token that is meant for it.
func (c *collection) signers(ctx context.Context) error {
	switch {
	case c.host.Changes == nil || len(c.signed) == 0:
		return nil // nobody signed
	case !c.options.SignerKeys || c.kind == Job || c.kind == Anonymous:
		c.note("signers", "the keys of accounts are asked for only with a token that is meant for it", "SEALVET_TOKEN with a token of any account")
		return nil
	}
	var logins []string
	for login := range c.signed {
		if loginForm(login) {
			logins = append(logins, login)
		}
	}
	slices.Sort(logins)
	if len(logins) > maxSigners {
		c.note("signers", fmt.Sprintf("%d accounts signed, and %d are asked about", len(logins), maxSigners), "fewer changes in the sample")
		logins = logins[:maxSigners]
	}
	for _, login := range logins {
		keys, err := c.keysOf(ctx, login)
		c.host.Signers = append(c.host.Signers, keys...)
		if err := c.unseen("signers/"+login, err, "metadata:read"); err != nil {
			return err
		}
	}
	return nil
}

// loginForm tells names that an account may have; the host's answer goes into a path.
func loginForm(login string) bool {
	return login != "" && len(login) <= 100 && strings.Trim(strings.ToLower(login), "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

type openPGPKey struct {
	ID      string       `json:"key_id"`
	Signs   bool         `json:"can_sign"`
	Created time.Time    `json:"created_at"`
	Expires *time.Time   `json:"expires_at"`
	Revoked *bool        `json:"revoked"`
	Subkeys []openPGPKey `json:"subkeys"`
}

type sshKey struct {
	Key     string    `json:"key"`
	Created time.Time `json:"created_at"`
}

// keysOf are the signing keys of one account, out of the cache where they are fresh.
func (c *collection) keysOf(ctx context.Context, login string) ([]evidence.AccountKey, error) {
	name := "github keys " + c.api.Host + " " + strings.ToLower(login)
	if keys, is := recall[[]evidence.AccountKey](c.client, name); is {
		return keys, nil
	}
	var all []evidence.AccountKey
	whole, err := c.pages(ctx, "users/"+url.PathEscape(login)+"/gpg_keys?per_page=100", 2, func(raw []byte) error {
		var page []openPGPKey
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			all = append(all, one.evidence(login)...)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	more, err := c.pages(ctx, "users/"+url.PathEscape(login)+"/ssh_signing_keys?per_page=100", 2, func(raw []byte) error {
		var page []sshKey
		err := json.Unmarshal(raw, &page)
		for _, one := range page {
			if print := fingerprint(one.Key); print != "" {
				all = append(all, evidence.AccountKey{Login: login, Key: print, Kind: "ssh", Created: one.Created})
			}
		}
		return err
	})
	slices.SortFunc(all, func(a, b evidence.AccountKey) int { return strings.Compare(a.Key, b.Key) })
	switch {
	case err != nil:
		return all, err
	case !whole || !more:
		return all, &refusal{Reason: "the account has more keys than were asked for"}
	}
	keep(c.client, name, all)
	return all, nil
}

// evidence is the key and those of its subkeys that may sign.
func (k openPGPKey) evidence(login string) []evidence.AccountKey {
	var all []evidence.AccountKey
	for _, one := range append([]openPGPKey{k}, k.Subkeys...) {
		if !one.Signs || one.ID == "" {
			continue // for encryption
		}
		key := evidence.AccountKey{Login: login, Key: keyName(one.ID, ""), Kind: "openpgp", Created: one.Created}
		if one.Expires != nil {
			key.Expires = *one.Expires
		}
		if one.Revoked != nil {
			key.Revoked = evidence.Known(*one.Revoked)
		}
		all = append(all, key)
	}
	return all
}

// fingerprint is that of an SSH key in one line: kind, base64, comment.
func fingerprint(line string) string {
	parts := strings.Fields(line)
	if len(parts) < 2 {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
