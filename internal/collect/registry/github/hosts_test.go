package github_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/github"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/github"
)

func TestTokenStaysAtTheAPI(t *testing.T) {
	thief := registrytest.Start(t, nothing())
	for name, set := range map[string]func(*fake.Server, *fake.Repository){
		"a redirect of the API": func(s *fake.Server, _ *fake.Repository) {
			s.Always("/repos/acme/weather/releases", registrytest.Redirect(thief.URL+"/steal"))
		},
		"a redirect of the bulk call": func(s *fake.Server, _ *fake.Repository) {
			s.Always("/orgs/", registrytest.Redirect(thief.URL+"/steal"))
		},
		"the address of a bundle": func(s *fake.Server, _ *fake.Repository) { s.ByAddress, s.Away = true, thief.URL },
		"the address of an asset": func(_ *fake.Server, r *fake.Repository) {
			for i := range r.Releases[2].Assets {
				r.Releases[2].Assets[i].Away = thief.URL + "/asset"
			}
		},
		"storage that redirects": func(s *fake.Server, _ *fake.Repository) {
			s.Storage.Always("/", registrytest.Redirect(thief.URL+"/steal"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, open := range []bool{false, true} {
				thief.Forget()
				one := weather()
				s := fake.Serve(t, one)
				set(s, &one)
				allow := []string{s.Host(), s.Storage.Host()}
				if open {
					allow = []string{"127.0.0.1"}
				}
				asked := github.New(github.Options{Client: client(allow...), Base: s.URL, Token: web.Token{Value: fake.Token}})
				_, err := asked.Find(context.Background(), registry.Reference{Name: "acme/weather"})
				var refused *web.Refused
				if name == "a redirect of the API" && !errors.As(err, &refused) {
					t.Errorf("a redirect of the API to another host: %v", err)
				}
				for _, a := range thief.Asked() {
					if a.Authorization != "" || strings.Contains(a.Query, fake.Token) {
						t.Errorf("the token went to %s", a.Path)
					}
					if !open {
						t.Errorf("a host that nobody allowed was asked for %s", a.Path)
					}
				}
			}
		})
	}
}

func TestTokenOfAnotherHostIsNotSent(t *testing.T) {
	s := fake.Serve(t, weather())
	asked := github.New(github.Options{Client: client(), Base: s.URL, Token: web.Token{Host: "github.example.com", Value: fake.Token}})
	if _, err := asked.Find(context.Background(), registry.Reference{Name: "acme/weather"}); err != nil {
		t.Fatal(err)
	}
	for _, a := range s.Asked() {
		if a.Authorization != "" {
			t.Errorf("the token of another host was sent to %s", a.Path)
		}
	}
}

func TestOfflineAsksNothing(t *testing.T) {
	s := fake.Serve(t, weather())
	asked := github.New(github.Options{Client: web.New(web.Options{Offline: true, Allow: []string{"127.0.0.1"}}), Base: s.URL})
	_, err := asked.Find(context.Background(), registry.Reference{Name: "acme/weather"})
	if !errors.Is(err, web.ErrOffline) || len(s.Asked()) > 0 {
		t.Errorf("%v after %d requests", err, len(s.Asked()))
	}
}
