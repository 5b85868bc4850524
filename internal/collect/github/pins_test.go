package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// actions is acme/tool beside some repositories of actions.
func actions(more ...gh.Repository) gh.World {
	w := acme(gh.Repository{})
	w.Organisations = append(w.Organisations, gh.Organisation{Login: "actions"})
	w.Repositories = append(w.Repositories, more...)
	return w
}

// uses lets the workflows of a collection use actions.
func uses(c *collection, names ...string) {
	var steps []evidence.Step
	for i, name := range names {
		steps = append(steps, evidence.Step{Uses: evidence.Text{Value: name, At: evidence.Location{Path: "ci.yml", Line: i + 1}}})
	}
	c.seen.Workflows = []evidence.Workflow{{Path: "ci.yml", Jobs: []evidence.Job{{ID: "build", Steps: steps}}}}
}

// pinsOf runs the look-up and writes what it found in a line each.
func pinsOf(t *testing.T, c *collection) string {
	t.Helper()
	if err := c.pins(context.Background()); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, one := range c.host.Pins {
		line := fmt.Sprintf("%s exists %s, reachable %s, tags %s", one.Repository, one.Exists, one.Reachable, strings.Join(one.Tags, " "))
		if one.TagsSeen != evidence.Yes {
			line += " and others"
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

func TestPins(t *testing.T) {
	checkout := gh.Repository{
		Owner: "actions", Name: "checkout", Strays: []string{gh.SHA("fork")},
		Commits:  []gh.Commit{{SHA: gh.SHA("tip")}, {SHA: gh.SHA("tagged")}, {SHA: gh.SHA("untagged")}},
		Branches: []gh.Branch{{Name: "releases/v3", Commits: []gh.Commit{{SHA: gh.SHA("v3 tip")}, {SHA: gh.SHA("v3 old")}}}},
		Tags: []gh.Tag{
			{Name: "v4", Commit: gh.SHA("tagged")}, {Name: "v4.1.0", Commit: gh.SHA("tagged"), Annotated: true}, {Name: "v5", Commit: gh.SHA("tip")},
			{Name: "gone", Commit: gh.SHA("only a tag")},
		},
	}
	for name, one := range map[string]struct {
		commit, want string
		requests     int
	}{
		"tagged":                {gh.SHA("tagged"), "exists yes, reachable yes, tags v4 v4.1.0", 1},
		"the tip":               {gh.SHA("tip"), "exists yes, reachable yes, tags v5", 1},
		"on the default branch": {gh.SHA("untagged"), "exists yes, reachable yes, tags", 2},
		"on another branch":     {gh.SHA("v3 old"), "exists yes, reachable yes, tags", 3},
		"under a tag only":      {gh.SHA("only a tag"), "exists yes, reachable yes, tags gone", 1},
		"of a fork":             {gh.SHA("fork"), "exists yes, reachable no, tags", 3},
		"of nobody":             {gh.SHA("nothing"), "exists no, reachable no, tags", 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := gh.Serve(t, actions(checkout))
			c := sampling(t, s, Options{Token: s.Token(gh.Job), JobToken: true})
			uses(c, "actions/checkout@"+one.commit, "actions/Checkout/sub@"+strings.ToUpper(one.commit), "actions/checkout@v4", "./local", "docker://alpine@sha256:00")
			if got := pinsOf(t, c); got != "actions/checkout "+one.want {
				t.Errorf("got %q", got)
			}
			if s.Requests() != one.requests || c.cost.Lookups != one.requests || c.cost.Requests != 1 {
				t.Errorf("%d requests, counted %+v", s.Requests(), c.cost)
			}
			if len(c.host.Unseen) > 0 {
				t.Errorf("%v", c.host.Unseen)
			}
		})
	}
}

func TestPinsOfManyRepositoriesAreOneBatch(t *testing.T) {
	var all []gh.Repository
	var names []string
	for i := range reposAtOnce {
		name := fmt.Sprintf("a%02d", i)
		all = append(all, gh.Repository{Owner: "actions", Name: name, Tags: []gh.Tag{{Name: "v1"}}, Commits: []gh.Commit{{SHA: gh.SHA(name)}}})
		names = append(names, "actions/"+name+"@"+gh.SHA(name))
	}
	s := gh.Serve(t, actions(all...))
	c := sampling(t, s, Options{Token: s.Token(gh.Job), JobToken: true})
	uses(c, names...)
	if got := pinsOf(t, c); strings.Count(got, "reachable yes, tags v1") != reposAtOnce {
		t.Errorf("got %s", got)
	}
	if s.Requests() != 1 || s.Points() != 1 {
		t.Errorf("%d requests, %d points", s.Requests(), s.Points())
	}
}

func TestPinsHalveWhatIsTooMuch(t *testing.T) {
	one := gh.Repository{Owner: "actions", Name: "one", Commits: []gh.Commit{{SHA: gh.SHA("1")}}}
	two := gh.Repository{Owner: "actions", Name: "two", Commits: []gh.Commit{{SHA: gh.SHA("2")}}}
	s := gh.Serve(t, actions(one, two))
	s.Fault(gh.Fault{Route: "graphql", Kind: gh.BadGateway, Times: 4}) // both together, then the first alone
	c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
	uses(c, "actions/one@"+gh.SHA("1"), "actions/two@"+gh.SHA("2"))
	want := "actions/one exists unknown, reachable unknown, tags  and others\nactions/two exists yes, reachable yes, tags"
	if got := pinsOf(t, c); got != want {
		t.Errorf("got %s", got)
	}
	if !unseenOf(c, "pins/actions/one@"+gh.SHA("1")) {
		t.Errorf("%v", c.host.Unseen)
	}
}

func TestPinsOfWhatTheTokenDoesNotSee(t *testing.T) {
	hidden := gh.Repository{Owner: "actions", Name: "hidden", Visibility: "private", Commits: []gh.Commit{{SHA: gh.SHA("1")}}}
	shown := gh.Repository{Owner: "actions", Name: "shown", Commits: []gh.Commit{{SHA: gh.SHA("1")}}}
	s := gh.Serve(t, actions(hidden, shown))
	c := sampling(t, s, Options{Token: s.Token(gh.Job), JobToken: true})
	uses(c, "actions/hidden@"+gh.SHA("1"), "actions/shown@"+gh.SHA("1"), "https://code.example/a/b@"+gh.SHA("1"), "nobody/nothing@"+gh.SHA("1"))
	want := "actions/hidden exists unknown, reachable unknown, tags  and others\nactions/shown exists yes, reachable yes, tags\nnobody/nothing exists unknown, reachable unknown, tags  and others"
	if got := pinsOf(t, c); got != want {
		t.Errorf("got %s", got)
	}
	if why := c.host.Why("pins/actions/hidden@" + gh.SHA("1") + "/reachable"); !strings.Contains(why.Unlock, "actions/hidden") {
		t.Errorf("%v", why)
	}
}

func TestPinsOfARepositoryWithManyRefs(t *testing.T) {
	for _, row := range []struct {
		tags, requests int
		reachable      string
	}{{250, 3 + 1 + 10, "no"}, {310, 4 + 1 + reachPages, "unknown"}} {
		r := gh.Repository{Owner: "actions", Name: "big", Strays: []string{gh.SHA("fork")}, Commits: []gh.Commit{{SHA: gh.SHA("tip")}, {SHA: gh.SHA("old")}}}
		for i := range row.tags {
			r.Tags = append(r.Tags, gh.Tag{Name: fmt.Sprintf("v%03d", i), Commit: gh.SHA("tip")})
		}
		r.Tags[240].Commit = gh.SHA("old")
		s := gh.Serve(t, actions(r))
		c := sampling(t, s, Options{Token: s.Token(gh.Classic)})
		uses(c, "actions/big@"+gh.SHA("old"), "actions/big@"+gh.SHA("fork"))
		got := pinsOf(t, c)
		if !strings.Contains(got, "reachable yes, tags v240") || !strings.Contains(got, "exists yes, reachable "+row.reachable+", tags") || strings.Contains(got, "others") {
			t.Errorf("got %s", got)
		}
		if unseenOf(c, "pins/actions/big@"+gh.SHA("fork")) != (row.reachable == "unknown") || s.Requests() != row.requests {
			t.Errorf("%d requests, %v", s.Requests(), c.host.Unseen)
		}
	}
}

func TestPinsAreKeptForADay(t *testing.T) {
	r := gh.Repository{Owner: "actions", Name: "one", Commits: []gh.Commit{{SHA: gh.SHA("1")}}, Tags: []gh.Tag{{Name: "v1"}}}
	s := gh.Serve(t, actions(r))
	now := time.Now()
	client := web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, CacheDir: t.TempDir(), Retries: -1})
	for _, one := range []struct {
		later    time.Duration
		requests int
	}{{0, 1}, {time.Hour, 0}, {25 * time.Hour, 1}} {
		c := sampling(t, s, Options{Token: s.Token(gh.Classic), Client: client, Now: func() time.Time { return now.Add(one.later) }})
		uses(c, "actions/one@"+gh.SHA("1"))
		if got := pinsOf(t, c); got != "actions/one exists yes, reachable yes, tags v1" {
			t.Errorf("after %s: %s", one.later, got)
		}
		if s.Requests() != one.requests {
			t.Errorf("after %s: %d requests", one.later, s.Requests())
		}
	}
}

