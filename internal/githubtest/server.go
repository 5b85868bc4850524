// Package githubtest is a GitHub for tests: a typed model of organisations and
// repositories, answered over REST and GraphQL as GitHub does it.
//
// It is honest: only operations of GitHub's OpenAPI description exist, every reply is
// validated against it, every query against GitHub's GraphQL schema. Tokens of each
// kind see what their scopes, permissions and persons allow and are refused as GitHub
// refuses. ETags, pages, redirects, rate limits and bad days are real too. What a test
// does not state is filled in with the defaults of a fresh account.
//
// Facts of the API that the descriptions do not tell are marked in the code where they
// are played.
package githubtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Server is a GitHub. It stops with its test.
type Server struct {
	// URL is the base of REST, without a slash at the end. The same answers lie below URL/api/v3, as on an
	// Enterprise Server.
	URL string
	// GraphQLURL is URL/graphql; URL/api/graphql is the same.
	GraphQLURL string

	t     reporter
	http  *httptest.Server
	world *World
	// key is that of all apps.
	key *rsa.PrivateKey

	mu      sync.Mutex
	made    int
	grants  map[string]*Grant
	nobody  Grant // without a token
	asked   []Asked
	points  int
	uploads []Upload
	limit   int // of requests, for every token; -1 for those of its kind
	faults  []*planned
	// without are fields that the GraphQL schema lacks.
	without []string
	reset   time.Time
}

// reporter is what the server says when it is used wrongly, or is wrong itself.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Serve starts a GitHub on a free port of loopback.
func Serve(t testing.TB, world World) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("githubtest: %v", err)
	}
	s := serve(t, world, listener, (*httptest.Server).Start)
	t.Cleanup(s.Close)
	return s
}

// Run is Serve for the command line: on an address, until Close, with failures
// going to t.
func Run(t interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}, world World, address string) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return serve(helperless{t}, world, listener, (*httptest.Server).Start), nil
}

// RunTLS is Run over https; see Certificate.
func RunTLS(t interface {
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}, world World, address string) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return serve(helperless{t}, world, listener, (*httptest.Server).StartTLS), nil
}

// Certificate is that of a server over https, for 127.0.0.1: nobody trusts it who is
// not told to.
func (s *Server) Certificate() *x509.Certificate { return s.http.Certificate() }

type helperless struct {
	teller interface {
		Errorf(format string, args ...any)
		Fatalf(format string, args ...any)
	}
}

func (helperless) Helper()                             {}
func (h helperless) Errorf(format string, args ...any) { h.teller.Errorf(format, args...) }
func (h helperless) Fatalf(format string, args ...any) { h.teller.Fatalf(format, args...) }

func serve(t reporter, world World, listener net.Listener, start func(*httptest.Server)) *Server {
	t.Helper()
	s := &Server{
		t: t, world: world.complete(), grants: map[string]*Grant{}, limit: -1, nobody: Grant{left: -1},
		reset: time.Now().Add(time.Hour),
	}
	mux := http.NewServeMux()
	for _, one := range routes {
		mux.Handle(one.pattern(), s.answering(one))
	}
	s.http = httptest.NewUnstartedServer(s.around(mux))
	_ = s.http.Listener.Close() // the one that httptest opened
	s.http.Listener = listener
	start(s.http)
	s.URL = s.http.URL
	s.GraphQLURL = s.URL + "/graphql"
	return s
}

// Close stops the server.
func (s *Server) Close() { s.http.Close() }

// AppKey is the private key that the server takes JWTs of its apps from. It is made
// on the first call.
func (s *Server) AppKey() *rsa.PrivateKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			s.t.Fatalf("githubtest: make a key: %v", err)
		}
		s.key = key
	}
	return s.key
}
