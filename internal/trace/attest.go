package trace

import (
	"slices"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

// Attested says whether what a publisher sends off is attested: by the
// publisher itself, or by a step beside it.
type Attested struct {
	Answer evidence.Answer
	Why    string // half a sentence
	// Carries is false for registries and releases that no attestation is asked of:
	// nothing is published there, or the registry has no place for one.
	Carries bool
}

// Attests reads what the publisher does by itself, then what stands beside it.
func (t *Trace) Attests(p *Publisher, seen *evidence.Snapshot) Attested {
	var own Attested
	switch p.Registry {
	case ToNPM:
		own = p.npmAttests(seen)
	case ToPyPI:
		own = p.pypiAttests()
	case ToGem:
		own = p.gemAttests()
	case ToOCI:
		own = p.imageAttests()
	case ToRelease:
		own = p.releaseAttests()
	}
	if own.Carries && own.Answer != evidence.Yes && p.Registry != ToNPM {
		if beside, found := t.beside(p); found {
			return Attested{evidence.Yes, beside, true}
		}
	}
	return own
}

// npmAttests: npm attests when asked to, and unasked when it publishes by the
// identity token. With a token of the registry and unasked it does not.
func (p *Publisher) npmAttests(seen *evidence.Snapshot) Attested {
	asked := p.asked(seen)
	tool := p.Kind
	switch {
	case p.Home(seen) == evidence.No || !p.Publishes():
		return Attested{}
	case asked == evidence.Yes && tool != "bun":
		return Attested{evidence.Yes, "it asks for provenance", true}
	case asked == evidence.No:
		return Attested{evidence.No, "provenance is turned off", true}
	case tool == "bun":
		return Attested{evidence.No, "bun publish makes no provenance", true}
	case tool == "yarn" && p.IDToken() == evidence.Yes:
		return Attested{evidence.Unknown, "only the version of yarn tells whether it attests unasked", true}
	}
	switch p.IDToken() {
	case evidence.Yes:
		if len(p.Credentials().Tokens) > 0 {
			return Attested{evidence.No, "with a token npm attests only when asked to, by --provenance or NPM_CONFIG_PROVENANCE", true}
		}
		return Attested{evidence.Yes, "npm attests by itself when it publishes by the identity token", true}
	case evidence.No:
		return Attested{evidence.No, "neither --provenance nor a setting asks for it, and the job has no identity token to sign with", true}
	}
	return Attested{evidence.Unknown, "nothing here says whether the job has an identity token", true}
}

// Publishes is false for a tool that makes a release and may publish packages
// too, where it has nothing to log in to their registry with.
func (p *Publisher) Publishes() bool {
	if p.Kind == "cargo" && p.Command != nil {
		line := commandLine{words: peel(p.Command.Words)[1:]}
		line.operands = line.operand()
		if line.first("publish") && line.flag("-n") {
			return false // a dry run
		}
		if line.first("release") && (len(line.operands) > 1 && !line.has("publish") || !line.flag("-x", "--execute")) {
			return false // a part of a release, or its dry run
		}
	}
	switch p.Kind {
	case "semantic-release", "changeset", "release-it", "nx", "cycjimmy/semantic-release-action", "codfish/semantic-release-action", "release-plz", "release-plz/action":
		c := p.Credentials()
		return len(c.Tokens) > 0 || c.Open.Name != "" || p.IDToken() != evidence.No
	}
	return true
}

// asked says what the command, the variables and the settings say of provenance.
func (p *Publisher) asked(seen *evidence.Snapshot) evidence.Answer {
	if p.Provenance != evidence.Unknown {
		return p.Provenance
	}
	for _, name := range []string{"NPM_CONFIG_PROVENANCE", "YARN_NPM_PUBLISH_PROVENANCE"} {
		if v, set := p.Variable(name); set {
			return yes(v.Value)
		}
	}
	if s, set := p.setting(seen, "provenance"); set {
		return yes(s.Value.Value)
	}
	return evidence.Unknown
}

func yes(value string) evidence.Answer {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "true", "1", "yes":
		return evidence.Yes
	case "false", "0", "no":
		return evidence.No
	}
	return evidence.Unknown
}

// pypiAttests: of all uploaders only pypa's action attests by itself, from
// v1.11 on, and only by the identity token.
func (p *Publisher) pypiAttests() Attested {
	switch p.Kind {
	case "pypa/gh-action-pypi-publish":
		_, password := p.Input("password")
		switch {
		case p.Provenance == evidence.No:
			return Attested{evidence.No, "attestations are turned off", true}
		case olderThan(evidence.SplitUses(p.Subject).Ref, 1, 11):
			return Attested{evidence.No, "the action attests from v1.11 on", true}
		case password:
			return Attested{evidence.No, "with a password the action does not attest", true}
		}
		return Attested{evidence.Yes, "the action attests by itself", true}
	case "twine":
		if p.Provenance == evidence.Yes {
			return Attested{evidence.Yes, "it uploads attestations", true}
		}
		return Attested{evidence.No, "twine makes no attestation", true}
	case "uv":
		return Attested{evidence.No, "uv publish makes no attestation, not even with the identity token", true}
	case "poetry", "flit", "hatch", "pdm", "rye", "maturin":
		return Attested{evidence.No, p.Kind + " makes no attestation", true}
	}
	return Attested{evidence.Unknown, "whether this action attests only its own code says", true}
}

