package main

import (
	"encoding/base64"
	"sync"
	"sync/atomic"
	_ "unsafe" // go:linkname

	rekor "github.com/sigstore/rekor/pkg/generated/client"
	"github.com/sigstore/sigstore-go/pkg/root"

	_ "github.com/slsa-framework/slsa-verifier/v2/verifiers" // holds the variables below
)

// slsa-verifier takes no trust root and no key: it fetches them through TUF and
// keeps them in these variables of its packages. Setting them before it looks is
// the only way to use it offline (its issues 766 and 837). They are checked by a
// test: a version that renames one fails to link, one that ignores one fails there.

//go:linkname libraryTrustedRoot github.com/slsa-framework/slsa-verifier/v2/verifiers/utils.trustedRoot
var libraryTrustedRoot *root.LiveTrustedRoot

//go:linkname libraryTrustedRootOnce github.com/slsa-framework/slsa-verifier/v2/verifiers/utils.trustedRootOnce
var libraryTrustedRootOnce *sync.Once

//go:linkname libraryNPMKey github.com/slsa-framework/slsa-verifier/v2/verifiers/internal/gha.attestationKeyAtomicValue
var libraryNPMKey atomic.Value

//go:linkname libraryRekorClient github.com/slsa-framework/slsa-verifier/v2/verifiers/internal/gha.defaultRekorClient
var libraryRekorClient *rekor.Rekor

//go:linkname libraryRekorClientOnce github.com/slsa-framework/slsa-verifier/v2/verifiers/internal/gha.defaultRekorClientOnce
var libraryRekorClientOnce *sync.Once

func injectTrustedRoot(trusted *root.TrustedRoot) {
	libraryTrustedRootOnce.Do(func() {}) // it is fetched no more
	if trusted == nil {
		trusted = &root.TrustedRoot{} // vouches for nobody
	}
	libraryTrustedRoot = &root.LiveTrustedRoot{TrustedRoot: trusted}
}

// injectNPMKey sets the one key that the library tries publish attestations with,
// whatever key they name: so it must be set before each.
func injectNPMKey(spki []byte) {
	libraryNPMKey.Store(base64.StdEncoding.EncodeToString(spki))
}

func injectRekorClient(client *rekor.Rekor) {
	libraryRekorClientOnce.Do(func() {})
	libraryRekorClient = client
}
