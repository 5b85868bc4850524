package github

import (
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/internal/collect/registry/folder"
)

var sourceArchive = regexp.MustCompile(`(?i)(^|[-_.])(sources?|src|vendor|vendored)([-_.].*)?\.(tar|tar\.(gz|xz|bz2|zst)|tgz|zip)$`)

// Role says by its name what an asset is for: empty for what users run or install,
// else signature, checksums, provenance, sbom or source.
func Role(name string) string {
	lower := strings.ToLower(name)
	switch {
	case folder.IsSignature(lower), strings.HasSuffix(lower, ".sigstore.json"), strings.HasSuffix(lower, ".sigstore"), strings.HasSuffix(lower, ".cosign.bundle"):
		return "signature"
	case folder.IsSums(lower):
		return "checksums"
	case folder.IsProof(lower), strings.HasSuffix(lower, ".jsonl"):
		return "provenance"
	case folder.IsBill(lower):
		return "sbom"
	case sourceArchive.MatchString(name):
		return "source"
	}
	return ""
}
