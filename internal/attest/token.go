package attest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// audience is whom a token for Fulcio is for.
const audience = "sigstore"

// Token is what a CI job shows to prove who it is.
type Token struct {
	Raw string
	// Visibility of the repository as the token tells it: public, private, internal, or
	// empty where it does not.
	Visibility string
}

// ErrNoToken says that nobody here hands out tokens.
var ErrNoToken = errors.New("no CI here offers an identity token; on GitHub give the job the permission id-token: write, on GitLab ask for an id_tokens entry SIGSTORE_ID_TOKEN with the audience sigstore")

// Job asks the CI for a token. The environment is handed in; transport dials.
func Job(ctx context.Context, environment func(string) string, transport http.RoundTripper) (Token, error) {
	if raw := environment("SIGSTORE_ID_TOKEN"); raw != "" {
		return readToken(raw)
	}
	address, secret := environment("ACTIONS_ID_TOKEN_REQUEST_URL"), environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	if address == "" || secret == "" {
		return Token{}, ErrNoToken
	}
	target, err := url.Parse(address)
	if err != nil || target.Host == "" {
		return Token{}, errors.New("$ACTIONS_ID_TOKEN_REQUEST_URL is no address")
	}
	query := target.Query()
	query.Set("audience", audience)
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return Token{}, err
	}
	request.Header.Set("Authorization", "Bearer "+secret)
	request.Header.Set("Accept", "application/json")
	// The secret must not follow a redirect.
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return Token{}, fmt.Errorf("ask the CI for an identity token: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Token{}, fmt.Errorf("ask the CI for an identity token: it answers %s", response.Status)
	}
	var said struct {
		Value string `json:"value"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&said); err != nil {
		return Token{}, fmt.Errorf("ask the CI for an identity token: %w", err)
	}
	return readToken(said.Value)
}

// readToken looks into a token without verifying it: Fulcio does. It is ours, and
// only its word on the visibility is taken.
func readToken(raw string) (Token, error) {
	token := Token{Raw: strings.TrimSpace(raw)}
	parts := strings.Split(token.Raw, ".")
	if len(parts) != 3 {
		return Token{}, errors.New("the identity token of the CI is none")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Token{}, errors.New("the identity token of the CI cannot be read")
	}
	var claims struct {
		GitHub string `json:"repository_visibility"`
		GitLab string `json:"project_visibility"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Token{}, errors.New("the identity token of the CI cannot be read")
	}
	if token.Visibility = claims.GitHub; token.Visibility == "" {
		token.Visibility = claims.GitLab
	}
	return token, nil
}
