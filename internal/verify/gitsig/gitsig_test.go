package gitsig

import (
	"crypto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"golang.org/x/crypto/ssh"

	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/provenance"
)

func TestSSH(t *testing.T) {
	key, other, authority := sshKey(t, "ed25519"), sshKey(t, "ed25519"), sshKey(t, "ed25519")
	commit := unsigned("good")
	good := sshSigned(t, key, Namespace, commit)
	vouched := sshSigned(t, certified(t, authority, key, nil), Namespace, commit)
	late := sshSigned(t, certified(t, authority, key, func(c *ssh.Certificate) { c.ValidBefore = c.ValidAfter + 1 }), Namespace, commit)
	host := sshSigned(t, certified(t, authority, key, func(c *ssh.Certificate) { c.CertType = ssh.HostCert }), Namespace, commit)
	revoked, err := ReadRevoked([]byte("# stolen\n" + line("", "", key.PublicKey())))
	if err != nil || len(revoked.Problems) > 0 {
		t.Fatal(err, revoked)
	}
	revokedAuthority, _ := ReadRevoked([]byte(ssh.FingerprintSHA256(authority.PublicKey())))
	for name, c := range map[string]struct {
		raw      []byte
		verifier Verifier
		want     evidence.ProofClass
		why      string
	}{
		"without a list": {good, Verifier{}, provenance.OKKey, ""},
		"listed":         {good, Verifier{Signers: list(t, line("ann@example.com", "", key.PublicKey()))}, provenance.OK, ""},
		"not listed":     {good, Verifier{Signers: list(t, line("ann@example.com", "", other.PublicKey()))}, provenance.OKKey, "not listed"},
		"for git":        {good, Verifier{Signers: list(t, line("ann@example.com", `namespaces="file,g?t"`, key.PublicKey()))}, provenance.OK, ""},
		"for files":      {good, Verifier{Signers: list(t, line("ann@example.com", `namespaces="file"`, key.PublicKey()))}, provenance.KeyInvalid, "not for git"},
		"no more":        {good, Verifier{Signers: list(t, line("ann@example.com", `valid-before="20260601"`, key.PublicKey()))}, provenance.KeyInvalid, "only until"},
		"not yet":        {good, Verifier{Signers: list(t, line("ann@example.com", `valid-after="202606011201Z"`, key.PublicKey()))}, provenance.KeyInvalid, "only from"},
		"in time":        {good, Verifier{Signers: list(t, line("ann@example.com", `valid-after="20260601",valid-before="20260602"`, key.PublicKey()))}, provenance.OK, ""},
		"renewed":        {good, Verifier{Signers: list(t, line("ann@example.com", `valid-before="20250101"`, key.PublicKey())+line("ann@example.com", "", key.PublicKey()))}, provenance.OK, ""},
		"revoked":        {good, Verifier{Revoked: revoked}, provenance.KeyRevoked, "list of revoked"},
		"by authority":   {vouched, Verifier{Signers: list(t, line("*@example.com", "cert-authority", authority.PublicKey()))}, provenance.OK, ""},
		"of elsewhere":   {vouched, Verifier{Signers: list(t, line("*@example.org", "cert-authority", authority.PublicKey()))}, provenance.KeyInvalid, "nobody"},
		"refused":        {vouched, Verifier{Signers: list(t, line("*@example.com,!ann@*", "cert-authority", authority.PublicKey()))}, provenance.KeyInvalid, "nobody"},
		"no authority":   {vouched, Verifier{Signers: list(t, line("*@example.com", "", authority.PublicKey()))}, provenance.OKKey, "not listed"},
		"plain key":      {good, Verifier{Signers: list(t, line("*@example.com", "cert-authority", key.PublicKey()))}, provenance.OKKey, "not listed"},
		"certificate":    {late, Verifier{Signers: list(t, line("*@example.com", "cert-authority", authority.PublicKey()))}, provenance.KeyInvalid, "certificate"},
		"of a host":      {host, Verifier{Signers: list(t, line("*@example.com", "cert-authority", authority.PublicKey()))}, provenance.KeyInvalid, "none of a user"},
		"bad authority":  {vouched, Verifier{Revoked: revokedAuthority}, provenance.KeyRevoked, ""},
		"for a login":    {sshSigned(t, key, "ssh", commit), Verifier{}, provenance.SignatureInvalid, "not for git"},
		"other message":  {[]byte(strings.Replace(string(good), "good", "evil", 1)), Verifier{}, provenance.SignatureInvalid, "does not hold"},
		"other author":   {[]byte(strings.Replace(string(good), "author Ann", "author Eve", 1)), Verifier{}, provenance.SignatureInvalid, "does not hold"},
		"cut":            {[]byte(strings.Replace(string(good), "U1NIU0lH", "U1NI", 1)), Verifier{}, provenance.Malformed, "cannot be read"},
		"none":           {[]byte(commit), Verifier{}, provenance.NoProof, ""},
	} {
		got := c.verifier.Check(read(t, c.raw))
		if got.Class != c.want || !strings.Contains(got.Detail, c.why) {
			t.Errorf("%s: %s (%s), want %s (%s)", name, got.Class, got.Detail, c.want, c.why)
		}
		if c.want == provenance.OK && (len(got.Signer) == 0 || got.Key != ssh.FingerprintSHA256(key.PublicKey()) || got.Algorithm != "ed25519" || got.Weak != "") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWeakSSHKeys(t *testing.T) {
	for sort, want := range map[string]string{"rsa-1024": "an RSA key of 1024 bits", "dsa": "a DSA key and SHA-1"} {
		got := new(Verifier).Check(read(t, sshSigned(t, sshKey(t, sort), Namespace, unsigned("weak"))))
		if got.Weak != want || got.Class == provenance.NoProof {
			t.Errorf("%s: %+v", sort, got)
		}
	}
}

func TestOpenPGP(t *testing.T) {
	strong := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	short := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoRSA, RSABits: 1024})
	expired := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, KeyLifetimeSecs: 3600})
	withdrawn := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	good := pgpSigned(t, strong, crypto.SHA256, unsigned("good"))
	stolen := pgpSigned(t, withdrawn, crypto.SHA256, unsigned("good"))
	if err := withdrawn.RevokeKey(packet.KeyCompromised, "stolen", &packet.Config{Time: func() time.Time { return signedAt.AddDate(0, 1, 0) }}); err != nil {
		t.Fatal(err)
	}
	revoked, _ := ReadRevoked([]byte(strings.ToUpper(strong.PrimaryKey.KeyIdString())))
	ring := func(one *openpgp.Entity) Verifier { return Verifier{Keys: openpgp.EntityList{one}} }
	for name, c := range map[string]struct {
		raw      []byte
		verifier Verifier
		want     evidence.ProofClass
		weak     string
	}{
		"known":         {good, ring(strong), provenance.OK, ""},
		"unknown":       {good, ring(short), provenance.KeyUnknown, ""},
		"other message": {[]byte(strings.Replace(string(good), "good", "evil", 1)), ring(strong), provenance.SignatureInvalid, ""},
		"listed":        {good, Verifier{Keys: openpgp.EntityList{strong}, Revoked: revoked}, provenance.KeyRevoked, ""},
		"listed only":   {good, Verifier{Revoked: revoked}, provenance.KeyRevoked, ""},
		"revoked":       {stolen, ring(withdrawn), provenance.KeyRevoked, ""},
		"expired":       {pgpSigned(t, expired, crypto.SHA256, unsigned("late")), ring(expired), provenance.KeyInvalid, ""},
		"SHA-1":         {pgpSigned(t, short, crypto.SHA1, unsigned("weak")), ring(short), provenance.OK, "an RSA key of 1024 bits and SHA-1"},
		"short":         {pgpSigned(t, short, crypto.SHA256, unsigned("weak")), ring(short), provenance.OK, "an RSA key of 1024 bits"},
		"short unknown": {pgpSigned(t, short, crypto.SHA1, unsigned("weak")), Verifier{}, provenance.KeyUnknown, "an RSA key of 1024 bits and SHA-1"},
	} {
		got := c.verifier.Check(read(t, c.raw))
		if got.Class != c.want || got.Weak != c.weak {
			t.Errorf("%s: %s (%s), weak %q, want %s, %q", name, got.Class, got.Detail, got.Weak, c.want, c.weak)
		}
		if c.want == provenance.OK && (!slices.Equal(got.Signer, []string{"Ann <ann@example.com>"}) || len(got.Key) != 40) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What two readers could understand differently is no signature.
func TestAmbiguousSignatures(t *testing.T) {
	key := pgpKey(t, packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	good := string(pgpSigned(t, key, crypto.SHA256, unsigned("good")))
	verifier := &Verifier{Keys: openpgp.EntityList{key}}
	for name, raw := range map[string]string{
		"another after":  strings.Replace(good, " -----END PGP SIGNATURE-----\n", " -----END PGP SIGNATURE-----\n -----BEGIN SSH SIGNATURE-----\n", 1),
		"text before it": strings.Replace(good, "gpgsig -----BEGIN", "gpgsig released by all\n -----BEGIN", 1),
		"no end":         strings.Replace(good, " -----END PGP SIGNATURE-----\n", "", 1),
		"another sort":   strings.ReplaceAll(good, "PGP SIGNATURE", "PGP MESSAGE"),
	} {
		object, err := Read([]byte(raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := verifier.Check(object); name != "another sort" && got.Class != provenance.Malformed {
			t.Errorf("%s: %s (%s)", name, got.Class, got.Detail)
		}
	}
	noisy := strings.Replace(good, " -----END PGP SIGNATURE-----\n", " -----END PGP SIGNATURE-----\n Sign completed\n", 1)
	if got := verifier.Check(read(t, []byte(noisy))); got.Class != provenance.OK {
		t.Errorf("with words of the signing program behind it: %s (%s)", got.Class, got.Detail)
	}
	head, rest, _ := strings.Cut(good, "\ngpgsig ")
	for name, raw := range map[string]string{
		"two signatures": head + "\ngpgsig " + strings.Split(rest, "\n\n")[0] + "\ngpgsig " + rest,
		"two trees":      "tree " + strings.Repeat("1", 40) + "\n" + good,
		"no object":      "blob\n",
		"empty":          "",
		"other header":   strings.Replace(good, "\ngpgsig ", "\ngpgsig-sha512 x\ngpgsig ", 1),
	} {
		if _, err := Read([]byte(raw)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func TestAllowedSigners(t *testing.T) {
	key := sshKey(t, "ed25519").PublicKey()
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	text := strings.Join([]string{
		"# who signs",
		"",
		"ann@example.com " + public + " laptop of Ann",
		`"ann@example.com,*@example.org" namespaces="git,file",valid-after="20240102" ` + public,
		"bob@example.com Cert-Authority,valid-before=\"20300101000000Z\" " + public,
		"\tindented@example.com\t" + public,
		`"open quotation ` + public,
		"nobody",
		"ann@example.com command=\"x\" " + public,
		"ann@example.com valid-after=\"yesterday\" " + public,
		"ann@example.com valid-after=20240101 " + public,
		`ann@example.com valid-after="20240102",valid-before="20240101" ` + public,
		`ann@example.com namespaces="a",namespaces="b" ` + public,
		"ann@example.com ssh-rsa AAAA",
	}, "\r\n")
	signers, err := ReadSigners("x", []byte("\ufeff"+text))
	if err != nil {
		t.Fatal(err)
	}
	var lines, wrong []int
	for _, entry := range signers.Entries {
		lines = append(lines, entry.Line)
	}
	for _, problem := range signers.Problems {
		wrong = append(wrong, problem.Line)
	}
	if !slices.Equal(lines, []int{3, 4, 5, 6}) || !slices.Equal(wrong, []int{7, 8, 9, 10, 11, 12, 13, 14}) {
		t.Errorf("read are %v, refused %v", lines, signers.Problems)
	}
	if quoted := signers.Entries[1]; quoted.Principals != "ann@example.com,*@example.org" || len(quoted.Namespaces) != 2 || quoted.After.Year() != 2024 {
		t.Errorf("the quoted line is %+v", quoted)
	}
	if authority := signers.Entries[2]; !authority.Authority || authority.Before.Year() != 2030 {
		t.Errorf("the line of the authority is %+v", authority)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		patterns, name string
		want           bool
	}{
		{"*", "", true}, {"*@example.com", "ann@example.com", true}, {"*@example.com", "ann@example.com.evil", false},
		{"a?c", "abc", true}, {"a?c", "ac", false}, {"[a]", "a", false}, {"[a]", "[a]", true}, {"a/*", "a/b/c", true},
		{"*,!eve@*", "eve@example.com", false}, {"!eve@*,*", "ann@example.com", true}, {"!ann@*", "bob@example.com", false},
		{"a*b*c", "a-b-b-c", true}, {"", "x", false},
	} {
		if got := matchList(c.patterns, c.name); got != c.want {
			t.Errorf("%q and %q: %v", c.patterns, c.name, got)
		}
	}
}

func TestRevoked(t *testing.T) {
	if _, err := ReadRevoked([]byte("SSHKRL\n\x00\x00")); err == nil {
		t.Error("a binary list is read")
	}
	revoked, err := ReadRevoked([]byte("0x" + strings.Repeat("AB", 20) + "\nnonsense\n\n# " + strings.Repeat("c", 40)))
	if err != nil || len(revoked.Problems) != 1 || revoked.Problems[0].Line != 2 {
		t.Errorf("%+v, %v", revoked, err)
	}
	if !revoked.openpgp(strings.Repeat("ab", 20)) || revoked.openpgp(strings.Repeat("c", 40)) || revoked.openpgp("") {
		t.Error("the wrong keys are revoked")
	}
}
