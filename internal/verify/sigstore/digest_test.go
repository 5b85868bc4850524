package sigstore

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"

	"github.com/sealvet/sealvet/internal/evidence"
)

// digests are the names by which a source would know a content.
func digests(content []byte) []evidence.Digest {
	short, long := sha256.Sum256(content), sha512.Sum512(content)
	return []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short[:])},
		{Algorithm: "sha512", Value: hex.EncodeToString(long[:])},
	}
}
