package sigstoretest

import (
	"time"

	bundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
)

// claims are chains whose signatures are good and whose meaning is not what was
// expected.
func (m maker) claims() []Chain {
	fork := Workflow(Fork, Tag)
	otherCommit := m.who
	otherCommit.Commit = OtherCommit
	otherWorkflow := m.who
	otherWorkflow.Workflow = ".github/workflows/test.yml"
	issuer := m.who
	issuer.Issuer = "https://issuer.invalid"
	another := SubjectOf("weather-1.1.0.tgz", []byte("weather 1.1.0\n"))

	workflow := m.chain("wrong-workflow", "identity-mismatch", "a workflow that may not release signs", m.attest(otherWorkflow, Signing{}))
	workflow.Workflow = ".github/workflows/release.yml"
	return []Chain{
		m.chain("forked-source", "source-mismatch", "a fork builds and attests under its own name", m.attest(fork, Signing{})),
		m.chain("attacker-predicate", "source-mismatch", "a fork's certificate is valid, its statement names the project",
			m.Attest(fork, SLSA1(m.who, m.subject), Signing{})),
		m.chain("attacker-predicate-commit", "source-mismatch", "the statement names another commit than the certificate",
			m.Attest(otherCommit, SLSA1(m.who, m.subject), Signing{})),
		m.chain("wrong-commit", "source-mismatch", "a build of another commit of the project", m.attest(otherCommit, Signing{})),
		m.chain("wrong-ref", "source-mismatch", "a build of a branch passes for a release", m.attest(Workflow(Repository, "refs/heads/feature"), Signing{})),
		m.chain("wrong-issuer", "identity-mismatch", "another issuer says that it is GitHub's workflow", m.attest(issuer, Signing{})),
		m.chain("person", "identity-mismatch", "a person signs what a workflow should",
			m.Attest(Person("dev@example.com", "https://accounts.example.com"), SLSA1(m.who, m.subject), Signing{})),
		workflow,
		m.chain("replayed-subject", "subject-mismatch", "the attestation of an older version stands beside a newer file",
			m.Attest(m.who, SLSA1(m.who, another), Signing{})),
		m.chain("swapped-message", "signature-invalid", "the signature of another file stands beside this one", m.SignMessage(m.who, []byte("another"), Signing{})),
	}
}

// witnesses are chains where authority, log or clock do not vouch for the signature.
func (m maker) witnesses() []Chain {
	other := maker{New("another Sigstore", Options{}), m.who, m.subject}
	foreign := m.chain("other-sigstore", "log-unknown", "everything is signed by a Sigstore that is not trusted", other.attest(m.who, Signing{}))
	otherLog := Alter(m.attest(m.who, Signing{}), func(b *bundle.Bundle) {
		b.VerificationMaterial.TlogEntries = unmarshal(other.attest(m.who, Signing{})).VerificationMaterial.TlogEntries
	})
	otherAuthority := Alter(other.attest(m.who, Signing{Log: NoLog}), func(b *bundle.Bundle) {
		// The right log and the right clock saw a signature under a certificate of nobody's.
		b.VerificationMaterial.TimestampVerificationData = nil
		b.VerificationMaterial.TlogEntries = m.enterAgain(b)
	})
	foreignTime := Alter(m.attest(m.who, Signing{Log: RekorV2}), func(b *bundle.Bundle) {
		b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps[0].SignedTimestamp =
			other.timestamp(b.GetDsseEnvelope().Signatures[0].Sig, signingDay.Add(5*time.Second))
	})
	return []Chain{
		foreign,
		m.chain("log-of-another-sigstore", "log-unknown", "the certificate is good, the entry is in a log that is not trusted", otherLog),
		m.chain("authority-of-another-sigstore", "chain-invalid", "the entry is good, the certificate is nobody's", otherAuthority),
		m.chain("missing-log", "log-missing", "the public instance without an entry of its log", m.attest(m.who, Signing{Log: NoLog})),
		m.chain("expired-leaf", "time-invalid", "signed an hour after the certificate ran out", m.attest(m.who, Signing{LoggedAt: signingDay.Add(time.Hour)})),
		m.chain("leaf-of-the-future", "time-invalid", "logged before the certificate was issued", m.attest(m.who, Signing{LoggedAt: signingDay.Add(-time.Hour)})),
		m.chain("signed-before-root", "log-unknown", "signed before anything of the root was in force", m.attest(m.who, Signing{At: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})),
		m.chain("missing-time", "time-unproven", "the second log has no word on time, and nobody else has", m.attest(m.who, Signing{Log: RekorV2, NoTSA: true})),
		m.chain("tsa-of-another-sigstore", "time-unproven", "the time is vouched for by a stranger", foreignTime),
		m.chain("missing-sct", "sct-invalid", "a certificate that no log of certificates has seen", m.attest(m.who, Signing{SCT: NoSCT})),
		m.chain("sct-of-another-log", "sct-invalid", "a log of certificates that nobody trusts", m.attest(m.who, Signing{SCT: ForeignSCT})),
		m.chain("sct-of-another-certificate", "sct-invalid", "the right log of certificates saw another one", m.attest(m.who, Signing{SCT: TamperedSCT})),
	}
}

