package policy

import (
	"path"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/parse/doc"
)

// provenance reads what proofs of origin are held to.
func (l *loader) provenance(n *doc.Node, into *evidence.ProvenanceSettings) {
	l.fields(n, "provenance", map[string]func(*doc.Node){
		"min-level": func(v *doc.Node) { into.MinLevel = l.level(v, "min-level") },
		"builders": func(v *doc.Node) {
			l.each(v, "builders", func(one *doc.Node) { into.Builders = append(into.Builders, l.builder(one)) })
		},
		"identities": func(v *doc.Node) {
			l.each(v, "identities", func(one *doc.Node) { into.Identities = append(into.Identities, l.identity(one)) })
		},
		"registries": func(v *doc.Node) {
			l.each(v, "registries", func(one *doc.Node) { into.Registries = append(into.Registries, l.host(one)) })
		},
	})
}

func (l *loader) builder(n *doc.Node) evidence.TrustedBuilder {
	var b evidence.TrustedBuilder
	l.fields(n, "a builder", map[string]func(*doc.Node){
		"issuer": func(v *doc.Node) { b.Issuer = l.issuer(v) },
		"signer": func(v *doc.Node) { b.Signer = l.pattern(v, "signer") },
		"level":  func(v *doc.Node) { b.Level = l.level(v, "level") },
	})
	l.need(n, "a builder", "issuer", "signer", "level")
	return b
}

func (l *loader) identity(n *doc.Node) evidence.TrustedIdentity {
	var i evidence.TrustedIdentity
	l.fields(n, "an identity", map[string]func(*doc.Node){
		"issuer":   func(v *doc.Node) { i.Issuer = l.issuer(v) },
		"identity": func(v *doc.Node) { i.Identity = l.pattern(v, "identity") },
	})
	l.need(n, "an identity", "issuer", "identity")
	return i
}

// signing reads what commits and tags are held to.
func (l *loader) signing(n *doc.Node, into *evidence.SigningSettings) {
	l.fields(n, "signing", map[string]func(*doc.Node){
		"require-signed-commits": func(v *doc.Node) {
			yes, ok := v.Bool()
			if !ok {
				l.fail(v, "require-signed-commits is true or false")
			}
			into.RequireCommits = yes
		},
		"allowed-signers": func(v *doc.Node) {
			into.AllowedSigners = l.inTree(v, "allowed-signers")
		},
		"signers": func(v *doc.Node) { into.Signers = l.patterns(v, "signers") },
		"keyrings": func(v *doc.Node) {
			l.each(v, "keyrings", func(one *doc.Node) { into.Keyrings = append(into.Keyrings, l.inTree(one, "a keyring")) })
		},
		"revoked-keys": func(v *doc.Node) {
			l.each(v, "revoked-keys", func(one *doc.Node) { into.RevokedKeys = append(into.RevokedKeys, l.words(one, "a revoked key")) })
		},
		"max-key-age": func(v *doc.Node) { into.MaxKeyAge = l.days(v, "max-key-age") },
	})
}

// inTree reads the path of a file in the repository.
func (l *loader) inTree(n *doc.Node, what string) string {
	name := l.words(n, what)
	if path.IsAbs(name) || name != path.Clean(name) || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, `\`) {
		l.fail(n, "%s is the path of a file in the repository, from its root", what)
	}
	return name
}

func (l *loader) each(n *doc.Node, key string, read func(*doc.Node)) {
	if n.Kind != doc.List {
		l.fail(n, "%s is a list", key)
		return
	}
	for _, one := range n.Items {
		read(one)
	}
}

// need says which keys a mapping must have.
func (l *loader) need(n *doc.Node, what string, keys ...string) {
	if n.Kind != doc.Map {
		if n.Kind == doc.Null {
			l.fail(n, "%s is a mapping", what) // fields lets nothing at all go
		}
		return
	}
	var missing []string
	for _, key := range keys {
		if n.Get(key) == nil {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		l.fail(n, "%s needs %s", what, strings.Join(missing, ", "))
	}
}

// level reads a level of the SLSA Build track.
func (l *loader) level(v *doc.Node, key string) int {
	level, err := strconv.Atoi(v.String())
	if err != nil || v.Kind != doc.Number || level < 1 || level > 3 {
		l.fail(v, "%s is a SLSA Build level from 1 to 3", key)
		return 0
	}
	return level
}

// issuer reads the address of who issues identity tokens, as certificates hold it.
func (l *loader) issuer(v *doc.Node) string {
	issuer := l.words(v, "issuer")
	if issuer != "" && (!strings.HasPrefix(issuer, "https://") || strings.ContainsAny(issuer, " *")) {
		l.fail(v, "issuer is the https address of who issues the identity tokens, as https://token.actions.githubusercontent.com")
	}
	return issuer
}

// pattern reads a text that may end in *. A star that stands elsewhere would match
// nothing, and one that stands alone would trust the world.
func (l *loader) pattern(v *doc.Node, key string) string {
	pattern := l.words(v, key)
	if rest := strings.TrimSuffix(pattern, "*"); strings.Contains(rest, "*") || pattern == "*" {
		l.fail(v, "%s may end in one *, after a beginning", key)
	}
	return pattern
}

func (l *loader) patterns(v *doc.Node, key string) (all []string) {
	l.each(v, key, func(one *doc.Node) { all = append(all, l.pattern(one, "an entry of "+key)) })
	return all
}

// host reads a name with, at most, a port.
func (l *loader) host(v *doc.Node) string {
	host := l.words(v, "a host in registries")
	if strings.ContainsAny(host, "/@?# *") {
		l.fail(v, "registries lists hosts, as npm.example.com or npm.example.com:8443, without scheme and path")
	}
	return host
}
