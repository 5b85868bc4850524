package sigstoretest

import (
	"bytes"
	"encoding/json"
	"time"

	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	trustroot "github.com/sigstore/protobuf-specs/gen/pb-go/trustroot/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// TrustedRootJSON is the trusted_root.json of this Sigstore.
func (s *Sigstore) TrustedRootJSON() []byte {
	window := &common.TimeRange{Start: timestamppb.New(s.options.From), End: timestamppb.New(s.options.Until)}
	root := &trustroot.TrustedRoot{
		MediaType:              "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
		CertificateAuthorities: []*trustroot.CertificateAuthority{chain("https://fulcio.invalid", window, s.intermediate, s.root)},
		TimestampAuthorities:   []*trustroot.CertificateAuthority{chain("https://tsa.invalid", window, s.tsa, s.tsaRoot)},
	}
	if s.options.GitHub {
		return marshal(root)
	}
	p256 := common.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256
	root.Ctlogs = []*trustroot.TransparencyLogInstance{logInstance("https://ct.invalid", window, s.ct.id(), s.ct.spki(), p256)}
	root.Tlogs = []*trustroot.TransparencyLogInstance{
		logInstance("https://"+log1Host, window, s.rekor.id(), s.rekor.spki(), p256),
		logInstance("https://"+log2Host, window, s.tiles.id(), s.tiles.spki(), common.PublicKeyDetails_PKIX_ED25519),
	}
	return marshal(root)
}

func chain(uri string, window *common.TimeRange, parts ...authority) *trustroot.CertificateAuthority {
	made := &trustroot.CertificateAuthority{Uri: uri, ValidFor: window, CertChain: &common.X509CertificateChain{}}
	for _, part := range parts {
		subject := part.certificate.Subject
		made.Subject = &common.DistinguishedName{Organization: subject.Organization[0], CommonName: subject.CommonName}
		made.CertChain.Certificates = append(made.CertChain.Certificates, &common.X509Certificate{RawBytes: part.certificate.Raw})
	}
	return made
}

func logInstance(address string, window *common.TimeRange, id, spki []byte, kind common.PublicKeyDetails) *trustroot.TransparencyLogInstance {
	return &trustroot.TransparencyLogInstance{
		BaseUrl: address, HashAlgorithm: common.HashAlgorithm_SHA2_256, LogId: &common.LogId{KeyId: id},
		PublicKey: &common.PublicKey{RawBytes: spki, KeyDetails: kind, ValidFor: window},
	}
}

// NPMKeysJSON is the registry's key in the form of the TUF target, for both uses.
func (s *Sigstore) NPMKeysJSON() []byte {
	window := map[string]any{"start": s.options.KeyFrom.UTC().Format(time.RFC3339)}
	if !s.options.KeyUntil.IsZero() {
		window["end"] = s.options.KeyUntil.UTC().Format(time.RFC3339)
	}
	var keys []any
	for _, usage := range []string{"npm:signatures", "npm:attestations"} {
		keys = append(keys, map[string]any{
			"keyId": s.registry.hint(), "keyUsage": usage,
			"publicKey": map[string]any{"rawBytes": s.registry.spki(), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": window},
		})
	}
	return must(json.Marshal(map[string]any{"keys": keys}))
}

// Join is several trusted roots in one file, as JSON lines.
func Join(roots ...[]byte) []byte { return append(bytes.Join(roots, []byte("\n")), '\n') }