// olderThan reads a tag v1.8.14. Branches and commits tell no version.
func olderThan(ref string, major, minor int) bool {
	rest, tag := strings.CutPrefix(ref, "v")
	parts := strings.Split(rest, ".")
	if !tag || len(parts) < 2 {
		return false
	}
	have, want := [2]int{number(parts[0]), number(parts[1])}, [2]int{major, minor}
	if have[0] < 0 || have[1] < 0 {
		return false
	}
	return have[0] < want[0] || have[0] == want[0] && have[1] < want[1]
}

func number(digits string) int {
	if digits == "" || len(digits) > 6 || strings.Trim(digits, "0123456789") != "" {
		return -1
	}
	n := 0
	for _, digit := range digits {
		n = n*10 + int(digit-'0')
	}
	return n
}

func (p *Publisher) gemAttests() Attested {
	if p.Kind == "rubygems/release-gem" && p.Provenance == evidence.No {
		return Attested{evidence.No, "attestations are turned off", true}
	}
	return Attested{} // gem push: few gems carry one, and the registry asks none
}

// releaseAttests: no tool that makes a release attests its assets. One that
// uploads none leaves nothing to attest.
func (p *Publisher) releaseAttests() Attested {
	if p.Kind == "slsa-framework/slsa-github-generator" {
		return Attested{evidence.Yes, "the builder makes provenance", true}
	}
	switch p.uploads() {
	case evidence.No:
		return Attested{}
	case evidence.Unknown:
		return Attested{evidence.Unknown, "only the run knows whether it uploads files", true}
	case evidence.Yes:
	}
	if strings.HasPrefix(p.Kind, "goreleaser") && p.Job.gear.cosign {
		return Attested{evidence.Yes, "goreleaser signs with the cosign that the job installs", true}
	}
	return Attested{evidence.No, "no step of the workflow attests what it uploads", true}
}

// uploads says whether a release gets files.
func (p *Publisher) uploads() evidence.Answer {
	given := func(inputs ...string) evidence.Answer {
		for _, input := range inputs {
			if v, set := p.Input(input); set && v.Value != "" {
				return evidence.Yes
			}
		}
		return evidence.No
	}
	switch p.Kind {
	case "gh", "glab":
		return p.uploadsFiles()
	case "softprops/action-gh-release", "marvinpinto/action-automatic-releases", "anton-yurchenko/git-release", "akashmahlax/auto-release":
		return given("files")
	case "ncipollo/release-action":
		return given("artifacts", "artifact")
	case "goreleaser", "goreleaser/goreleaser-action", "actions/upload-release-asset", "svenstaro/upload-release-action", "taiki-e/upload-rust-binary-action",
		"wangyoucao577/go-release-action", "xresloader/upload-to-github-release", "alexellis/upload-assets", "shogo82148/actions-upload-release-asset", "elgohr/github-release-action", "ghr", "dist":
		return evidence.Yes
	}
	return evidence.No
}

// releaseFlags of gh and glab take a value in the next word.
var releaseFlags = []string{"-t", "--title", "-n", "--notes", "-F", "--notes-file", "--target", "-R", "--repo", "--notes-start-tag", "--discussion-category", "-N", "--name", "-r", "--ref", "--milestone"}

// uploadsFiles reads gh release upload TAG FILE and gh release create TAG FILE.
// What only the run knows may be a flag.
func (p *Publisher) uploadsFiles() evidence.Answer {
	operands, open := 0, false
	words := peel(p.Command.Words)
	for i := 1; i < len(words); i++ {
		word := words[i].Value
		if strings.HasPrefix(word, "-") {
			if slices.Contains(releaseFlags, word) {
				i++
			}
			continue
		}
		if operands++; operands <= 3 {
			continue // release, create, TAG
		}
		if words[i].Known || namesFiles(word) {
			return evidence.Yes
		}
		open = true
	}
	if open {
		return evidence.Unknown
	}
	return evidence.No
}

// namesFiles takes a word that only the run knows for files by what is written
// around its variables, and by their names.
func namesFiles(word string) bool {
	lower := strings.ToLower(word)
	if strings.Contains(lower, "--") {
		return false
	}
	for _, part := range []string{"/", "*", ".zip", ".tar", ".mcpb", "file", "asset", "artifact", "dist", "package", "binar", "archive", "bundle"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
