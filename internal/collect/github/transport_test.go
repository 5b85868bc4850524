package github

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	"github.com/sealvet/sealvet/internal/githubtest"
)

// What passes is tried again, within the patience and with a reason that can be seen.
func TestBadDaysThatPass(t *testing.T) {
	for name, fault := range map[string]githubtest.Fault{
		"502":                      {Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.BadGateway},
		"504 twice":                {Route: "GET /repos/{owner}/{repo}", Kind: githubtest.GatewayTimeout, Times: 2},
		"secondary limit, 403":     {Route: "GET /repos/{owner}/{repo}/hooks", Kind: githubtest.Secondary, RetryAfter: 7 * time.Second},
		"secondary limit, 429":     {Route: "graphql", Kind: githubtest.Secondary429, RetryAfter: 7 * time.Second},
		"points used up, once":     {Route: "graphql", Kind: githubtest.RateLimitedGraphQL},
		"query too large":          {Route: "graphql", Kind: githubtest.PartialGraphQL, Times: 2},
		"query too slow":           {Route: "graphql", Kind: githubtest.GatewayTimeout, Times: 3},
		"half an answer":           {Route: "GET /orgs/{org}/members", Kind: githubtest.Truncated},
		"connection cut":           {Route: "", Kind: githubtest.Cut, After: 4},
		"connection cut, GraphQL":  {Route: "graphql", Kind: githubtest.Cut},
		"limit, window over early": {Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Exhausted},
	} {
		t.Run(name, func(t *testing.T) {
			s := githubtest.Serve(t, full())
			s.Fault(fault)
			o := options(s, s.Token(githubtest.Classic))
			var waited time.Duration
			var reasons []string
			o.Waiting = func(reason string) { reasons = append(reasons, reason) }
			o.hasten = func(_ context.Context, pause time.Duration) error { waited += pause; return nil }
			o.Patience = 2 * time.Hour
			host := one(t, o)
			for _, u := range host.Unseen {
				if u.What != "actions/immutableSub" {
					t.Errorf("lost: %+v", u)
				}
			}
			// net/http itself sends a GET again whose connection was closed: nobody above it knows.
			if n := s.Requests(); host.Cost.Requests != n && (fault.Kind != githubtest.Cut || host.Cost.Requests != n-1) {
				t.Errorf("%d requests counted, the server has %d", host.Cost.Requests, s.Requests())
			}
			if fault.RetryAfter > 0 && (waited != fault.RetryAfter || len(reasons) != 1 || !strings.Contains(reasons[0], "waiting 7s")) {
				t.Errorf("waited %s: %q", waited, reasons)
			}
		})
	}
}

// What ends the scan: an error that says what to do, and everything before it kept.
func TestWhatEndsAScan(t *testing.T) {
	for _, row := range []struct {
		name   string
		spoil  func(*githubtest.Server)
		with   func(*Options)
		says   string
		advice string
	}{
		{"the limit in the middle", func(s *githubtest.Server) { s.Limit(12) }, nil, "no more requests left until", "Run again later"},
		{"points used up for ever", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Route: "graphql", Kind: githubtest.RateLimitedGraphQL, Times: -1})
		}, nil, "(GraphQL)", "Run again later"},
		{"a limit that does not end", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Secondary, Times: -1})
		}, nil, "asked too fast", "Run again later"},
		{"a wait that is too long", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Secondary429, RetryAfter: time.Hour})
		}, nil, "longer than the scan waits", "Run again later"},
		{"the token is revoked", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Unauthorized, Times: -1})
		}, nil, "does not take the token", "Make a new token"},
		{"the budget", nil, func(o *Options) { o.MaxRequests = 15 }, "15 requests", "--max-requests"},
		{"the budget of the run", nil, func(o *Options) {
			o.Client = web.New(web.Options{Allow: []string{strings.TrimPrefix(o.API, "http://")}, MaxRequests: 15})
		}, "may send", "--max-requests"},
		{"a host that breaks down", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.BadGateway, Times: -1})
		}, nil, "did not answer everything", "Run again when it answers"},
		{"a connection that is cut for ever", func(s *githubtest.Server) {
			s.Fault(githubtest.Fault{Kind: githubtest.Cut, After: 9, Times: -1})
		}, nil, "does not answer any more", "Run again when it answers"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := githubtest.Serve(t, full())
			o := options(s, s.Token(githubtest.Classic))
			if row.spoil != nil {
				row.spoil(s)
			}
			if row.with != nil {
				row.with(&o)
			}
			seen, err := collect(t, o)
			var final *Unfinished
			if !errors.As(err, &final) || !strings.Contains(final.Reason, row.says) || !strings.Contains(final.Advice, row.advice) || !strings.Contains(err.Error(), "kept") {
				t.Fatalf("%v", err)
			}
			if len(seen.Hosts) != 1 {
				t.Fatalf("nothing is kept: gaps %v", seen.Gaps)
			}
			host := seen.Hosts[0]
			if why := host.Why("deployKeys"); row.name != "points used up for ever" && (why.What != "deployKeys" || why.Unlock == "") {
				t.Errorf("deploy keys: %+v", why)
			}
			if host.Name != "acme/tool" || host.Archived != evidence.No {
				t.Errorf("kept: %s", shown(t, host))
			}
			if row.with == nil && row.spoil != nil && strings.HasPrefix(row.name, "the token") && (len(host.Branches) != 1 || len(host.Secrets) != 4) {
				t.Errorf("kept: %s", shown(t, host))
			}
			if n := s.Requests(); strings.Contains(row.name, "cut") && n > 9+4*brokenCircuit*maxTries {
				t.Errorf("%d requests to a host that is away", n)
			}
			if o.MaxRequests > 0 && s.Requests() > o.MaxRequests {
				t.Errorf("%d requests", s.Requests())
			}
		})
	}
}

