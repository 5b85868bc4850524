package sigstoretest

import (
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"math/big"
	"time"

	"github.com/digitorus/timestamp"
)

// timestamp is an RFC 3161 answer for a signature.
func (s *Sigstore) timestamp(signature []byte, at time.Time) []byte {
	digest := sha256.Sum256(signature)
	return s.stamp(&timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: digest[:]}, at)
}

func (s *Sigstore) stamp(request *timestamp.Request, at time.Time) []byte {
	answer := timestamp.Timestamp{
		HashAlgorithm: request.HashAlgorithm, HashedMessage: request.HashedMessage, Time: at.UTC(), Nonce: request.Nonce,
		Policy:       asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 2},
		SerialNumber: new(big.Int).SetBytes(request.HashedMessage[:8]), AddTSACertificate: request.Certificates,
		ExtraExtensions: request.Extensions,
	}
	return must(answer.CreateResponseWithOpts(s.tsa.certificate, s.tsa.signer, crypto.SHA256))
}
