package gitlabtest

import (
	"encoding/json"
	"net/http"
	"testing"
)

// ask sends one request, with the token in the header of its kind.
func ask(t *testing.T, s *Server, header, token, path string) (*http.Response, any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set(header, token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body any
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return answer, body
}

func TestTheGatesAreGitLabs(t *testing.T) {
	w := Example(Free)
	w.Projects = append(w.Projects, Project{Path: "acme/secret", Private: true})
	s := Serve(t, w)
	const private = "PRIVATE-TOKEN"
	owner, eve, job := s.Token(Personal), s.Token(Personal, As("eve")), s.Token(Job)
	for _, test := range []struct {
		name, header, token, path string
		want                      int
	}{
		{"a public project, of nobody", "", "", "/projects/acme%2Fguarded", 200},
		{"a private one, of nobody", "", "", "/projects/acme%2Fsecret", 404},
		{"a private one, of a stranger", private, eve, "/projects/acme%2Fsecret", 404},
		{"a private one, of its owner", private, owner, "/projects/acme%2Fsecret", 200},
		{"the same with another header", "Authorization", "Bearer " + owner, "/projects/acme%2Fsecret", 200},
		{"a setting, of nobody", "", "", "/projects/acme%2Fguarded/hooks", 401},
		{"a setting, of a stranger", private, eve, "/projects/acme%2Fguarded/hooks", 403},
		{"a setting, of a job", "JOB-TOKEN", job, "/projects/acme%2Fguarded/hooks", 401},
		{"a token nobody issued", private, "glpat-none", "/projects/acme%2Fguarded", 401},
		{"a token that ended", private, s.Token(Personal, Expired()), "/projects/acme%2Fguarded", 401},
		{"a token without the scope", private, s.Token(Personal, Scopes("read_user")), "/projects/acme%2Fguarded", 403},
		{"a job's token where it is not looked at", "JOB-TOKEN", "glcbt-none", "/projects/acme%2Fguarded", 200},
		{"a job's token where it is", "JOB-TOKEN", "glcbt-none", "/projects/acme%2Fguarded/repository/branches", 401},
		{"a feature beyond the plan", private, owner, "/projects/acme%2Fguarded/approvals", 404},
		{"of another project's bot", private, s.Token(ProjectToken), "/projects/acme%2Fcareless/hooks", 403},
	} {
		if answer, body := ask(t, s, test.header, test.token, test.path); answer.StatusCode != test.want {
			t.Errorf("%s: %d %v, want %d", test.name, answer.StatusCode, body, test.want)
		}
	}
}

func TestPagesHaveGitLabsHeaders(t *testing.T) {
	w := Example(Free)
	for range 25 {
		w.Projects[0].Branches = append(w.Projects[0].Branches, "b")
	}
	s := Serve(t, w)
	answer, body := ask(t, s, "", "", "/projects/1/repository/branches?per_page=10&page=3")
	if list := body.([]any); len(list) != 6 || answer.Header.Get("X-Next-Page") != "" || answer.Header.Get("X-Total") != "26" || answer.Header.Get("X-Total-Pages") != "3" {
		t.Errorf("%d, %v", len(list), answer.Header)
	}
	if answer, _ := ask(t, s, "", "", "/projects/1/repository/branches"); answer.Header.Get("X-Next-Page") != "2" || answer.Header.Get("X-Per-Page") != "20" {
		t.Errorf("%v", answer.Header)
	}
	if s.Count("GET /projects/{id}/repository/branches") != 2 || s.Requests() != 2 {
		t.Errorf("%d requests", s.Requests())
	}
}
