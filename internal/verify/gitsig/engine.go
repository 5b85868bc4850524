package gitsig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// Engine checks one commit or tag: Material.Raw is the body of the object, as
// `git cat-file commit` prints it. Material.Key may hold what the caller trusts:
// an OpenPGP keyring, or lines of an allowed-signers file.
type Engine struct {
	// Roots gives the trust root for X.509 signatures; nil when there is none.
	Roots trust.Roots
	// Signers, Revoked and Keys are as in Verifier.
	Signers *Signers
	Revoked *Revoked
	Keys    openpgp.EntityList
}

var _ verify.Engine = (*Engine)(nil)

// Name is the engine's name in verdicts.
func (e *Engine) Name() string { return "sealvet git signatures" }

// Can says that it checks git objects, and nothing else.
func (e *Engine) Can(format evidence.ProofFormat) bool { return format == evidence.ProofGit }

// Verify gives one verdict.
func (e *Engine) Verify(_ context.Context, question verify.Question) []evidence.Proof {
	proof := evidence.Proof{Format: evidence.ProofGit, Origin: question.Material.Origin, Engine: e.Name()}
	e.judge(question, &proof)
	return []evidence.Proof{proof}
}

func (e *Engine) judge(question verify.Question, proof *evidence.Proof) {
	raw := question.Material.Raw
	if len(raw) > verify.MaxProof {
		proof.Class, proof.Detail = provenance.Malformed, fmt.Sprintf("it has %d bytes, more than the %d that are read", len(raw), verify.MaxProof)
		return
	}
	object, err := Read(raw)
	if err != nil {
		proof.Class, proof.Detail = provenance.Malformed, err.Error()
		return
	}
	verifier, err := e.verifier(question, proof, object)
	if err != nil {
		proof.Class, proof.Detail = provenance.KeyInvalid, err.Error()
		return
	}
	signature := verifier.Check(object)
	proof.Class, proof.Detail = signature.Class, signature.Detail
	proof.Claims = claims(object, signature)
	if signature.Class == provenance.RootMissing && e.Roots != nil {
		e.noRoot(proof)
	}
	hold(question, object, signature, proof)
}

// verifier adds what the question brings to what the engine has.
func (e *Engine) verifier(question verify.Question, proof *evidence.Proof, object Object) (*Verifier, error) {
	v := &Verifier{Signers: e.Signers, Revoked: e.Revoked, Keys: e.Keys, Now: question.Now}
	if key := question.Material.Key; len(key) > 0 {
		if err := v.trusts(question.Material.KeyID, key); err != nil {
			return nil, fmt.Errorf("read the trusted key: %w", err)
		}
	}
	if e.Roots != nil && bytes.HasPrefix(object.Signature, []byte("-----BEGIN SIGNED MESSAGE-----")) {
		// Where the root is not to be had, the verdict will say so by its class.
		anchor, err := e.Roots.Sigstore(trust.PublicGood)
		proof.Root = anchor.Info // of one that is too old, too
		if err == nil {
			v.Sigstore = anchor.Material
			proof.Notes = append(proof.Notes, anchor.Warnings...)
		}
	}
	return v, nil
}

// trusts takes the key that the caller trusts.
func (v *Verifier) trusts(name string, key []byte) error {
	if bytes.Contains(key, []byte("BEGIN PGP PUBLIC KEY BLOCK")) {
		keys, err := ReadKeyring(key)
		v.Keys = append(slices.Clone(v.Keys), keys...)
		return err
	}
	list := &Signers{Path: name}
	if single, err := readKey(strings.TrimSpace(string(key))); err == nil {
		list.Entries = []Signer{{Line: 1, Principals: name, Key: single}}
	} else if list, err = ReadSigners(name, key); err != nil {
		return err
	} else if len(list.Entries) == 0 {
		return errors.New("it is no OpenPGP key, no SSH key and no line of allowed signers")
	}
	if v.Signers != nil {
		list.Entries = append(list.Entries, v.Signers.Entries...)
	}
	v.Signers = list
	return nil
}

// noRoot says why there is no trust root.
func (e *Engine) noRoot(proof *evidence.Proof) {
	_, err := e.Roots.Sigstore(trust.PublicGood)
	if err == nil {
		return
	}
	proof.Detail = err.Error()
	switch {
	case errors.Is(err, trust.ErrStale):
		proof.Class = provenance.RootStale
	case errors.Is(err, trust.ErrInvalid):
		proof.Class = provenance.RootInvalid
	}
}

// claims is what the object and its signature say.
func claims(object Object, s evidence.Signature) evidence.Claims {
	c := evidence.Claims{Key: s.Key, Issuer: s.Issuer, Identity: strings.Join(s.Signer, ", ")}
	algorithm := map[string]string{Commit: "gitCommit", Tag: "gitTag"}[object.Sort]
	c.Subjects = []evidence.ClaimedSubject{{Name: object.Name, Digests: []evidence.Digest{{Algorithm: algorithm, Value: object.ID}}}}
	c.ClaimedCommit = object.ID
	if object.Sort == Tag {
		c.ClaimedCommit, c.ClaimedRef = object.Target, "refs/tags/"+object.Name
	}
	return c
}
