package githubtest

import (
	"fmt"
	"net/http"
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
