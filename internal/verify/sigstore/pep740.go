package sigstore

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
	"github.com/sealvet/sealvet/internal/verify"
)

// attestation740 is one attestation of PEP 740.
type attestation740 struct {
	Version  int `json:"version"`
	Material *struct {
		Certificate string            `json:"certificate"` // DER in base64
		Entries     []json.RawMessage `json:"transparency_entries"`
	} `json:"verification_material"`
	Envelope *struct {
		Statement string `json:"statement"`
		Signature string `json:"signature"`
	} `json:"envelope"`
}

// publisher is whom PyPI took a file from, by PyPI's own word: it is not signed.
type publisher struct {
	Kind         string `json:"kind"`
	Repository   string `json:"repository"`
	Workflow     string `json:"workflow"`
	WorkflowPath string `json:"workflow_filepath"`
	Email        string `json:"email"`
}

// pep740 judges an attestation, or the provenance object in which PyPI hands out all
// attestations of a file.
func (e *Engine) pep740(ctx context.Context, question verify.Question) []evidence.Proof {
	var written struct {
		attestation740
		Bundles []struct {
			Publisher    *publisher       `json:"publisher"`
			Attestations []attestation740 `json:"attestations"`
		} `json:"attestation_bundles"`
	}
	if err := json.Unmarshal(question.Material.Raw, &written); err != nil {
		return []evidence.Proof{refused(provenance.Malformed, fmt.Errorf("read attestation of PyPI: %w", err))}
	}
	if written.Envelope != nil || written.Material != nil {
		return []evidence.Proof{e.of740(question, written.attestation740, nil)}
	}
	var proofs []evidence.Proof
	for _, set := range written.Bundles {
		for _, attestation := range set.Attestations {
			if err := ctx.Err(); err != nil {
				return append(proofs, refused(provenance.ToolError, err))
			}
			if len(proofs) == maxLines {
				return append(proofs, refused(provenance.Malformed, fmt.Errorf("it holds more than %d attestations", maxLines)))
			}
			proofs = append(proofs, e.of740(question, attestation, set.Publisher))
		}
	}
	if len(proofs) == 0 {
		return []evidence.Proof{refused(provenance.Malformed, fmt.Errorf("read attestation of PyPI: there is none in it"))}
	}
	return proofs
}

func (e *Engine) of740(question verify.Question, attestation attestation740, from *publisher) evidence.Proof {
	read, err := attestation.bundle()
	if err != nil {
		return refused(provenance.Malformed, fmt.Errorf("read attestation of PyPI: %w", err))
	}
	return e.judge(question, trial{bundle: read, more: func(claims evidence.Claims) (evidence.ProofClass, error) {
		if detail := misnamed(claims, question.Subject.Name); detail != "" {
			return provenance.SubjectMismatch, fmt.Errorf("%s", detail)
		}
		if from != nil && !from.signed(claims) {
			return provenance.IdentityMismatch, fmt.Errorf("PyPI took the file from %s %s%s, but %s signed it", from.Kind, from.Repository, from.Email, claims.Identity)
		}
		return provenance.OK, nil
	}})
}

// bundle is the same in Sigstore's form: PEP 740 only names the parts otherwise.
func (a attestation740) bundle() (*bundle.Bundle, error) {
	switch {
	case a.Version != 1:
		return nil, fmt.Errorf("version %d is not known", a.Version)
	case a.Material == nil || a.Envelope == nil:
		return nil, fmt.Errorf("envelope or verification material are missing")
	}
	der, err := base64.StdEncoding.DecodeString(a.Material.Certificate)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	certificate, err := parseDER(der)
	if err != nil {
		return nil, err
	}
	payload, err := base64.StdEncoding.DecodeString(a.Envelope.Statement)
	if err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	signature, err := base64.StdEncoding.DecodeString(a.Envelope.Signature)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	made := &protobundle.Bundle{
		MediaType: mediaType03, VerificationMaterial: signer(certificate),
		Content: &protobundle.Bundle_DsseEnvelope{DsseEnvelope: &protodsse.Envelope{
			Payload: payload, PayloadType: inTotoPayload, Signatures: []*protodsse.Signature{{Sig: signature}},
		}},
	}
	for _, raw := range a.Material.Entries {
		entry := new(protorekor.TransparencyLogEntry)
		if err := protojson.Unmarshal(raw, entry); err != nil {
			return nil, fmt.Errorf("log entry: %w", err)
		}
		made.VerificationMaterial.TlogEntries = append(made.VerificationMaterial.TlogEntries, entry)
	}
	return bundle.NewBundle(made)
}

// signed says whether the publisher that PyPI names is whom the certificate names.
func (p publisher) signed(claims evidence.Claims) bool {
	source := evidence.Repository(claims.Source)
	switch p.Kind {
	case "GitHub":
		file := ".github/workflows/" + path.Base("/"+p.Workflow)
		return source == evidence.Repository("github.com/"+p.Repository) && (runs(claims.Signer, file) || runs(claims.Workflow, file))
	case "GitLab":
		return strings.HasSuffix(source, "/"+strings.ToLower(p.Repository))
	case "Google":
		return p.Email != "" && claims.Identity == p.Email
	}
	return true // a kind that is younger than this program: the certificate speaks for itself
}

// runs says whether the URI of a workflow is of that file, in whatever repository.
func runs(uri, file string) bool {
	uri, _, _ = strings.Cut(uri, "@")
	return strings.HasSuffix(uri, "/"+file)
}

var (
	distribution = regexp.MustCompile(`\.(whl|zip|tar\.gz|egg)$`)
	separators   = regexp.MustCompile(`[-_.]+`)
)

// misnamed says that the statement is of a file of another name: PEP 740 binds the
// name too, so that one release cannot pass for another.
func misnamed(claims evidence.Claims, artifact string) string {
	artifact = path.Base(strings.ReplaceAll(artifact, `\`, "/"))
	if !distribution.MatchString(artifact) {
		return "" // a label for people, not a file of PyPI
	}
	for _, subject := range claims.Subjects {
		if plainName(subject.Name) == plainName(artifact) {
			return ""
		}
	}
	return fmt.Sprintf("it is for a file of another name than %s", artifact)
}

func plainName(file string) string {
	return strings.ToLower(separators.ReplaceAllString(file, "-"))
}
