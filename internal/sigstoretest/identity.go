package sigstoretest

import (
	"cmp"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
)

// GitHubActions is who issues identity tokens to GitHub's workflows.
const GitHubActions = "https://token.actions.githubusercontent.com"

// Identity is what a certificate says of a signer: a workflow, or a person by e-mail.
// Empty fields have the value of a tag build of a public repository on GitHub.
type Identity struct {
	Issuer     string
	Email      string // a person: the fields below are left out
	Bare       bool   // SAN alone, without any extension: how GitHub signs releases
	Host       string // https://github.com
	Repository string // acme/weather
	Ref        string // refs/tags/v1.2.0
	Commit     string
	Workflow   string // path of the workflow that the event started
	Name       string // of that workflow
	// Signer is the address of a reusable workflow with its ref, SignerCommit its commit;
	// that of Workflow unless set.
	Signer, SignerCommit string
	SAN                  string // the signer's address, unless set
	Runner               string // github-hosted
	Trigger              string // push
	Run                  string // number of the run
	Visibility           string // public
	RepositoryID         string
	OwnerID              string
}

// Commit is a commit of the test repositories.
const Commit = "0123456789abcdef0123456789abcdef01234567"

// Workflow is the identity of a release workflow.
func Workflow(repository, ref string) Identity {
	return Identity{Repository: repository, Ref: ref}
}

// Person is the identity of somebody who signed in.
func Person(email, issuer string) Identity { return Identity{Email: email, Issuer: issuer} }

// GitHubRelease is the identity that GitHub signs immutable releases with.
func GitHubRelease() Identity { return Identity{Bare: true, SAN: "https://dotcom.releases.github.com"} }

// Whole is the identity with all its fields filled in.
func (i Identity) Whole() Identity {
	i.Issuer = cmp.Or(i.Issuer, GitHubActions)
	if i.Email != "" || i.Bare {
		return i
	}
	i.Host = cmp.Or(i.Host, "https://github.com")
	i.Repository = cmp.Or(i.Repository, "acme/weather")
	i.Ref = cmp.Or(i.Ref, "refs/tags/v1.2.0")
	i.Commit = cmp.Or(i.Commit, Commit)
	i.Workflow = cmp.Or(i.Workflow, ".github/workflows/release.yml")
	i.Name = cmp.Or(i.Name, "release")
	i.Signer = cmp.Or(i.Signer, i.Config())
	i.SignerCommit = cmp.Or(i.SignerCommit, i.Commit)
	i.SAN = cmp.Or(i.SAN, i.Signer)
	i.Runner = cmp.Or(i.Runner, "github-hosted")
	i.Trigger = cmp.Or(i.Trigger, "push")
	i.Run = cmp.Or(i.Run, "1")
	i.Visibility = cmp.Or(i.Visibility, "public")
	i.RepositoryID = cmp.Or(i.RepositoryID, "123456")
	i.OwnerID = cmp.Or(i.OwnerID, "654321")
	return i
}

// Source is the address of the repository, of a whole identity.
func (i Identity) Source() string { return i.Host + "/" + i.Repository }

// Config is the address of the workflow that the event started.
func (i Identity) Config() string { return i.Source() + "/" + i.Workflow + "@" + i.Ref }

// Invocation is the address of the run.
func (i Identity) Invocation() string { return i.Source() + "/actions/runs/" + i.Run + "/attempts/1" }

func (i Identity) san() string { return cmp.Or(i.Email, i.SAN) }

// extensions are those of Fulcio, in its order: numbers 1 to 6 as bare text, as they
// were first, the later ones as UTF8String.
func (i Identity) extensions() []pkix.Extension {
	extension := func(number int, value string) pkix.Extension {
		id := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, number}
		if number > 6 {
			return pkix.Extension{Id: id, Value: must(asn1.MarshalWithParams(value, "utf8"))}
		}
		return pkix.Extension{Id: id, Value: []byte(value)}
	}
	if i.Bare {
		return nil
	}
	if i.Email != "" {
		return []pkix.Extension{extension(1, i.Issuer), extension(8, i.Issuer)}
	}
	owner, _, _ := strings.Cut(i.Repository, "/")
	values := map[int]string{
		1: i.Issuer, 2: i.Trigger, 3: i.Commit, 4: i.Name, 5: i.Repository, 6: i.Ref, 8: i.Issuer,
		9: i.Signer, 10: i.SignerCommit, 11: i.Runner, 12: i.Source(), 13: i.Commit, 14: i.Ref,
		15: i.RepositoryID, 16: i.Host + "/" + owner, 17: i.OwnerID, 18: i.Config(), 19: i.Commit,
		20: i.Trigger, 21: i.Invocation(), 22: i.Visibility,
	}
	var extensions []pkix.Extension
	for number := 1; number <= 22; number++ {
		if value, has := values[number]; has {
			extensions = append(extensions, extension(number, value))
		}
	}
	return extensions
}
