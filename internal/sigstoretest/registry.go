package sigstoretest

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
)

// NPMAttestations is what npm's registry answers for the attestations of a version:
// its own publish attestation, signed with its key, and the provenance.
func NPMAttestations(publish, provenance []byte) []byte {
	return must(json.Marshal(map[string]any{"attestations": []any{
		map[string]any{"predicateType": NPMPublishType, "bundle": json.RawMessage(publish)},
		map[string]any{"predicateType": Provenance1, "bundle": json.RawMessage(provenance)},
	}}))
}

// AttestPackage makes both attestations of a package that a workflow publishes.
func (s *Sigstore) AttestPackage(who Identity, name, version string, tarball []byte, o Signing) []byte {
	of := Package(name, version, tarball)
	registry := o
	registry.Key = true
	return NPMAttestations(
		s.Attest(who, NPMPublish(name, version, of), registry),
		s.Attest(who, NPMProvenance(who, of), o),
	)
}

// PEP740 is the attestation object of a bundle, as PyPI keeps it.
func PEP740(raw []byte) []byte {
	b := unmarshal(raw)
	var entries []json.RawMessage
	for _, entry := range b.GetVerificationMaterial().GetTlogEntries() {
		entries = append(entries, must(protojson.Marshal(entry)))
	}
	return must(json.Marshal(map[string]any{
		"version":               1,
		"verification_material": map[string]any{"certificate": leafOf(b), "transparency_entries": entries},
		"envelope": map[string]any{
			"statement": b.GetDsseEnvelope().GetPayload(), "signature": b.GetDsseEnvelope().GetSignatures()[0].GetSig(),
		},
	}))
}

// PyPIProvenance is the provenance object of PyPI's integrity API: attestations of one
// publisher.
func PyPIProvenance(who Identity, attestations ...[]byte) []byte {
	who = who.Whole()
	var listed []json.RawMessage
	for _, a := range attestations {
		listed = append(listed, a)
	}
	return must(json.Marshal(map[string]any{"version": 1, "attestation_bundles": []any{map[string]any{
		"publisher":    map[string]any{"kind": "GitHub", "repository": who.Repository, "workflow": base(who.Workflow), "environment": nil},
		"attestations": listed,
	}}}))
}

func base(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}
