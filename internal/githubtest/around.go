package githubtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

type noted struct {
	grant *Grant
	route string
	cost  int
}

type noteKey struct{}

func noteOf(r *http.Request) *noted { n, _ := r.Context().Value(noteKey{}).(*noted); return n }

func grantOf(r *http.Request) *Grant { return noteOf(r).grant }

func noteRoute(r *http.Request, n string) { noteOf(r).route = n }

// around is what comes before any route: addresses, tokens, limits and bad days.
func (s *Server) around(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, path, query := token(r), r.URL.EscapedPath(), r.URL.RawQuery
		s.byID(r)
		note := &noted{route: s.routeOf(next, r)}
		r = r.WithContext(context.WithValue(r.Context(), noteKey{}, note))
		kept := &recorder{ResponseWriter: w, status: http.StatusOK}
		fault := s.strikes(note.route, s.nodesOf(r, note.route))
		grant, no := s.admit(given, r, note.route)
		note.grant = grant
		broken := fault != nil && s.trouble(kept, r, fault, grant)
		switch {
		case broken:
		case no != nil:
			s.limitHeaders(kept, grant, note.route)
			writeRefusal(kept, no)
		default:
			s.limitHeaders(kept, grant, note.route)
			s.dispatch(kept, r, next, fault)
		}
		s.count(grant, Asked{Method: r.Method, Path: path, Query: query, Route: note.route, Token: given, Status: kept.status, Points: note.cost})
		kept.finish(fault)
	})
}

func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, next http.Handler, fault *Fault) {
	switch noteOf(r).route {
	case "graphql":
		s.graphql(w, r, fault)
	case "codeload":
		s.codeload(w, r)
	case "":
		s.t.Errorf("githubtest: %s %s is no operation that it serves: see schema/operations.txt", r.Method, r.URL.Path)
		writeRefusal(w, notFound)
	default:
		next.ServeHTTP(w, r)
	}
}

// recorder holds an answer until it is counted.
type recorder struct {
	http.ResponseWriter
	status int
	held   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(body []byte) (int, error) { return r.held.Write(body) }

// finish sends the answer, or half of it, or nothing.
func (r *recorder) finish(fault *Fault) {
	body := r.held.Bytes()
	if fault != nil && fault.Kind == Cut {
		panic(http.ErrAbortHandler) // closes the connection
	}
	if r.status != http.StatusNotModified && r.status != http.StatusNoContent {
		r.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	r.ResponseWriter.WriteHeader(r.status)
	if fault != nil && fault.Kind == Truncated {
		_, _ = r.ResponseWriter.Write(body[:len(body)/2])
		_ = http.NewResponseController(r.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = r.ResponseWriter.Write(body)
}

// byID makes the address of an Enterprise Server and that of a repository's id to
// the one that the routes know.
func (s *Server) byID(r *http.Request) {
	path := r.URL.EscapedPath()
	switch {
	case path == "/api/graphql":
		path = "/graphql"
	case strings.HasPrefix(path, "/api/v3/"):
		path = strings.TrimPrefix(path, "/api/v3")
	}
	if strings.HasPrefix(path, "/repos/") && strings.HasSuffix(strings.TrimSuffix(path, "/"), "/tarball") {
		path = strings.TrimSuffix(path, "/") + "/HEAD" // not described, and done by many
	}
	if rest, is := strings.CutPrefix(path, "/repositories/"); is {
		id, below, _ := strings.Cut(rest, "/")
		for i := range s.world.Repositories {
			if one := &s.world.Repositories[i]; strconv.Itoa(one.ID) == id {
				path = strings.TrimSuffix("/repos/"+one.full()+"/"+below, "/")
			}
		}
	}
	if parsed, err := r.URL.Parse(path); err == nil {
		r.URL.Path, r.URL.RawPath = parsed.Path, parsed.RawPath
	}
}

func (s *Server) routeOf(mux *http.ServeMux, r *http.Request) string {
	if r.URL.Path == "/graphql" {
		return "graphql"
	}
	if strings.HasPrefix(r.URL.Path, "/codeload/") {
		return "codeload"
	}
	_, pattern := mux.Handler(r)
	for _, one := range routes {
		if one.pattern() == pattern {
			return one.name()
		}
	}
	return ""
}

func token(r *http.Request) string {
	given := r.Header.Get("Authorization")
	for _, scheme := range []string{"Bearer ", "bearer ", "token "} {
		if value, is := strings.CutPrefix(given, scheme); is {
			return value
		}
	}
	return given
}

// decode reads the body of a request, up to a megabyte.
func decode(r *http.Request, into any) error {
	return json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(into)
}
