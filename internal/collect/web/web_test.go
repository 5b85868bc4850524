package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/evidence"
)

func isRefused(err error) bool {
	var refused *Refused
	return errors.As(err, &refused)
}

// impatient is a client for a server on loopback whose pauses take no time; they are
// written down.
func impatient(t *testing.T, options Options) (*Client, *[]time.Duration) {
	options.Allow = append(options.Allow, "127.0.0.1")
	c := New(options)
	var mu sync.Mutex
	pauses := &[]time.Duration{}
	c.sleep = func(ctx context.Context, pause time.Duration) error {
		mu.Lock()
		defer mu.Unlock()
		*pauses = append(*pauses, pause)
		return ctx.Err()
	}
	return c, pauses
}

func serve(t *testing.T, answer http.HandlerFunc) string {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

func TestTriesAgain(t *testing.T) {
	var asked atomic.Int64
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		switch {
		case r.URL.Path == "/busy" && n == 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.URL.Path == "/down" && n <= 2:
			w.WriteHeader(http.StatusBadGateway)
		case r.URL.Path == "/cut" && n <= 2:
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case r.URL.Path == "/slow-lane" && n == 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusForbidden)
		default:
			fmt.Fprint(w, "whole")
		}
	})
	for path, tries := range map[string]int64{"/busy": 2, "/down": 3, "/cut": 3, "/slow-lane": 2, "/well": 1} {
		c, pauses := impatient(t, Options{})
		asked.Store(0)
		got, err := c.Do(t.Context(), Request{URL: address + path})
		if err != nil || string(got.Body) != "whole" || asked.Load() != tries {
			t.Errorf("%s: %v, asked %d times, want %d", path, err, asked.Load(), tries)
		}
		if path == "/busy" && (*pauses)[0] != 7*time.Second {
			t.Errorf("it waited %v, the host asked for 7 s", *pauses)
		}
		if s := c.Stats(); s.Requests != tries || s.Retries != tries-1 {
			t.Errorf("%s: counted %+v", path, s)
		}
		asked.Store(0)
		if hashed, err := c.Hash(t.Context(), Request{URL: address + path}); err != nil || hashed.Size != 5 || asked.Load() != tries {
			t.Errorf("%s downloaded: %v, asked %d times", path, err, asked.Load())
		}
		asked.Store(0)
		if path != "/cut" { // a transport does not read bodies
			answer, err := c.HTTP(false).Get(address + path)
			if err != nil || answer.StatusCode != http.StatusOK || asked.Load() != tries {
				t.Errorf("%s by the transport: %v, asked %d times", path, err, asked.Load())
			}
			answer.Body.Close()
		}
	}
}

func TestGivesUp(t *testing.T) {
	var asked atomic.Int64
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		code, _ := strconv.Atoi(r.URL.Query().Get("code"))
		w.Header().Set("Retry-After", r.URL.Query().Get("after"))
		w.WriteHeader(code)
		fmt.Fprint(w, "the reason")
	})
	for _, test := range []struct {
		query, method string
		tries         int64
	}{
		{"code=503", "GET", 4},
		{"code=404", "GET", 1},
		{"code=403", "GET", 1},
		{"code=500", "GET", 1},
		{"code=429&after=3600", "GET", 1},
		{"code=503", "POST", 1},
	} {
		asked.Store(0)
		c, _ := impatient(t, Options{})
		got, err := c.Do(t.Context(), Request{URL: address + "/x?secret=1&" + test.query, Method: test.method})
		var status *Status
		if !errors.As(err, &status) || asked.Load() != test.tries {
			t.Errorf("%s %s: %v after %d tries, want %d", test.method, test.query, err, asked.Load(), test.tries)
			continue
		}
		if strings.Contains(err.Error(), "secret") || string(got.Body) != "the reason" {
			t.Errorf("%s: %v with %q", test.query, err, got.Body)
		}
		if NotFound(err) != (status.Code == 404) || Denied(err) != (status.Code == 403) {
			t.Errorf("%s is not told apart", test.query)
		}
	}
}

