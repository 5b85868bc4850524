package gitlabtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (c *call) requests() answer {
	var all []any
	for i := range slices.Backward(c.project.Requests) {
		r := &c.project.Requests[i]
		if state := c.query.Get("state"); state != "" && state != r.state() {
			continue
		}
		if target := c.query.Get("target_branch"); target != "" && target != c.target(r) {
			continue
		}
		all = append(all, c.show(r))
	}
	return listed(all)
}

func (r *MergeRequest) state() string {
	if r.State == "" {
		return "merged"
	}
	return r.State
}

func (c *call) target(r *MergeRequest) string {
	if r.Target == "" {
		return c.project.DefaultBranch
	}
	return r.Target
}

func person(name string) any {
	if name == "" {
		return nil
	}
	return object{"id": idOf(name), "username": name, "state": "active"}
}

func null(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (c *call) show(r *MergeRequest) object {
	return object{
		"iid": r.IID, "state": r.state(), "author": person(r.Author), "merge_user": person(r.MergedBy), "merged_by": person(r.MergedBy), "merged_at": moment(r.MergedAt),
		"sha": null(r.Head), "merge_commit_sha": null(r.Merge), "squash_commit_sha": null(r.Squash), "target_branch": c.target(r),
		"web_url": c.URL + "/" + c.project.Path + "/-/merge_requests/" + strconv.Itoa(r.IID),
	}
}

// commitRequests are the merge requests that a commit came by, or is in.
func (c *call) commitRequests() answer {
	sha := c.part(0)
	if !slices.ContainsFunc(c.project.Commits, func(one Commit) bool { return one.ID == sha }) {
		return said(http.StatusNotFound, "404 Commit Not Found")
	}
	var all []any
	for i := range c.project.Requests {
		r := &c.project.Requests[i]
		if sha == r.Merge || sha == r.Squash || sha == r.Head || slices.ContainsFunc(r.Commits, func(one Commit) bool { return one.ID == sha }) {
			all = append(all, c.show(r))
		}
	}
	return listed(all)
}

func (c *call) request() *MergeRequest {
	for i := range c.project.Requests {
		if strconv.Itoa(c.project.Requests[i].IID) == c.part(0) {
			return &c.project.Requests[i]
		}
	}
	return nil
}

func (c *call) approvals() answer {
	r := c.request()
	if r == nil {
		return said(http.StatusNotFound, "404 Not found")
	}
	by := []any{}
	for _, a := range r.Approvals {
		entry := object{"user": person(a.By)}
		if !c.world.Old {
			entry["approved_at"] = moment(a.At)
		}
		by = append(by, entry)
	}
	return ok(object{"user_has_approved": false, "user_can_approve": false, "approved": len(by) > 0, "approved_by": by})
}

func (c *call) requestCommits() answer {
	r := c.request()
	if r == nil {
		return said(http.StatusNotFound, "404 Not found")
	}
	var all []any
	for _, one := range r.Commits {
		all = append(all, one.show())
	}
	return listed(all)
}

func (c *call) versions() answer {
	r := c.request()
	if r == nil {
		return said(http.StatusNotFound, "404 Not found")
	}
	pushes := r.Versions
	if len(pushes) == 0 {
		pushes = []Version{{Head: r.Head, At: r.MergedAt.Add(-24 * time.Hour)}}
	}
	var all []any
	for i := range slices.Backward(pushes) {
		all = append(all, object{"id": i + 1, "head_commit_sha": pushes[i].Head, "created_at": moment(pushes[i].At), "state": "collected"})
	}
	return listed(all)
}

// graphQL answers the one query for the accounts behind the commits of merge requests.
func (s *Server) graphQL(r *http.Request) answer {
	var asked struct {
		Query     string `json:"query"`
		Variables struct {
			Path string   `json:"path"`
			IIDs []string `json:"iids"`
		} `json:"variables"`
	}
	if json.NewDecoder(r.Body).Decode(&asked) != nil || !strings.Contains(asked.Query, "mergeRequests(iids: $iids)") {
		s.t.Errorf("gitlabtest does not know the query %q", asked.Query)
		return said(http.StatusBadRequest, "400 Bad request")
	}
	who := s.accounts[tokenOf(r)]
	if who != nil && (who.dead || who.kind == Job) {
		return answer{http.StatusUnauthorized, object{"errors": []any{object{"message": "Invalid token"}}}}
	}
	project := s.findProject(asked.Variables.Path)
	if project == nil || project.Private && s.role(who, project) == 0 {
		return ok(object{"data": object{"project": nil}})
	}
	nodes := []any{}
	for i := range project.Requests {
		if m := &project.Requests[i]; slices.Contains(asked.Variables.IIDs, strconv.Itoa(m.IID)) {
			commits := []any{}
			for _, one := range m.Commits {
				commits = append(commits, object{"authorEmail": one.Author, "author": s.accountOf(one.Author)})
			}
			nodes = append(nodes, object{"iid": strconv.Itoa(m.IID), "commits": object{"nodes": commits}})
		}
	}
	return ok(object{"data": object{"project": object{"mergeRequests": object{"nodes": nodes}}}})
}

func (s *Server) accountOf(email string) any {
	if name := s.world.Emails[email]; name != "" {
		return object{"username": name}
	}
	return nil
}
