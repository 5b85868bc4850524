package githubtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Asked is one request that came in.
type Asked struct {
	Method, Path, Query string
	// Route is the operation, as "GET /repos/{owner}/{repo}/hooks", or "graphql"; empty where there is none.
	Route  string
	Token  string // value
	Status int
	Points int // of GraphQL
}

// Fault is a bad day of the server.
type Fault struct {
	// Route is the operation or "graphql"; empty takes any request.
	Route string
	// After is how many requests of the route are answered before.
	After int
	// Times is how often it strikes: 0 once, -1 for ever.
	Times int
	Kind  Trouble
	// RetryAfter is sent in seconds, rounded up, with the secondary limits. A second when zero.
	RetryAfter time.Duration
}

// Trouble is a kind of Fault.
type Trouble int

// The kinds.
const (
	Exhausted          Trouble = iota // 403, remaining 0
	Exhausted429                      // 429, remaining 0
	Secondary                         // 403 with Retry-After
	Secondary429                      // 429 with Retry-After
	BadGateway                        // 502 in HTML
	GatewayTimeout                    // 504
	Truncated                         // half of the body
	Cut                               // the connection is closed without an answer
	RateLimitedGraphQL                // 200 with an error of type RATE_LIMITED
	PartialGraphQL                    // 200 with data and an error that the resources did not suffice
	Unauthorized                      // 401, as for a token that was just revoked
)

type planned struct {
	Fault
	seen, struck int
}

// usage is what a token used up.
type usage struct{ rest, points int }

// Fault plans a bad day.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &planned{Fault: f})
}

// Limit leaves every token that many requests (and points) in this hour, from now.
func (s *Server) Limit(requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = requests
	for _, g := range s.grants {
		g.used = usage{}
	}
	s.nobody.used = usage{}
}

type noted struct {
	grant *Grant
	route string
	cost  int
}

type noteKey struct{}

func noteOf(r *http.Request) *noted       { n, _ := r.Context().Value(noteKey{}).(*noted); return n }
func grantOf(r *http.Request) *Grant      { return noteOf(r).grant }
func noteRoute(r *http.Request, n string) { noteOf(r).route = n }

// around is what comes before any route: addresses, tokens, limits and bad days.
func (s *Server) around(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, path, query := token(r), r.URL.EscapedPath(), r.URL.RawQuery
		s.byID(r)
		note := &noted{route: s.routeOf(next, r)}
		r = r.WithContext(context.WithValue(r.Context(), noteKey{}, note))
		kept := &recorder{ResponseWriter: w, status: http.StatusOK}
		fault := s.strikes(note.route)
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
	case "":
		s.t.Errorf("githubtest: %s %s is no operation that it serves: see schema/operations.txt", r.Method, r.URL.Path)
		writeRefusal(w, notFound)
	default:
		next.ServeHTTP(w, r)
	}
}

// count writes a request down before its answer goes out, so that a test that has
// the answer finds it counted.
func (s *Server) count(g *Grant, one Asked) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, one)
	s.points += one.Points
	if g == nil {
		return
	}
	g.used.points += one.Points
	if one.Status != http.StatusNotModified && one.Route != "GET /rate_limit" && one.Route != "graphql" {
		g.used.rest++
	}
}

// recorder holds an answer until it is counted.
type recorder struct {
	http.ResponseWriter
	status int
	held   bytes.Buffer
}

func (r *recorder) WriteHeader(status int)         { r.status = status }
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

// admit finds the grant of a token and holds it against its end and its limits.
func (s *Server) admit(given string, r *http.Request, route string) (*Grant, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bad := &refusal{status: http.StatusUnauthorized, message: "Bad credentials"}
	grant := &s.nobody
	if given != "" {
		if grant = s.grants[given]; grant == nil {
			if strings.HasPrefix(r.URL.Path, "/app") || strings.HasSuffix(r.URL.Path, "/installation") {
				return &s.nobody, nil // a JWT: the route verifies it
			}
			return nil, bad
		}
	}
	if grant.left == 0 {
		return grant, bad
	}
	if grant.left > 0 {
		grant.left--
	}
	if limit := s.limitOf(grant, route); route != "GET /rate_limit" && used(grant, route) >= limit {
		if route == "graphql" {
			return grant, nil // says it in its own way
		}
		return grant, &refusal{status: http.StatusForbidden, message: "API rate limit exceeded for user ID 1."}
	}
	return grant, nil
}

