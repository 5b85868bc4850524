package sigstoretest

import (
	"crypto/sha512"
	"encoding/hex"
	"time"
)

// Chain is a proof that was made well, or badly in one known way, with all that is
// needed to judge it.
type Chain struct {
	Name string
	Why  string
	// Format is as the evidence spells it: sigstore-bundle, npm-attestations, pep740.
	Format string
	Proof  []byte
	// Algorithm and Digest name the artifact that the proof is held against.
	Algorithm, Digest string
	// Subject is the name of the artifact, where the verdict hangs on it.
	Subject string
	// What is expected of it; an empty field expects nothing.
	Source, Ref, Commit, Workflow, Issuer string
	// Root and NPMKeys are what is trusted.
	Root, NPMKeys []byte
	// Class is the verdict that it must get: the first thing that does not hold.
	Class string
	// Level is the SLSA Build level that a good chain is worth, 0 where nobody says.
	Level int
}

// The project of the chains, and the one that attacks it.
const (
	Repository = "acme/weather"
	Fork       = "mallory/weather"
	Tag        = "refs/tags/v1.2.0"
	// OtherCommit is one that the chains were not built from.
	OtherCommit = "89abcdef0123456789abcdef0123456789abcdef"
	Generator   = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@refs/tags/v2.1.0"
)

// Weather is the artifact of the chains.
var Weather = []byte("weather 1.2.0\n")

// maker makes the chains of one Sigstore.
type maker struct {
	*Sigstore
	who     Identity
	subject Subject
}

// Chains are made anew at each call, with keys of their own.
func Chains() []Chain {
	m := maker{New("chains", Options{}), Workflow(Repository, Tag), SubjectOf("weather-1.2.0.tgz", Weather)}
	chains := append(m.good(), m.goodElsewhere()...)
	chains = append(chains, m.claims()...)
	chains = append(chains, m.witnesses()...)
	chains = append(chains, m.altered()...)
	chains = append(chains, m.builders()...)
	chains = append(chains, m.npm()...)
	chains = append(chains, m.pypi()...)
	return append(chains, github().witnessedByTime()...)
}

// chain is a bundle with what is expected of a release of the project.
func (m maker) chain(name, class, why string, proof []byte) Chain {
	return Chain{
		Name: name, Why: why, Class: class, Format: "sigstore-bundle", Proof: proof,
		Algorithm: m.subject.Algorithm, Digest: m.subject.Digest,
		Source: "github.com/" + Repository, Ref: Tag, Commit: Commit, Issuer: GitHubActions,
		Root: m.TrustedRootJSON(), NPMKeys: m.NPMKeysJSON(),
	}
}

// attest is a provenance of the artifact by an identity.
func (m maker) attest(who Identity, o Signing) []byte { return m.Attest(who, SLSA1(who, m.subject), o) }

func (m maker) good() []Chain {
	branch := Workflow(Repository, "refs/heads/main")
	onBranch := m.chain("good-branch-build", "ok", "a build of a branch is a build all the same", m.attest(branch, Signing{}))
	onBranch.Ref, onBranch.Level = "refs/heads/main", 2

	tag := m.chain("good-tag-build", "ok", "a release workflow attests what it built", m.attest(m.who, Signing{}))
	tag.Workflow, tag.Level = ".github/workflows/release.yml", 2

	reusable := m.who
	reusable.Signer = Generator
	builder := m.chain("good-reusable-workflow", "ok", "an isolated builder signs for the project that calls it", m.Attest(reusable, SLSA02(reusable, m.subject), Signing{}))
	builder.Level = 3

	own := m.who
	own.Runner = "self-hosted"
	hosted := m.chain("good-self-hosted", "ok", "the signature is good; what the runner is worth is a matter of levels", m.attest(own, Signing{}))
	hosted.Level = 1

	hidden := m.chain("good-self-hosted-unsaid", "ok", "the statement says hosted, the certificate knows better: it is worth no more", m.Attest(own, SLSA1(m.who, m.subject), Signing{}))
	hidden.Level = 1

	return []Chain{
		tag, onBranch, builder, hosted, hidden,
		m.chain("good-rekor-v2", "ok", "the log's second generation, with a timestamp", m.attest(m.who, Signing{Log: RekorV2})),
		m.chain("good-bundle-0.1", "ok", "the first form of a bundle", m.attest(m.who, Signing{Version: "0.1"})),
		m.chain("good-bundle-0.2", "ok", "the second form of a bundle", m.attest(m.who, Signing{Version: "0.2"})),
		m.chain("good-with-timestamp", "ok", "log and timestamp authority both vouch for the time", m.attest(m.who, Signing{TSA: true})),
		m.chain("good-in-2040", "ok", "all times that count are those of signing", m.attest(m.who, Signing{At: time.Date(2040, 6, 1, 0, 0, 0, 0, time.UTC)})),
		m.chain("good-message", "ok", "a signature over the artifact itself", m.SignMessage(m.who, Weather, Signing{})),
		m.chain("good-several-subjects", "ok", "one statement for all files of a release",
			m.Attest(m.who, SLSA1(m.who, SubjectOf("a.txt", []byte("a")), m.subject, SubjectOf("b.txt", []byte("b"))), Signing{})),
	}
}

// goodElsewhere are good chains of other forms and instances.
func (m maker) goodElsewhere() []Chain {
	private := github()
	released := private.chain("good-github-release", "ok", "GitHub itself says what an immutable release holds",
		private.Attest(GitHubRelease(), Release(Repository, "v1.2.0", Commit, m.subject), Signing{}))
	released.Issuer = ""
	pypi := m.chain("good-pep740", "ok", "PyPI's form of the same", PEP740(m.Attest(m.who, Statement(PyPIPublish, nil, m.subject), Signing{})))
	pypi.Format = "pep740"
	packaged := m.chain("good-npm", "ok", "npm's two attestations of a version", m.AttestPackage(m.who, "@acme/weather", "1.2.0", Weather, Signing{}))
	packaged.npmPackage()
	return []Chain{
		private.chain("good-github-instance", "ok", "GitHub's instance for private repositories: no log, a timestamp", private.attest(private.who, Signing{})),
		released, pypi, packaged,
	}
}

// github makes the chains of GitHub's own instance.
func github() maker {
	m := maker{New("github chains", Options{GitHub: true}), Workflow(Repository, Tag), SubjectOf("weather-1.2.0.tgz", Weather)}
	m.who.Visibility = "private"
	return m
}

// npmPackage makes a chain one of the package of the artifact.
func (c *Chain) npmPackage() {
	digest := sha512.Sum512(Weather)
	c.Format, c.Algorithm, c.Digest = "npm-attestations", "sha512", hex.EncodeToString(digest[:])
}
