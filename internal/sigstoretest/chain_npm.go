package sigstoretest

import (
	"encoding/json"
	"time"

	bundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
)

// npm are the chains of npm's registry.
func (m maker) npm() []Chain {
	packaged := func(name, class, why string, by *Sigstore, answer []byte) Chain {
		chain := m.chain(name, class, why, answer)
		chain.npmPackage()
		chain.NPMKeys = by.NPMKeysJSON()
		return chain
	}
	// The same seed has the same keys: only the window differs.
	expired := New("chains", Options{KeyUntil: signingDay.Add(-24 * time.Hour)})
	early := New("chains", Options{KeyFrom: signingDay.Add(24 * time.Hour)})
	stranger := New("another Sigstore", Options{})
	answer := m.AttestPackage(m.who, "@acme/weather", "1.2.0", Weather, Signing{})
	of := Package("@acme/weather", "1.2.0", Weather)
	provenance := m.Attest(m.who, NPMProvenance(m.who, of), Signing{})
	publish := m.Attest(m.who, NPMPublish("@acme/weather", "1.2.0", of), Signing{Key: true})
	named := packaged("npm-other-name", "subject-mismatch", "the same bytes, published under another name", m.Sigstore,
		m.AttestPackage(m.who, "@acme/other", "1.2.0", Weather, Signing{}))
	named.Subject = "pkg:npm/@acme/weather@1.2.0"
	unsigned := Alter(publish, func(b *bundle.Bundle) {
		b.GetDsseEnvelope().Payload = NPMPublish("@acme/weather", "6.6.6", of)
	})
	return []Chain{
		packaged("npm-expired-key-window", "key-invalid", "the registry's key was out of use when it signed", expired, answer),
		packaged("npm-key-before-window", "key-invalid", "the registry's key was not in use yet when it signed", early, answer),
		packaged("npm-unknown-key", "key-unknown", "the registry's key is not among those that are trusted", stranger, answer),
		packaged("npm-fork", "source-mismatch", "a fork publishes under the project's name", m.Sigstore,
			m.AttestPackage(Workflow(Fork, Tag), "@acme/weather", "1.2.0", Weather, Signing{})),
		packaged("npm-replayed-version", "subject-mismatch", "the attestations of another tarball", m.Sigstore,
			m.AttestPackage(m.who, "@acme/weather", "1.1.0", []byte("weather 1.1.0\n"), Signing{})),
		packaged("npm-tampered-publish", "log-mismatch", "the registry's own attestation was changed", m.Sigstore, NPMAttestations(unsigned, provenance)),
		packaged("npm-without-provenance", "absent", "the registry's attestation alone says nothing of a build", m.Sigstore, npmAnswer(publish)),
		packaged("npm-without-publish", "absent", "the registry does not say that it took the package in", m.Sigstore, npmAnswer(provenance)),
		packaged("npm-exchanged", "malformed", "each attestation stands under the type of the other", m.Sigstore, NPMAttestations(provenance, publish)),
		packaged("npm-publish-by-workflow", "identity-mismatch", "the registry's statement, signed by a workflow", m.Sigstore,
			NPMAttestations(m.Attest(m.who, NPMPublish("@acme/weather", "1.2.0", of), Signing{}), provenance)),
		packaged("npm-provenance-by-registry", "identity-mismatch", "the provenance, signed by the registry's key", m.Sigstore,
			NPMAttestations(publish, m.Attest(m.who, NPMProvenance(m.who, of), Signing{Key: true}))),
		packaged("npm-publish-of-another", "subject-mismatch", "the registry's statement names another version than its subject", m.Sigstore,
			NPMAttestations(m.Attest(m.who, NPMPublish("@acme/weather", "1.1.0", of), Signing{Key: true}), provenance)),
		named,
	}
}

// npmAnswer is an answer of the registry with one attestation.
func npmAnswer(one []byte) []byte {
	kind := NPMPublishType
	if leafOf(unmarshal(one)) != nil {
		kind = Provenance1
	}
	return must(json.Marshal(map[string]any{"attestations": []any{map[string]any{"predicateType": kind, "bundle": json.RawMessage(one)}}}))
}
