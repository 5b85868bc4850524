package checkout

import (
	"os"

	"github.com/sealvet/sealvet/internal/evidence"
)

// policyName is where a repository keeps its policy. It is kept unread: what its
// words mean is the judge's to say.
const policyName = ".sealvet.yml"

// readPolicy keeps the repository's policy. One that is there and cannot be read
// is an error: to judge by the default rules instead would be a guess.
func readPolicy(tree *os.Root, limits Limits, seen *evidence.Snapshot) error {
	info, err := tree.Lstat(policyName)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := load(&folders{tree: tree}, &evidence.File{Path: policyName, Size: info.Size()}, limits)
	if err != nil {
		return err
	}
	seen.Policy = &evidence.PolicyFile{Path: policyName, Data: string(data)}
	return nil
}
