package github

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	gh "github.com/sealvet/sealvet/internal/githubtest"
)

// sampling is a collection that has asked for its repository and nothing else, of
// acme/tool in a world whose owner is ada. Nothing waits.
func sampling(t *testing.T, s *gh.Server, options Options) *collection {
	t.Helper()
	options.API, options.Owner, options.Name = s.URL, "acme", "tool"
	if options.Client == nil {
		options.Client = web.New(web.Options{Allow: []string{strings.TrimPrefix(s.URL, "http://")}, Retries: -1})
	}
	options.fill()
	client, err := newClient(options)
	if err != nil {
		t.Fatal(err)
	}
	client.sleep = func(context.Context, time.Duration) error { return nil }
	c := &collection{client: client, seen: &evidence.Snapshot{}, owner: "acme", name: "tool", options: options}
	c.host = &evidence.Host{System: "github", Name: "acme/tool"}
	if known, err := c.identify(context.Background()); !known || err != nil {
		t.Fatalf("identify: %t, %v", known, err)
	}
	s.ResetCounters()
	return c
}

// acme is a world with one repository; bob and carol write to it, mallory does not.
func acme(repository gh.Repository) gh.World {
	repository.Owner, repository.Name = "acme", "tool"
	return gh.World{
		Organisations: []gh.Organisation{{Login: "acme", DefaultPermission: "write", Members: []gh.Member{{Login: "ada", Owner: true}, {Login: "bob"}, {Login: "carol"}}}},
		Repositories:  []gh.Repository{repository},
	}
}

func unseenOf(c *collection, what string) bool {
	return slices.ContainsFunc(c.host.Unseen, func(u evidence.Unseen) bool { return u.What == what })
}

func logins(people []evidence.Person) string {
	var names []string
	for _, p := range people {
		name := p.Login
		if name == "" {
			name = p.Email
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}
