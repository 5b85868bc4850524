package github

import (
	"bytes"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"

	"github.com/sealvet/sealvet/internal/verify"
)

func TestParseBulkOfAnyVersion(t *testing.T) {
	for _, raw := range []string{
		`{"attestations_subject_digests":{"sha256:aa":[{"bundle":{},"repository_id":1}],"sha256:bb":null},"page_info":{"has_next":true,"next":"c"}}`,
		`{"attestations_subject_digests":[{"sha256:aa":[{"bundle":{},"repository_id":1}]},{"sha256:bb":null}],"page_info":{"has_next":true,"next":"c"}}`,
	} {
		answer, err := parseBulk([]byte(raw))
		if err != nil || len(answer.Digests["sha256:aa"]) != 1 || len(answer.Digests) != 2 || !answer.Page.More || answer.Page.Next != "c" {
			t.Errorf("%s: %+v, %v", raw, answer, err)
		}
	}
}

func TestDecompressIsBounded(t *testing.T) {
	bundle := []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}`)
	for name, raw := range map[string][]byte{"snappy": snappy.Encode(nil, bundle), "plain": bundle} {
		if got, err := decompress(raw); err != nil || !bytes.Equal(got, bundle) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	bomb := snappy.Encode(nil, bytes.Repeat([]byte(" "), verify.MaxProof+1))
	for name, raw := range map[string][]byte{"empty": nil, "bomb": bomb, "cut": snappy.Encode(nil, bundle)[:10], "no json": snappy.Encode(nil, []byte("no"))} {
		if got, err := decompress(raw); err == nil {
			t.Errorf("%s gives %d bytes", name, len(got))
		}
	}
}

func TestRole(t *testing.T) {
	for name, want := range map[string]string{
		"server.mcpb": "", "weather_linux_amd64.tar.gz": "", "install.sh": "", "server.json": "", "keys.txt": "",
		"SHA256SUMS": "checksums", "weather_1.2.0_checksums.txt": "checksums", "weather.tgz.sha256": "checksums",
		"SHA256SUMS.asc": "signature", "checksums.txt.sig": "signature", "checksums.txt.pem": "signature", "cosign.pub": "signature", "a.sigstore.json": "signature",
		"multiple.intoto.jsonl": "provenance", "attestation.intoto.jsonl": "provenance", "a.whl.publish.attestation": "provenance", "a.build.slsa": "provenance",
		"weather.spdx.json": "sbom", "bom.json": "sbom", "sbom.cdx.json": "sbom", "weather-sbom.json": "sbom",
		"weather-1.2.0-source.tar.gz": "source", "source.zip": "source", "weather-src.tar.xz": "source", "resource.zip": "",
	} {
		if got := Role(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func FuzzBulkAnswer(f *testing.F) {
	f.Add([]byte(`{"attestations_subject_digests":{"sha256:aa":[{"bundle":{},"bundle_url":"https://example.com"}]},"page_info":{"has_next":true,"next":"c"}}`))
	f.Add([]byte(`{"attestations_subject_digests":[{"sha256:aa":null}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		answer, err := parseBulk(raw)
		if err != nil && len(answer.Digests) > 0 {
			t.Fatal("an error with answers")
		}
	})
}

func FuzzStoredBundle(f *testing.F) {
	f.Add(snappy.Encode(nil, []byte(`{}`)))
	f.Add([]byte(`{"a":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, err := decompress(raw); err == nil && len(got) > verify.MaxProof+len(raw) {
			t.Fatalf("%d bytes", len(got))
		}
	})
}

func FuzzRole(f *testing.F) {
	f.Add("SHA256SUMS.asc")
	f.Add("weather-source.tar.gz")
	f.Fuzz(func(t *testing.T, name string) {
		if role := Role(name); role != "" && strings.TrimSpace(name) == "" {
			t.Fatal("a name of nothing has a role")
		}
	})
}