func TestPausesGrowAndDiffer(t *testing.T) {
	c := New(Options{})
	for try := range 8 {
		pause, again := c.pause(try, &Status{Code: 503})
		base := time.Second / 2 << min(try, 6)
		if !again || pause < min(base/2, 30*time.Second) || pause > min(base*3/2, 30*time.Second) {
			t.Errorf("try %d: %s", try, pause)
		}
	}
}

func TestLimits(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/declared":
			w.Header().Set("Content-Length", "100000")
			_, _ = w.Write(make([]byte, 100000))
		case "/endless":
			for range 100 {
				if _, err := w.Write(make([]byte, 1000)); err != nil {
					return
				}
				w.(http.Flusher).Flush()
			}
		case "/bomb":
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(make([]byte, 10<<20))
			z.Close()
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		case "/strange":
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		case "/exact":
			_, _ = w.Write(make([]byte, 50000))
		}
	})
	c, _ := impatient(t, Options{})
	for _, path := range []string{"/declared", "/endless", "/bomb"} {
		if _, err := c.Do(t.Context(), Request{URL: address + path, Max: 50000}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("Do %s: %v", path, err)
		}
	}
	for _, path := range []string{"/declared", "/endless"} {
		if _, err := c.Hash(t.Context(), Request{URL: address + path, Max: 50000}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("Hash %s: %v", path, err)
		}
	}
	if _, err := c.Do(t.Context(), Request{URL: address + "/strange"}); err == nil {
		t.Error("an encoding that was not asked for is taken")
	}
	if got, err := c.Do(t.Context(), Request{URL: address + "/exact", Max: 50000}); err != nil || len(got.Body) != 50000 {
		t.Errorf("an answer of the limit: %v", err)
	}
	if got, err := c.Hash(t.Context(), Request{URL: address + "/exact", Max: 50000}); err != nil || got.Size != 50000 {
		t.Errorf("a download of the limit: %v", err)
	}
	if n := c.Stats().Requests; n != 8 {
		t.Errorf("%d requests: what is too large was asked for again", n)
	}
}

func TestSilence(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half" {
			fmt.Fprint(w, "half")
			w.(http.Flusher).Flush()
		}
		select {
		case <-over:
		case <-r.Context().Done():
		}
	})
	c, _ := impatient(t, Options{Timeout: 50 * time.Millisecond, Retries: 1})
	for _, path := range []string{"/half", "/none"} {
		if _, err := c.Do(t.Context(), Request{URL: address + path}); err == nil || isRefused(err) {
			t.Errorf("Do %s: %v", path, err)
		}
		if _, err := c.Hash(t.Context(), Request{URL: address + path}); err == nil {
			t.Errorf("Hash %s is answered", path)
		}
	}
	if n := c.Stats().Retries; n != 4 {
		t.Errorf("%d retries: a silence may pass", n)
	}
	given, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Do(given, Request{URL: address + "/none"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that was stopped: %v", err)
	}
}

