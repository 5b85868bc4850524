// Package sumdb is a Go checksum database in the process of a test, with a key of
// its own.
package sumdb

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// Server is a database.
type Server struct {
	*registrytest.Server
	// Key verifies its signed trees.
	Key string

	mu      sync.Mutex
	records map[string]string
	handler http.Handler
	name    string
	secret  string
}

// Serve starts an empty database of a name.
func Serve(t testing.TB, name string) *Server {
	s := &Server{name: name, records: map[string]string{}}
	s.Key, s.handler = s.fresh(t)
	s.Server = registrytest.Start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		handler := s.handler
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	return s
}

func (s *Server) fresh(t testing.TB) (key string, handler http.Handler) {
	secret, public, err := note.GenerateKey(rand.Reader, s.name)
	if err != nil {
		t.Fatal(err)
	}
	s.secret = secret
	return public, s.signedBy(secret)
}

// Fork starts the history of the database anew, signed by the same key.
func (s *Server) Fork() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = s.signedBy(s.secret)
}

func (s *Server) signedBy(secret string) http.Handler {
	return sumdb.NewServer(sumdb.NewTestServer(secret, func(path, version string) ([]byte, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		record, is := s.records[path+"@"+version]
		if !is {
			return nil, os.ErrNotExist
		}
		return []byte(record), nil
	}))
}

// Record plans what the database records of a version when it is first asked:
// the hash of its files and that of its go.mod, as go.sum writes them.
func (s *Server) Record(path, version, tree, mod string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[path+"@"+version] = fmt.Sprintf("%s %s %s\n%s %s/go.mod %s\n", path, version, tree, path, version, mod)
}

// Usurp gives the database another key without telling anybody.
func (s *Server) Usurp(t testing.TB) {
	_, handler := s.fresh(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = handler
}

// Lie changes the hash of a record on its way out, after it was signed into the
// tree.
func (s *Server) Lie(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	honest := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		honest.ServeHTTP(&liar{ResponseWriter: w, from: from, to: to}, r)
	})
}

type liar struct {
	http.ResponseWriter
	from, to string
}

func (l *liar) Write(body []byte) (int, error) {
	_, err := l.ResponseWriter.Write([]byte(strings.ReplaceAll(string(body), l.from, l.to)))
	return len(body), err
}
