package sigstore

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// instanceOf is the deployment of Sigstore that a certificate says it comes from. It
// only chooses the root that the chain is then built to.
func instanceOf(leaf *x509.Certificate) trust.Instance {
	if leaf != nil && slices.Contains(leaf.Issuer.Organization, "GitHub, Inc.") {
		return trust.GitHub
	}
	return trust.PublicGood
}

// ofPublicGood says whether a certificate claims to come from Sigstore's public
// instance, which logs everything.
func ofPublicGood(leaf *x509.Certificate) bool {
	return leaf != nil && slices.Contains(leaf.Issuer.Organization, "sigstore.dev")
}

// claimsOf reads what the certificate authority vouches for.
func claimsOf(leaf *x509.Certificate) (evidence.Claims, error) {
	summary, err := certificate.SummarizeCertificate(leaf)
	if err != nil {
		return evidence.Claims{}, err
	}
	sum := sha256.Sum256(leaf.Raw)
	claims := evidence.Claims{
		Certificate: hex.EncodeToString(sum[:]),
		Issuer:      summary.Issuer,
		Identity:    summary.SubjectAlternativeName,
		Source:      summary.SourceRepositoryURI,
		SourceID:    summary.SourceRepositoryIdentifier,
		Commit:      summary.SourceRepositoryDigest,
		Ref:         summary.SourceRepositoryRef,
		Workflow:    summary.BuildConfigURI,
		Signer:      summary.BuildSignerURI,
		Runner:      summary.RunnerEnvironment,
		Trigger:     summary.BuildTrigger,
		Invocation:  summary.RunInvocationURI,
		Visibility:  summary.SourceRepositoryVisibilityAtSigning,
	}
	if claims.Issuer == provenance.IssuerGitHub {
		fillFromOldNames(&claims, summary.Extensions)
	}
	return claims, nil
}

// fillFromOldNames reads the extensions of certificates from before 2023, which knew
// only GitHub.
func fillFromOldNames(claims *evidence.Claims, old certificate.Extensions) {
	if claims.Source == "" && old.GithubWorkflowRepository != "" {
		claims.Source = "https://github.com/" + old.GithubWorkflowRepository
	}
	fill := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fill(&claims.Commit, old.GithubWorkflowSHA)
	fill(&claims.Ref, old.GithubWorkflowRef)
	fill(&claims.Trigger, old.GithubWorkflowTrigger)
	if strings.Contains(claims.Identity, "/.github/workflows/") {
		fill(&claims.Signer, claims.Identity) // the identity of a workflow is the workflow that asked
	}
}

func unescaped(part string) string {
	if plain, err := url.PathUnescape(part); err == nil {
		return plain
	}
	return part
}
