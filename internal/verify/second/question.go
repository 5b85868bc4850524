package second

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/package-url/packageurl-go"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/verify"
	"github.com/sealvet/sealvet/internal/verify/second/wire"
	"github.com/sealvet/sealvet/internal/verify/trust"
)

// maxLines is how many bundles of one material are asked about.
const maxLines = 1000

// kindOf is the routine for a material, empty where the second verifier reads
// nothing of the kind.
func kindOf(question verify.Question) wire.Kind {
	switch question.Material.Format {
	case evidence.ProofBundle, evidence.ProofDSSE:
		return wire.Bundle
	case evidence.ProofNPM:
		return wire.NPM
	case evidence.ProofGCB:
		return wire.GCB
	case evidence.ProofVSA:
		return wire.VSA
	}
	return ""
}

// requests turns a question into what the program is asked: one request a bundle.
func requests(question verify.Question, trustedRoot []byte, keys []trust.Key) ([]wire.Request, *evidence.SecondOpinion) {
	kind := kindOf(question)
	if kind == "" {
		refusal := cannot(fmt.Sprintf("slsa-verifier reads no proofs of the form %s", question.Material.Format))
		return nil, &refusal
	}
	if question.Material.Format == evidence.ProofDSSE && len(question.Material.Content) > 0 {
		refusal := cannot("slsa-verifier takes no log entry from elsewhere for a bare envelope: it would fetch it itself")
		return nil, &refusal
	}
	if len(question.Material.Raw) > verify.MaxProof {
		refusal := failure(errTooLarge)
		return nil, &refusal
	}
	model := wire.Request{Kind: kind, Source: question.Expect.Source, Ref: question.Expect.Ref}
	for _, digest := range question.Subject.Digests {
		model.Digests = append(model.Digests, digest.String())
	}
	if strings.Contains(question.Expect.Workflow, "://") {
		model.Builder = question.Expect.Workflow // a path names no signer by itself
	}
	switch kind {
	case wire.NPM:
		model.PackageName, model.PackageVersion = npmPackage(question.Subject.Name)
		for _, key := range keys {
			if key.Usage == "" || key.Usage == "npm:attestations" {
				model.NPMKeys = append(model.NPMKeys, wire.Key{ID: key.ID, SPKI: key.SPKI})
			}
		}
	case wire.VSA:
		// Where a summary speaks of is not where it was built: only what summaries say is expected.
		model.Source, model.Ref, model.Builder = "", "", ""
		model.Key, model.KeyID = question.Material.Key, question.Material.KeyID
		model.Verifier, model.Resource, model.Levels = question.Expect.Verifier, question.Expect.Resource, question.Expect.Levels
	case wire.Bundle, wire.Artifact, wire.GitHub, wire.GCB:
	}
	if kind != wire.VSA && kind != wire.GCB {
		model.TrustedRoot = trustedRoot
	}
	return each(model, question.Material.Raw)
}

// each makes a request for every bundle where there is one a line.
func each(model wire.Request, raw []byte) ([]wire.Request, *evidence.SecondOpinion) {
	values := [][]byte{raw}
	if model.Kind == wire.Bundle {
		values = lines(raw)
	}
	if len(values) > maxLines {
		refusal := cannot(fmt.Sprintf("there are more than %d proofs in one file", maxLines))
		return nil, &refusal
	}
	made := make([]wire.Request, 0, len(values))
	for _, value := range values {
		request := model
		request.Provenance = value
		made = append(made, request)
	}
	return made, nil
}

// lines cuts a material as the first engine does, so that their verdicts stand side
// by side: a first line that is a value by itself means one value a line.
func lines(raw []byte) [][]byte {
	raw = bytes.TrimSpace(raw)
	first, _, several := bytes.Cut(raw, []byte("\n"))
	if !several || !json.Valid(first) {
		return [][]byte{raw}
	}
	var values [][]byte
	for line := range bytes.SplitSeq(raw, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			values = append(values, line)
		}
	}
	return values
}

// npmPackage reads a purl, or our own npm:@scope/name@version; of anything else no
// name is expected.
func npmPackage(subject string) (name, version string) {
	if rest, is := strings.CutPrefix(subject, "npm:"); is {
		if at := strings.LastIndexByte(rest, '@'); at > 0 {
			return rest[:at], rest[at+1:]
		}
		return rest, ""
	}
	purl, err := packageurl.FromString(subject)
	if err != nil || purl.Type != packageurl.TypeNPM {
		return "", ""
	}
	name = purl.Name
	if purl.Namespace != "" {
		name = purl.Namespace + "/" + purl.Name
	}
	return name, purl.Version
}

// rootJSON is the public-good trust root in force as the second verifier takes it,
// nil where there is none: every request for it then cannot be judged.
func rootJSON(roots trust.Roots) []byte {
	anchor, err := roots.Sigstore(trust.PublicGood)
	if err != nil || anchor.Material == nil {
		return nil
	}
	whole, can := anchor.Material.(json.Marshaler)
	if !can {
		return nil
	}
	raw, err := whole.MarshalJSON()
	if err != nil {
		return nil
	}
	return raw
}
