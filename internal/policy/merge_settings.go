package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

func (m *merging) provenance() {
	out, own := &m.out.Settings.Provenance, &m.own.Settings.Provenance
	settle(m, "provenance.min-level", &out.MinLevel, own.MinLevel, less)
	m.builders()
	for _, one := range own.Identities {
		const key = "provenance.identities"
		switch {
		case slices.Contains(out.Identities, one):
		case m.base.lets(key):
			out.Identities = append(slices.Clip(out.Identities), one)
			m.out.Said[key] = m.own.Said[key]
		default:
			m.refuse(key, key+": "+one.Identity, m.own.Said[key])
		}
	}
	m.grow("provenance.registries", &out.Registries, own.Registries, true)
}

// builders are a list of the only ones that are trusted: a policy may shorten the one
// it is laid over, and trust one of them less. A list of its own it may write only where it may loosen.
func (m *merging) builders() {
	const key = "provenance.builders"
	out, own := &m.out.Settings.Provenance.Builders, m.own.Settings.Provenance.Builders
	if len(own) == 0 {
		return
	}
	if m.base.lets(key) {
		*out, m.out.Said[key] = own, m.own.Said[key]
		return
	}
	var kept []evidence.TrustedBuilder
	for _, one := range own {
		if slices.ContainsFunc(*out, func(b evidence.TrustedBuilder) bool {
			return b.Issuer == one.Issuer && within(b.Signer, one.Signer) && one.Level <= b.Level
		}) {
			kept = append(kept, one)
			continue
		}
		m.refuse(key, fmt.Sprintf("%s: %s at level %d", key, one.Signer, one.Level), m.own.Said[key])
	}
	if len(kept) > 0 { // an empty list would trust the usual ones
		*out, m.out.Said[key] = kept, m.own.Said[key]
	}
}

// within says whether all that the narrow pattern matches, the wide one does too.
func within(wide, narrow string) bool {
	if start, open := strings.CutSuffix(wide, "*"); open {
		return strings.HasPrefix(strings.TrimSuffix(narrow, "*"), start)
	}
	return wide == narrow
}

func (m *merging) signing() {
	out, own := &m.out.Settings.Signing, &m.own.Settings.Signing
	settle(m, "signing.require-signed-commits", &out.RequireCommits, own.RequireCommits, unset)
	// where the base names no file, one of the usual places would be taken all the same
	settle(m, "signing.allowed-signers", &out.AllowedSigners, own.AllowedSigners, func(_, base string) bool { return base != "" })
	m.grow("signing.signers", &out.Signers, own.Signers, true)
	m.grow("signing.keyrings", &out.Keyrings, own.Keyrings, true)
	m.grow("signing.revoked-keys", &out.RevokedKeys, own.RevokedKeys, false)
	days(m, "signing.max-key-age", &out.MaxKeyAge, own.MaxKeyAge, evidence.DefaultMaxKeyAge, more)
}

func (m *merging) host() {
	out, own := &m.out.Settings, &m.own.Settings
	m.grow("branches.release", &out.Branches.Release, own.Branches.Release, false)
	wanted := out.Review.Wanted()
	settle(m, "review.approvals", &wanted, own.Review.Wanted(), less)
	if _, said := m.out.Said["review.approvals"]; said {
		out.Review.Approvals = &wanted
	}
	settle(m, "review.since", &out.Review.Since, own.Review.Since, func(own, base time.Time) bool { return own.After(base) })
	settle(m, "review.solo", &out.Review.Solo, own.Review.Solo, isSet)
	m.grow("review.bots", &out.Review.Bots, own.Review.Bots, true)
	days(m, "access.max-secret-age", &out.Access.MaxSecretAge, own.Access.MaxSecretAge, evidence.DefaultMaxSecretAge, more)
	days(m, "access.max-owners", &out.Access.MaxOwners, own.Access.MaxOwners, evidence.DefaultMaxOwners, more)
	days(m, "access.min-log-days", &out.Access.MinLogDays, own.Access.MinLogDays, evidence.DefaultMinLogDays, less)
}

// days settles a number whose zero stands for a default.
func days(m *merging, key string, into *int, own, otherwise int, looser func(own, base int) bool) {
	base := *into
	if base == 0 {
		base = otherwise
	}
	before := base
	settle(m, key, &base, own, looser)
	if base != before {
		*into = base
	}
}
