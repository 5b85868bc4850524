package githubtest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

func signed(t *testing.T, key *rsa.PrivateKey, issuer string, life time.Duration) string {
	t.Helper()
	now := time.Now()
	claims := jwt.RegisteredClaims{Issuer: issuer, IssuedAt: jwt.NewNumericDate(now.Add(-time.Minute)), ExpiresAt: jwt.NewNumericDate(now.Add(life))}
	text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestInstallationTokens(t *testing.T) {
	s := gh.Serve(t, full())
	good := signed(t, s.AppKey(), "7", 5*time.Minute)
	answer, body := ask(t, s, good, "/repos/acme/tool/installation")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s", answer.Status, body)
	}
	_, list := ask(t, s, good, "/app/installations")
	var all []struct {
		TokensURL string `json:"access_tokens_url"`
	}
	if err := json.Unmarshal([]byte(list), &all); err != nil || len(all) != 1 {
		t.Fatalf("%v: %s", err, list)
	}
	address := strings.TrimPrefix(all[0].TokensURL, s.URL)
	answer, body = send(t, s, http.MethodPost, good, address, "")
	var token struct {
		Token       string            `json:"token"`
		Permissions map[string]string `json:"permissions"`
	}
	if err := json.Unmarshal([]byte(body), &token); err != nil || answer.StatusCode != http.StatusCreated || token.Permissions["administration"] != "read" {
		t.Fatalf("%s %s", answer.Status, body)
	}
	if answer, _ := ask(t, s, token.Token, "/repos/acme/tool/branches/main/protection"); answer.StatusCode != http.StatusOK {
		t.Errorf("the token: %s", answer.Status)
	}
	if answer, _ := ask(t, s, token.Token, "/repos/acme/tool/actions/secrets"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("the token sees secrets: %s", answer.Status)
	}
	if answer, body := ask(t, s, token.Token, "/installation/repositories"); answer.StatusCode != http.StatusOK || !strings.Contains(body, "acme/hidden") || strings.Contains(body, "actions/checkout") {
		t.Errorf("its repositories: %s %.200s", answer.Status, body)
	}
	if answer, _ := send(t, s, http.MethodPost, good, address, `{"permissions":{"secrets":"read"}}`); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("more than the app has: %s", answer.Status)
	}

	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"another key": signed(t, other, "7", 5*time.Minute), "an hour": signed(t, s.AppKey(), "7", time.Hour), "over": signed(t, s.AppKey(), "7", -time.Second), "none": "",
	} {
		if answer, _ := send(t, s, http.MethodPost, bad, address, ""); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", name, answer.Status)
		}
	}
	if answer, _ := send(t, s, http.MethodPost, signed(t, s.AppKey(), "8", time.Minute), address, ""); answer.StatusCode != http.StatusNotFound {
		t.Errorf("no such app: %s", answer.Status)
	}
}

func TestBulkAttestations(t *testing.T) {
	s := gh.Serve(t, full())
	answer, body := send(t, s, http.MethodPost, s.Token(gh.Job), "/orgs/acme/attestations/bulk-list", `{"subject_digests":["sha256:abc","sha256:def"]}`)
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, `"sha256:def":null`) || !strings.Contains(body, "bundle.v0.3") {
		t.Errorf("%s %s", answer.Status, body)
	}
	if answer, _ := send(t, s, http.MethodPost, s.Token(gh.Installation), "/orgs/acme/attestations/bulk-list", `{"subject_digests":["sha256:abc"]}`); answer.StatusCode != http.StatusForbidden {
		t.Errorf("without the permission: %s", answer.Status)
	}
}
