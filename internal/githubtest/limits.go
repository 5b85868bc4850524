package githubtest

import (
	"net/http"
	"strconv"
	"strings"
)

// usage is what a token used up.
type usage struct{ rest, points int }

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