func TestATokenThatIsBadFromTheStart(t *testing.T) {
	s := githubtest.Serve(t, full())
	seen, err := collect(t, options(s, "ghp_wrong"))
	if err == nil || !strings.Contains(err.Error(), "does not take the token") || len(seen.Gaps) != 1 || strings.Contains(err.Error(), "ghp_wrong") {
		t.Errorf("%v, gaps %v", err, seen.Gaps)
	}
	if s.Requests() != 1 {
		t.Errorf("%d requests with a bad token", s.Requests())
	}
}

func TestAHostThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	o := filled(server.URL, "ghp_x")
	o.Owner, o.Name = "acme", "tool"
	server.Close()
	seen, err := collect(t, o)
	var final *Unfinished
	if !errors.As(err, &final) || len(seen.Gaps) != 1 || seen.Gaps[0].Kind != evidence.Hosts {
		t.Errorf("%v, gaps %v", err, seen.Gaps)
	}
	o.Client = web.New(web.Options{Offline: true})
	if seen, err = collect(t, o); err != nil || len(seen.Gaps) != 1 || !strings.Contains(seen.Gaps[0].Unlock, "--offline") {
		t.Errorf("offline: %v, gaps %v", err, seen.Gaps)
	}
}

// An Enterprise Server has its API below a path, and GraphQL beside it.
func TestAnEnterpriseServer(t *testing.T) {
	s := githubtest.Serve(t, full())
	o := options(s, s.Token(githubtest.Classic))
	o.API = s.URL + "/api/v3/"
	host := one(t, o)
	if host.Address != s.URL || host.Cost.Points == 0 || len(host.DeployKeys) != 1 {
		t.Errorf("%s", shown(t, host))
	}
	for _, a := range s.Asked() {
		if !strings.HasPrefix(a.Path, "/api/") {
			t.Errorf("asked %s", a)
		}
	}
}

func TestAnInterruptedScan(t *testing.T) {
	s := githubtest.Serve(t, full())
	s.Fault(githubtest.Fault{Route: "GET /repos/{owner}/{repo}/keys", Kind: githubtest.Secondary})
	o := options(s, s.Token(githubtest.Classic))
	ctx, cancel := context.WithCancel(t.Context())
	o.hasten = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	var seen evidence.Snapshot
	err := Collect(ctx, &seen, o)
	if !errors.Is(err, context.Canceled) || len(seen.Hosts) != 1 || len(seen.Hosts[0].Secrets) != 4 {
		t.Errorf("%v", err)
	}
}

