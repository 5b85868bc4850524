package oci_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealvet/sealvet/internal/collect/registry"
	"github.com/sealvet/sealvet/internal/collect/registry/oci"
	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/registrytest"
	fake "github.com/sealvet/sealvet/internal/registrytest/oci"
)

func TestHostsAndRealms(t *testing.T) {
	realm := fake.Issue(t)
	s := fake.Serve(t, true)
	s.Image(weather, "1.2.0", "layer", nil)
	_, port, err := net.SplitHostPort(realm.Host())
	if err != nil {
		t.Fatal(err)
	}
	s.Realm = "http://auth.example.com:" + port + "/token"
	ask := func(allow ...string) error {
		client := web.New(web.Options{Allow: allow, Retries: -1, Resolve: func(context.Context, string) ([]net.IPAddr, error) {
			return []net.IPAddr{{IP: net.IPv4(127, 0, 0, 1)}}, nil
		}})
		_, err := oci.New(oci.Options{Client: client}).Find(context.Background(), registry.Reference{Name: s.Host() + "/" + weather, Version: "1.2.0"})
		return err
	}
	var refused *web.Refused
	if err := ask("nobody.example.com"); !errors.As(err, &refused) || len(s.Asked()) != countPushes(s) {
		t.Errorf("a registry that nobody allowed: %v", err)
	}
	if err := ask(s.Host()); !errors.As(err, &refused) || len(realm.Asked()) > 0 {
		t.Errorf("a realm that nobody allowed: %v after %d requests", err, len(realm.Asked()))
	}
	if err := ask(s.Host(), "auth.example.com"); err != nil || len(realm.Asked()) == 0 {
		t.Errorf("an allowed realm: %v after %d requests", err, len(realm.Asked()))
	}
}

func countPushes(s *fake.Server) int {
	n := 0
	for _, a := range s.Asked() {
		if a.Method != "GET" && a.Method != "HEAD" {
			n++
		}
	}
	return n
}

func TestTokenStaysAtItsRegistry(t *testing.T) {
	const planted = "planted-token-of-one-registry"
	thief := registrytest.Start(t, nothing())
	s := fake.Serve(t, true)
	image := s.Image(weather, "1.2.0", "layer", nil)
	s.Refer(weather, image, fake.BundleType, fake.BundleType, attest(image))
	s.Always("/v2/acme/weather/blobs/", registrytest.Redirect(thief.URL+"/blob"))
	s.Always("/v2/acme/weather/referrers/", registrytest.Redirect(thief.URL+"/referrers"))
	client := web.New(web.Options{Allow: []string{"127.0.0.1"}, Retries: -1})
	asked := oci.New(oci.Options{Client: client, Tokens: []web.Token{{Host: s.Host(), Value: planted}}})
	_, _ = asked.Find(context.Background(), registry.Reference{Name: s.Host() + "/" + weather, Version: "1.2.0"}) // what comes of it is not the point
	if len(thief.Asked()) == 0 {
		t.Fatal("the redirect was not followed")
	}
	for _, a := range thief.Asked() {
		if a.Authorization != "" {
			t.Errorf("the token went to %s", a.Path)
		}
	}
	bore := false
	for _, a := range s.Asked() {
		bore = bore || a.Authorization == "Bearer "+planted
	}
	if !bore {
		t.Error("the registry did not get its token")
	}
}

func TestNothingOfDockerIsRead(t *testing.T) {
	s := fake.Serve(t, true)
	s.Image(weather, "1.2.0", "layer", nil)
	home := t.TempDir()
	settings := `{"auths":{"` + s.Host() + `":{"auth":"cGxhbnRlZDpzZWNyZXQ="}}}`
	if err := os.WriteFile(filepath.Join(home, "config.json"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCKER_CONFIG", home)
	t.Setenv("HOME", home)
	s.Forget()
	find(t, s, "1.2.0")
	for _, a := range s.Asked() {
		if a.Authorization != "" {
			t.Errorf("credentials of docker's configuration were sent to %s", a.Path)
		}
	}
}

func TestOfflineAsksNothing(t *testing.T) {
	s := fake.Serve(t, true)
	asked := oci.New(oci.Options{Client: web.New(web.Options{Offline: true, Allow: []string{"127.0.0.1"}})})
	_, err := asked.Find(context.Background(), registry.Reference{Name: s.Host() + "/" + weather})
	if !errors.Is(err, web.ErrOffline) || len(s.Asked()) > 0 {
		t.Errorf("%v after %d requests", err, len(s.Asked()))
	}
}

func TestPrivateNamesAreNotAskedFor(t *testing.T) {
	_, err := source().Find(context.Background(), registry.Reference{Name: "acme/weather", Private: true})
	if !errors.Is(err, registry.ErrPrivate) {
		t.Errorf("a private name: %v", err)
	}
	s := fake.Serve(t, true)
	s.Image(weather, "1.2.0", "layer", nil)
	if _, err := source().Find(context.Background(), registry.Reference{Name: s.Host() + "/" + weather, Version: "1.2.0", Private: true}); err != nil {
		t.Errorf("a private name of a private registry: %v", err)
	}
}
