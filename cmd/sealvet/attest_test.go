package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/secure-systems-lab/go-securesystemslib/encrypted"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// writeKeys makes key pairs for the scripts: none lies in the repository.
func writeKeys(env *testscript.Env) error {
	dir := filepath.Join(env.WorkDir, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	write := func(name, kind string, der []byte) error {
		return os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
	}
	for _, name := range []string{"other", "test"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		public, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			return err
		}
		if err := write(name+".key", "PRIVATE KEY", private); err != nil {
			return err
		}
		if err := write(name+".pub", "PUBLIC KEY", public); err != nil {
			return err
		}
		if err := writeRelease(filepath.Join(env.WorkDir, "keys", name), key); err != nil {
			return err
		}
	}
	locked, err := encrypted.Encrypt([]byte("no key"), []byte("TEST ONLY"))
	if err != nil {
		return err
	}
	return write("locked.key", "ENCRYPTED SIGSTORE PRIVATE KEY", locked)
}

// writeRelease makes a file, its checksum, and a signature over the checksums.
func writeRelease(dir string, key *ecdsa.PrivateKey) error {
	content := []byte("the package\n")
	list := fmt.Appendf(nil, "%x  weather.tgz\n", sha256.Sum256(content))
	sum := sha256.Sum256(list)
	signature, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"weather.tgz": content, "checksums.txt": list, "checksums.txt.sig": []byte(base64.StdEncoding.EncodeToString(signature)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// TestSignedInCI signs as a job of a CI does, with a Sigstore of its own.
func TestSignedInCI(t *testing.T) {
	for script, visibility := range map[string]string{"public": "public", "private": "private"} {
		t.Run(script, func(t *testing.T) {
			server := sigstoretest.Serve(t)
			server.Job.Visibility = visibility
			testscript.Run(t, testscript.Params{
				Files: []string{filepath.Join("..", "..", "testdata", "attest", script+".txtar")},
				Setup: func(env *testscript.Env) error {
					for name, value := range map[string]string{
						"ACTIONS_ID_TOKEN_REQUEST_URL": server.TokenRequestURL, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": server.TokenRequestSecret,
						"FULCIO": server.FulcioURL, "REKOR": server.RekorURL, "TSA": server.TSAURL, "GITHUB_API_URL": server.URL,
						"XDG_CACHE_HOME": filepath.Join(env.WorkDir, "cache"),
					} {
						env.Setenv(name, value)
					}
					for name, data := range map[string][]byte{
						"trusted_root.json": server.TrustedRootJSON(),
						"rekor1.json":       server.SigningConfig(sigstoretest.RekorV1), "rekor2.json": server.SigningConfig(sigstoretest.RekorV2),
					} {
						if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
							return err
						}
					}
					return writeKeys(env)
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
			})
		})
	}
}