// A server error is no refusal.
func TestAServerErrorIsAnOutage(t *testing.T) {
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tries++
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(`{"message":"Server Error"}`))
	}))
	defer server.Close()
	c, err := newClient(filled(server.URL, "ghp_x"))
	if err != nil {
		t.Fatal(err)
	}
	var gone *outage
	if _, err = c.get(t.Context(), "repos/acme/tool", nil); !errors.As(err, &gone) || tries != maxTries || strings.Contains(err.Error(), "?") {
		t.Errorf("%d tries: %v", tries, err)
	}
}

// No permission that is missed is taken for a limit, even with the last request of
// the hour.
func TestARefusalWithTheLastRequest(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", "99999999999")
		w.Header().Set("X-Accepted-GitHub-Permissions", "administration=read,members=read; organization_administration=write")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message":"Resource not accessible by integration"}`))
	}))
	defer server.Close()
	c, err := newClient(filled(server.URL, "ghs_x"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // go-github would lock itself out
		_, err = c.get(t.Context(), "repos/acme/tool", nil)
		var no *refusal
		if !errors.As(err, &no) || no.Unlock != "administration:read and members:read or organization_administration:write" {
			t.Fatalf("%v", err)
		}
	}
}

func filled(api, token string) Options {
	o := Options{API: api, Token: token, Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(api, "http://")}, Retries: -1}), hasten: func(context.Context, time.Duration) error { return nil }}
	o.fill()
	return o
}

const planted = "ghp_PLANTEDPLANTEDPLANTED"

// A host that redirects, names next pages elsewhere or is asked through a renamed
// repository never moves the token to another one.
func TestTheTokenStaysHome(t *testing.T) {
	var mu sync.Mutex
	leaked := ""
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		leaked += r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization") + "\n"
	}))
	defer other.Close()
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/pages":
			w.Header().Set("Link", "<"+other.URL+`/pages?page=2>; rel="next"`)
			_, _ = w.Write([]byte("[]"))
		default:
			w.Header().Set("Location", other.URL+"/elsewhere")
			w.WriteHeader(http.StatusMovedPermanently)
		}
	}))
	defer home.Close()
	o := filled(home.URL, planted)
	o.Client = web.New(web.Options{Allow: []string{"127.0.0.1"}})
	o.Owner, o.Name = "acme", "tool"
	c, err := newClient(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if whole, err := c.pages(ctx, "pages", 5, func([]byte) error { return nil }); err != nil || whole {
		t.Errorf("a page elsewhere: %v", err)
	}
	if _, err := c.get(ctx, "redirects", nil); err == nil || strings.Contains(err.Error(), planted) {
		t.Errorf("a redirect: %v", err)
	}
	if _, err := c.query(ctx, "query{rateLimit{cost}}", nil, &struct{}{}); err == nil || strings.Contains(err.Error(), planted) {
		t.Errorf("GraphQL: %v", err)
	}
	var seen evidence.Snapshot
	err = Collect(ctx, &seen, o)
	if err == nil || strings.Contains(err.Error()+shown(t, seen), planted) {
		t.Errorf("%v", err)
	}
	if text := o.String() + c.options.GoString(); strings.Contains(text, planted) {
		t.Error(text)
	}
	mu.Lock()
	defer mu.Unlock()
	if leaked != "" {
		t.Errorf("the other host was asked:\n%s", leaked)
	}
}

// Answers that are nonsense cost their field and no more.
func TestNonsense(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/repos/acme/tool":
			_, _ = w.Write([]byte(`{"node_id":"R_1","full_name":"../..","owner":{"login":"acme","type":"Organization"},"default_branch":"main","visibility":"public"}`))
		case strings.HasSuffix(r.URL.Path, "/rules/branches/main"):
			_, _ = w.Write([]byte(`[{"type":"pull_request","parameters":"none","ruleset_id":1},{"type":7}]`))
		default:
			_, _ = w.Write([]byte(`[[[["`))
		}
	}))
	defer server.Close()
	o := filled(server.URL, "ghp_x")
	o.Owner, o.Name = "acme", "tool"
	seen, err := collect(t, o)
	if err == nil || len(seen.Hosts) != 1 {
		t.Fatalf("%v", err)
	}
	nothingPrivileged(t, &seen.Hosts[0])
	if seen.Hosts[0].Name != "acme/tool" {
		t.Errorf("named %s", seen.Hosts[0].Name)
	}
}
