package trust

import (
	"embed"
	"time"

	"github.com/sigstore/sigstore-go/pkg/tuf"

	"github.com/sealvet/sealvet/internal/evidence"
)

//go:embed snapshots/*.json
var snapshotFiles embed.FS

// The targets of a TUF repository that trust comes from. npm's keys stand under the
// name of its registry.
const (
	trustedRootTarget = "trusted_root.json"
	npmKeysTarget     = "registry." + "npmjs.org" + "/keys.json"
)

// snapshot is one target as the program carries it.
type snapshot struct {
	file string
	name string
	// sha256 is what the signed TUF metadata of that version says of the target.
	sha256 string
}

// carried is what the program carries of one TUF repository: a moment of it.
type carried struct {
	date     time.Time
	versions versions
	targets  map[string]snapshot
	mirror   string
	// root is the TUF root that a refresh starts from; nil where there is none at hand.
	root func() []byte
}

// snapshots are the moments that the program was built with. To renew one: take the
// target files and the versions out of the metadata of the TUF repository
// (github.com/sigstore/root-signing, folder `targets` and `metadata`), never lower
// than what stands here.
//
// Of GitHub's own instance only the TUF root is carried, the third, as the module of
// GitHub's command line has it (github.com/cli/cli/v2 v2.83.2, MIT): a refresh starts
// from it. Until then its trusted root has to be named with a file (`gh attestation
// trusted-root` prints it).
var snapshots = map[Instance]carried{
	PublicGood: {
		date:     time.Date(2026, 10, 5, 19, 27, 44, 0, time.UTC), // of version 800 of the timestamp role, in github.com/moby/policy-helpers of 2026-10-06
		versions: versions{Root: 15, Timestamp: 800, Snapshot: 165, Targets: 14},
		targets: map[string]snapshot{
			trustedRootTarget: {
				file:   "snapshots/public-good.trusted_root.json",
				name:   "Sigstore public good",
				sha256: "6494e21ea73fa7ee769f85f57d5a3e6a08725eae1e38c755fc3517c9e6bc0b66",
			},
			npmKeysTarget: {
				file:   "snapshots/npm-keys.json",
				name:   "npm keys",
				sha256: "160677eb6e1c7083c89b166b20f8fe4e837fb71181506aff1991b80b89184f7d",
			},
		},
		mirror: tuf.DefaultMirror,
		root:   tuf.DefaultRoot,
	},
	GitHub: {mirror: "https://tuf-repo.github.com", root: githubRoot},
}

func githubRoot() []byte {
	raw, err := snapshotFiles.ReadFile("snapshots/github.tuf-root.json")
	if err != nil {
		panic(err) // the file is part of the program
	}
	return raw
}

// names are what roots are called, wherever they come from.
var names = map[Instance]map[string]string{
	PublicGood: {trustedRootTarget: "Sigstore public good", npmKeysTarget: "npm keys"},
	GitHub:     {trustedRootTarget: "GitHub"},
}

func (c carried) target(name string) ([]byte, evidence.RootInfo, bool) {
	kept, has := c.targets[name]
	if !has {
		return nil, evidence.RootInfo{}, false
	}
	raw, err := snapshotFiles.ReadFile(kept.file)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return raw, evidence.RootInfo{
		Name: kept.name, Origin: "embedded", Version: c.versions.String(), Date: c.date, SHA256: kept.sha256,
	}, true
}
