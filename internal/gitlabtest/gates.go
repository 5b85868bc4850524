package gitlabtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokenOf reads the header that a request carries its token in.
func tokenOf(r *http.Request) string {
	for _, header := range []string{"PRIVATE-TOKEN", "JOB-TOKEN"} {
		if value := r.Header.Get(header); value != "" {
			return value
		}
	}
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// serve goes through the gates in GitLab's order: token, scope, project, role, plan.
func (s *Server) serve(r *http.Request, route *route, stars []string) answer {
	c := &call{Server: s, query: r.URL.Query()}
	if value := tokenOf(r); value != "" {
		a := s.accounts[value]
		job := r.Header.Get("JOB-TOKEN") != ""
		switch {
		case job && !route.job: // the route does not look at job tokens
		case a == nil || a.dead && !job || job != (a.kind == Job):
			return said(http.StatusUnauthorized, "401 Unauthorized")
		case a.dead:
			return said(http.StatusUnauthorized, "401 Unauthorized")
		case !a.reads():
			return answer{http.StatusForbidden, map[string]string{
				"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api read_api",
			}}
		default:
			c.who = a
		}
	}
	if a, done := c.gates(route, stars); done {
		return a
	}
	return route.serve(c)
}

func (c *call) gates(route *route, stars []string) (answer, bool) {
	role := 0
	if len(stars) > 0 {
		id, err := url.PathUnescape(stars[0])
		if err != nil {
			return said(http.StatusBadRequest, "400 Bad request"), true
		}
		c.rest = stars[1:]
		switch strings.SplitN(route.path, "/", 2)[0] {
		case "projects":
			if c.project = c.findProject(id); c.project != nil {
				role = c.Server.role(c.who, c.project)
			}
			if c.project == nil || c.project.Private && role == 0 {
				return said(http.StatusNotFound, "404 Project Not Found"), true
			}
		case "groups":
			if c.group = c.findGroup(id); c.group != nil {
				role = c.groupRole(c.who, c.group)
			}
			if c.group == nil || c.group.Private && role == 0 {
				return said(http.StatusNotFound, "404 Group Not Found"), true
			}
		}
	}
	c.role = role
	switch {
	case (route.role > 0 || route.account) && (c.who == nil || c.who.kind == Job && !route.job):
		return said(http.StatusUnauthorized, "401 Unauthorized"), true
	case role < route.role:
		return said(http.StatusForbidden, "403 Forbidden"), true
	case c.world.Plan < route.plan:
		return said(http.StatusNotFound, "404 Not Found"), true
	}
	return answer{}, false
}

func (s *Server) findProject(id string) *Project {
	for i := range s.world.Projects {
		if p := &s.world.Projects[i]; p.Path == id || strconv.Itoa(i+1) == id {
			return p
		}
	}
	return nil
}

func (s *Server) findGroup(id string) *Group {
	for i := range s.world.Groups {
		if g := &s.world.Groups[i]; g.Path == id {
			return g
		}
	}
	return nil
}

// write sends an answer; a list goes page by page.
func (s *Server) write(w http.ResponseWriter, r *http.Request, a answer) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("RateLimit-Limit", "2000")
	header.Set("RateLimit-Remaining", strconv.Itoa(max(2000-len(s.asked), 0)))
	if list, is := a.body.([]any); is && a.status == http.StatusOK {
		a.body = paged(header, r, list)
	}
	w.WriteHeader(a.status)
	if err := json.NewEncoder(w).Encode(a.body); err != nil {
		s.t.Errorf("gitlabtest: %v", err)
	}
}

func paged(header http.Header, r *http.Request, list []any) []any {
	size, page := number(r, "per_page", 20), number(r, "page", 1)
	size = min(size, 100)
	pages := max((len(list)+size-1)/size, 1)
	next := ""
	if page < pages {
		next = strconv.Itoa(page + 1)
	}
	header.Set("X-Page", strconv.Itoa(page))
	header.Set("X-Per-Page", strconv.Itoa(size))
	header.Set("X-Next-Page", next)
	header.Set("X-Total", strconv.Itoa(len(list)))
	header.Set("X-Total-Pages", strconv.Itoa(pages))
	from, to := min((page-1)*size, len(list)), min(page*size, len(list))
	return append([]any{}, list[from:to]...)
}

func number(r *http.Request, key string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(key)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func (w *World) fill() {
	w.Projects = slices.Clone(w.Projects)
	for i := range w.Projects {
		w.Projects[i].fill(i)
	}
}

func (p *Project) fill(index int) {
	if p.DefaultBranch == "" {
		p.DefaultBranch = "main"
	}
	if len(p.Commits) == 0 && !p.Empty {
		p.Commits = []Commit{{Author: "ada@example.com", Message: "Begin", Parents: -1}}
	}
	p.Commits = slices.Clone(p.Commits)
	for i := range p.Commits {
		c := &p.Commits[i]
		if c.ID == "" {
			c.ID = SHA(fmt.Sprint(p.Path, " ", len(p.Commits)-i))
		}
		if c.At.IsZero() {
			c.At = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(-time.Duration(i) * time.Hour)
		}
	}
}
