package sigstore

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// maxWord is how many bytes of one claim a verdict repeats.
const maxWord = 2048

// limit cuts claims of absurd length, once they were compared whole.
func limit(claims *evidence.Claims) {
	for _, word := range []*string{
		&claims.PredicateType, &claims.Issuer, &claims.Identity, &claims.Source, &claims.SourceID, &claims.Commit, &claims.Ref,
		&claims.Workflow, &claims.Signer, &claims.Runner, &claims.Trigger, &claims.Invocation, &claims.Visibility,
		&claims.Builder, &claims.BuildType, &claims.ClaimedSource, &claims.ClaimedCommit, &claims.ClaimedRef,
		&claims.Key, &claims.Verifier, &claims.Resource,
	} {
		*word = short(*word)
	}
	for i := range claims.Levels {
		claims.Levels[i] = short(claims.Levels[i])
	}
	for i := range claims.Subjects {
		subject := &claims.Subjects[i]
		subject.Name = short(subject.Name)
		if len(subject.Digests) > 16 {
			subject.Digests = subject.Digests[:16]
		}
		for j := range subject.Digests {
			subject.Digests[j].Algorithm, subject.Digests[j].Value = short(subject.Digests[j].Algorithm), short(subject.Digests[j].Value)
		}
	}
}

// short cuts a word, and lets go of the large text that it may be a part of.
func short(word string) string {
	if len(word) > maxWord {
		return strings.ToValidUTF8(word[:maxWord], "") + "…"
	}
	return word
}