func TestPinsWithoutAToken(t *testing.T) {
	s := gh.Serve(t, actions())
	c := sampling(t, s, Options{})
	uses(c, "actions/one@"+gh.SHA("1"))
	if got := pinsOf(t, c); !strings.Contains(got, "exists unknown") || !unseenOf(c, "pins") || s.Requests() != 0 {
		t.Errorf("%s, %v", got, c.host.Unseen)
	}
}

func TestPinsKeepWhatCameBeforeTheLimit(t *testing.T) {
	var all []gh.Repository
	var names []string
	for i := range reposAtOnce + 1 {
		name := fmt.Sprintf("a%02d", i)
		all = append(all, gh.Repository{Owner: "actions", Name: name, Commits: []gh.Commit{{SHA: gh.SHA(name)}}})
		names = append(names, "actions/"+name+"@"+gh.SHA(name))
	}
	s := gh.Serve(t, actions(all...))
	c := sampling(t, s, Options{Token: s.Token(gh.Classic), MaxRequests: 2})
	uses(c, names...)
	var final *Unfinished
	if err := c.pins(context.Background()); !errors.As(err, &final) || !strings.Contains(err.Error(), "--max-requests") {
		t.Fatalf("got %v", err)
	}
	if len(c.host.Pins) != reposAtOnce+1 || c.host.Pins[0].Reachable != evidence.Yes || c.host.Pins[reposAtOnce].Exists != evidence.Unknown {
		t.Errorf("%v", c.host.Pins)
	}
}

