package gitlab

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/sealvet/sealvet/internal/evidence"
)

// signature is what the host found of the signature of a commit.
type signature struct {
	Kind   string `json:"signature_type"`        // PGP, SSH, X509
	Status string `json:"verification_status"`   // verified, verified_system, unknown_key, revoked_key, ...
	PGP    string `json:"gpg_key_primary_keyid"` // 16 digits
	SSH    *struct {
		Key     string     `json:"key"` // as in authorized_keys
		Created *time.Time `json:"created_at"`
		Expires *time.Time `json:"expires_at"`
	} `json:"key"`
}

var (
	statusForm = regexp.MustCompile(`^[a-z_]{1,40}$`)
	pgpForm    = regexp.MustCompile(`^[0-9A-Fa-f]{16,64}$`)
)

// signatures asks for the signature of each commit of the sample. That a commit has
// none is a 404, which tells nothing else: the commit itself was listed before.
func (c *collection) signatures(ctx context.Context) error {
	if c.host.Changes == nil || c.kind == Job && c.repo.ID == 0 {
		return nil
	}
	openpgp := false
	for i := range c.host.Changes.Commits {
		one := &c.host.Changes.Commits[i]
		var told signature
		_, err := c.get(ctx, c.path("/repository/commits/"+url.PathEscape(one.Commit)+"/signature"), nil, &told)
		if no := refusedBy(err); no != nil && no.Status == http.StatusNotFound {
			one.Signed, one.ByHost = "UNSIGNED", evidence.No
			continue
		}
		if err := c.unseen(err, anybody, "changes/"+one.Commit); err != nil {
			return err
		}
		if err != nil || !statusForm.MatchString(told.Status) {
			continue // it stays unknown
		}
		one.Signed = stateOf(told.Status)
		one.ByHost = evidence.Known(told.Status == "verified_system")
		if one.ByHost == evidence.No {
			c.keyOf(one, told)
		}
		openpgp = openpgp || told.Kind == "PGP" && told.Status != "revoked_key" && one.ByHost == evidence.No
	}
	if openpgp {
		c.note("signers", "GitLab tells the age of SSH keys with the signature, and not that of OpenPGP keys", "")
	}
	slices.SortFunc(c.host.Signers, func(a, b evidence.AccountKey) int {
		return cmp.Or(cmp.Compare(a.Login, b.Login), cmp.Compare(a.Key, b.Key))
	})
	return nil
}

// stateOf is the word of GitHub for what GitLab found, where there is one.
func stateOf(status string) string {
	switch status {
	case "verified", "verified_system":
		return "VALID"
	case "unverified":
		return "INVALID"
	case "unverified_author_email", "unverified_committer_email":
		return "UNVERIFIED_EMAIL"
	case "same_user_different_email", "other_user":
		return "BAD_EMAIL"
	}
	return strings.ToUpper(status) // UNKNOWN_KEY, UNVERIFIED_KEY, REVOKED_KEY
}

// keyOf names the key of a signature, and the account that has it: the committer's.
func (c *collection) keyOf(one *evidence.Change, told signature) {
	owner := one.Committer
	if owner.Login == "" && len(one.Authors) > 0 && strings.EqualFold(one.Authors[0].Email, owner.Email) {
		owner = one.Authors[0]
	}
	account := evidence.AccountKey{Login: cmp.Or(owner.Login, owner.Email), Revoked: evidence.No}
	switch {
	case told.SSH != nil:
		public, _, _, _, err := ssh.ParseAuthorizedKey([]byte(told.SSH.Key))
		if err != nil {
			return
		}
		account.Key, account.Kind = ssh.FingerprintSHA256(public), "ssh"
		account.Created, account.Expires = when(told.SSH.Created), when(told.SSH.Expires)
	case pgpForm.MatchString(told.PGP):
		account.Key, account.Kind = strings.ToLower(told.PGP), "openpgp"
	default:
		return
	}
	one.Key = account.Key
	if told.Status == "revoked_key" {
		account.Revoked = evidence.Yes
	}
	known := slices.ContainsFunc(c.host.Signers, func(k evidence.AccountKey) bool { return k.Key == account.Key })
	if !known && (account.Kind == "ssh" || account.Revoked == evidence.Yes) {
		c.host.Signers = append(c.host.Signers, account)
	}
}
