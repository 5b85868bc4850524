package trust

import (
	"os"
	"path/filepath"
	"testing"
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
		roots, err := ParseRoots(raw)
		if err != nil {
			return
		}
		file := trustFile{roots: roots}
		for _, instance := range []Instance{PublicGood, GitHub} {
			if file.material(instance) == nil {
				t.Error("a file that parses trusts nobody")
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
