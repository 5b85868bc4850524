package sigstoretest

import (
	"encoding/json"
	"time"

	bundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
)

// builders are chains that adorn themselves with an isolating builder, or misuse one.
func (m maker) builders() []Chain {
	called, fork := m.who, Workflow(Fork, Tag)
	called.Signer, fork.Signer = Generator, Generator
	imitated := m.who
	imitated.Signer = "https://github.com/" + Fork + "/.github/workflows/generator_generic_slsa3.yml@refs/tags/v2.1.0"
	good := m.Attest(called, SLSA02(called, m.subject), Signing{})
	untrusted := m.chain("imitated-builder", "ok", "a workflow of the same name elsewhere signs: good, and worth no more than any workflow",
		m.Attest(imitated, SLSA02(imitated, m.subject), Signing{}))
	untrusted.Level = 2
	return []Chain{
		m.chain("claimed-builder", "builder-untrusted", "the statement names the isolating builder, the project's own workflow signs",
			m.Attest(m.who, SLSA02(called, m.subject), Signing{})),
		untrusted,
		m.chain("builder-for-fork", "source-mismatch", "the isolating builder signs for a fork", m.Attest(fork, SLSA02(fork, m.subject), Signing{})),
		m.chain("builder-tampered-log-root", "log-invalid", "the isolating builder's proof of the log was changed", Alter(good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.RootHash[0] ^= 1
		})),
		m.chain("builder-replayed-subject", "subject-mismatch", "the isolating builder built another file",
			m.Attest(called, SLSA02(called, SubjectOf("weather-1.1.0.tgz", []byte("weather 1.1.0\n"))), Signing{})),
	}
}

// pypi are chains in PyPI's form.
func (m maker) pypi() []Chain {
	attestation := func(name, class, why string, proof []byte) Chain {
		chain := m.chain(name, class, why, proof)
		chain.Format = "pep740"
		return chain
	}
	publish := func(of Subject) []byte { return Statement(PyPIPublish, nil, of) }
	another := SubjectOf("weather-1.1.0.tgz", []byte("weather 1.1.0\n"))
	good := m.Attest(m.who, publish(m.subject), Signing{})
	return []Chain{
		attestation("pep740-fork", "source-mismatch", "a fork publishes", PEP740(m.Attest(Workflow(Fork, Tag), publish(m.subject), Signing{}))),
		attestation("pep740-replayed-subject", "subject-mismatch", "the attestation of an older file", PEP740(m.Attest(m.who, publish(another), Signing{}))),
		attestation("pep740-tampered-log", "log-invalid", "a hash of the proof was changed", PEP740(Alter(good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.Hashes[0][0] ^= 1
		}))),
		attestation("pep740-other-sigstore", "log-unknown", "everything is signed by a Sigstore that is not trusted",
			PEP740(New("another Sigstore", Options{}).Attest(m.who, publish(m.subject), Signing{}))),
	}
}

// witnessedByTime are bad chains of an instance without a log.
func (m maker) witnessedByTime() []Chain {
	other := maker{New("another github", Options{GitHub: true}), m.who, m.subject}
	return []Chain{
		m.chain("github-missing-time", "time-unproven", "nobody vouches for the time", m.attest(m.who, Signing{NoTSA: true})),
		m.chain("github-expired-leaf", "chain-invalid", "signed an hour after the certificate ran out", m.attest(m.who, Signing{LoggedAt: signingDay.Add(time.Hour)})),
		m.chain("github-fork", "source-mismatch", "a fork attests under its own name", m.attest(Workflow(Fork, Tag), Signing{})),
		m.chain("github-other-authority", "chain-invalid", "a certificate of somebody who calls himself GitHub", Alter(other.attest(m.who, Signing{}), func(b *bundle.Bundle) {
			b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps[0].SignedTimestamp =
				m.timestamp(b.GetDsseEnvelope().Signatures[0].Sig, signingDay.Add(5*time.Second))
		})),
		m.chain("github-other-time", "time-unproven", "a clock of somebody who calls himself GitHub", Alter(m.attest(m.who, Signing{}), func(b *bundle.Bundle) {
			b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps[0].SignedTimestamp =
				other.timestamp(b.GetDsseEnvelope().Signatures[0].Sig, signingDay.Add(5*time.Second))
		})),
	}
}

// enterAgain enters a bundle's signature into our log, whoever issued its certificate.
func (m maker) enterAgain(b *bundle.Bundle) []*rekor.TransparencyLogEntry {
	envelope := b.GetDsseEnvelope()
	body := dsseBody(must(json.Marshal(envelope)), envelope.Payload, envelope.Signatures[0].Sig, toPEM("CERTIFICATE", leafOf(b)))
	return []*rekor.TransparencyLogEntry{m.rekor.enter("dsse", body, signingDay.Add(5*time.Second))}
}
