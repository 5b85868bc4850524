package gitlab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/evidence"
	lab "github.com/sealvet/sealvet/internal/gitlabtest"
)

func TestAScanThatIsCutKeepsWhatItHas(t *testing.T) {
	for _, test := range []struct {
		name   string
		break_ func(*lab.Server, *Options)
		reason string
		whole  bool // only the piece is missing
	}{
		{"a limit in the middle", func(s *lab.Server, o *Options) {
			s.Fault(lab.Fault{Route: "GET /projects/{id}/variables", Times: -1, Status: 429, RetryAfter: 3600})
		}, "asked too fast", false},
		{"a token that expires in the middle", func(s *lab.Server, o *Options) {
			s.Fault(lab.Fault{Route: "GET /projects/{id}/deploy_keys", Times: -1, Status: 401})
		}, "does not take the token", false},
		{"no more requests", func(s *lab.Server, o *Options) { o.MaxRequests = 12 }, "the scan has sent the 12 requests", false},
		{"a piece that the host cannot tell", func(s *lab.Server, o *Options) {
			s.Fault(lab.Fault{Route: "GET /projects/{id}/variables", Times: -1, Status: 502})
		}, "did not answer everything", true},
		{"a connection that is cut", func(s *lab.Server, o *Options) {
			s.Fault(lab.Fault{Route: "GET /projects/{id}/hooks", Times: -1})
		}, "did not answer everything", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := lab.Serve(t, guarded(lab.Ultimate))
			o := options(s, s.Token(lab.Personal))
			test.break_(s, &o)
			var seen evidence.Snapshot
			err := Collect(t.Context(), &seen, o)
			var final *Unfinished
			if !errors.As(err, &final) || !strings.Contains(final.Reason, test.reason) || final.Advice == "" {
				t.Fatalf("error: %v", err)
			}
			if len(seen.Hosts) != 1 {
				t.Fatalf("%d hosts, gaps %v", len(seen.Hosts), seen.Gaps)
			}
			h := seen.Hosts[0]
			if h.Branches[0].Protected != evidence.Yes {
				t.Errorf("lost what it had: %s", shown(t, h.Branches))
			}
			if missing := h.Missing("runners"); (len(missing) == 0) != test.whole {
				t.Errorf("runners: %v", missing)
			}
			if h.Cost.Requests > s.Requests() {
				t.Errorf("%d requests, the server counts %d", h.Cost.Requests, s.Requests())
			}
		})
	}
}

func TestAHostThatFallsSilentIsLeftAlone(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	s.Fault(lab.Fault{After: 8, Times: -1})
	var seen evidence.Snapshot
	err := Collect(t.Context(), &seen, options(s, s.Token(lab.Personal)))
	var final *Unfinished
	if !errors.As(err, &final) || !strings.Contains(final.Reason, "does not answer any more") || len(seen.Hosts) != 1 || s.Requests() > 20 {
		t.Errorf("%v; %d hosts, %d requests", err, len(seen.Hosts), s.Requests())
	}
}

func TestWhatIsNoTokenIsNotSent(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	for _, token := range []string{"PLANTED token", "PLANTED\nJob-Token: x", "PLANTEDé"} {
		var seen evidence.Snapshot
		err := Collect(t.Context(), &seen, options(s, token))
		if err == nil || strings.Contains(err.Error(), "PLANTED") || s.Requests() != 0 || len(seen.Gaps) != 1 {
			t.Errorf("%q: %v, %d requests, gaps %v", token, err, s.Requests(), seen.Gaps)
		}
	}
}

func TestAPassingFailureIsNone(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	s.Fault(lab.Fault{Status: 502, Times: 2, After: 3})
	s.Fault(lab.Fault{Route: "graphql", Status: 500})
	h := one(t, options(s, s.Token(lab.Personal)))
	if h.Changes.Commits[0].Request.Contributors[0].Login != "" {
		t.Error("knows an account that GraphQL did not tell")
	}
}

func TestADeadTokenEndsTheScanAtOnce(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	var seen evidence.Snapshot
	err := Collect(t.Context(), &seen, options(s, s.Token(lab.Personal, lab.Expired())))
	var final *Unfinished
	if !errors.As(err, &final) || len(seen.Hosts) != 0 || len(seen.Gaps) != 1 || s.Requests() != 1 {
		t.Errorf("%v; %d hosts, gaps %v, %d requests", err, len(seen.Hosts), seen.Gaps, s.Requests())
	}
}

func TestAnInterruptedScanEnds(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var seen evidence.Snapshot
	if err := Collect(ctx, &seen, options(s, "")); !errors.Is(err, context.Canceled) {
		t.Errorf("error: %v", err)
	}
}

