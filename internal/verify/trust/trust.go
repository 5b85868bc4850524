// Package trust holds the trust roots that engines rest on: dated snapshots in the
// program, files that the user names, and what TUF refreshed into a cache. They only
// move forward.
package trust

import (
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Instance names a deployment of Sigstore.
type Instance string

const (
	PublicGood Instance = "public-good" // O=sigstore.dev
	GitHub     Instance = "github"      // O=GitHub, Inc.
)

// Anchor is a trust root with its own story.
type Anchor struct {
	Material root.TrustedMaterial
	// JSON is the same as a trusted_root.json, for verifiers that read it themselves.
	JSON     []byte
	Info     evidence.RootInfo
	Warnings []string // shown in every verdict that rests on it
}

// Key is one public key of a registry, with the time it may sign in.
type Key struct {
	ID    string // as the registry spells it: SHA256:...
	Usage string // npm:attestations, npm:signatures
	SPKI  []byte // DER
	Start time.Time
	End   time.Time // zero: open
}

// Roots answers with the trust roots in force.
type Roots interface {
	Sigstore(Instance) (Anchor, error)
	NPMKeys() ([]Key, evidence.RootInfo, error)
}
