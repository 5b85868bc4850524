package pinning

import (
	"path"
	"strings"

	"github.com/sealvet/sealvet/internal/evidence"
)

var hashers = map[string]bool{
	"sha256sum": true, "sha512sum": true, "sha384sum": true, "sha224sum": true, "sha1sum": true, "md5sum": true, "shasum": true,
	"gsha256sum": true, "b2sum": true, "b3sum": true, "sha256": true, "sha512": true, "digest": true, "cksum": true,
}

// checksByName tells functions and scripts that, going by their name, verify
// what they are given.
func checksByName(program string) bool {
	for _, part := range []string{"checksum", "verify", "verif", "sha256", "shasum", "validate", "signature", "filehash"} {
		if strings.Contains(program, part) {
			return true
		}
	}
	return false
}

// verifiersOf says of each function of a script whether it verifies anything.
func verifiersOf(script *evidence.Script) map[string]bool {
	found := make(map[string]bool)
	for i := range script.Commands {
		c := &script.Commands[i]
		if c.Func != "" && len(c.Words) > 0 {
			program := programOf(c)
			found[c.Func] = found[c.Func] || hashers[program] || program == "openssl" || program == "get-filehash" || isSignature(c)
		}
	}
	return found
}

// checksums tells sha256sum -c from sha256sum.
func (m *machine) checksums(c *evidence.Command) bool {
	for _, word := range c.Words[1:] {
		if v := word.Value; v == "--check" || len(v) > 1 && v[0] == '-' && v[1] != '-' && strings.ContainsRune(v, 'c') {
			return true
		}
	}
	return false
}

// isSignature tells the programs that verify a signature or an attestation.
func isSignature(c *evidence.Command) bool {
	has := func(any ...string) bool { return hasWord(c, any) }
	switch programOf(c) {
	case "cosign":
		return has("verify-blob", "verify-blob-attestation")
	case "gpg", "gpg2", "gpgv", "sq":
		return has("--verify", "verify") || programOf(c) == "gpgv"
	case "minisign":
		return has("-V", "-Vm", "-Vqm", "-Vxm")
	case "signify", "signify-openbsd":
		return has("-V", "-C", "-Vq")
	case "slsa-verifier":
		return has("verify-artifact", "verify-npm-package")
	case "gh":
		return has("attestation", "at") && has("verify") || has("verify-asset")
	case "openssl":
		return has("-verify")
	case "ssh-keygen":
		return has("verify")
	case "rpm", "rpmkeys":
		return has("--checksig", "-K")
	case "codesign":
		return has("-v", "--verify", "-vv", "-dv", "--deep")
	case "spctl", "get-authenticodesignature", "debsig-verify", "dpkg-sig", "in-toto-verify", "witness":
		return true
	case "jarsigner", "sigstore", "sigstore-python", "apksigner", "crane":
		return has("-verify", "verify")
	case "python", "python3":
		return has("sigstore") && has("verify")
	case "signtool", "rekor-cli", "conjur":
		return has("verify")
	}
	return false
}

// onlySignatures: gpg --verify file.asc speaks of file.
func onlySignatures(what []*download) bool {
	for _, d := range what {
		switch path.Ext(d.base) {
		case ".asc", ".sig", ".sign", ".gpg", ".minisig", ".sigstore", ".pem", ".json", ".bundle":
		default:
			return false
		}
	}
	return true
}
