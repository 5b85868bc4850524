package main

import (
	"errors"
	"strings"

	serrors "github.com/slsa-framework/slsa-verifier/v2/errors"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

var (
	errRequest    = errors.New("the request is wrong")
	errKeyUnknown = errors.New("the signing key is not known")
	errKeyInvalid = errors.New("the public key does not parse")
)

// malformed marks a proof that does not parse.
type malformed struct{ cause error }

func (m malformed) Error() string { return "it does not parse: " + m.cause.Error() }
func (m malformed) Unwrap() error { return m.cause }

func orMalformed(err error) error {
	if errors.As(err, &limit{}) {
		return err
	}
	return malformed{err}
}

// classes maps the library's sentinels to sealvet's classes, the most telling first:
// errors of the library often wrap two.
var classes = []struct {
	sentinel error
	class    string
}{
	{errKeyInvalid, "key-invalid"},
	{serrors.ErrorMismatchHash, "subject-mismatch"},
	{serrors.ErrorMissingSubjectDigest, "subject-mismatch"},
	{serrors.ErrorMismatchPackageName, "subject-mismatch"},
	{serrors.ErrorMismatchPackageVersion, "subject-mismatch"},
	{serrors.ErrorInvalidPackageName, "subject-mismatch"},
	{serrors.ErrorMismatchResourceURI, "subject-mismatch"},
	{serrors.ErrorMismatchSource, "source-mismatch"},
	{serrors.ErrorMismatchBranch, "source-mismatch"},
	{serrors.ErrorMismatchTag, "source-mismatch"},
	{serrors.ErrorMismatchVersionedTag, "source-mismatch"},
	{serrors.ErrorMismatchWorkflowInputs, "source-mismatch"},
	{serrors.ErrorMismatchCertificate, "source-mismatch"}, // the statement tells another run than the certificate
	{serrors.ErrorMismatchBuilderID, "identity-mismatch"},
	{serrors.ErrorMismatchVerifierID, "identity-mismatch"},
	{serrors.ErrorInvalidOIDCIssuer, "identity-mismatch"},
	{serrors.ErrorMismatchVerifiedLevels, "level-too-low"},
	{serrors.ErrorInvalidVerificationResult, "level-too-low"},
	{serrors.ErrorInvalidRekorEntry, "log-invalid"},
	{serrors.ErrorInvalidSignature, "signature-invalid"},
	{serrors.ErrorNoValidSignature, "signature-invalid"},
	{serrors.ErrorMismatchIntoto, "signature-invalid"}, // readable text that is not what was signed
	{serrors.ErrorInvalidPublicKey, "key-invalid"},
	{serrors.ErrorInvalidDssePayload, "malformed"},
	{serrors.ErrorInvalidFormat, "malformed"},
	{serrors.ErrorInvalidEncoding, "malformed"},
	{serrors.ErrorInvalidPEM, "malformed"},
	{serrors.ErrorMalformedURI, "malformed"},
	{serrors.ErrorInvalidSubject, "malformed"},
	{serrors.ErrorEmptyRequiredField, "malformed"},
	{serrors.ErrorNotPresent, "malformed"},
	{serrors.ErrorInvalidSemver, "malformed"},
	{serrors.ErrorInvalidRecipe, "malformed"},
}

// words tell apart what the library says in words only, or under one sentinel.
var words = []struct{ say, class string }{
	{"matching bundle entry with content", "log-mismatch"},
	{"SCT entries", "sct-invalid"},
	{"Rekor log ID not found", "log-unknown"},
	{"leaf certificate verification failed", "chain-invalid"},
	{"SAN value", "identity-mismatch"},
	{"unmarshaling bundle", "malformed"},
	{"invalid npm attestations", "malformed"},
}

// limits are the library's sentinels that say no more than that it does not cope.
var limits = []struct {
	sentinel error
	name     wire.Limit
}{
	{serrors.ErrorInvalidSLSALevel, wire.LimitVSALevels},
	{serrors.ErrorNonVerifiableClaim, wire.LimitUnverifiable},
	{serrors.ErrorInvalidBuildType, wire.LimitBuilder},
	{serrors.ErrorInvalidBuilderID, wire.LimitBuilder},
	{serrors.ErrorVerifierNotSupported, wire.LimitBuilder},
	{serrors.ErrorInvalidHash, wire.LimitDigest},
	{serrors.ErrorRekorSearch, wire.LimitNeedsNetwork},
	{serrors.ErrorNoValidRekorEntries, wire.LimitNeedsNetwork},
	{errOffline, wire.LimitNeedsNetwork},
}

// classify turns an error into a verdict. What is not understood is an error of the
// tool: it neither passes nor accuses.
func classify(err error, signerRef string, expectsBuilder bool) wire.Reply {
	if known := (limit{}); errors.As(err, &known) {
		return cannotJudge(known.name, err)
	}
	if errors.As(err, &malformed{}) {
		return refused("malformed", err)
	}
	if errors.Is(err, errKeyUnknown) {
		return wire.Reply{Verdict: wire.CannotJudge, Class: "key-unknown", Limit: wire.LimitNoKey, Detail: clip(err.Error())}
	}
	if reply, is := classifyBuilder(err, signerRef, expectsBuilder); is {
		return reply
	}
	text := err.Error()
	for _, known := range words {
		if strings.Contains(text, known.say) {
			return refused(known.class, err)
		}
	}
	if name, is := wordedLimit(err, text); is {
		return cannotJudge(name, err)
	}
	for _, known := range limits {
		if errors.Is(err, known.sentinel) {
			return cannotJudge(known.name, err)
		}
	}
	for _, known := range classes {
		if errors.Is(err, known.sentinel) {
			return refused(known.class, err)
		}
	}
	if errors.Is(err, serrors.ErrorInvalidCertificate) {
		return refused("chain-invalid", err)
	}
	if errors.Is(err, serrors.ErrorNotSupported) {
		return cannotJudge(wire.LimitNotSupported, err)
	}
	return failed(err)
}

// classifyBuilder tells a builder that the library does not know from one that is
// not the expected, and a ref that it does not accept from one that differs.
func classifyBuilder(err error, signerRef string, expectsBuilder bool) (wire.Reply, bool) {
	switch {
	case errors.Is(err, serrors.ErrorUntrustedReusableWorkflow) && expectsBuilder:
		return refused("identity-mismatch", err), true
	case errors.Is(err, serrors.ErrorUntrustedReusableWorkflow):
		return cannotJudge(wire.LimitBuilder, err), true
	case !errors.Is(err, serrors.ErrorInvalidRef):
		return wire.Reply{}, false
	case strings.Contains(err.Error(), "verifying tag:"), strings.Contains(err.Error(), "verifying branch:"):
		return refused("source-mismatch", err), true // built from a branch where a tag is expected, or the reverse
	}
	if name, is := refLimit(signerRef); is {
		return cannotJudge(name, err), true
	}
	return cannotJudge(wire.LimitOtherRef, err), true // of the workflow that a delegator names
}

// wordedLimit finds limits under sentinels that also stand for real defects.
func wordedLimit(err error, text string) (wire.Limit, bool) {
	switch {
	case errors.Is(err, serrors.ErrorInvalidDssePayload) &&
		(strings.Contains(text, "predicate type") || strings.Contains(text, "unknown field")):
		return wire.LimitPredicate, true
	case errors.Is(err, serrors.ErrorRekorPubKey):
		return wire.LimitLogKey, true
	}
	return "", false
}

func refused(class string, err error) wire.Reply {
	return wire.Reply{Verdict: wire.Fail, Class: class, Detail: clip(err.Error())}
}

func cannotJudge(name wire.Limit, err error) wire.Reply {
	class := "cannot-judge"
	if name == wire.LimitNeedsNetwork {
		class = "needs-network"
	}
	detail := limitWords[name]
	if !errors.As(err, &limit{}) {
		detail += ": " + err.Error()
	}
	return wire.Reply{Verdict: wire.CannotJudge, Class: class, Limit: name, Detail: clip(detail)}
}