func TestReachReadsOnlyWhatWasCompared(t *testing.T) {
	commit := &evidence.PinnedCommit{Commit: gh.SHA("fork"), Exists: evidence.Yes}
	tip := gh.SHA("tip")
	none := `"branches":{"nodes":[{"target":{"oid":"` + tip + `"},"c0":null}],"pageInfo":{"hasNextPage":false}},"tags":{"nodes":[],"pageInfo":{"hasNextPage":false}}`
	for answer, want := range map[string]evidence.Answer{
		`{"defaultBranchRef":{"self":{"status":"IDENTICAL"}},` + none + `}`: evidence.No, // no commit in common
		`{"defaultBranchRef":{"self":null},` + none + `}`:                   evidence.Unknown,
		`{` + none + `}`: evidence.Unknown,
		`null`:           evidence.Unknown,
		`{"defaultBranchRef":{"self":{"status":"IDENTICAL"}},"branches":null,"tags":{"nodes":[]}}`:                                                                                                 evidence.Unknown,
		`{"defaultBranchRef":{"self":{"status":"IDENTICAL"}},"branches":{"nodes":[{"target":{"oid":"` + tip + `"},"c0":{"status":"AHEAD"}}],"pageInfo":{"hasNextPage":true}},"tags":{"nodes":[]}}`: evidence.Unknown,
		`{"defaultBranchRef":{"self":{"status":"IDENTICAL"}},"branches":{"nodes":[{"target":{"oid":"` + tip + `"},"c0":{"status":"BEHIND"}}]},"tags":{"nodes":[]}}`:                                evidence.Yes,
	} {
		commit.Reachable = evidence.Unknown
		c := &collection{host: &evidence.Host{}}
		state := &reaching{pinned: &pinned{owner: "a", name: "b", commits: []*evidence.PinnedCommit{commit}}, commits: []*evidence.PinnedCommit{commit}}
		state.read([]byte(answer), nil, 0)
		c.conclude(state)
		if commit.Reachable != want {
			t.Errorf("%s: %s", answer, commit.Reachable)
		}
	}
}

