package gitsig

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	_ "embed"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

// webFlowKey is what GitHub signs with what is made in its web interface: merges,
// edits, what its bots commit. It vouches for a login, not for the author's key.
//
//go:embed github-web-flow.asc
var webFlowKey string

// WebFlow is the fingerprint of that key.
const WebFlow = "968479a1aff927e37d1a566bb5690eeebb952194"

// olderWebFlow is the id of the key before it, which ran out in January 2024.
const olderWebFlow = "4aee18f83afdeb23"

var webFlow = sync.OnceValue(func() openpgp.EntityList {
	keys, err := openpgp.ReadArmoredKeyRing(strings.NewReader(webFlowKey))
	if err != nil {
		panic("the embedded key of GitHub cannot be read: " + err.Error())
	}
	return keys
})

// maxKeyring bounds a keyring in bytes.
const maxKeyring = 4 << 20

// ReadKeyring reads OpenPGP public keys, armoured or not. Private keys are not taken.
func ReadKeyring(data []byte) (openpgp.EntityList, error) {
	if len(data) > maxKeyring {
		return nil, fmt.Errorf("a keyring of %d bytes is more than the %d that are read", len(data), maxKeyring)
	}
	if bytes.Contains(data, []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
		return openpgp.ReadArmoredKeyRing(bytes.NewReader(data))
	}
	return openpgp.ReadKeyRing(bytes.NewReader(data))
}

// openpgp checks an OpenPGP signature. It names its key but does not hold it.
func (v *Verifier) openpgp(o Object, armour string) evidence.Signature {
	s := evidence.Signature{Kind: OpenPGP}
	signature, err := readOpenPGP(armour)
	if err != nil {
		return class(s, provenance.Malformed, "its OpenPGP signature cannot be read: %v", err)
	}
	id := ""
	if signature.IssuerKeyId != nil {
		id = fmt.Sprintf("%016x", *signature.IssuerKeyId)
	}
	s.Key = id
	if len(signature.IssuerFingerprint) > 0 {
		s.Key = hex.EncodeToString(signature.IssuerFingerprint)
	}
	s.Algorithm, s.Hash = algorithms[signature.PubKeyAlgo], hashes[signature.Hash]
	s.Bits = leastBits(signature)
	s.Weak = weakness(s)
	keys, ours := v.find(signature)
	if len(keys) == 0 {
		if v.Revoked.openpgp(s.Key) {
			return class(s, provenance.KeyRevoked, "the key %s, which it names, is on the list of revoked keys", s.Key)
		}
		if id == olderWebFlow {
			return class(s, provenance.KeyUnknown, "it names the key that GitHub signed with until January 2024, which is not at hand")
		}
		return class(s, provenance.KeyUnknown, "it names the key %s, which is not at hand", s.Key)
	}
	var used *openpgp.Key
	for i := range keys {
		digest, prepare := prepared(signature, o.Payload)
		if prepare != nil {
			return class(s, provenance.Malformed, "its OpenPGP signature cannot be read: %v", prepare)
		}
		if err = keys[i].PublicKey.VerifySignature(digest, signature); err == nil {
			used = &keys[i]
			break
		}
	}
	if used == nil {
		return class(s, provenance.SignatureInvalid, "its OpenPGP signature does not hold: %v", err)
	}
	return v.owner(s, signature, used, ours)
}

// owner says whether the key that made a good signature was one to sign with then.
func (v *Verifier) owner(s evidence.Signature, signature *packet.Signature, used *openpgp.Key, ours bool) evidence.Signature {
	primary := used.Entity.PrimaryKey
	s.Key = hex.EncodeToString(primary.Fingerprint)
	s.Bits = 0
	if bits, err := used.PublicKey.BitLength(); err == nil && (s.Algorithm == "rsa" || s.Algorithm == "dsa") {
		s.Bits = int(bits)
	}
	s.Weak = weakness(s)
	s.Signer = identities(used.Entity)
	at := signature.CreationTime
	self, _ := used.Entity.PrimarySelfSignature()
	switch {
	case v.Revoked.openpgp(s.Key), v.Revoked.openpgp(hex.EncodeToString(used.PublicKey.Fingerprint)):
		return class(s, provenance.KeyRevoked, "the key %s is on the list of revoked keys", s.Key)
	case used.Entity.Revoked(at), used.Revoked(at):
		return class(s, provenance.KeyRevoked, "the key %s was revoked by its owner", s.Key)
	case self == nil || used.SelfSignature == nil:
		return class(s, provenance.KeyInvalid, "the key %s does not sign for itself", s.Key)
	case primary.KeyExpired(self, at), used.PublicKey.KeyExpired(used.SelfSignature, at):
		return class(s, provenance.KeyInvalid, "the key %s was not valid at %s, when it signed", s.Key, at.UTC().Format("2006-01-02"))
	case used.SelfSignature.FlagsValid && !used.SelfSignature.FlagSign:
		return class(s, provenance.KeyInvalid, "the key %s is not for signing", s.Key)
	case v.runOut(signature):
		return class(s, provenance.SignatureInvalid, "the signature has run out by itself")
	case ours:
		return class(s, provenance.OK, "")
	}
	return class(s, provenance.OKWebFlow, "GitHub signed it, not the author")
}

