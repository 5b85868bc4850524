package gitlabtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
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
	RetryAfter int    // seconds; with 429, "0" is sent too
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
		fmt.Fprintln(w, "Retry later")
		return true
	}
	return false
}

// tokenOf reads the header that a request carries its token in.
func tokenOf(r *http.Request) string {
	for _, header := range []string{"PRIVATE-TOKEN", "JOB-TOKEN"} {
		if value := r.Header.Get(header); value != "" {
			return value
		}
	}
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// serve goes through the gates in GitLab's order: token, scope, project, role, plan.
func (s *Server) serve(r *http.Request, route *route, stars []string) answer {
	c := &call{Server: s, query: r.URL.Query()}
	if value := tokenOf(r); value != "" {
		a := s.accounts[value]
		job := r.Header.Get("JOB-TOKEN") != ""
		switch {
		case job && !route.job: // the route does not look at job tokens
		case a == nil || a.dead && !job || job != (a.kind == Job):
			return said(http.StatusUnauthorized, "401 Unauthorized")
		case a.dead:
			return said(http.StatusUnauthorized, "401 Unauthorized")
		case !a.reads():
			return answer{http.StatusForbidden, map[string]string{
				"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api read_api",
			}}
		default:
			c.who = a
		}
	}
	if a, done := c.gates(route, stars); done {
		return a
	}
	return route.serve(c)
}

func (c *call) gates(route *route, stars []string) (answer, bool) {
	role := 0
	if len(stars) > 0 {
		id, err := url.PathUnescape(stars[0])
		if err != nil {
			return said(http.StatusBadRequest, "400 Bad request"), true
		}
		c.rest = stars[1:]
		switch strings.SplitN(route.path, "/", 2)[0] {
		case "projects":
			if c.project = c.findProject(id); c.project != nil {
				role = c.Server.role(c.who, c.project)
			}
			if c.project == nil || c.project.Private && role == 0 {
				return said(http.StatusNotFound, "404 Project Not Found"), true
			}
		case "groups":
			if c.group = c.findGroup(id); c.group != nil {
				role = c.groupRole(c.who, c.group)
			}
			if c.group == nil || c.group.Private && role == 0 {
				return said(http.StatusNotFound, "404 Group Not Found"), true
			}
		}
	}
	c.role = role
	switch {
	case (route.role > 0 || route.account) && (c.who == nil || c.who.kind == Job && !route.job):
		return said(http.StatusUnauthorized, "401 Unauthorized"), true
	case role < route.role:
		return said(http.StatusForbidden, "403 Forbidden"), true
	case c.world.Plan < route.plan:
		return said(http.StatusNotFound, "404 Not Found"), true
	}
	return answer{}, false
}

func (s *Server) findProject(id string) *Project {
	for i := range s.world.Projects {
		if p := &s.world.Projects[i]; p.Path == id || strconv.Itoa(i+1) == id {
			return p
		}
	}
	return nil
}

func (s *Server) findGroup(id string) *Group {
	for i := range s.world.Groups {
		if g := &s.world.Groups[i]; g.Path == id {
			return g
		}
	}
	return nil
}

// write sends an answer; a list goes page by page.
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("RateLimit-Limit", "2000")
	header.Set("RateLimit-Remaining", strconv.Itoa(max(2000-len(s.asked), 0)))
	if list, is := a.body.([]any); is && a.status == http.StatusOK {
		a.body = paged(header, r, list)
	}
	w.WriteHeader(a.status)
	if err := json.NewEncoder(w).Encode(a.body); err != nil {
		s.t.Errorf("gitlabtest: %v", err)
	}
}

func paged(header http.Header, r *http.Request, list []any) []any {
	size, page := number(r, "per_page", 20), number(r, "page", 1)
	size = min(size, 100)
	pages := max((len(list)+size-1)/size, 1)
	next := ""
	if page < pages {
		next = strconv.Itoa(page + 1)
	}
	header.Set("X-Page", strconv.Itoa(page))
	header.Set("X-Per-Page", strconv.Itoa(size))
	header.Set("X-Next-Page", next)
	header.Set("X-Total", strconv.Itoa(len(list)))
	header.Set("X-Total-Pages", strconv.Itoa(pages))
	from, to := min((page-1)*size, len(list)), min(page*size, len(list))
	return append([]any{}, list[from:to]...)
}

func number(r *http.Request, key string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(key)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func (w *World) fill() {
	w.Projects = slices.Clone(w.Projects)
	for i := range w.Projects {
		w.Projects[i].fill(i)
	}
}

func (p *Project) fill(index int) {
	if p.DefaultBranch == "" {
		p.DefaultBranch = "main"
	}
	if len(p.Commits) == 0 && !p.Empty {
		p.Commits = []Commit{{Author: "ada@example.com", Message: "Begin", Parents: -1}}
	}
	p.Commits = slices.Clone(p.Commits)
	for i := range p.Commits {
		c := &p.Commits[i]
		if c.ID == "" {
			c.ID = SHA(fmt.Sprint(p.Path, " ", len(p.Commits)-i))
		}
		if c.At.IsZero() {
			c.At = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Hour)
		}
	}
}