func TestOfflineAsksNothing(t *testing.T) {
	o := Options{Client: web.New(web.Options{Offline: true}), Project: "acme/tool", Token: "glpat-PLANTED"}
	var seen evidence.Snapshot
	err := Collect(t.Context(), &seen, o)
	if err == nil || len(seen.Gaps) != 1 || !strings.Contains(seen.Gaps[0].Reason, "offline") {
		t.Errorf("%v; gaps %v", err, seen.Gaps)
	}
}

// TestTheTokenStaysOnItsHost plants tokens and looks for them: at a host that the API
// redirects to, in errors, in what is saved.
func TestTheTokenStaysOnItsHost(t *testing.T) {
	var leaked bytes.Buffer
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(&leaked, r.URL, r.Header) }))
	t.Cleanup(other.Close)
	for _, job := range []bool{false, true} {
		const token = "glpat-PLANTEDSECRET00000"
		first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") == "" && r.Header.Get("Job-Token") == "" {
				t.Error("the host itself got no token")
			}
			http.Redirect(w, r, other.URL+"/api/v4/projects/acme%2Ftool", http.StatusFound)
		}))
		t.Cleanup(first.Close)
		var seen evidence.Snapshot
		o := Options{
			Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(first.URL, "http://"), strings.TrimPrefix(other.URL, "http://")}, Pause: time.Millisecond}),
			Base:   first.URL + "/api/v4", Token: token, JobToken: job, Project: "acme/tool",
		}
		err := Collect(t.Context(), &seen, o)
		raw, _ := json.Marshal(&seen)
		for where, text := range map[string]string{"an error": fmt.Sprint(err), "the snapshot": string(raw), "the options": fmt.Sprintf("%v %+v %#v", o, o, o)} {
			if strings.Contains(text, "PLANTED") {
				t.Errorf("%s shows the token: %s", where, text)
			}
		}
		if err == nil || leaked.Len() > 0 {
			t.Errorf("%v; the other host was asked: %s", err, leaked.String())
		}
	}
}

func TestValuesOfVariablesAreNotKept(t *testing.T) {
	s := lab.Serve(t, guarded(lab.Ultimate))
	if text := shown(t, one(t, options(s, s.Token(lab.Personal)))); strings.Contains(text, "PLANTED") {
		t.Error("the value of a variable is in the evidence")
	}
}

func TestAnswersThatAreNoneAreNotBelieved(t *testing.T) {
	for _, body := range []string{"", "null", "[]", "{", "<html>", `{"id":"x"}`, `{"default_branch":3}`, `{"id":1,"default_branch":"../..","namespace":{"kind":"group","full_path":"../../admin"},"web_url":"https://evil.example/x"}`} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) }))
		var seen evidence.Snapshot
		o := Options{Client: web.New(web.Options{Allow: []string{strings.TrimPrefix(server.URL, "http://")}, Pause: time.Millisecond}), Base: server.URL + "/api/v4", Token: "glpat-x", Project: "acme/tool"}
		err := Collect(t.Context(), &seen, o)
		server.Close()
		for _, h := range seen.Hosts {
			if err == nil || strings.Contains(shown(t, h), "evil.example") {
				t.Errorf("%q: %v, %s", body, err, shown(t, h))
			}
			for _, b := range h.Branches {
				if b.Protected == evidence.Yes {
					t.Errorf("%q protects a branch", body)
				}
			}
		}
	}
}

func TestLongListsAreReadToTheirEndOrSaidToBeShort(t *testing.T) {
	w := guarded(lab.Premium)
	for i := range 250 {
		w.Projects[0].Variables = append(w.Projects[0].Variables, lab.Variable{Key: fmt.Sprintf("V%03d", i), Masked: true})
	}
	for i := range 1200 {
		w.Projects[0].DeployKeys = append(w.Projects[0].DeployKeys, lab.DeployKey{ID: int64(100 + i), Title: "k"})
	}
	s := lab.Serve(t, w)
	h := one(t, options(s, s.Token(lab.Personal)))
	if len(h.Secrets) != 252 || s.Count("GET /projects/{id}/variables") != 3 || len(h.Missing("secrets")) != 0 {
		t.Errorf("%d secrets, %v", len(h.Secrets), h.Missing("secrets"))
	}
	if len(h.DeployKeys) < 1000 || len(h.Missing("deployKeys")) != 1 {
		t.Errorf("%d keys, %v", len(h.DeployKeys), h.Missing("deployKeys"))
	}
}
