package main

import (
	"regexp"
	"strings"

	"github.com/sealvet/sealvet/cmd/sealvet-slsa-verifier/wire"
)

const (
	githubIssuer = "https://token.actions.githubusercontent.com"
	generator    = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
)

// limit is an error that says: this verifier is known not to cope.
type limit struct{ name wire.Limit }

func (l limit) Error() string { return limitWords[l.name] }

var limitWords = map[wire.Limit]string{
	wire.LimitBranchRef:     "slsa-verifier refuses workflows that are named by a branch",
	wire.LimitCommitRef:     "slsa-verifier refuses workflows that are pinned by a commit",
	wire.LimitOtherRef:      "slsa-verifier takes workflows by a tag vX.Y.Z only",
	wire.LimitBuilder:       "slsa-verifier does not know this builder or its build type",
	wire.LimitIssuer:        "slsa-verifier knows no identities but those of GitHub Actions",
	wire.LimitRekorV2:       "slsa-verifier needs a log entry with a signed promise, which Rekor v2 does not give",
	wire.LimitNoLogEntry:    "slsa-verifier needs an entry of a transparency log",
	wire.LimitEntryType:     "slsa-verifier reads log entries of the types intoto 0.0.2 and dsse 0.0.1 only",
	wire.LimitNotStatement:  "slsa-verifier verifies statements, not signatures over an artifact",
	wire.LimitKeySigned:     "slsa-verifier needs a certificate, not a key",
	wire.LimitPredicate:     "slsa-verifier reads SLSA provenance v0.2 and v1 of its own builders only",
	wire.LimitDigest:        "slsa-verifier compares SHA-256 and longer digests only",
	wire.LimitUnverifiable:  "slsa-verifier finds a claim that the certificate does not vouch for",
	wire.LimitVSALevels:     "slsa-verifier does not know the levels of SLSA 1.2",
	wire.LimitNeedsNetwork:  "the log entry of this envelope is not with it, and slsa-verifier would have to fetch it",
	wire.LimitForm:          "slsa-verifier does not read this form of bundle",
	wire.LimitNotSupported:  "slsa-verifier does not support this",
	wire.LimitLogKey:        "slsa-verifier knows logs with ECDSA keys only",
	wire.LimitNoTrustedRoot: "no trust root came with the request",
	wire.LimitNoKey:         "no public key came with the request",
}

var (
	fullCommit = regexp.MustCompile(`^[0-9a-f]{40,64}$`)
	release    = regexp.MustCompile(`^refs/tags/v\d+\.\d+\.\d+$`)
	jreleaser  = regexp.MustCompile(`^refs/tags/v\d+\.\d+\.\d+-java$`)
)

// refLimit says what of a workflow's ref the library does not accept, and nothing
// where the ref is good.
func refLimit(ref string) (wire.Limit, bool) {
	switch {
	case release.MatchString(ref), jreleaser.MatchString(ref):
		return "", false
	case strings.HasPrefix(ref, "refs/heads/"):
		return wire.LimitBranchRef, true
	case fullCommit.MatchString(ref):
		return wire.LimitCommitRef, true
	}
	return wire.LimitOtherRef, true
}

// byob: the builders that sign for a workflow of somebody else's and name it in the
// statement.
var byob = map[string]bool{
	generator + "delegator_generic_slsa3.yml":          true,
	generator + "delegator_lowperms-generic_slsa3.yml": true,
}
