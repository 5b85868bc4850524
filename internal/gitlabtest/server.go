package gitlabtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// TB is what the server needs of a test.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Server is a running GitLab.
type Server struct {
	URL  string // of the website, without a slash at the end
	Base string // of REST: URL/api/v4

	t        TB
	mu       sync.Mutex
	world    World
	accounts map[string]*account
	asked    []Asked
	faults   []Fault
}

// Asked is one request that came in.
type Asked struct {
	Method string
	Route  string // GET /projects/{id}/hooks
	Path   string
	Query  string
	Token  string
	Status int
}

// Fault breaks answers.
type Fault struct {
	Route      string // "" is any
	After      int    // that many of them are answered first
	Times      int    // 0 is once, -1 ever
	Status     int    // 429, 502, ...; 0 cuts the connection
	RetryAfter int    // seconds
	Body       string // instead of what GitLab's proxy says
	hits       int
}

// Serve starts a server that stops with the test.
func Serve(t TB, world World) *Server {
	t.Helper()
	world.fill()
	s := &Server{t: t, world: world, accounts: map[string]*account{}}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.URL, s.Base = web.URL, web.URL+"/api/v4"
	return s
}

// Fault adds a fault.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Requests counts what came in.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// Asked lists what came in.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// Count counts the requests of a route.
func (s *Server) Count(route string) int {
	n := 0
	for _, one := range s.Asked() {
		if one.Route == route {
			n++
		}
	}
	return n
}

// call is one request on its way.
type call struct {
	*Server
	who     *account // nil is nobody
	query   url.Values
	project *Project
	role    int
	group   *Group
	rest    []string // what the stars of the route stand for
}

// answer is a status with a body; a nil body sends none.
type answer struct {
	status int
	body   any
}

func ok(body any) answer { return answer{http.StatusOK, body} }

func said(status int, message string) answer {
	return answer{status, map[string]string{"message": message}}
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path, is := strings.CutPrefix(r.URL.EscapedPath(), "/api/v4/")
	route, stars := (*route)(nil), []string(nil)
	if is {
		route, stars = match(r.Method, strings.Split(path, "/"))
	}
	graph := r.URL.Path == "/api/graphql" && r.Method == http.MethodPost
	asked := Asked{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Token: tokenOf(r)}
	var a answer
	name := "graphql"
	switch {
	case route != nil:
		name = route.name()
	case !graph:
		s.t.Errorf("gitlabtest has no %s %s", r.Method, r.URL.Path)
	}
	asked.Route = name
	if s.breaks(w, name, &asked) {
		return
	}
	switch {
	case graph:
		a = s.graphQL(r)
	case route == nil:
		a = said(http.StatusNotFound, "404 Not Found")
	default:
		for key := range r.URL.Query() {
			if key != "page" && key != "per_page" && !slices.Contains(route.parameters, key) {
				s.t.Errorf("%s has no parameter %s", name, key)
			}
		}
		a = s.serve(r, route, stars)
	}
	asked.Status = a.status
	s.asked = append(s.asked, asked)
	s.write(w, r, a)
}

// breaks plays a fault, and says whether that was the answer.
func (s *Server) breaks(w http.ResponseWriter, route string, asked *Asked) bool {
	for i := range s.faults {
		f := &s.faults[i]
		if f.Route != "" && f.Route != route {
			continue
		}
		f.hits++
		if f.hits <= f.After || f.Times >= 0 && f.hits > f.After+max(f.Times, 1) {
			continue
		}
		asked.Status = f.Status
		s.asked = append(s.asked, *asked)
		if f.Status == 0 {
			panic(http.ErrAbortHandler)
		}
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(f.Status)
		if f.Body == "" {
			f.Body = "Retry later"
		}
		fmt.Fprintln(w, f.Body)
		return true
	}
	return false
}
