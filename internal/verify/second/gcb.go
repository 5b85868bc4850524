package second

import (
	"context"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
)

// Can says which proofs are judged by this verifier alone: those of Google Cloud
// Build, whose keys slsa-verifier holds.
func (v *Verifier) Can(format evidence.ProofFormat) bool { return format == evidence.ProofGCB }

// Verify judges what gcloud prints for an image. Without the program the proof is
// not judged.
func (v *Verifier) Verify(ctx context.Context, question verify.Question) []evidence.Proof {
	proof := evidence.Proof{
		Format: question.Material.Format, Origin: question.Material.Origin, Engine: wire.Engine,
		Root: evidence.RootInfo{Name: "Google Cloud Build keys", Origin: "embedded", Version: wire.Engine},
	}
	requests, refusal := requests(question, nil, nil)
	if refusal != nil {
		proof.Class, proof.Detail = refusal.Class, refusal.Detail
		return []evidence.Proof{proof}
	}
	reply, err := v.ask(ctx, requests[0])
	if err != nil {
		opinion := failure(err)
		proof.Class, proof.Detail = opinion.Class, opinion.Detail
		return []evidence.Proof{proof}
	}
	opinion := opinionOf(reply)
	proof.Engine, proof.Class, proof.Detail = opinion.Engine, opinion.Class, opinion.Detail
	if proof.Class != provenance.OK {
		return []evidence.Proof{proof}
	}
	proof.Claims = claimsOf(reply)
	proof.Class, proof.Detail = provenance.Check(proof.Claims, question.Subject, question.Expect)
	if proof.Class == provenance.OK {
		proof.Level = gcbLevel(proof.Claims)
	}
	for _, note := range reply.Notes {
		proof.Notes = append(proof.Notes, plain(note))
	}
	return []evidence.Proof{proof}
}

// claimsOf fills in what a verified statement of Cloud Build says. A key signed it,
// not a certificate: it is the word of Google's build service.
func claimsOf(reply wire.Reply) evidence.Claims {
	claims := evidence.Claims{
		PredicateType: plain(reply.Predicate), Builder: plain(reply.Builder), BuildType: plain(reply.BuildType),
		ClaimedSource: plain(reply.Source), ClaimedCommit: plain(reply.Commit), ClaimedRef: plain(reply.Ref),
		Key: "Google Cloud Build",
	}
	if algorithm, value, is := strings.Cut(reply.Digest, ":"); is {
		claims.Subjects = []evidence.ClaimedSubject{{Digests: []evidence.Digest{{Algorithm: plain(algorithm), Value: plain(value)}}}}
	}
	return claims
}

// gcbLevel is the SLSA Build level that Google claims for its hosted workers: 3, but
// 2 where the source is an archive in a bucket, whose origin nobody recorded.
func gcbLevel(claims evidence.Claims) int {
	if evidence.Repository(claims.ClaimedSource) == "" || strings.HasPrefix(claims.ClaimedSource, "gs://") {
		return 2
	}
	return 3
}
