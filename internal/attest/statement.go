// Package attest says our verdict in the words of in-toto and SLSA: a verification
// summary of the commit that was audited, signed by a key, by the identity of a CI
// job, or by nobody. It judges nothing itself.
package attest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/policy"
)

const (
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "https://slsa.dev/verification_summary/v1"
	// PayloadType is what an envelope says that it holds.
	PayloadType = "application/vnd.in-toto+json"
	slsaVersion = "1.2"
)

// Input is all that a statement is made from.
type Input struct {
	Target evidence.Target
	// Resource takes the place of the address of the repository, where it is given.
	Resource  string
	Artifacts []Subject
	// Home is who we are, Version which one.
	Home, Version string
	At            time.Time
	Policy        Reference
	Inputs        []Reference
	Verdict       *policy.Verdict
}

// Reference names a document by address and digest.
type Reference struct {
	URI    string            `json:"uri"`
	Digest map[string]string `json:"digest,omitempty"`
}

// The statement, in the order of the specifications. Maps are written sorted.
type statement struct {
	Type          string       `json:"_type"`
	Subject       []descriptor `json:"subject"`
	PredicateType string       `json:"predicateType"`
	Predicate     predicate    `json:"predicate"`
}

type descriptor struct {
	Name        string              `json:"name,omitempty"`
	URI         string              `json:"uri,omitempty"`
	Digest      map[string]string   `json:"digest"`
	Annotations map[string][]string `json:"annotations,omitempty"`
}

type predicate struct {
	Verifier           verifier    `json:"verifier"`
	TimeVerified       string      `json:"timeVerified"`
	ResourceURI        string      `json:"resourceUri"`
	Policy             Reference   `json:"policy"`
	InputAttestations  []Reference `json:"inputAttestations,omitempty"`
	VerificationResult string      `json:"verificationResult"`
	VerifiedLevels     []string    `json:"verifiedLevels"`
	SLSAVersion        string      `json:"slsaVersion"`
}

type verifier struct {
	ID      string            `json:"id"`
	Version map[string]string `json:"version,omitempty"`
}

var (
	// ErrNoSubject says that there is neither a commit nor an artifact.
	ErrNoSubject = errors.New("there is nothing to attest: the folder is no git checkout with a commit, and no --artifact is given")
	// ErrNoResource says that nobody knows what the statement would be of.
	ErrNoResource = errors.New("the checkout has no remote to name the repository by; give --resource git+https://host/owner/name")
)

// Statement writes the statement. The same input gives the same bytes.
func Statement(in Input) ([]byte, error) {
	resource := in.Resource
	if resource == "" {
		resource = address(in.Target.Remote)
	}
	subjects := in.subjects(resource)
	switch {
	case len(subjects) == 0:
		return nil, ErrNoSubject
	case resource == "":
		return nil, ErrNoResource
	}
	result := "PASSED"
	if !in.Verdict.Met {
		result = "FAILED"
	}
	return json.Marshal(statement{
		Type: statementType, Subject: subjects, PredicateType: predicateType,
		Predicate: predicate{
			Verifier:     verifier{ID: in.Home, Version: map[string]string{"sealvet": in.Version}},
			TimeVerified: in.At.UTC().Format(time.RFC3339), ResourceURI: resource,
			Policy: in.Policy, InputAttestations: in.Inputs,
			VerificationResult: result, VerifiedLevels: levels(in.Verdict, in.Artifacts), SLSAVersion: slsaVersion,
		},
	})
}

// subjects are the commit, and then the artifacts.
func (in *Input) subjects(resource string) []descriptor {
	var subjects []descriptor
	if commit := in.Target.Commit; commit != "" {
		one := descriptor{URI: commitPage(resource, commit), Digest: map[string]string{"gitCommit": commit}}
		if in.Target.Branch != "" {
			one.Annotations = map[string][]string{"sourceRefs": {"refs/heads/" + in.Target.Branch}}
		}
		subjects = append(subjects, one)
	}
	for _, artifact := range in.Artifacts {
		one := descriptor{Name: artifact.Name, Digest: make(map[string]string)}
		for _, digest := range artifact.Digests {
			one.Digest[digest.Algorithm] = digest.Value
		}
		subjects = append(subjects, one)
	}
	return subjects
}

// PolicyDigest is that of the policy in force: the file, the flags and the defaults
// together. Where its words stand in the file, and how the file is called, do not
// count.
func PolicyDigest(rules *policy.Policy) (map[string]string, error) {
	words := *rules
	words.Path, words.Settings.From = "", ""
	words.Checks = make(map[string]policy.Setting, len(rules.Checks))
	for name, setting := range rules.Checks {
		setting.At = evidence.Location{}
		words.Checks[name] = setting
	}
	words.Waivers = slices.Clone(rules.Waivers)
	for i := range words.Waivers {
		words.Waivers[i].At = evidence.Location{}
	}
	data, err := json.Marshal(words)
	if err != nil {
		return nil, fmt.Errorf("name the policy by its digest: %w", err)
	}
	return Digest(data), nil
}

// InRepository is the address of a file at the commit that was audited.
func InRepository(target evidence.Target, path string) string {
	if repository := address(target.Remote); repository != "" && target.Commit != "" {
		return repository + "@" + target.Commit + "#" + path
	}
	return "file:" + path
}

// address is the repository as a resource: git+https://host/owner/name. It is empty
// for a remote that is a folder.
func address(remote string) string {
	if evidence.Repository(remote) == "" || strings.HasPrefix(remote, "/") || strings.HasPrefix(remote, "file:") {
		return ""
	}
	rest := strings.TrimPrefix(remote, "git+")
	if scp, is := strings.CutPrefix(rest, "git@"); is {
		rest = strings.Replace(scp, ":", "/", 1)
	}
	if _, after, is := strings.Cut(rest, "://"); is {
		rest = after
	}
	if at := strings.IndexByte(rest, '@'); at >= 0 && at < strings.IndexByte(rest+"/", '/') {
		rest = rest[at+1:]
	}
	return "git+https://" + strings.TrimSuffix(strings.TrimSuffix(rest, "/"), ".git")
}

// commitPage is where the host shows a commit, empty where that is not known.
func commitPage(resource, commit string) string {
	page, is := strings.CutPrefix(resource, "git+https://")
	host, _, _ := strings.Cut(page, "/")
	switch {
	case !is:
		return ""
	case slices.Contains([]string{"github.com", "codeberg.org"}, host):
		return "https://" + page + "/commit/" + commit
	case host == "gitlab.com":
		return "https://" + page + "/-/commit/" + commit
	}
	return ""
}
