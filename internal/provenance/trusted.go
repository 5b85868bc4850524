package provenance

import "github.com/sealvet/sealvet/internal/evidence"

// Trusted says whether a signer is one of the builders.
func Trusted(claims evidence.Claims, builders []Builder) bool {
	_, is := ofPolicy(claims, builders)
	return is
}

// Named says whether a pattern, whose trailing * stands for any rest, names an
// identity: as it is, or as it is without its ref.
func Named(pattern, identity string) bool {
	return identity != "" && (matches(pattern, identity) || matches(pattern, withoutRef(identity)))
}
