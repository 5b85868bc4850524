package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/internal/githubtest"
)

// way is one way to hand over a secret.
type way struct {
	name   string
	env    map[string]string
	args   []string
	secret string // what must be nowhere
}

// ways are all there are, for a server.
func ways(t *testing.T, s *githubtest.Server) []way {
	t.Helper()
	key := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.AppKey())})
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	inKey := strings.Split(string(key), "\n")[1]
	classic, fine, job := s.Token(githubtest.Classic), s.Token(githubtest.FineGrained), s.Token(githubtest.Job)
	server := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": s.URL, "GITHUB_API_URL": s.URL, "GITHUB_TOKEN": job}
	return []way{
		{"SEALVET_TOKEN", map[string]string{"SEALVET_TOKEN": classic}, nil, classic},
		{"SEALVET_TOKEN with a newline", map[string]string{"SEALVET_TOKEN": fine + "\n"}, nil, fine},
		{"SEALVET_TOKEN that is none", map[string]string{"SEALVET_TOKEN": "a TESTONLY word\nand more"}, nil, "TESTONLY"},
		{"GITHUB_TOKEN", map[string]string{"GITHUB_TOKEN": fine}, nil, fine},
		{"GH_TOKEN", map[string]string{"GH_TOKEN": classic}, nil, classic},
		{"GH_ENTERPRISE_TOKEN", map[string]string{"GH_ENTERPRISE_TOKEN": classic}, nil, classic},
		{"GITHUB_ENTERPRISE_TOKEN", map[string]string{"GITHUB_ENTERPRISE_TOKEN": classic}, nil, classic},
		{"the job's", server, nil, job},
		{"an App's key in a file", nil, []string{"--github-app-id", "7", "--github-app-key", file}, inKey},
		{"an App's key", map[string]string{"SEALVET_APP_ID": "7", "SEALVET_APP_KEY": string(key)}, []string{"--github-app-id", "7"}, inKey},
		{"an App's key that is none", map[string]string{"SEALVET_APP_KEY": "TESTONLY is no key"}, []string{"--github-app-id", "7"}, "TESTONLY"},
		{"GITLAB_TOKEN", map[string]string{"GITLAB_TOKEN": "glpat-TESTONLY", "CI_JOB_TOKEN": "glcbt-TESTONLY"}, nil, "TESTONLY"},
	}
}

// everything runs each command that looks at a repository, and answers all that was
// written by the name of the place. Commands may end as they like.
func everything(t *testing.T, root, api string, args []string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	online := append([]string{"--repository", "acme/tool", "--now", "2026-11-24"}, args...)
	if api != "" {
		online = append(online, "--github-api", api)
	}
	whole := append([]string{"--cache-dir", at("cache"), "--second-verifier", "none"}, online...)
	told := make(map[string]string)
	tell := func(name string, got said) { told[name], told[name+", standard error"] = got.out, got.err }
	scan := []string{"scan", root, "--stats"}
	for _, format := range formatNames() {
		scan = append(scan, "--output", format+"="+at(format))
	}
	tell("scan", sealvet(t, append(scan, whole...)...))
	tell("collect", sealvet(t, append([]string{"collect", root, "--stats", "-o", at("snapshot")}, whole...)...))
	tell("baseline", sealvet(t, append([]string{"baseline", root, "-o", at("baseline")}, whole...)...))
	tell("access", sealvet(t, append([]string{"access", root, "--stats"}, online...)...))
	tell("access as JSON", sealvet(t, append([]string{"access", "acme/tool", "--format", "json"}, online...)...))
	tell("help", sealvet(t, "scan", "--help"))
	_ = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			data, _ := os.ReadFile(path)
			told[strings.TrimPrefix(path, dir)] = string(data)
		}
		return nil
	})
	return told
}

// found names the places where a secret stands, as it is or as an address spells it.
func found(t *testing.T, told map[string]string, secret string) {
	t.Helper()
	for where, words := range told {
		if strings.Contains(words, secret) {
			t.Errorf("%s tells a secret:\n%.2000s", where, words)
		}
	}
}

