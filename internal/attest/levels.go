package attest

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
	"github.com/sealvet/sealvet/internal/provenance"
)

// Words of our own for what was verified. Those of SLSA are for its tracks only.
const (
	policyMet   = "SEALVET_POLICY_MET"
	allAssessed = "SEALVET_ALL_ASSESSED" // no check was left open
)

// Subject is an artifact, and what is proved of how it was built.
type Subject struct {
	Name    string
	Digests []evidence.Digest
	Level   int // SLSA Build level, 0 for none
}

// Artifact reads a file to its end and finds what is proved of it.
func Artifact(name string, from io.Reader, seen *evidence.Snapshot) (Subject, error) {
	short, long := sha256.New(), sha512.New()
	if _, err := io.Copy(io.MultiWriter(short, long), from); err != nil {
		return Subject{}, fmt.Errorf("read the artifact %s: %w", name, err)
	}
	artifact := Subject{Name: name, Digests: []evidence.Digest{
		{Algorithm: "sha256", Value: hex.EncodeToString(short.Sum(nil))},
		{Algorithm: "sha512", Value: hex.EncodeToString(long.Sum(nil))},
	}}
	artifact.Level = proved(seen, artifact.Digests)
	return artifact, nil
}

// Digest names bytes.
func Digest(data []byte) map[string]string {
	sum := sha256.Sum256(data)
	return map[string]string{"sha256": hex.EncodeToString(sum[:])}
}

// levels are the words of the statement. A build level is that of every artifact: the
// lowest counts.
func levels(verdict *policy.Verdict, artifacts []Subject) []string {
	if !verdict.Met {
		return []string{"FAILED"}
	}
	var words []string
	lowest := 0
	for i, artifact := range artifacts {
		if i == 0 || artifact.Level < lowest {
			lowest = artifact.Level
		}
	}
	if lowest > 0 {
		words = append(words, fmt.Sprintf("SLSA_BUILD_LEVEL_%d", lowest))
	}
	words = append(words, policyMet)
	if verdict.Summary.NotAssessed == 0 && verdict.Summary.Complete {
		words = append(words, allAssessed)
	}
	return words
}

// proved is the highest level that a proof in the evidence shows for a content, built
// from the very commit that was audited. Where one proof of it is broken, nothing is.
func proved(seen *evidence.Snapshot, digests []evidence.Digest) int {
	source := evidence.Repository(seen.Target.Remote)
	if source == "" || seen.Target.Commit == "" {
		return 0
	}
	expect := provenance.Expect{Source: source, Commit: seen.Target.Commit}
	subject := provenance.Subject{Digests: digests}
	highest := 0
	for _, publication := range seen.Publications {
		for _, proof := range publication.Proofs {
			if len(proof.Claims.Subjects) == 0 || provenance.Uncovered(proof.Claims.Subjects, subject) != "" {
				continue // of another content
			}
			if provenance.OutcomeOfProof(proof) == provenance.Fail {
				return 0
			}
			class, _ := provenance.Check(proof.Claims, subject, expect)
			if class == provenance.OK && provenance.OutcomeOfProof(proof) == provenance.Pass {
				highest = max(highest, proof.Level)
			}
		}
	}
	return highest
}
