package gitsig

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// Match is what a list of signers says of a key.
type Match struct {
	Listed bool // some line names the key
	Valid  bool // one of these lines holds for the use and the time
	// Principals are those of the lines that hold, or else of those that name the key.
	Principals []string
	Why        string // a line does not hold
}

// Match looks a key up. at is the time of signing by the signer's own clock, as
// git takes it too: who holds an expired key can set it back.
func (s *Signers) Match(key ssh.PublicKey, namespace string, at time.Time) Match {
	var m, other Match
	for _, entry := range s.Entries {
		principals, why := entry.names(key, at)
		if principals == "" {
			continue // another key's line
		}
		if why == "" {
			why = entry.refuses(namespace, at)
		}
		if why == "" {
			m.Listed, m.Valid = true, true
			m.Principals = append(m.Principals, principals)
			continue
		}
		other.Listed = true
		other.Principals = append(other.Principals, principals)
		if other.Why == "" {
			other.Why = why
		}
	}
	if !m.Valid {
		m = other
	}
	slices.Sort(m.Principals)
	m.Principals = slices.Compact(m.Principals)
	return m
}

// Keys are the fingerprints that the list names, in its order.
func (s *Signers) Keys() []string {
	if s == nil {
		return nil
	}
	var keys []string
	for _, entry := range s.Entries {
		keys = append(keys, ssh.FingerprintSHA256(entry.Key))
	}
	return keys
}

// names says whom the line takes the key for, and why not if only the certificate
// is to blame.
func (s Signer) names(key ssh.PublicKey, at time.Time) (principals, why string) {
	certificate, certified := key.(*ssh.Certificate)
	if !s.Authority {
		if certified {
			key = certificate.Key
		}
		if same(s.Key, key) {
			return s.Principals, ""
		}
		return "", ""
	}
	if !certified || !same(s.Key, certificate.SignatureKey) {
		return "", ""
	}
	var named []string
	for _, principal := range certificate.ValidPrincipals {
		if matchList(s.Principals, principal) {
			named = append(named, principal)
		}
	}
	if len(named) == 0 {
		return s.Principals, "its certificate is for nobody whom the line of its authority allows"
	}
	if certificate.CertType != ssh.UserCert {
		return strings.Join(named, ","), "its certificate is none of a user"
	}
	checker := ssh.CertChecker{Clock: func() time.Time { return at }}
	for option := range certificate.CriticalOptions {
		// They bind logins (a command, an address), not signatures; ssh-keygen passes them over too.
		checker.SupportedCriticalOptions = append(checker.SupportedCriticalOptions, option)
	}
	if err := checker.CheckCert(named[0], certificate); err != nil {
		return strings.Join(named, ","), "its certificate does not hold: " + strings.TrimPrefix(err.Error(), "ssh: ")
	}
	return strings.Join(named, ","), ""
}

// refuses says why the line does not hold for a use at a time, or "".
func (s Signer) refuses(namespace string, at time.Time) string {
	switch {
	case len(s.Namespaces) > 0 && !matchList(strings.Join(s.Namespaces, ","), namespace):
		return "not for git"
	case !s.After.IsZero() && at.Before(s.After):
		return fmt.Sprintf("only from %s on, and it signed at %s", s.After.Format(time.DateOnly), at.Format(time.DateOnly))
	case !s.Before.IsZero() && at.After(s.Before):
		return fmt.Sprintf("only until %s, and it signed at %s", s.Before.Format(time.DateOnly), at.Format(time.DateOnly))
	}
	return ""
}

func same(a, b ssh.PublicKey) bool { return bytes.Equal(a.Marshal(), b.Marshal()) }

// matchList matches a name against patterns with commas between them; one with !
// before it that matches refuses, whatever else matches.
func matchList(patterns, name string) bool {
	found := false
	for pattern := range strings.SplitSeq(patterns, ",") {
		refuses := strings.HasPrefix(pattern, "!")
		if !glob(strings.TrimPrefix(pattern, "!"), name) {
			continue
		}
		if refuses {
			return false
		}
		found = true
	}
	return found
}

// glob matches * and ? as OpenSSH does: * any number of characters, ? one.
func glob(pattern, name string) bool {
	star, mark := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p, n = p+1, n+1
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Names gives the fingerprint of the listed key that stands behind an object's SSH
// signature: the key itself, or the authority of its certificate. It does not check
// the signature, nor when and for what the line holds.
func (s *Signers) Names(o Object) string {
	parsed, err := sshsig.Unarmor(o.Signature)
	if err != nil {
		return ""
	}
	for _, entry := range s.Entries {
		if principals, _ := entry.names(parsed.PublicKey, o.Maker.At); principals != "" {
			return ssh.FingerprintSHA256(entry.Key)
		}
	}
	return ""
}
