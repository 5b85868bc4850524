package github

import (
	"context"
	"fmt"
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
	c := collectionAt(t, s.URL, options)
	s.ResetCounters()
	return c
}

func collectionAt(t *testing.T, address string, options Options) *collection {
	t.Helper()
	options.API, options.Owner, options.Name = address, "acme", "tool"
	if options.Client == nil {
		options.Client = web.New(web.Options{Allow: []string{strings.TrimPrefix(address, "http://")}, Retries: -1})
	}
	options.fill()
	client, err := newClient(options)
	if err != nil {
		t.Fatal(err)
	}
	if options.JobToken {
		client.kind = Job // as the overview would find out
	}
	client.sleep = func(context.Context, time.Duration) error { return nil }
	c := &collection{client: client, seen: &evidence.Snapshot{}, owner: "acme", name: "tool", options: options}
	c.host = &evidence.Host{System: "github", Name: "acme/tool"}
	if known, err := c.identify(context.Background()); !known || err != nil {
		t.Fatalf("identify: %t, %v", known, err)
	}
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

// describe writes a change in a line.
func describe(one evidence.Change) string {
	var parts []string
	named := func(p evidence.Person) string {
		if p.Bot {
			return p.Login + " (bot)"
		}
		return p.Login
	}
	if r := one.Request; r != nil {
		text := fmt.Sprintf("#%d by %s merged by %s, made by ", r.Number, named(r.Author), named(r.MergedBy))
		for i, p := range r.Contributors {
			if i > 0 {
				text += " "
			}
			text += named(p)
		}
		if r.ContributorsSeen != evidence.Yes {
			text += " and others"
		}
		if r.LastPusher.Login != "" {
			text += ", pushed by " + r.LastPusher.Login
		}
		for _, v := range r.Reviews {
			at := "earlier"
			if v.Commit == r.Head {
				at = "head"
			}
			text += fmt.Sprintf(", %s %s %s", named(v.By), v.State, at)
			if v.CanPush == evidence.Yes {
				text += " may push"
			}
		}
		if r.ReviewsSeen != evidence.Yes {
			text += ", reviews unknown"
		}
		parts = append(parts, text)
	} else {
		parts = append(parts, "no request by "+logins(one.Authors))
	}
	var how []string
	if one.Merge {
		how = append(how, "merge")
	}
	if one.Web == evidence.Yes {
		how = append(how, "web")
	}
	switch {
	case one.ByHost == evidence.Yes:
		how = append(how, "by host")
	case one.Signed == "UNSIGNED":
		how = append(how, "unsigned")
	default:
		how = append(how, strings.TrimSpace(one.Signed+" "+one.Key))
	}
	parts = append(parts, strings.Join(how, ", "))
	if len(one.Authors) > 1 {
		parts = append(parts, "also by "+strings.ReplaceAll(logins(one.Authors[1:]), " ", ", "))
	}
	return strings.Join(append(parts, "request "+one.RequestSeen.String()), "; ")
}