func used(g *Grant, route string) int {
	if route == "graphql" {
		return g.used.points
	}
	return g.used.rest
}

func (s *Server) limitOf(g *Grant, route string) int {
	switch {
	case s.limit >= 0:
		return s.limit
	case g.Kind == Anonymous && route == "graphql":
		return 0
	case g.Kind == Anonymous:
		return 60
	case g.Kind == Job:
		return 1000
	}
	return 5000
}

func (s *Server) limitHeaders(w http.ResponseWriter, g *Grant, route string) {
	if g == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, gone, resource := s.limitOf(g, route), used(g, route), "core"
	if route == "graphql" {
		resource = "graphql"
	} else {
		gone++ // this one
	}
	header := w.Header()
	header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, limit-gone)))
	header.Set("X-RateLimit-Used", strconv.Itoa(min(gone, limit)))
	header.Set("X-RateLimit-Reset", strconv.FormatInt(s.reset.Unix(), 10))
	header.Set("X-RateLimit-Resource", resource)
}

// limitHeadersAfter tells what is left after a query.
func (s *Server) limitHeadersAfter(w http.ResponseWriter, g *Grant, points int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit := s.limitOf(g, "graphql")
	gone := min(limit, g.used.points+points)
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(limit-gone))
	w.Header().Set("X-RateLimit-Used", strconv.Itoa(gone))
}

// strikes finds the fault that is due for a route.
func (s *Server) strikes(route string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due *Fault
	for _, p := range s.faults {
		if p.Route != "" && p.Route != route {
			continue // of another route
		}
		p.seen++
		if due == nil && p.seen > p.After && (p.Times < 0 || p.struck < max(p.Times, 1)) {
			p.struck++
			due = &p.Fault
		}
	}
	return due
}

// trouble plays a fault. It answers false for those that need the true answer.
func (s *Server) trouble(w *recorder, r *http.Request, f *Fault, g *Grant) bool {
	s.limitHeaders(w, g, noteOf(r).route)
	header := w.Header()
	switch f.Kind {
	case Exhausted, Exhausted429:
		header.Set("X-RateLimit-Remaining", "0")
		writeRefusal(w, &refusal{status: limitStatus(f.Kind == Exhausted429), message: "API rate limit exceeded for user ID 1."})
	case Secondary, Secondary429:
		wait := max(1, int((f.RetryAfter+time.Second-1)/time.Second))
		header.Set("Retry-After", strconv.Itoa(wait))
		writeRefusal(w, &refusal{status: limitStatus(f.Kind == Secondary429), message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."})
	case BadGateway, GatewayTimeout:
		header.Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway + int(f.Kind-BadGateway)*2)
		_, _ = io.WriteString(w, "<html><body><h1>Unicorn!</h1></body></html>")
	case Cut: // see finish
	case Unauthorized:
		writeRefusal(w, &refusal{status: http.StatusUnauthorized, message: "Bad credentials"})
	default:
		return false
	}
	return true
}

func limitStatus(tooMany bool) int {
	if tooMany {
		return http.StatusTooManyRequests
	}
	return http.StatusForbidden
}

// Requests is how many requests came in.
func (s *Server) Requests() int { return len(s.Asked()) }

// Charged is how many of them were charged: not those that were answered 304.
func (s *Server) Charged() int {
	n := 0
	for _, a := range s.Asked() {
		if a.Status != http.StatusNotModified && a.Route != "GET /rate_limit" {
			n++
		}
	}
	return n
}

// Queries is how many of them were GraphQL.
func (s *Server) Queries() int { return s.Count("graphql") }

// Points is what the queries cost.
func (s *Server) Points() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.points
}

// Count is how many requests came for a route: see Asked.Route.
func (s *Server) Count(route string) int {
	n := 0
	for _, a := range s.Asked() {
		if a.Route == route {
			n++
		}
	}
	return n
}

// Asked are the requests that came in, in order.
func (s *Server) Asked() []Asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Asked(nil), s.asked...)
}

// ResetCounters forgets the requests that came in, their points and what tokens
// used up.
func (s *Server) ResetCounters() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked, s.points, s.nobody.used = nil, 0, usage{}
	for _, g := range s.grants {
		g.used = usage{}
	}
}

// String is a line for the log of a test.
func (a Asked) String() string {
	return fmt.Sprintf("%s %s?%s -> %d", a.Method, a.Path, a.Query, a.Status)
}

// decode reads the body of a request, up to a megabyte.
func decode(r *http.Request, into any) error {
	return json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(into)
}
