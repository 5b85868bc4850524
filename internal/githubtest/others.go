package githubtest

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// otherRoutes are what other auditors ask for, so that they can be run against the
// same organisation. Most of it is empty in the model.
func otherRoutes() []route {
	anybody := need{public: true}
	return []route{
		get(repoPath+"/contributors", open_, (*call).contributors),
		get(repoPath+"/languages", open_, func(*call) any { return fields{"Go": 1000} }),
		get(repoPath+"/license", contents, func(*call) any { return notFound }),
		get(repoPath+"/tarball/{ref}", contents, (*call).tarball),
		get(repoPath+"/commits/{ref}/check-runs", need{permission: "checks:read", scopes: repoScope, role: "read", public: true}, (*call).checkRuns),
		get(repoPath+"/commits/{ref}/statuses", need{permission: "statuses:read", scopes: repoScope, role: "read", public: true}, func(c *call) any { return page(c, []any{}) }),
		get(repoPath+"/actions/workflows/{workflow_id}/runs", actionsRead, func(c *call) any { return counted(c, "workflow_runs", []any{}) }),
		get(orgPath+"/teams/{team_slug}/members", need{permission: "members:read", scopes: []string{"read:org"}, role: "member"}, (*call).members),
		get("/users/{username}/orgs", anybody, (*call).organisationsOf),
		get("/search/code", anybody, (*call).search),
		get("/search/commits", anybody, (*call).search),
	}
}

func (c *call) search() any {
	return fields{"total_count": 0, "incomplete_results": false, "items": []any{}}
}

func (c *call) checkRuns() any { return counted(c, "check_runs", []any{}) }

// contributors are the authors of the default branch, the busiest first.
func (c *call) contributors() any {
	commits := map[string]int{}
	for _, one := range c.repo.Commits {
		if one.Author.Login != "" {
			commits[one.Author.Login]++
		}
	}
	names := slices.SortedFunc(maps.Keys(commits), func(a, b string) int {
		if commits[a] != commits[b] {
			return commits[b] - commits[a]
		}
		return strings.Compare(a, b)
	})
	all := []any{}
	for _, name := range names {
		one, _ := c.simpleUser(name).(fields)
		one["contributions"] = commits[name]
		all = append(all, one)
	}
	return page(c, all)
}

// organisationsOf are those that somebody shows; nobody hides here.
func (c *call) organisationsOf() any {
	all := []any{}
	for i := range c.s.world.Organisations {
		if o := &c.s.world.Organisations[i]; o.member(c.user.Login) != nil {
			all = append(all, fields{"login": o.Login, "id": o.ID, "node_id": nodeID("organisation", o.Login), "description": nil})
		}
	}
	return page(c, all)
}

// tarball sends the caller to where archives lie.
func (c *call) tarball() any {
	c.w.Header().Set("Location", fmt.Sprintf("%s/codeload/%s/%s", c.s.URL, c.repo.full(), c.arg("ref")))
	c.status = http.StatusFound
	return nil
}

// codeload is the archive of a repository's files.
func (s *Server) codeload(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/codeload/"), "/")
	if len(parts) != 3 {
		http.NotFound(w, r)
		return
	}
	one, _ := s.world.repository(parts[0], parts[1])
	if one == nil || !s.world.sees(grantOf(r), one) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/x-gzip")
	packed := gzip.NewWriter(w)
	archive := tar.NewWriter(packed)
	top := fmt.Sprintf("%s-%s-%.7s/", one.Owner, one.Name, SHA(one.full()))
	_ = archive.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: top, Mode: 0o755, ModTime: epoch})
	for _, name := range slices.Sorted(maps.Keys(one.Files)) {
		text := one.Files[name]
		_ = archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: top + name, Mode: 0o644, Size: int64(len(text)), ModTime: epoch})
		_, _ = archive.Write([]byte(text))
	}
	_ = archive.Close()
	_ = packed.Close()
}
