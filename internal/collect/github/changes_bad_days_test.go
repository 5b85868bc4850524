package github

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/evidence"
	gh "github.com/sealvet/sealvet/internal/githubtest"
)

func TestHalvedHistory(t *testing.T) {
	s := gh.Serve(t, acme(long(60)))
	s.Fault(gh.Fault{Route: "graphql", Kind: gh.BadGateway, Times: 2})               // the page of 100
	s.Fault(gh.Fault{Route: "graphql", After: 1, Kind: gh.PartialGraphQL})           // the first page of 50
	s.Fault(gh.Fault{Route: "graphql", After: 4, Kind: gh.GatewayTimeout, Times: 2}) // the 50 pull requests
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := c.host.Changes; len(got.Commits) != 60 || got.Whole != evidence.Yes {
		t.Fatalf("%d commits, whole %s, %v", len(got.Commits), got.Whole, c.host.Unseen)
	}
	for i, one := range c.host.Changes.Commits {
		if one.Request.Number != 60-i || one.Request.ReviewsSeen != evidence.Yes {
			t.Errorf("#%d, reviews %s", one.Request.Number, one.Request.ReviewsSeen)
		}
	}
}

func TestTokenThatExpiresInTheMiddle(t *testing.T) {
	s := gh.Serve(t, acme(long(60)))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic, gh.Expires(3))}) // repository, history, 50 pull requests
	err := c.changes(context.Background())
	var final *Unfinished
	if !errors.As(err, &final) || !strings.Contains(final.Error(), "Make a new token") {
		t.Fatalf("got %v", err)
	}
	commits := c.host.Changes.Commits
	if len(commits) != 60 || commits[0].Request.ReviewsSeen != evidence.Yes || commits[59].Request.ReviewsSeen != evidence.Unknown {
		t.Errorf("what was collected is lost: %d commits", len(commits))
	}
}

func TestOutageKeepsTheFirstPage(t *testing.T) {
	s := gh.Serve(t, acme(long(120)))
	s.Fault(gh.Fault{Route: "graphql", After: 1, Times: maxTries, Kind: gh.Cut})
	c := sampling(t, s, Options{Token: s.Token(gh.Classic), Changes: 115})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := c.host.Changes; len(got.Commits) != 100 || got.Whole != evidence.Unknown || got.Commits[99].Request.ReviewsSeen != evidence.Yes || !unseenOf(c, "changes") {
		t.Errorf("%d commits, whole %s, %v", len(got.Commits), got.Whole, c.host.Unseen)
	}
	if c.verdict(nil) == nil {
		t.Error("a scan with an outage is not whole")
	}
}

func TestRefusedRequestCostsItself(t *testing.T) {
	s := gh.Serve(t, acme(long(3)))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	c.host.Changes = new(evidence.Changes)
	if err := c.history(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.host.Changes.Commits[1].Request.Number = 99 // which is not there
	if err := c.requests(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, one := range c.host.Changes.Commits {
		want := evidence.Known(true)
		if i == 1 {
			want = evidence.Unknown
		}
		if one.Request.ReviewsSeen != want || one.Request.ContributorsSeen != want {
			t.Errorf("#%d: %s", one.Request.Number, one.Request.ReviewsSeen)
		}
	}
	if !unseenOf(c, "changes/99") {
		t.Errorf("%v", c.host.Unseen)
	}
}

// An older server lacks a field of the query: the way is REST, as without a token.
func TestHistoryOfAnOlderServer(t *testing.T) {
	s := gh.Serve(t, acme(long(3)))
	s.Without("Commit.committedViaWeb")
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	if err := c.changes(context.Background()); err != nil {
		t.Fatal(err)
	}
	if one := c.host.Changes.Commits[0]; one.Request == nil || one.Request.ReviewsSeen != evidence.Yes || one.Web != evidence.Unknown || !unseenOf(c, "changes") {
		t.Errorf("%+v", one)
	}
}

// What a host that lies says does not go further than its fields.
func TestHostileHistory(t *testing.T) {
	for name, answer := range map[string]string{
		"no commit":      `{"repository":{"defaultBranchRef":{"name":"main","target":{"history":{"nodes":[null]}}}}}`,
		"a path as SHA":  `{"repository":{"defaultBranchRef":{"name":"main","target":{"history":{"nodes":[{"oid":"../../etc"}]}}}}}`,
		"no history":     `{"repository":{"defaultBranchRef":{"name":"main","target":null}}}`,
		"no repository":  `{"repository":null}`,
		"more of itself": `{"repository":{"defaultBranchRef":{"name":"main","target":{"history":{"nodes":[],"pageInfo":{"hasNextPage":true}}}}}}`,
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/graphql"):
				_, _ = io.WriteString(w, `{"data":`+answer+`}`)
			case strings.Count(r.URL.Path, "/") == 3:
				_, _ = io.WriteString(w, `{"node_id":"x","full_name":"acme/tool","default_branch":"main"}`)
			default:
				w.WriteHeader(http.StatusNotFound)
			}
		}))
		c := collectionAt(t, s.URL, Options{Token: "ghp_x"})
		err := c.changes(context.Background())
		if err != nil || c.host.Changes != nil && (c.host.Changes.Whole == evidence.Yes || len(c.host.Changes.Commits) > 0) || !unseenOf(c, "changes") {
			t.Errorf("%s: %v, %+v, %v", name, err, c.host.Changes, c.host.Unseen)
		}
		s.Close()
	}
}