// A host that drips is not silent, and is given up all the same.
func TestDripping(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write([]byte("x")); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	})
	c, _ := impatient(t, Options{Timeout: time.Minute})
	c.dripping = 0 // at once, so that nothing depends on a clock
	if _, err := c.Do(t.Context(), Request{URL: address}); !errors.Is(err, errSlow) {
		t.Errorf("Do: %v", err)
	}
	if _, err := c.Hash(t.Context(), Request{URL: address}); !errors.Is(err, errSlow) {
		t.Errorf("Hash: %v", err)
	}
	if n := c.Stats().Requests; n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestBudget(t *testing.T) {
	address := serve(t, func(http.ResponseWriter, *http.Request) {})
	c, _ := impatient(t, Options{MaxRequests: 3})
	for range 3 {
		if _, err := c.Do(t.Context(), Request{URL: address}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Do(t.Context(), Request{URL: address}); !errors.Is(err, ErrBudget) {
		t.Errorf("the fourth of three: %v", err)
	}
}

func TestKeepsWhatADigestNames(t *testing.T) {
	content := []byte("immutable")
	sum := sha256.Sum256(content)
	digest := evidence.Digest{Algorithm: "sha256", Value: hex.EncodeToString(sum[:])}
	var asked atomic.Int64
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/other" {
			fmt.Fprint(w, "something else")
			return
		}
		_, _ = w.Write(content)
	})
	dir := filepath.Join(t.TempDir(), "cache")
	for range 2 {
		c, _ := impatient(t, Options{CacheDir: dir})
		got, err := c.Do(t.Context(), Request{URL: address + "/x", Digest: digest})
		if err != nil || !bytes.Equal(got.Body, content) {
			t.Fatal(err)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
	offline := New(Options{Offline: true, CacheDir: dir, Dial: fails(t)})
	if got, err := offline.Do(t.Context(), Request{URL: address + "/x", Digest: digest}); err != nil || !got.Cached {
		t.Errorf("offline: %v", err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	path := filepath.Join(dir, entries[0].Name())
	raw, _ := os.ReadFile(path)
	for _, broken := range [][]byte{nil, raw[:len(raw)-1], append(bytes.Clone(raw), 'x'), []byte("junk\njunk")} {
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := offline.Do(t.Context(), Request{URL: address + "/x", Digest: digest}); !errors.Is(err, ErrOffline) {
			t.Errorf("a broken entry of %d bytes is read: %v", len(broken), err)
		}
	}
	c, _ := impatient(t, Options{})
	if _, err := c.Do(t.Context(), Request{URL: address + "/other", Digest: digest}); !errors.Is(err, ErrDigest) {
		t.Errorf("other content under the digest: %v", err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	dir := t.TempDir()
	cache := NewCache(dir, 10_000)
	var all sync.WaitGroup
	for i := range 50 {
		all.Add(1)
		go func() {
			defer all.Done()
			key := strconv.Itoa(i)
			cache.Store(key, bytes.Repeat([]byte{byte(i)}, 1000))
			if got, is := cache.Load(key); is && !bytes.Equal(got, bytes.Repeat([]byte{byte(i)}, 1000)) {
				t.Errorf("%s is another's", key)
			}
		}()
	}
	all.Wait()
	cache.Store("huge", make([]byte, 9000))
	if _, is := cache.Load("huge"); is {
		t.Error("one entry may fill the cache")
	}
	var size int64
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, _ := e.Info()
		size += info.Size()
	}
	if size > 10_000 || len(entries) < 5 {
		t.Errorf("%d bytes in %d entries", size, len(entries))
	}
	var none *Cache
	none.Store("x", nil)
	if _, is := none.Load("x"); is {
		t.Error("no cache knows something")
	}
}

func TestSpeaksTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, "http://"+r.Host+"/plain", http.StatusFound)
		}
	}))
	defer server.Close()
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	c, _ := impatient(t, Options{Authorities: pool})
	if _, err := c.Do(t.Context(), Request{URL: server.URL + "/"}); err != nil {
		t.Error(err)
	}
	for name, get := range map[string]func() error{
		"Do":   func() error { _, err := c.Do(t.Context(), Request{URL: server.URL + "/down"}); return err },
		"HTTP": func() error { _, err := c.HTTP(false).Get(server.URL + "/down"); return err },
	} {
		if err := get(); !isRefused(err) || !strings.Contains(err.Error(), "https to http") {
			t.Errorf("%s goes from https to http: %v", name, err)
		}
	}
	stranger, pauses := impatient(t, Options{})
	if _, err := stranger.Do(t.Context(), Request{URL: server.URL + "/"}); err == nil || len(*pauses) != 0 {
		t.Errorf("an unknown authority: %v after %d pauses", err, len(*pauses))
	}
}

func TestHash(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "identity" {
			t.Error("a download may be compressed on the way")
		}
		_, _ = io.WriteString(w, "abc")
	})
	c, _ := impatient(t, Options{})
	got, err := c.Hash(t.Context(), Request{URL: address})
	if err != nil || got.Digests[0].Value != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" || got.Size != 3 {
		t.Errorf("%+v %v", got, err)
	}
}
