package sigstoretest

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// audience is whom identity tokens for Sigstore are for.
const audience = "sigstore"

func (s *Server) oidcKey() signer { return newSigner(s.TokenRequestSecret, "oidc") }

// Claims are what GitHub's token says of a job.
func Claims(who Identity) map[string]any {
	who = who.Whole()
	if who.Email != "" {
		return map[string]any{"iss": who.Issuer, "sub": who.Email, "email": who.Email, "email_verified": true}
	}
	owner, _, _ := strings.Cut(who.Repository, "/")
	return map[string]any{
		"iss": who.Issuer, "sub": "repo:" + who.Repository + ":ref:" + who.Ref,
		"repository": who.Repository, "repository_id": who.RepositoryID, "repository_visibility": who.Visibility,
		"repository_owner": owner, "repository_owner_id": who.OwnerID, "ref": who.Ref, "ref_type": refType(who.Ref),
		"sha": who.Commit, "workflow": who.Name, "workflow_ref": strings.TrimPrefix(who.Config(), "https://github.com/"), "workflow_sha": who.Commit,
		"job_workflow_ref": strings.TrimPrefix(who.Signer, "https://github.com/"), "job_workflow_sha": who.SignerCommit,
		"runner_environment": who.Runner, "event_name": who.Trigger, "run_id": who.Run, "run_attempt": "1",
	}
}

// IDToken signs claims, good for ten minutes and for Sigstore unless they say otherwise.
func (s *Server) IDToken(claims map[string]any) string {
	whole := map[string]any{"aud": audience, "iat": time.Now().Unix(), "nbf": time.Now().Unix(), "exp": time.Now().Add(10 * time.Minute).Unix()}
	for name, value := range claims {
		whole[name] = value
	}
	key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: s.oidcKey().key, KeyID: "test-only"}}
	return must(jwt.Signed(must(jose.NewSigner(key, nil))).Claims(whole).Serialize())
}

// identify reads a token that we signed.
func (s *Server) identify(token string) (who Identity, subject string, err error) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return who, "", err
	}
	var standard jwt.Claims
	said := map[string]any{}
	if err := parsed.Claims(s.oidcKey().Public(), &standard, &said); err != nil {
		return who, "", err
	}
	if err := standard.Validate(jwt.Expected{AnyAudience: jwt.Audience{audience}, Time: time.Now()}); err != nil {
		return who, "", err
	}
	text := func(name string) string { value, _ := said[name].(string); return value }
	if email := text("email"); email != "" {
		if said["email_verified"] != true {
			return who, "", errors.New("the e-mail address is not verified")
		}
		return Person(email, standard.Issuer), email, nil
	}
	workflow, _, _ := strings.Cut(strings.TrimPrefix(text("workflow_ref"), text("repository")+"/"), "@")
	return Identity{
		Issuer: standard.Issuer, Repository: text("repository"), Ref: text("ref"), Commit: text("sha"), Workflow: workflow, Name: text("workflow"),
		Signer: "https://github.com/" + text("job_workflow_ref"), SignerCommit: text("job_workflow_sha"),
		Runner: text("runner_environment"), Trigger: text("event_name"), Run: text("run_id"), Visibility: text("repository_visibility"),
		RepositoryID: text("repository_id"), OwnerID: text("repository_owner_id"),
	}, standard.Subject, nil
}

// token is what a job with the permission id-token: write may ask for.
func (s *Server) token(r *http.Request, _ []byte) (answer, error) {
	given := strings.TrimPrefix(strings.TrimPrefix(r.Header.Get("Authorization"), "bearer "), "Bearer ")
	if subtle.ConstantTimeCompare([]byte(given), []byte(s.TokenRequestSecret)) != 1 {
		return answer{}, refusal{http.StatusUnauthorized, "this job may not ask for a token"}
	}
	claims := Claims(s.Job)
	claims["aud"] = r.URL.Query().Get("audience")
	return jsonAnswer(http.StatusOK, map[string]any{"value": s.IDToken(claims)}), nil
}

func (s *Server) discovery(*http.Request, []byte) (answer, error) {
	return jsonAnswer(http.StatusOK, map[string]any{
		"issuer": s.Issuer, "jwks_uri": s.URL + "/keys", "id_token_signing_alg_values_supported": []string{"ES256"},
	}), nil
}

func (s *Server) jwks(*http.Request, []byte) (answer, error) {
	key := jose.JSONWebKey{Key: s.oidcKey().Public(), KeyID: "test-only", Algorithm: string(jose.ES256), Use: "sig"}
	return jsonAnswer(http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}}), nil
}
