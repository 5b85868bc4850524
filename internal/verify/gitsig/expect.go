package gitsig

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// hold compares a signature with what is asked. A git signature proves a key and
// the content of one object; where more is asked, it cannot tell.
func hold(question verify.Question, object Object, s evidence.Signature, proof *evidence.Proof) {
	set := func(class evidence.ProofClass, format string, args ...any) {
		proof.Class, proof.Detail = class, fmt.Sprintf(format, args...)
	}
	expect := question.Expect
	if !provenBy(s.Class) {
		return // it proves nothing that could be compared
	}
	if other := anotherObject(question.Subject.Digests, object); other != "" {
		set(provenance.SubjectMismatch, "it is %s, not %s", object.ID, other)
		return
	}
	if denied := firstDenied(expect.Deny, s); denied != "" {
		set(provenance.Denied, "the policy denies %s", denied)
		return
	}
	commit := proof.Claims.ClaimedCommit
	switch {
	case expect.Commit != "" && !strings.EqualFold(expect.Commit, commit):
		set(provenance.SubjectMismatch, "it signs the commit %s, not %s", commit, expect.Commit)
	case expect.Ref != "" && object.Sort == Tag && !isRef(expect.Ref, object):
		set(provenance.SubjectMismatch, "it is the tag %s, not %s", object.Name, expect.Ref)
	case expect.Issuer != "" && s.Kind == X509 && s.Issuer != expect.Issuer:
		set(provenance.IdentityMismatch, "the identity was vouched for by %q, not by %s", s.Issuer, expect.Issuer)
	case s.Weak != "" && pass(s.Class):
		set(provenance.KeyInvalid, "the signature holds, but rests on %s, which proves nothing any more", s.Weak)
	case expect.Identity != "":
		expected(expect.Identity, s, proof)
	}
	if why := beyond(expect, object, s); why != "" && pass(proof.Class) {
		set(provenance.CannotJudge, "%s", why)
	}
}

// beyond names what is expected and no git signature can tell.
func beyond(expect provenance.Expect, object Object, s evidence.Signature) string {
	switch {
	case expect.Source != "" || expect.Workflow != "":
		return "a git signature does not tell the source repository or the workflow"
	case expect.Issuer != "" && s.Kind != X509:
		return "a signature by a key names no issuer of identities"
	case expect.Ref != "" && object.Sort == Commit:
		return "a commit does not tell which refs point to it"
	}
	return ""
}

// expected compares the signer with the one that is asked for.
func expected(identity string, s evidence.Signature, proof *evidence.Proof) {
	switch {
	case strings.EqualFold(identity, s.Key):
		if s.Class == provenance.OKKey {
			proof.Class, proof.Detail = provenance.OK, ""
		}
	case slices.ContainsFunc(s.Signer, func(signer string) bool { return is(s.Kind, signer, identity) }) && s.Class != provenance.OKKey:
	case s.Class == provenance.OKKey:
		proof.Class, proof.Detail = provenance.KeyUnknown, fmt.Sprintf("nothing tells whose the key %s is; list it for %s among the allowed signers", s.Key, identity)
	default:
		proof.Class, proof.Detail = provenance.IdentityMismatch, fmt.Sprintf("it was signed by %s, not by %s", strings.Join(s.Signer, ", "), identity)
	}
}

// is compares one identity of a signer: patterns of a signers file, an OpenPGP user
// id with its address in angle brackets, or the plain name of a certificate.
func is(kind, signer, identity string) bool {
	if signer == identity || kind == SSH && matchList(signer, identity) {
		return true
	}
	open := strings.LastIndexByte(signer, '<')
	return open >= 0 && strings.TrimSuffix(signer[open+1:], ">") == identity
}

// provenBy lists the classes in which the signature itself holds.
func provenBy(class evidence.ProofClass) bool {
	return pass(class) || class == provenance.TimeUnproven
}

func pass(class evidence.ProofClass) bool {
	return class == provenance.OK || class == provenance.OKKey || class == provenance.OKWebFlow
}

// anotherObject names the object that is asked for, where it is not this one.
func anotherObject(digests []evidence.Digest, object Object) string {
	other := ""
	for _, digest := range digests {
		switch digest.Algorithm {
		case "gitCommit", "gitTag", "gitObject", "sha1":
			if strings.EqualFold(digest.Value, object.ID) {
				return ""
			}
			other = digest.Value
		}
	}
	return other
}

func isRef(ref string, object Object) bool {
	return object.Sort == Tag && (ref == object.Name || ref == "refs/tags/"+object.Name)
}

// firstDenied names what of the signer a deny list holds; a trailing * matches any rest.
func firstDenied(deny []string, s evidence.Signature) string {
	for _, name := range append([]string{s.Key}, s.Signer...) {
		for _, pattern := range deny {
			start, open := strings.CutSuffix(pattern, "*")
			if strings.EqualFold(name, pattern) || open && strings.HasPrefix(strings.ToLower(name), strings.ToLower(start)) {
				return name
			}
		}
	}
	return ""
}
