// Package registrytest runs registries in the process of a test: on loopback, with
// the shapes of the real ones, and with their bad days on demand. The registries
// themselves are in the folders below.
package registrytest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is one registry. It counts what it is asked and stops with its test.
type Server struct {
	*httptest.Server

	mu     sync.Mutex
	asked  []Asked
	once   []planned
	always []planned
}

// Asked is one request that came in.
type Asked struct {
	Method, Path  string
	Query         string
	Authorization string
	Accept        string
}

type planned struct {
	prefix string
	fault  Fault
}

// Fault answers in place of the registry.
type Fault func(http.ResponseWriter, *http.Request)

// Start serves a handler on a free port of loopback.
func Start(t testing.TB, handler http.Handler) *Server {
	s := &Server{}
	s.Server = httptest.NewServer(s.around(handler))
	t.Cleanup(s.Close)
	return s
}

// StartTLS is Start over https, with the certificate of httptest: see
// Server.Certificate.
func StartTLS(t testing.TB, handler http.Handler) *Server {
	s := &Server{}
	s.Server = httptest.NewTLSServer(s.around(handler))
	t.Cleanup(s.Close)
	return s
}

func (s *Server) around(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := s.note(r); fault != nil {
			fault(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// note writes a request down and finds the fault that is planned for it.
func (s *Server) note(r *http.Request) Fault {
	path := r.URL.EscapedPath()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, Asked{
		Method: r.Method, Path: path, Query: r.URL.RawQuery,
		Authorization: r.Header.Get("Authorization"), Accept: r.Header.Get("Accept"),
	})
	for i, p := range s.once {
		if strings.HasPrefix(path, p.prefix) {
			s.once = slices.Delete(s.once, i, i+1)
			return p.fault
		}
	}
	for _, p := range s.always {
		if strings.HasPrefix(path, p.prefix) {
			return p.fault
		}
	}
	return nil
}

// Next plans faults for the next requests of a path, one each, in order.
func (s *Server) Next(prefix string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.once = append(s.once, planned{prefix, f})
	}
}

// Always plans a fault for every request of a path.
func (s *Server) Always(prefix string, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always = append(s.always, planned{prefix, fault})
}

// Count is how many requests came for a path and what is below it.
func (s *Server) Count(prefix string) int {
	n := 0
	for _, a := range s.Asked() {
		if strings.HasPrefix(a.Path, prefix) {
			n++
		}
	}
	return n
}

// Asked are the requests so far.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Forget starts the count anew.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = nil
}

// Host is the address of the server without its scheme.
func (s *Server) Host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(err) // httptest made it
	}
	return u.Host
}

// Answer is a fault with a status and headers (name, value, name, value).
func Answer(status int, headers ...string) Fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"error":%q}`, http.StatusText(status))
	}
}

// Limited says: too many requests, come back in some seconds.
func Limited(seconds int) Fault {
	return Answer(http.StatusTooManyRequests, "Retry-After", fmt.Sprint(seconds))
}

// Redirect sends the client to another address.
func Redirect(to string) Fault {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

// Cut announces an answer, sends the half of it and hangs up.
func Cut() Fault {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "4096")
		_, _ = w.Write(make([]byte, 64)) // the client sees what arrives
		if flusher, is := w.(http.Flusher); is {
			flusher.Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

// Slow answers nothing for a while, then not in time.
func Slow(pause time.Duration) Fault {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(pause):
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusGatewayTimeout)
	}
}

// Send is a fault that answers with a body of its own.
func Send(contentType string, body []byte) Fault {
	return func(w http.ResponseWriter, r *http.Request) { Write(w, r, contentType, body) }
}

// Write answers with a body and its ETag, or 304 to whoever has it.
func Write(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", contentType)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client sees what arrives
	}
}

// JSON answers with a value.
func JSON(w http.ResponseWriter, r *http.Request, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	Write(w, r, contentType, body)
}
