package history

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/verify/gitsig"
)

// usual are the places of a committed list of signers, in the order of preference.
var usual = []string{
	".github/allowed_signers",
	".gitsigners",
	".allowed_signers",
	"allowed_signers",
	".git_allowed_signers",
	".ssh/allowed_signers",
	".config/git/allowed_signers",
}

// signers reads the list as HEAD has it: what is committed, not what lies in the folder.
func (c *collection) signers(ctx context.Context, head string) (*gitsig.Signers, error) {
	places := usual
	if c.options.Signers != "" {
		places = []string{c.options.Signers}
	} else if set := path.Clean(c.from.setting(ctx, "gpg.ssh.allowedSignersFile")); set != "." && !path.IsAbs(set) && set[0] != '~' && !strings.HasPrefix(set, "../") {
		places = append([]string{set}, usual...)
	}
	for _, place := range places {
		list, err := c.signersAt(ctx, head, place)
		if err != nil {
			return nil, err
		}
		if list == nil {
			continue
		}
		c.seen.Signers = place
		for _, problem := range list.Problems {
			c.gap(fmt.Sprintf("line %d of %s allows nobody: %s", problem.Line, place, problem.Why), "mend the line")
		}
		return list, nil
	}
	if c.options.Signers != "" {
		c.gap("the policy names "+c.options.Signers+" as the list of signers, but HEAD has no such file", "commit the file, or correct the policy")
	}
	return nil, nil
}

// signersAt reads the list at one commit, nil where it has none.
func (c *collection) signersAt(ctx context.Context, commit, place string) (*gitsig.Signers, error) {
	ids, err := c.from.contents(ctx, []string{commit}, place)
	if err != nil || ids[0] == "" {
		return nil, err
	}
	return c.list(ctx, ids[0], place)
}

// list reads one content of the list. What is none allows nobody.
func (c *collection) list(ctx context.Context, blob, place string) (*gitsig.Signers, error) {
	content, err := c.blob(ctx, blob)
	if err != nil {
		return nil, err
	}
	list, err := gitsig.ReadSigners(place, content)
	if err != nil {
		c.gap(err.Error(), "")
		return &gitsig.Signers{Path: place}, nil
	}
	return list, nil
}

func (c *collection) blob(ctx context.Context, id string) ([]byte, error) {
	var content []byte
	large := false
	err := c.from.objects(ctx, []string{id}, func(o object) { content, large = o.raw, o.large })
	if err == nil && large {
		c.gap(fmt.Sprintf("a list of signers has more than the %d bytes that are read", maxObject), "")
	}
	return content, err
}

// keyrings reads the signers' OpenPGP keys as HEAD has them.
func (c *collection) keyrings(ctx context.Context, head string, verifier *gitsig.Verifier) error {
	for _, place := range c.options.Keyrings {
		ids, err := c.from.contents(ctx, []string{head}, place)
		if err != nil {
			return err
		}
		if ids[0] == "" {
			c.gap("the policy names "+place+" as a keyring, but HEAD has no such file", "commit the file, or correct the policy")
			continue
		}
		content, err := c.blob(ctx, ids[0])
		if err != nil {
			return err
		}
		keys, err := gitsig.ReadKeyring(content)
		if err != nil {
			c.gap(place+" cannot be read as OpenPGP keys: "+err.Error(), "export them anew (gpg --export --armor)")
			continue
		}
		verifier.Keys = append(verifier.Keys, keys...)
	}
	return nil
}

// revoked reads the keys that the policy revokes.
func (c *collection) revoked() *gitsig.Revoked {
	if len(c.options.RevokedKeys) == 0 {
		return nil
	}
	list, err := gitsig.ReadRevoked([]byte(strings.Join(c.options.RevokedKeys, "\n")))
	if err != nil {
		c.gap("the list of revoked keys cannot be read: "+err.Error(), "")
		return nil
	}
	for _, problem := range list.Problems {
		c.gap(fmt.Sprintf("%.60q of the revoked keys revokes nothing: %s", c.options.RevokedKeys[problem.Line-1], problem.Why), "give a fingerprint or a public key")
	}
	return list
}
