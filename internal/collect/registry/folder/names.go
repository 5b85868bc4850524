package folder

import (
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// proofEndings are the endings of files that hold proofs, with the format that a
// file has whose content nobody understands: the engine then says what is wrong.
var proofEndings = []struct {
	end    string
	format evidence.ProofFormat
}{
	{".sigstore.json", evidence.ProofBundle},
	{".sigstore", evidence.ProofBundle},
	{".intoto.jsonl", evidence.ProofDSSE},
	{".intoto.json", evidence.ProofDSSE},
	{".att.json", evidence.ProofBundle},
	{".attestations.json", evidence.ProofBundle},
	{".attestation.json", evidence.ProofBundle},
	{".attestations", evidence.ProofPEP740},
	{".attestation", evidence.ProofPEP740}, // also .publish.attestation and .slsa.attestation
	{".provenance.json", evidence.ProofBundle},
	{".provenance", evidence.ProofPEP740},
	{".build.slsa", evidence.ProofBundle},
	{".slsa", evidence.ProofBundle},
	{".bundle", evidence.ProofBundle},
	{".vsa.jsonl", evidence.ProofVSA},
	{".vsa.json", evidence.ProofVSA},
}

// looseEndings are those of files that may well be something else: they count by
// their content alone.
var looseEndings = []string{".jsonl", ".json", ".dsse", ".cosign.bundle"}

// isLoose says whether a file may hold a proof, whatever its name says. A bill of
// materials has statements, but signs none.
func isLoose(name string) bool { return hasSuffix(name, looseEndings...) && !IsBill(name) }

// signatureEndings are those of signatures that hold nothing but the signature.
var signatureEndings = []string{".sig", ".asc", ".signature", ".gpg", ".minisig"}

// keyEndings are those of certificates and keys beside a signature.
var keyEndings = []string{".pem", ".crt", ".cert", ".cer", ".pub", ".cosign.pub"}

// byName is the format of a proof by its name, empty where the name promises none.
func byName(name string) evidence.ProofFormat {
	name = strings.ToLower(name)
	for _, known := range proofEndings {
		if strings.HasSuffix(name, known.end) {
			return known.format
		}
	}
	return ""
}

// IsProof says whether a name is one that proofs have.
func IsProof(name string) bool { return byName(name) != "" }

// IsSignature says whether a name is that of a bare signature, or of a key or
// certificate that goes with one.
func IsSignature(name string) bool {
	return hasSuffix(name, signatureEndings...) || hasSuffix(name, keyEndings...)
}

// IsSums says whether a name is that of a checksum file.
func IsSums(name string) bool {
	name = strings.ToLower(name)
	if hasSuffix(name, ".sha256", ".sha384", ".sha512", ".sha256sum", ".sha512sum", ".sha256sums", ".sha512sums", ".digest", ".digests") {
		return true
	}
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".txt"), ".asc") // SHA256SUMS.asc is signed in itself
	for _, word := range []string{"sha256sums", "sha512sums", "sha256sum", "sha512sum", "checksums", "checksum", "shasums", "shasums256", "checksums.sha256"} {
		if base == word || hasSuffix(base, "_"+word, "-"+word, "."+word) {
			return true
		}
	}
	return false
}

// IsBill says whether a name is that of a bill of materials.
func IsBill(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{".spdx", ".spdx.json", ".spdx.yaml", ".spdx.rdf", ".cdx.json", ".cdx.xml", ".cyclonedx.json", ".cyclonedx.xml", ".sbom", ".sbom.json", ".sbom.xml", ".bom.json", ".syft.json"} {
		if strings.HasSuffix(name, end) || name == end[1:] {
			return true
		}
	}
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".xml")
	return base == "sbom" || base == "bom" || hasSuffix(base, "-sbom", "_sbom", "-bom", "_bom")
}
