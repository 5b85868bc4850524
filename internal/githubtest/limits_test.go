package githubtest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	gh "github.com/sealvet/sealvet/internal/githubtest"
)

const path = "/repos/acme/tool"

func TestETags(t *testing.T) {
	s := gh.Serve(t, full())
	one, other := s.Token(gh.Classic), s.Token(gh.Classic)
	first, body := ask(t, s, one, path)
	tag := first.Header.Get("ETag")
	if again, _ := ask(t, s, one, path, "If-None-Match", tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same token: %s", again.Status)
	}
	// GitHub's tag depends on the token, though the body does not.
	if again, _ := ask(t, s, other, path, "If-None-Match", tag); again.StatusCode != http.StatusOK {
		t.Errorf("another token: %s", again.Status)
	}
	computed := gh.ETag(http.Header{"Authorization": {"Bearer " + other}}, []byte(body))
	if again, _ := ask(t, s, other, path, "If-None-Match", `"`+computed+`"`); again.StatusCode != http.StatusNotModified {
		t.Errorf("the tag that was computed from the body: %s", again.Status)
	}
	empty := gh.ETag(http.Header{"Authorization": {"Bearer " + one}}, []byte("[]"))
	if guessed, _ := ask(t, s, one, "/repos/actions/checkout/releases", "If-None-Match", empty); guessed.StatusCode != http.StatusNotModified {
		t.Errorf("the guess of an empty list: %s", guessed.Status)
	}
	if s.Requests() != 5 || s.Charged() != 2 {
		t.Errorf("%d requests, %d charged", s.Requests(), s.Charged())
	}
}

func TestPages(t *testing.T) {
	tool := gh.Repository{Owner: "acme", Name: "tool", Renamed: []string{"acme/before"}}
	for i := range 25 {
		tool.Secrets = append(tool.Secrets, gh.Secret{Name: fmt.Sprintf("S%d", i)})
		tool.Push(gh.Commit{})
	}
	s := gh.Serve(t, gh.World{Repositories: []gh.Repository{tool}})
	token := s.Token(gh.Classic)
	seen, next := 0, path+"/commits?per_page=10"
	for next != "" {
		answer, body := ask(t, s, token, next)
		seen += strings.Count(body, `"comments_url"`)
		next = ""
		for _, link := range strings.Split(answer.Header.Get("Link"), ", ") {
			if address, is := strings.CutSuffix(link, `>; rel="next"`); is {
				next = strings.TrimPrefix(address, "<"+s.URL)
				if !strings.HasPrefix(next, "/repositories/") {
					t.Errorf("the next page is not named by the id of the repository: %s", link)
				}
			}
		}
	}
	if seen != 25 || s.Count("GET /repos/{owner}/{repo}/commits") != 3 {
		t.Errorf("%d commits in %d pages", seen, s.Count("GET /repos/{owner}/{repo}/commits"))
	}
	if _, body := ask(t, s, token, path+"/actions/secrets?per_page=2&page=2"); !strings.Contains(body, `"total_count":25`) || !strings.Contains(body, `"S2"`) || strings.Contains(body, `"S4"`) {
		t.Errorf("the second page of secrets: %s", body)
	}
	moved, _ := ask(t, s, token, "/repos/acme/before/commits?per_page=10")
	if moved.StatusCode != http.StatusMovedPermanently || !strings.Contains(moved.Header.Get("Location"), "/repositories/") || !strings.HasSuffix(moved.Header.Get("Location"), "/commits?per_page=10") {
		t.Errorf("renamed: %s %s", moved.Status, moved.Header.Get("Location"))
	}
	if there, body := ask(t, s, token, strings.TrimPrefix(moved.Header.Get("Location"), s.URL)); there.StatusCode != http.StatusOK {
		t.Errorf("where it moved: %s %.200s", there.Status, body)
	}
}

func TestLimits(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Classic)
	s.Limit(2)
	for i, want := range []int{200, 200, 403} {
		answer, body := ask(t, s, token, path)
		if answer.StatusCode != want || answer.Header.Get("X-RateLimit-Remaining") != fmt.Sprint(max(0, 1-i)) || answer.Header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("request %d: %s, %s left: %.100s", i, answer.Status, answer.Header.Get("X-RateLimit-Remaining"), body)
		}
	}
	if answer, body := ask(t, s, token, "/rate_limit"); answer.StatusCode != http.StatusOK || !strings.Contains(body, `"remaining":0`) {
		t.Errorf("the limit itself is free: %s %.100s", answer.Status, body)
	}
	const question = `{ rateLimit{ cost remaining } viewer{ login } }`
	query(t, s, token, question, nil)
	query(t, s, token, question, nil)
	if out := query(t, s, token, question, nil); len(out.Errors) != 1 || out.Errors[0]["type"] != "RATE_LIMITED" {
		t.Errorf("points: %v", out)
	}
	if answer, _ := ask(t, gh.Serve(t, full()), "", path); answer.Header.Get("X-RateLimit-Limit") != "60" {
		t.Errorf("nobody has %s requests", answer.Header.Get("X-RateLimit-Limit"))
	}
}