// GraphQL may refuse to compare what only a fork has. REST compares it.
func TestReachGoesByRESTWhereGraphQLRefuses(t *testing.T) {
	tip, tag := gh.SHA("tip"), gh.SHA("tag")
	refused := []fieldError{{Path: []string{"r0", "branches", "nodes", "0", "c0"}, Type: "NOT_FOUND"}, {Path: []string{"r1", "branches"}}}
	answer := `{"defaultBranchRef":{"self":{"status":"IDENTICAL"}},"branches":{"nodes":[{"target":{"oid":"` + tip + `"},"c0":null}]},"tags":{"nodes":[{"target":{"oid":"x","target":{"oid":"` + tag + `"}},"c0":null}]}}`
	for name, row := range map[string]struct {
		status string // of the comparison with the tag; that with the branch has no commit in common
		want   evidence.Answer
	}{"of a fork": {"diverged", evidence.No}, "ahead": {"ahead", evidence.No}, "of the tag": {"behind", evidence.Yes}, "an error": {"", evidence.Unknown}} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.Contains(r.URL.Path, "/compare/"):
				_, _ = io.WriteString(w, `{"node_id":"x","full_name":"acme/tool","default_branch":"main"}`)
				return
			case strings.Contains(r.URL.Path, tip+"..."):
				w.WriteHeader(http.StatusNotFound)
			case row.status == "":
				w.WriteHeader(http.StatusForbidden)
			default:
				_, _ = io.WriteString(w, `{"status":"`+row.status+`"}`)
			}
			asked++
		}))
		c := collectionAt(t, s.URL, Options{Token: "ghp_x"})
		commit := &evidence.PinnedCommit{Commit: gh.SHA("fork"), Exists: evidence.Yes}
		state := &reaching{pinned: &pinned{owner: "a", name: "b", commits: []*evidence.PinnedCommit{commit}}, commits: []*evidence.PinnedCommit{commit}}
		state.read([]byte(answer), refused, 0)
		if err := c.compareByREST(context.Background(), state); err != nil {
			t.Fatal(err)
		}
		c.conclude(state)
		if commit.Reachable != row.want || asked != 2 || unseenOf(c, "pins/a/b@"+commit.Commit) != (row.want == evidence.Unknown) {
			t.Errorf("%s: %s, %d requests, %v", name, commit.Reachable, asked, c.host.Unseen)
		}
		s.Close()
	}
}