// altered are good chains that somebody changed afterwards.
func (m maker) altered() []Chain {
	good := m.attest(m.who, Signing{})
	second := m.attest(m.who, Signing{Log: RekorV2})
	other := unmarshal(m.Attest(m.who, SLSA1(m.who, SubjectOf("weather-1.1.0.tgz", []byte("weather 1.1.0\n"))), Signing{}))
	alter := func(name, class, why string, raw []byte, change func(*bundle.Bundle)) Chain {
		return m.chain(name, class, why, Alter(raw, change))
	}
	return []Chain{
		alter("tampered-payload", "log-mismatch", "the statement was changed after it was signed", good, func(b *bundle.Bundle) {
			b.GetDsseEnvelope().Payload = SLSA1(m.who, m.subject, SubjectOf("more", nil))
		}),
		alter("tampered-log-root", "log-invalid", "the proof leads to another root than it says", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.RootHash[0] ^= 1
		}),
		alter("tampered-log-path", "log-invalid", "a hash of the proof was changed", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.Hashes[0][0] ^= 1
		}),
		alter("tampered-log-checkpoint", "log-invalid", "the checkpoint is for another tree", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.Checkpoint = other.VerificationMaterial.TlogEntries[0].InclusionProof.Checkpoint
		}),
		alter("tampered-log-time", "log-invalid", "the time of the entry was changed", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].IntegratedTime += 60
		}),
		alter("tampered-log2-path", "log-invalid", "a hash of the second log's proof was changed", second, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries[0].InclusionProof.Hashes[0][0] ^= 1
		}),
		alter("swapped-log-entry", "log-mismatch", "the entry is that of another attestation", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.TlogEntries = other.VerificationMaterial.TlogEntries
		}),
		alter("swapped-certificate", "log-mismatch", "the certificate is that of another signature", good, func(b *bundle.Bundle) {
			b.VerificationMaterial.Content = other.VerificationMaterial.Content
		}),
		alter("swapped-bundle", "subject-mismatch", "the whole bundle is that of another version", good, func(b *bundle.Bundle) {
			b.VerificationMaterial, b.Content = other.VerificationMaterial, other.Content
		}),
		alter("tampered-timestamp", "time-unproven", "a timestamp was changed", second, func(b *bundle.Bundle) {
			stamp := b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps[0].SignedTimestamp
			stamp[len(stamp)-1] ^= 1
		}),
		alter("swapped-timestamp", "time-unproven", "the timestamp is that of another signature", second, func(b *bundle.Bundle) {
			b.VerificationMaterial.TimestampVerificationData.Rfc3161Timestamps[0].SignedTimestamp = m.timestamp([]byte("another"), signingDay)
		}),
		m.chain("not-a-bundle", "malformed", "it is no bundle", []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`)),
	}
}
