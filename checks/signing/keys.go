// Package signing holds the checks that ask whether keys are known, few, fresh
// and out of reach.
package signing

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/trace"
)

// keyUse is one signing key that a job is handed as a secret.
type keyUse struct {
	job    *trace.Job
	secret string
	sort   keySort
	at     evidence.Location
	anchor string
	// domain: it proves a domain to the MCP registry.
	domain bool
}

// keySort sorts keys by what could stand in for them.
type keySort int

const (
	// replaceable: an identity token of the run can sign in its place.
	replaceable keySort = iota
	// demanded: those who verify know no other way than this sort of key.
	demanded
	// certified: a certificate of a platform, which no identity token replaces.
	certified
)

// keyUses lists the keys in secrets, once a job and secret, in file order.
func keyUses(seen *evidence.Snapshot) []keyUse {
	var all []keyUse
	for _, job := range trace.Of(seen).Jobs {
		if job.Spec == nil {
			continue
		}
		found := finder{job: job}
		for _, v := range job.Workflow.Env {
			found.variable(v, "env")
		}
		for _, v := range job.Spec.Env {
			found.variable(v, "jobs/"+job.ID+"/env")
		}
		for _, v := range job.Spec.Secrets {
			found.variable(v, "jobs/"+job.ID+"/secrets")
		}
		job.Executes(found.node)
		all = append(all, found.all...)
	}
	return all
}

// finder looks for keys in one job.
type finder struct {
	job *trace.Job
	all []keyUse
}

func (f *finder) node(n *trace.Node) {
	if n.Step != nil {
		for _, v := range n.Step.Env {
			f.variable(v, n.Step.Anchor)
		}
		for _, v := range n.Step.With {
			f.input(evidence.SplitUses(n.Step.Uses.Value), v, n.Step.Anchor)
		}
	}
	if n.Script != nil && (n.Script.Origin == evidence.FromStep || n.Script.Origin == evidence.FromAction) {
		for i := range n.Script.Commands {
			command := &n.Script.Commands[i]
			for _, word := range command.Words {
				f.variable(evidence.Variable{Value: word.Value, At: word.At}, n.Script.Anchor)
			}
			if s, signs := readSigner(command); signs {
				f.signer(s, command.At, n)
			}
		}
	}
}

// signer takes the secret that a signing command names, or that the variable
// holds which it names, whatever that is called.
func (f *finder) signer(s signer, at evidence.Location, n *trace.Node) {
	for _, secret := range trace.SecretNames(s.key) {
		f.add(keyUse{f.job, secret, replaceable, at, n.Script.Anchor, s.domain})
	}
	if !s.variable || n.Step == nil {
		return
	}
	for _, v := range append(f.job.Spec.Env[:len(f.job.Spec.Env):len(f.job.Spec.Env)], n.Step.Env...) {
		if v.Name != strings.Trim(s.key, "${}") {
			continue
		}
		for _, secret := range trace.SecretNames(v.Value) {
			f.add(keyUse{f.job, secret, replaceable, v.At, n.Script.Anchor, s.domain})
		}
	}
}

// variable takes a value that holds secrets whose names, or whose own name, say
// that they are keys.
func (f *finder) variable(v evidence.Variable, anchor string) {
	for _, secret := range trace.SecretNames(v.Value) {
		if sort, is := sortOf(v.Name + " " + secret); is {
			f.add(keyUse{f.job, secret, sort, v.At, anchor, strings.Contains(strings.ToUpper(secret), "MCP")})
		}
	}
}

// input takes the input of an action too that is known to import keys.
func (f *finder) input(uses evidence.Uses, v evidence.Variable, anchor string) {
	if strings.Contains(strings.ToLower(uses.Repo), "app") && v.Name == "private-key" {
		return // the key of an app of the code host signs nothing that is released
	}
	for _, importer := range importers {
		if !uses.Is(importer.owner, importer.repo) || !slices.Contains(importer.inputs, v.Name) {
			continue
		}
		for _, secret := range trace.SecretNames(v.Value) {
			f.add(keyUse{f.job, secret, importer.sort, v.At, anchor, false})
		}
		return
	}
	f.variable(v, anchor)
}

func (f *finder) add(use keyUse) {
	if !slices.ContainsFunc(f.all, func(known keyUse) bool { return known.secret == use.secret }) {
		f.all = append(f.all, use)
	}
}

// importers are the actions that take a key, and the inputs that hold it.
var importers = []struct {
	owner, repo string
	inputs      []string
	sort        keySort
}{
	{"crazy-max", "ghaction-import-gpg", []string{"gpg_private_key", "gpg-private-key"}, replaceable},
	{"hashicorp", "ghaction-import-gpg", []string{"gpg_private_key", "gpg-private-key"}, demanded},
	{"paultyng", "ghaction-import-gpg", []string{"gpg_private_key", "gpg-private-key"}, demanded},
	{"actions", "setup-java", []string{"gpg-private-key"}, demanded},
	{"samuelmeuli", "action-maven-publish", []string{"gpg_private_key"}, demanded},
	{"apple-actions", "import-codesign-certs", []string{"p12-file-base64"}, certified},
	{"samuelmeuli", "action-electron-builder", []string{"mac_certs", "windows_certs"}, certified},
}

// sortOf knows a key by the names of the variable and the secret that hold it.
// Passwords, ids and fingerprints are no keys, nor are those of APIs and of SSH.
func sortOf(names string) (keySort, bool) {
	names = strings.ToUpper(strings.ReplaceAll(names, "-", "_"))
	for _, other := range []string{"PASS", "KEY_ID", "KEYID", "FINGERPRINT", "API", "SSH", "DEPLOY", "APP_", "BOT", "ACCESS", "PUBLIC", "TOKEN", "KEYCHAIN", "ISSUER", "IDENTITY", "KEY_NAME", "KEYNAME", "KEY_ALIAS", "STORE"} {
		if strings.Contains(names, other) {
			return 0, false
		}
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(names, word) })
	}
	switch {
	case has("CERTIFICATE", "P12", "PFX", "CSC_LINK", "CODESIGN", "MACOS_CERT", "WINDOWS_CERT", "WIN_CSC"):
		return certified, true
	case has("MAVEN_GPG", "SIGNINGINMEMORYKEY", "ORG_GRADLE_PROJECT_SIGNING", "JRELEASER_GPG_SECRET", "OSSRH_GPG", "SONATYPE_GPG", "PPA", "RPM", "DEB_SIGN", "APT_", "TAURI", "SPARKLE"):
		return demanded, has("KEY")
	case has("COSIGN") && has("KEY"), has("GPG", "PGP") && has("KEY", "PRIVATE", "SECRET"), has("MINISIGN", "SIGNIFY") && has("KEY"), has("SIGNING_KEY", "SIGN_KEY", "SIGNING_PRIVATE"), has("MCP") && has("PRIVATE_KEY"):
		return replaceable, true
	}
	return 0, false
}
