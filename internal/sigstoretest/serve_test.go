package sigstoretest

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/sign"
)

func TestClientSignsKeyless(t *testing.T) {
	server := Serve(t)
	who := Workflow("acme/weather", "refs/tags/v1.2.0")
	for name, one := range map[string]struct {
		content sign.Content
		log     *sign.RekorOptions
	}{
		"statement, Rekor v1": {&sign.DSSEData{Data: SLSA1(who, SubjectOf("weather.tgz", artifact)), PayloadType: InToto}, &sign.RekorOptions{BaseURL: server.RekorURL}},
		"statement, Rekor v2": {&sign.DSSEData{Data: SLSA1(who, SubjectOf("weather.tgz", artifact)), PayloadType: InToto}, &sign.RekorOptions{BaseURL: server.RekorV2URL, Version: 2}},
		"message, Rekor v1":   {&sign.PlainData{Data: artifact}, &sign.RekorOptions{BaseURL: server.RekorURL}},
		"message, Rekor v2":   {&sign.PlainData{Data: artifact}, &sign.RekorOptions{BaseURL: server.RekorV2URL, Version: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			key := must(sign.NewEphemeralKeypair(nil))
			made, err := sign.Bundle(one.content, key, sign.BundleOptions{
				CertificateProvider:        sign.NewFulcio(&sign.FulcioOptions{BaseURL: server.FulcioURL}),
				CertificateProviderOptions: &sign.CertificateProviderOptions{IDToken: server.IDToken(Claims(who))},
				TimestampAuthorities:       []*sign.TimestampAuthority{sign.NewTimestampAuthority(&sign.TimestampAuthorityOptions{URL: server.TSAURL})},
				TransparencyLogs:           []sign.Transparency{sign.NewRekor(one.log)},
				TrustedRoot:                must(root.NewTrustedRootFromJSON(server.TrustedRootJSON())),
			})
			if err != nil {
				t.Fatal(err)
			}
			result, err := check(t, marshal(made), server.TrustedRootJSON(), artifact)
			if err != nil {
				t.Fatal(err)
			}
			if got := result.Signature.Certificate.SourceRepositoryURI; got != "https://github.com/acme/weather" {
				t.Errorf("the certificate names %s", got)
			}
		})
	}
}

func TestKeySignsWithLogAndTime(t *testing.T) {
	server := Serve(t)
	made, err := sign.Bundle(&sign.DSSEData{Data: SLSA1(Identity{}, SubjectOf("weather.tgz", artifact)), PayloadType: InToto}, must(sign.NewEphemeralKeypair(nil)), sign.BundleOptions{
		TimestampAuthorities: []*sign.TimestampAuthority{sign.NewTimestampAuthority(&sign.TimestampAuthorityOptions{URL: server.TSAURL})},
		TransparencyLogs:     []sign.Transparency{sign.NewRekor(&sign.RekorOptions{BaseURL: server.RekorURL})},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(made.VerificationMaterial.TlogEntries) != 1 {
		t.Error("there is no entry of the log")
	}
}

func TestFulcioWantsAToken(t *testing.T) {
	server := Serve(t)
	key := must(sign.NewEphemeralKeypair(nil))
	fulcio := sign.NewFulcio(&sign.FulcioOptions{BaseURL: server.FulcioURL})
	claims := Claims(Workflow("acme/weather", "refs/tags/v1.2.0"))
	other := Serve(t)
	other.TokenRequestSecret = "another issuer"
	expired, elsewhere := Claims(Identity{}), Claims(Identity{})
	expired["exp"], elsewhere["aud"] = 1, "somebody"
	for name, token := range map[string]string{
		"of another issuer": other.IDToken(claims), "expired": server.IDToken(expired), "for somebody else": server.IDToken(elsewhere),
	} {
		if _, err := fulcio.GetCertificate(t.Context(), key, &sign.CertificateProviderOptions{IDToken: token}); err == nil {
			t.Errorf("a token %s is taken", name)
		}
	}
	if _, err := fulcio.GetCertificate(t.Context(), key, &sign.CertificateProviderOptions{IDToken: server.IDToken(claims)}); err != nil {
		t.Error(err)
	}
}

func TestJobAsksForAToken(t *testing.T) {
	server := Serve(t)
	ask := func(secret string) (int, string) {
		request := must(http.NewRequest(http.MethodGet, server.TokenRequestURL+"&audience=sigstore", nil))
		request.Header.Set("Authorization", "bearer "+secret)
		response := must(http.DefaultClient.Do(request))
		defer func() { _ = response.Body.Close() }()
		var said struct{ Value string }
		_ = json.Unmarshal(must(io.ReadAll(response.Body)), &said)
		return response.StatusCode, said.Value
	}
	if status, _ := ask("wrong"); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret gets %d", status)
	}
	status, token := ask(server.TokenRequestSecret)
	if status != http.StatusOK || strings.Count(token, ".") != 2 {
		t.Fatalf("got %d %q", status, token)
	}
	who, subject, err := server.identify(token)
	if err != nil || who.Whole().Config() != server.Job.Whole().Config() || subject != "repo:acme/weather:ref:refs/tags/v1.2.0" {
		t.Errorf("%v %s %v", who, subject, err)
	}
}

func TestSigningConfigIsOne(t *testing.T) {
	server := Serve(t)
	for _, log := range []Log{RekorV1, RekorV2, NoLog} {
		config, err := root.NewSigningConfigFromJSON(server.SigningConfig(log))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(config.RekorLogURLs()); got != map[Log]int{RekorV1: 1, RekorV2: 1, NoLog: 0}[log] {
			t.Errorf("%q: %d logs", log, got)
		}
	}
}