// runOut says whether a signature was made for a time that is over.
func (v *Verifier) runOut(signature *packet.Signature) bool {
	if v.Now.IsZero() || signature.SigLifetimeSecs == nil || *signature.SigLifetimeSecs == 0 {
		return false
	}
	return v.Now.After(signature.CreationTime.Add(time.Duration(*signature.SigLifetimeSecs) * time.Second))
}

// find looks for the key that a signature names: first among the signers' own.
func (v *Verifier) find(signature *packet.Signature) (keys []openpgp.Key, ours bool) {
	if signature.IssuerKeyId == nil {
		return nil, false
	}
	if keys := v.Keys.KeysById(*signature.IssuerKeyId); len(keys) > 0 {
		return keys, true
	}
	return webFlow().KeysById(*signature.IssuerKeyId), false
}

// readOpenPGP takes the one signature packet out of its armour.
func readOpenPGP(armour string) (*packet.Signature, error) {
	block, err := armor.Decode(strings.NewReader(armour))
	if err != nil {
		return nil, err
	}
	packets := packet.NewReader(io.LimitReader(block.Body, MaxSignature))
	first, err := packets.Next()
	if err != nil {
		return nil, err
	}
	signature, is := first.(*packet.Signature)
	if !is {
		return nil, errors.New("it holds no signature")
	}
	if _, err := packets.Next(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the signature")
	}
	if signature.SigType != packet.SigTypeBinary && signature.SigType != packet.SigTypeText {
		return nil, fmt.Errorf("a signature of type %#x is none of a document", uint8(signature.SigType))
	}
	return signature, nil
}

// prepared is the digest that the signature must be over, but for its own end.
func prepared(signature *packet.Signature, payload []byte) (hash.Hash, error) {
	digest, err := signature.PrepareVerify()
	if err != nil {
		return nil, err
	}
	into := digest
	if signature.SigType == packet.SigTypeText {
		into = openpgp.NewCanonicalTextHash(digest)
	}
	_, err = into.Write(payload)
	return digest, err
}

// leastBits is the size that a key must have at least to make such a signature: a
// number below the modulus, hardly ever one much shorter.
func leastBits(signature *packet.Signature) int {
	if signature.RSASignature == nil || len(signature.RSASignature.Bytes()) < 16 {
		return 0
	}
	return (len(signature.RSASignature.Bytes()) + 15) / 16 * 128
}

func identities(entity *openpgp.Entity) []string {
	var names []string
	for name := range entity.Identities {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var algorithms = map[packet.PublicKeyAlgorithm]string{
	packet.PubKeyAlgoRSA: "rsa", packet.PubKeyAlgoRSASignOnly: "rsa", packet.PubKeyAlgoRSAEncryptOnly: "rsa",
	packet.PubKeyAlgoDSA: "dsa", packet.PubKeyAlgoECDSA: "ecdsa", packet.PubKeyAlgoEdDSA: "ed25519",
	packet.PubKeyAlgoEd25519: "ed25519", packet.PubKeyAlgoEd448: "ed448",
}

var hashes = map[crypto.Hash]string{
	crypto.MD5: "md5", crypto.SHA1: "sha1", crypto.RIPEMD160: "ripemd160", crypto.SHA224: "sha224",
	crypto.SHA256: "sha256", crypto.SHA384: "sha384", crypto.SHA512: "sha512",
	crypto.SHA3_256: "sha3-256", crypto.SHA3_512: "sha3-512",
}
