package attest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/sigstoretest"
)

// faulty answers some requests by itself before it lets them through.
type faulty struct {
	path   string
	answer []func() *http.Response
	asked  int
}

func (f *faulty) RoundTrip(request *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(request.URL.Path, f.path) {
		return http.DefaultTransport.RoundTrip(request)
	}
	f.asked++
	if f.asked <= len(f.answer) {
		return f.answer[f.asked-1](), nil
	}
	return http.DefaultTransport.RoundTrip(request)
}

func answer(status int, body io.Reader) func() *http.Response {
	return func() *http.Response {
		return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(body)}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestFaultyLog(t *testing.T) {
	pause = time.Millisecond
	busy := answer(http.StatusServiceUnavailable, strings.NewReader("{}"))
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := newKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answers []func() *http.Response
		asked   int
		wrong   bool
	}{
		"busy once":      {[]func() *http.Response{busy}, 2, false},
		"busy for long":  {[]func() *http.Response{busy, busy, busy, busy}, 3, true},
		"refuses":        {[]func() *http.Response{answer(http.StatusBadRequest, strings.NewReader("{}"))}, 1, true},
		"noise":          {[]func() *http.Response{answer(http.StatusCreated, strings.NewReader("noise"))}, 1, true},
		"nothing":        {[]func() *http.Response{answer(http.StatusCreated, strings.NewReader(`{}`))}, 1, true},
		"without an end": {[]func() *http.Response{answer(http.StatusCreated, zeros{})}, 1, true},
		"sends us away": {[]func() *http.Response{func() *http.Response {
			r := answer(http.StatusTemporaryRedirect, strings.NewReader(""))()
			r.Header.Set("Location", "https://elsewhere.invalid/")
			return r
		}}, 1, true},
	} {
		for generation, log := range map[string]sigstoretest.Log{"v1": sigstoretest.RekorV1, "v2": sigstoretest.RekorV2} {
			server := sigstoretest.Serve(t)
			s := signing(t, server, log)
			transport := &faulty{path: "/log/entries", answer: c.answers}
			s.Transport = transport
			bundle, err := s.Logged(t.Context(), []byte("{}"), key)
			if (err != nil) != c.wrong || transport.asked != c.asked || c.wrong && bundle != nil {
				t.Errorf("%s, %s: asked %d times, %v", name, generation, transport.asked, err)
			}
		}
	}
}
