package provenance

import (
	"fmt"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// releaseService is the identity that GitHub itself attests releases with: what its
// statement says is GitHub's word, not that of a build. Tenants have their own prefix.
const releaseService = ".releases.github.com"

// Check holds the claims of a proof whose signature is good against the artifact
// and what is expected of it. It says OK, or the first thing that does not hold and
// why. Where certificate and statement differ, the certificate is right: a statement
// that names another source than its certificate is a mismatch whatever is expected.
//
// MinLevel is not looked at: it is a matter of all proofs together.
func Check(claims evidence.Claims, subject Subject, expect Expect) (evidence.ProofClass, string) {
	if detail := Uncovered(claims.Subjects, subject); detail != "" {
		return SubjectMismatch, detail
	}
	if name := denied(claims, expect.Deny); name != "" {
		return Denied, fmt.Sprintf("the deny list of the policy names %s", name)
	}
	if detail := checkIdentity(claims, expect); detail != "" {
		return IdentityMismatch, detail
	}
	// Whom the caller names exactly may speak of what others built; everybody else only of their own.
	if detail := Contradiction(claims); detail != "" && expect.Identity == "" {
		return SourceMismatch, detail
	}
	if detail := checkSource(claims, expect); detail != "" {
		return SourceMismatch, detail
	}
	if detail := checkBuilder(claims); detail != "" && expect.Identity == "" {
		return BuilderUntrusted, detail
	}
	return OK, ""
}

// denied names what of the claims is on the list, empty for nothing.
func denied(claims evidence.Claims, list []string) string {
	names := []string{
		claims.Identity, claims.Signer, claims.Workflow, claims.Source, evidence.Repository(claims.Source),
		claims.Key, claims.Certificate, claims.Builder, evidence.Repository(claims.ClaimedSource),
	}
	for _, entry := range list {
		entry = strings.ToLower(strings.TrimSpace(entry))
		for _, name := range names {
			name = strings.ToLower(name)
			if name == "" || entry == "" {
				continue // nothing to compare
			}
			if matches(entry, name) || matches(entry, withoutRef(name)) || evidence.Repository(entry) == name {
				return name
			}
		}
	}
	return ""
}

// Contradiction says where the statement names another source than the certificate,
// empty where it does not. A verification summary speaks of a source by its nature,
// whoever made it.
func Contradiction(c evidence.Claims) string {
	claimed, proved := evidence.Repository(c.ClaimedSource), evidence.Repository(c.Source)
	switch {
	case c.Verifier != "":
		return ""
	case claimed != "" && proved != "" && claimed != proved:
		return fmt.Sprintf("the statement names %s, the certificate was issued to a build of %s", claimed, proved)
	case c.ClaimedCommit != "" && c.Commit != "" && !strings.EqualFold(c.ClaimedCommit, c.Commit):
		return fmt.Sprintf("the statement names commit %s, the certificate was issued to a build of %s", c.ClaimedCommit, c.Commit)
	case strings.HasPrefix(c.ClaimedRef, "refs/") && c.Ref != "" && c.ClaimedRef != c.Ref:
		return fmt.Sprintf("the statement names %s, the certificate was issued to a build of %s", c.ClaimedRef, c.Ref)
	}
	return ""
}

func checkIdentity(claims evidence.Claims, expect Expect) string {
	if expect.Issuer == "" && expect.Identity == "" && expect.Workflow == "" {
		return ""
	}
	if !certified(claims) {
		return "it was signed by a bare key, an identity is expected"
	}
	if expect.Issuer != "" && strings.TrimSuffix(claims.Issuer, "/") != strings.TrimSuffix(expect.Issuer, "/") {
		return fmt.Sprintf("the identity was vouched for by %s, expected %s", orNobody(claims.Issuer), expect.Issuer)
	}
	if expect.Identity != "" && claims.Identity != expect.Identity {
		return fmt.Sprintf("it was signed by %s, expected %s", orNobody(claims.Identity), expect.Identity)
	}
	if expect.Workflow != "" && !isWorkflow(claims, expect) {
		return fmt.Sprintf("it was signed by workflow %s, expected %s", orNobody(signer(claims)), expect.Workflow)
	}
	return ""
}

// isWorkflow says whether the expected workflow signed. A full URI is compared with
// the signer, a path with the signer in the source repository or the workflow that
// the event started there, which is also right where it calls a reusable builder.
func isWorkflow(claims evidence.Claims, expect Expect) bool {
	if strings.Contains(expect.Workflow, "://") {
		return sameURI(expect.Workflow, signer(claims))
	}
	source := claims.Source
	if source == "" {
		return false
	}
	want := strings.TrimSuffix(source, "/") + "/" + strings.TrimPrefix(expect.Workflow, "/")
	if claims.Issuer == IssuerGitLab { // https://gitlab.com/group/name//.gitlab-ci.yml@ref
		want = strings.TrimSuffix(source, "/") + "//" + strings.TrimPrefix(expect.Workflow, "/")
	}
	return sameURI(want, signer(claims)) || sameURI(want, claims.Workflow)
}

// sameURI compares URIs of workflows; a ref counts where it is expected.
func sameURI(want, got string) bool {
	if got == "" {
		return false
	}
	if !strings.Contains(want, "@") {
		got = withoutRef(got)
	}
	return want == got
}

func checkSource(claims evidence.Claims, expect Expect) string {
	source, ref, commit := claims.Source, claims.Ref, claims.Commit
	if !certified(claims) || ofReleaseService(claims) {
		// The one who signed is who is trusted: the statement is their word.
		source, ref, commit = claims.ClaimedSource, claims.ClaimedRef, claims.ClaimedCommit
	}
	if want := expect.Source; want != "" {
		if got := evidence.Repository(source); got == "" || got != repository(want) {
			return fmt.Sprintf("it was built from %s, expected %s", orNone(evidence.Repository(source)), repository(want))
		}
	}
	if expect.Ref != "" && !isRef(ref, expect.Ref) {
		return fmt.Sprintf("it was built from %s, expected %s", orNone(ref), expect.Ref)
	}
	if expect.Commit != "" && !strings.EqualFold(commit, expect.Commit) {
		return fmt.Sprintf("it was built from commit %s, expected %s", orNone(commit), expect.Commit)
	}
	return ""
}

// isRef compares a full ref with a full one or with the bare name of a tag or branch.
func isRef(got, want string) bool {
	if got == "" {
		return false
	}
	if strings.HasPrefix(want, "refs/") {
		return got == want
	}
	return got == "refs/tags/"+want || got == "refs/heads/"+want
}

// checkBuilder refuses a statement that adorns itself with a builder that did not
// sign it.
func checkBuilder(claims evidence.Claims) string {
	if claims.Runner == "self-hosted" && strings.HasSuffix(claims.Builder, "/actions/runner/github-hosted") {
		return "the statement says that a hosted runner built it, the certificate that the runner was the owner's"
	}
	if !strings.Contains(claims.Builder, "/.github/workflows/") || !certified(claims) || delegated(claims.Signer) {
		return "" // the name of a platform, or of one that the delegator vouches for
	}
	builder := withoutRef(claims.Builder)
	if builder == withoutRef(signer(claims)) || builder == withoutRef(claims.Workflow) {
		return ""
	}
	return fmt.Sprintf("the statement names builder %s, but %s signed it", claims.Builder, orNobody(signer(claims)))
}

// certified says whether a certificate signed, not a bare key.
func certified(claims evidence.Claims) bool {
	return claims.Issuer != "" || claims.Identity != "" || claims.Certificate != ""
}

func ofReleaseService(claims evidence.Claims) bool {
	host, is := strings.CutPrefix(claims.Identity, "https://")
	return is && strings.HasSuffix(host, releaseService) && !strings.ContainsAny(host, "/@?#:") && claims.Source == ""
}

// signer is the workflow that asked for the certificate, or the identity where the
// certificate is too old to say.
func signer(claims evidence.Claims) string {
	if claims.Signer != "" {
		return claims.Signer
	}
	return claims.Identity
}

// repository takes owner/name for one on GitHub.
func repository(address string) string {
	if full := evidence.Repository(address); full != "" {
		return full
	}
	if strings.Count(address, "/") == 1 && !strings.Contains(address, ":") {
		return evidence.Repository("github.com/" + address)
	}
	return strings.ToLower(address)
}

// matches compares a name with a pattern whose trailing * stands for any rest.
func matches(pattern, name string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

// withoutRef cuts the @ref of a workflow's URI; e-mail addresses stay whole.
func withoutRef(uri string) string {
	if !strings.Contains(uri, "://") {
		return uri
	}
	base, _, _ := strings.Cut(uri, "@")
	return base
}

func orNobody(name string) string {
	if name == "" {
		return "nobody it names"
	}
	return name
}

func orNone(name string) string {
	if name == "" {
		return "nothing it names"
	}
	return name
}
