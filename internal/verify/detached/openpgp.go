package detached

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/sealvet/sealvet/internal/verify"
)

// maxKeyring is how long a keyring may be.
const maxKeyring = 4 << 20

// fresh are the hashes that prove something today.
var fresh = []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_512}

// isPGP knows the first byte of a binary signature packet, old form or new.
func isPGP(raw []byte) bool {
	return len(raw) > 2 && (raw[0]&0xfc == 0x88 || raw[0] == 0xc2)
}

func isPGPKey(key []byte) bool {
	return bytes.Contains(key, []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----")) || len(key) > 2 && (key[0]&0xfc == 0x98 || key[0] == 0xc6)
}

func openpgpSignature(q verify.Question) (*signature, error) {
	packets, err := dearmour(q.Material.Raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMalformed, err)
	}
	keys, err := keyring(q.Material.Key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadKey, err)
	}
	signed, owner, err := check(keys, q.Material.Content, packets, q.Now)
	if errors.Is(err, pgperrors.ErrKeyExpired) && signed != nil {
		// What was signed while the key held stays signed; whether it was revoked is judged as of now.
		_, _, err = check(keys, q.Material.Content, packets, signed.CreationTime)
	}
	if err != nil {
		return nil, reason(err)
	}
	if !slices.Contains(fresh, signed.Hash) {
		return nil, fmt.Errorf("%w: %v proves nothing today", errBad, signed.Hash)
	}
	if signed.CreationTime.After(q.Now.Add(24 * time.Hour)) {
		return nil, fmt.Errorf("%w: it claims to be signed at %s, which is yet to come", errBad, signed.CreationTime.UTC().Format(time.RFC3339))
	}
	// A number below the modulus is hardly ever much shorter than it.
	if r := signed.RSASignature; r != nil && len(r.Bytes()) <= 1920/8 {
		return nil, fmt.Errorf("%w: RSA of about %d bits", errBadKey, len(r.Bytes())*8)
	}
	found := &signature{key: hex.EncodeToString(owner.PrimaryKey.Fingerprint), at: signed.CreationTime}
	if identity := owner.PrimaryIdentity(); identity != nil {
		found.who = identity.Name
	}
	return found, nil
}

func check(keys openpgp.EntityList, content, packets []byte, at time.Time) (*packet.Signature, *openpgp.Entity, error) {
	return openpgp.VerifyDetachedSignature(keys, bytes.NewReader(content), bytes.NewReader(packets), &packet.Config{Time: func() time.Time { return at }})
}

// dearmour takes the armour off, and lets nothing through but signatures of documents.
func dearmour(raw []byte) ([]byte, error) {
	data := raw
	if bytes.Contains(raw, []byte("-----BEGIN PGP")) {
		block, err := armor.Decode(bytes.NewReader(raw))
		if err != nil {
			return nil, err
		}
		if block.Type != openpgp.SignatureType {
			return nil, fmt.Errorf("it is a %s", block.Type)
		}
		if data, err = io.ReadAll(io.LimitReader(block.Body, maxSignature)); err != nil {
			return nil, err
		}
	}
	packets := packet.NewReader(bytes.NewReader(data))
	for {
		p, err := packets.Next()
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		s, is := p.(*packet.Signature)
		if !is || s.SigType != packet.SigTypeBinary && s.SigType != packet.SigTypeText {
			return nil, errors.New("it is no signature of a document")
		}
	}
}

// keyring reads public keys, and leaves out those that do not sign for themselves.
func keyring(data []byte) (openpgp.EntityList, error) {
	if len(data) > maxKeyring {
		return nil, fmt.Errorf("the keyring has more than %d bytes", maxKeyring)
	}
	var keys openpgp.EntityList
	var err error
	if bytes.Contains(data, []byte("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
		keys, err = openpgp.ReadArmoredKeyRing(bytes.NewReader(data))
	} else {
		keys, err = openpgp.ReadKeyRing(bytes.NewReader(data))
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(keys, func(e *openpgp.Entity) bool { self, _ := e.PrimarySelfSignature(); return self == nil }), nil
}

// reason sorts what the library says.
func reason(err error) error {
	var structural pgperrors.StructuralError
	var unsupported pgperrors.UnsupportedError
	switch {
	case errors.Is(err, pgperrors.ErrUnknownIssuer):
		return fmt.Errorf("%w: it names none of those that were given", errUnknownKey)
	case errors.Is(err, pgperrors.ErrKeyRevoked):
		return fmt.Errorf("%w by its owner", errRevoked)
	case errors.Is(err, pgperrors.ErrKeyExpired):
		return fmt.Errorf("%w: it had run out when it signed", errBadKey)
	case errors.Is(err, pgperrors.ErrSignatureExpired):
		return fmt.Errorf("%w: it has run out by itself", errBad)
	case errors.As(err, &structural):
		return fmt.Errorf("%w: %w", errMalformed, err)
	case errors.As(err, &unsupported):
		return fmt.Errorf("%w: %w", errBeyond, err)
	}
	return fmt.Errorf("%w with the key that was given: %w", errBad, err)
}
