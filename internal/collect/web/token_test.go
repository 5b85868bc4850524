package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// planted is a secret that must reach one host only.
const planted = "planted-token-for-one-host"

// ears is a server that remembers whether it heard the secret, in whatever
// header.
type ears struct {
	*httptest.Server
	mu    sync.Mutex
	heard []string
	asked int
}

func listen(t *testing.T, answer http.HandlerFunc) *ears {
	e := &ears{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		e.asked++
		if strings.Contains(fmt.Sprint(r.Header, r.URL), planted) {
			e.heard = append(e.heard, r.URL.Path)
		}
		e.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *ears) host() string {
	u, _ := url.Parse(e.URL)
	return u.Host
}

func TestTokenStaysAtItsHost(t *testing.T) {
	var home *ears
	thief := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, home.URL+"/again", http.StatusFound)
			return
		}
		fmt.Fprint(w, "stolen goods")
	})
	home = listen(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/renamed":
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
		case "/hostile":
			http.Redirect(w, r, thief.URL+"/", http.StatusFound)
		case "/boomerang":
			http.Redirect(w, r, thief.URL+"/back", http.StatusTemporaryRedirect)
		default:
			fmt.Fprint(w, "at home")
		}
	})
	token := Token{Host: home.host(), Value: planted}
	c := New(Options{Allow: []string{home.host(), thief.host()}})
	ask := map[string]func(string) error{
		"Do": func(path string) error {
			_, err := c.Do(t.Context(), Request{URL: home.URL + path, Token: token, Header: http.Header{"X-Key": {planted}}})
			return err
		},
		"Open": func(path string) error {
			_, body, err := c.Open(t.Context(), Request{URL: home.URL + path, Token: token})
			if err == nil {
				body.Close()
			}
			return err
		},
		"HTTP": func(path string) error {
			answer, err := c.HTTP(false, token).Get(home.URL + path)
			if err == nil {
				answer.Body.Close()
			}
			return err
		},
		"HTTP with a header of the library": func(path string) error {
			request, _ := http.NewRequest(http.MethodGet, home.URL+path, nil)
			request.Header.Set("Authorization", "Bearer "+planted)
			answer, err := c.HTTP(false).Do(request)
			if err == nil {
				answer.Body.Close()
			}
			return err
		},
	}
	for how, get := range ask {
		home.heard, thief.heard = nil, nil
		for _, path := range []string{"/renamed", "/hostile", "/boomerang"} {
			if err := get(path); err != nil {
				t.Errorf("%s %s: %v", how, path, err)
			}
		}
		if got, want := fmt.Sprint(home.heard), "[/renamed /new /hostile /boomerang]"; got != want {
			t.Errorf("%s: home heard the token at %s, want %s", how, got, want)
		}
		if len(thief.heard) != 0 {
			t.Errorf("%s: another host heard the token at %v", how, thief.heard)
		}
	}
	if thief.asked == 0 {
		t.Error("the hostile redirect was never followed: the test shows nothing")
	}
}

func TestTokenIsNotSentToAnotherHost(t *testing.T) {
	other := listen(t, func(w http.ResponseWriter, _ *http.Request) {})
	c := New(Options{Allow: []string{other.host()}})
	for _, host := range []string{"api.github.com", "", "127.0.0.1", "127.0.0.1:1"} {
		if _, err := c.Do(t.Context(), Request{URL: other.URL + "/", Token: Token{Host: host, Value: planted}}); err != nil {
			t.Error(err)
		}
	}
	if len(other.heard) != 0 {
		t.Errorf("it heard the token at %v", other.heard)
	}
	for _, name := range []string{"authorization", "Cookie"} {
		if _, err := c.Do(t.Context(), Request{URL: other.URL + "/", Header: http.Header{name: {planted}}}); err == nil {
			t.Errorf("a header %s is taken", name)
		}
	}
}

func TestTokenIsNotPrinted(t *testing.T) {
	token := Token{Host: "api.example.com", Value: planted}
	if text := fmt.Sprintf("%v %+v %#v %s", token, token, token, token); strings.Contains(text, planted) {
		t.Error(text)
	}
}

func TestHostileRedirects(t *testing.T) {
	private := listen(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "inside") })
	open := listen(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		default:
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
		}
	})
	c := New(Options{Allow: []string{open.host()}, Retries: -1})
	for _, to := range []string{private.URL, "https://169.254.169.254/", "http://github.com/", "https://localhost/", "file:///etc/passwd", "https://a:b@github.com/"} {
		address := open.URL + "/?to=" + url.QueryEscape(to)
		if _, err := c.Do(t.Context(), Request{URL: address}); !isRefused(err) {
			t.Errorf("Do to %s: %v", to, err)
		}
		if answer, err := c.HTTP(false).Get(address); err == nil {
			answer.Body.Close()
			t.Errorf("HTTP to %s is answered", to)
		}
	}
	for _, path := range []string{"/loop", "/nowhere"} {
		if _, err := c.Do(t.Context(), Request{URL: open.URL + path}); !isRefused(err) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := c.Do(t.Context(), Request{URL: open.URL + "/?to=/x", Method: http.MethodPost, Body: []byte("{}")}); !isRefused(err) {
		t.Errorf("a POST follows a redirect: %v", err)
	}
	if private.asked != 0 {
		t.Errorf("the private host was asked %d times", private.asked)
	}
}
