package sigstoretest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	common "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	trustroot "github.com/sigstore/protobuf-specs/gen/pb-go/trustroot/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// maxBody is how many bytes a request may have.
const maxBody = 8 << 20

// Server offers a Sigstore on loopback, as a client that signs in CI meets it. It
// signs as of now.
type Server struct {
	*Sigstore
	URL string
	// The addresses to hand to a client: FulcioURL and the two of Rekor are bases,
	// TSAURL is the whole address.
	FulcioURL, RekorURL, RekorV2URL, TSAURL string
	// Issuer is where the identity tokens' keys can be looked up. Tokens name GitHub as
	// their issuer all the same, unless their claims say otherwise.
	Issuer string
	// TokenRequestURL and TokenRequestSecret are what GitHub hands a job that may ask for
	// an identity token (ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN).
	TokenRequestURL, TokenRequestSecret string
	// Job is who asks by TokenRequestURL.
	Job Identity
}

// Serve starts a Sigstore that stops with the test.
func Serve(t testing.TB) *Server {
	t.Helper()
	server := &Server{Sigstore: New(t.Name(), Options{}), TokenRequestSecret: "TEST ONLY " + t.Name(), Job: Workflow("acme/weather", "refs/tags/v1.2.0")}
	mux := http.NewServeMux()
	http1 := httptest.NewServer(http.MaxBytesHandler(mux, maxBody))
	t.Cleanup(http1.Close)
	server.URL, server.FulcioURL, server.RekorURL, server.RekorV2URL = http1.URL, http1.URL, http1.URL, http1.URL
	server.TSAURL, server.Issuer = http1.URL+"/api/v1/timestamp", http1.URL
	server.TokenRequestURL = http1.URL + "/token?api-version=2.0"

	mux.HandleFunc("POST /api/v2/signingCert", answering(server.certify))
	mux.HandleFunc("POST /api/v1/log/entries", answering(server.enter1))
	mux.HandleFunc("POST /api/v2/log/entries", answering(server.enter2))
	mux.HandleFunc("POST /api/v1/timestamp", answering(server.timestamps))
	mux.HandleFunc("GET /token", answering(server.token))
	mux.HandleFunc("GET /.well-known/openid-configuration", answering(server.discovery))
	mux.HandleFunc("GET /keys", answering(server.jwks))
	return server
}

// SigningConfig tells the services, as signing_config.json does, with the log of the
// generation that is asked for.
func (s *Server) SigningConfig(log Log) []byte {
	window := &common.TimeRange{Start: timestamppb.New(s.options.From)}
	service := func(url string, version uint32) []*trustroot.Service {
		return []*trustroot.Service{{Url: url, MajorApiVersion: version, ValidFor: window, Operator: "sigstoretest.invalid"}}
	}
	anyOf := &trustroot.ServiceConfiguration{Selector: trustroot.ServiceSelector_ANY}
	config := &trustroot.SigningConfig{
		MediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
		CaUrls:    service(s.FulcioURL, 1), OidcUrls: service(s.Issuer, 1),
		TsaUrls: service(s.TSAURL, 1), TsaConfig: anyOf,
	}
	switch log {
	case RekorV1:
		config.RekorTlogUrls, config.RekorTlogConfig = service(s.RekorURL, 1), anyOf
	case RekorV2:
		config.RekorTlogUrls, config.RekorTlogConfig = service(s.RekorV2URL, 2), anyOf
	case NoLog:
	}
	return marshal(config)
}

// refusal is an answer that is not a success.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return r.text }

// answer is what a handler says: a status, a media type and a body.
type answer struct {
	status int
	kind   string
	body   []byte
	header map[string]string
}

func jsonAnswer(status int, value any) answer {
	return answer{status: status, kind: "application/json", body: must(json.Marshal(value))}
}

func answering(handle func(*http.Request, []byte) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var said answer
		if err == nil {
			said, err = handle(r, body)
		}
		if err != nil {
			status := http.StatusBadRequest
			if refused, is := err.(refusal); is {
				status = refused.status
			}
			said = jsonAnswer(status, map[string]any{"code": status, "message": err.Error()})
		}
		w.Header().Set("Content-Type", said.kind)
		for name, value := range said.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(said.status)
		_, _ = w.Write(said.body)
	}
}

func now() time.Time { return time.Now().Truncate(time.Second) }
