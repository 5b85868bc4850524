package trust

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

func seeds(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(proofs, filepath.FromSlash(name)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
}

func FuzzParseRoots(f *testing.F) {
	seeds(f, "trust/public-good.trusted_root.json", "synthetic/trusted_root.json", "conformance/managed-key-and-trusted-root/trusted_root.json")
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","timestampAuthorities":[{"certChain":{"certificates":[{}]}}]}`))
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[{"hashAlgorithm":"SHA2_256","logId":{"keyId":"AA=="},"publicKey":{"rawBytes":"AA==","validFor":{}}}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		roots, err := parseRoots(raw)
		if err != nil {
			return
		}
		file := trustFile{roots: roots}
		for _, instance := range []Instance{PublicGood, GitHub} {
			material, raw := file.material(instance)
			if material == nil {
				t.Fatal("a file that parses trusts nobody")
			}
			if _, err := parseRoot(raw); err != nil {
				t.Errorf("what a file trusts does not parse alone: %v", err)
			}
		}
	})
}

func FuzzParseNPMKeys(f *testing.F) {
	seeds(f, "trust/npm-keys.json", "synthetic/npm-keys.json")
	f.Add([]byte(`{"keys":[{"keyid":"SHA256:x","expires":null,"key":"AAAA"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		keys, err := ParseNPMKeys(raw)
		if err != nil {
			return
		}
		for _, key := range keys {
			if key.ID == "" || key.Usage == "" || len(key.SPKI) == 0 {
				t.Errorf("half a key: %+v", key)
			}
		}
	})
}

// FuzzReplay holds that nothing which was not signed comes out of a cache.
func FuzzReplay(f *testing.F) {
	tuf := sigstoretest.ServeTUF(f, nextYear)
	sigstore := sigstoretest.New("fuzz", sigstoretest.Options{})
	tuf.Publish(nextYear, map[string][]byte{trustedRootTarget: sigstore.TrustedRootJSON(), npmKeysTarget: sigstore.NPMKeysJSON()})
	repository := Repository{Mirror: tuf.URL, Root: tuf.Root()}
	_, raw, err := repository.fetch(Options{Now: today})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"schema":1,"fetched":"2026-09-01T00:00:00Z","metadata":{"timestamp.json":""},"targets":{}}`))
	genuine := sum(sigstore.TrustedRootJSON())
	f.Fuzz(func(t *testing.T, raw []byte) {
		said, err := repository.replay(raw)
		if err == nil && sum(said.targets[trustedRootTarget]) != genuine {
			t.Error("a target that was never signed is trusted")
		}
	})
}