// world is insiders' with an App; the App's tokens say TESTONLY as all do.
func withApp() githubtest.World {
	world := insiders()
	world.Apps = []githubtest.App{{ID: 7, Account: "acme", Permissions: []string{"administration:read", "contents:read", "members:read"}}}
	return world
}

func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	few := []string{"SEALVET_TOKEN", "the job's", "an App's key"} // on bad days, which take their time
	for _, day := range []struct {
		name  string
		fault *githubtest.Fault
	}{
		{"a good day", nil},
		{"the token dies", &githubtest.Fault{Kind: githubtest.Unauthorized, After: 4, Times: -1}},
		{"the limit is reached", &githubtest.Fault{Kind: githubtest.Exhausted, After: 4, Times: -1}},
		{"answers are cut short", &githubtest.Fault{Kind: githubtest.Truncated, After: 4, Times: 3}},
	} {
		s := githubtest.Serve(t, withApp())
		for _, w := range ways(t, s) {
			if day.fault != nil && !slices.Contains(few, w.name) {
				continue
			}
			t.Run(day.name+"/"+w.name, func(t *testing.T) {
				outside(t)
				for name, value := range w.env {
					t.Setenv(name, value)
				}
				if day.fault != nil {
					s.Fault(*day.fault)
				}
				asked := s.Requests()
				told := everything(t, checkedOut(t, "https://github.com/acme/tool.git"), s.URL, w.args)
				if s.Requests() == asked && !strings.Contains(w.name, "none") && !strings.Contains(w.name, "newline") {
					t.Errorf("nothing was asked: %s", told["scan, standard error"])
				}
				found(t, told, w.secret)
				found(t, told, "TESTONLY")
			})
		}
	}
}

// A remote of a CI often holds the token; some host may repeat what it was sent.
func TestWhatOthersRepeatIsNotWritten(t *testing.T) {
	const secret = "ghp_TESTONLYrepeated000000000000000000000"
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("Authorization")
		w.Header().Set("X-Accepted-GitHub-Permissions", "administration=read; "+sent)
		w.Header().Set("X-GitHub-SSO", "required; url=https://example.com/?"+sent)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/repos/acme/tool":
			_ = json.NewEncoder(w).Encode(map[string]any{"full_name": "acme/tool", "node_id": "R_1", "default_branch": "main", "visibility": "public", "owner": map[string]any{"login": "acme", "type": "Organization"}})
		case strings.Contains(r.URL.Path, "hooks"):
			http.Redirect(w, r, "http://127.0.0.1:9/?access_token="+strings.TrimPrefix(sent, "Bearer "), http.StatusFound)
		default:
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(map[string]any{"message": "you said " + sent, "errors": []any{map[string]any{"message": sent}}})
		}
	}))
	defer echo.Close()
	outside(t)
	t.Setenv("SEALVET_TOKEN", secret)
	for name, where := range map[string]struct{ remote, api string }{
		"the host repeats it":     {"https://github.com/acme/tool.git", echo.URL},
		"the remote holds it":     {"https://x-access-token:" + secret + "@github.com/acme/tool.git", echo.URL},
		"the remote is it":        {"https://" + secret + "@github.com/acme/tool", echo.URL},
		"the address of the API":  {"https://github.com/acme/tool.git", strings.Replace(echo.URL, "http://", "http://x:"+secret+"@", 1)},
		"an API that is no host":  {"https://github.com/acme/tool.git", "https://" + secret + "@"},
		"an address with a query": {"https://github.com/acme/tool.git?token=" + secret, echo.URL + "?token=" + secret},
	} {
		t.Run(name, func(t *testing.T) { found(t, everything(t, checkedOut(t, where.remote), where.api, nil), "TESTONLY") })
	}
}

// Whoever prints what the secrets are handed over in gets none.
func TestSettingsOfTheHostPrintNoSecret(t *testing.T) {
	outside(t)
	t.Setenv("SEALVET_TOKEN", "ghp_TESTONLY")
	t.Setenv("SEALVET_APP_KEY", "TESTONLY")
	h := hosting{repository: "acme/tool", appID: "7"}
	options, _, err := h.gitHub(&reach{github: "http://127.0.0.1:9"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if words := fmt.Sprintf(verb, options); strings.Contains(words, "TESTONLY") {
			t.Errorf("%s: %s", verb, words)
		}
	}
}
