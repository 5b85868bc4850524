package githubtest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault is a bad day of the server.
type Fault struct {
	// Route is the operation or "graphql"; empty takes any request.
	Route string
	// After is how many requests of the route are answered before.
	After int
	// Times is how often it strikes: 0 once, -1 for ever.
	Times int
	Kind  Trouble
	// Above strikes only queries that ask for more nodes than that, as the ten seconds do that a query may take.
	Above int
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

// Fault plans a bad day.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &planned{Fault: f})
}

// strikes finds the fault that is due for a route.
func (s *Server) strikes(route string, nodes int) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due *Fault
	for _, p := range s.faults {
		if p.Route != "" && p.Route != route || p.Above > 0 && nodes <= p.Above {
			continue // of another route, or a query that is small enough
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