func TestFaults(t *testing.T) {
	const route = "GET /repos/{owner}/{repo}"
	for _, row := range []struct {
		name   string
		fault  gh.Fault
		status int
		header string
	}{
		{"exhausted", gh.Fault{Kind: gh.Exhausted}, 403, "X-RateLimit-Reset"},
		{"exhausted, the newer way", gh.Fault{Kind: gh.Exhausted429}, 429, "X-RateLimit-Reset"},
		{"secondary", gh.Fault{Kind: gh.Secondary, RetryAfter: 1500 * time.Millisecond}, 403, "Retry-After"},
		{"secondary, the newer way", gh.Fault{Kind: gh.Secondary429}, 429, "Retry-After"},
		{"bad gateway", gh.Fault{Kind: gh.BadGateway}, 502, ""},
		{"timeout", gh.Fault{Kind: gh.GatewayTimeout}, 504, ""},
		{"revoked", gh.Fault{Kind: gh.Unauthorized}, 401, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := gh.Serve(t, full())
			token := s.Token(gh.Classic)
			row.fault.Route, row.fault.After, row.fault.Times = route, 1, 2
			s.Fault(row.fault)
			for i, want := range []int{200, row.status, row.status, 200} {
				answer, _ := ask(t, s, token, path)
				if answer.StatusCode != want || want == row.status && row.header != "" && answer.Header.Get(row.header) == "" {
					t.Errorf("request %d: %s %v", i, answer.Status, answer.Header)
				}
			}
			if s.Requests() != 4 {
				t.Errorf("%d requests", s.Requests())
			}
		})
	}
}

func TestBrokenConnections(t *testing.T) {
	s := gh.Serve(t, full())
	s.Fault(gh.Fault{Kind: gh.Cut})
	s.Fault(gh.Fault{Kind: gh.Truncated, After: 1})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	// A client tries again by itself only where a kept connection was closed.
	if answer, err := client.Get(s.URL + path); err == nil {
		t.Errorf("a cut connection answers: %s", answer.Status)
	}
	answer, err := client.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("half an answer reads as a whole one")
	}
	answer.Body.Close()
	if whole, body := ask(t, s, "", path); whole.StatusCode != http.StatusOK || body == "" {
		t.Errorf("after: %s", whole.Status)
	}
}

func TestGraphQLFaults(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Classic)
	s.Fault(gh.Fault{Route: "graphql", Kind: gh.RateLimitedGraphQL})
	s.Fault(gh.Fault{Route: "graphql", Kind: gh.PartialGraphQL, After: 1})
	const question = `{ a: repository(owner:"acme",name:"tool"){ name } b: repository(owner:"acme",name:"empty"){ name } }`
	if out := query(t, s, token, question, nil); out.Data != nil || len(out.Errors) != 1 || out.Errors[0]["type"] != "RATE_LIMITED" {
		t.Errorf("limited: %v", out)
	}
	if out := query(t, s, token, question, nil); at(out.Data, "a", "name") != "tool" || at(out.Data, "b") != nil || len(out.Errors) != 1 {
		t.Errorf("partial: %v", out)
	}
	if out := query(t, s, token, question, nil); out.Errors != nil || at(out.Data, "b", "name") != "empty" {
		t.Errorf("after: %v", out)
	}
}

func TestTokensExpire(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Job, gh.Expires(2))
	for i, want := range []int{200, 200, 401, 401} {
		if answer, _ := ask(t, s, token, path); answer.StatusCode != want {
			t.Errorf("request %d: %s", i, answer.Status)
		}
	}
}

// Large queries fail for ever, smaller ones do not: a client has to halve.
func TestFaultsOfLargeQueries(t *testing.T) {
	s := gh.Serve(t, full())
	token := s.Token(gh.Classic)
	s.Fault(gh.Fault{Route: "graphql", Kind: gh.GatewayTimeout, Times: -1, Above: 100})
	for size, want := range map[int]int{100: 504, 49: 200} {
		body := fmt.Sprintf(`{"query":"{ repository(owner:\"acme\",name:\"tool\"){ a: releases(first:%d){ totalCount } b: releases(first:%d){ totalCount } } }"}`, size, size)
		for range 2 {
			if answer, _ := send(t, s, http.MethodPost, token, "/graphql", body); answer.StatusCode != want {
				t.Errorf("%d: %s", size, answer.Status)
			}
		}
	}
}
