package github

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// page cuts a list as the query asks, and says in Link where the next page is.
func page[T any](w http.ResponseWriter, r *http.Request, all []T) []T {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if size <= 0 || size > 100 {
		size = 30
	}
	number = max(number, 1)
	start, end := min((number-1)*size, len(all)), min(number*size, len(all))
	if end < len(all) {
		next := *r.URL
		query := next.Query()
		query.Set("page", fmt.Sprint(number+1))
		next.RawQuery = query.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, next.String()))
	}
	return all[start:end]
}

func (s *Server) releases(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	all := []any{}
	for i, release := range one.Releases {
		if release.Draft && !trusted(r) {
			continue // only those who may push see drafts
		}
		all = append(all, s.describe(id, i, release))
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", page(w, r, all))
}

func (s *Server) release(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	for i, release := range one.Releases {
		if release.Tag == r.PathValue("tag") && !release.Draft {
			registrytest.JSON(w, r, "application/json; charset=utf-8", s.describe(id, i, release))
			return
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}

// describe is a release as the API shows it.
func (s *Server) describe(id, index int, release Release) map[string]any {
	one := s.repositories[id]
	assets := []any{}
	for i, a := range release.Assets {
		var digest any = a.sum()
		if a.Undigested {
			digest = nil
		}
		number := index*1000 + i + 1
		address := fmt.Sprintf("%s/%d/download/%s/%s", s.Storage.URL, id, release.Tag, url.PathEscape(a.Name))
		if a.Away != "" {
			address = a.Away
		}
		assets = append(assets, map[string]any{
			"id": number, "name": a.Name, "state": "uploaded", "size": len(a.Content), "digest": digest,
			"url":                  fmt.Sprintf("%s/repos/%s/%s/releases/assets/%d", s.URL, one.Owner, one.Name, number),
			"browser_download_url": address, "created_at": release.Published, "updated_at": release.Published,
		})
	}
	shown := map[string]any{
		"tag_name": release.Tag, "html_url": fmt.Sprintf("https://github.example.com/%s/%s/releases/tag/%s", one.Owner, one.Name, release.Tag),
		"draft": release.Draft, "prerelease": release.Prerelease, "created_at": release.Published, "published_at": release.Published, "assets": assets,
	}
	if release.Immutable != nil {
		shown["immutable"] = *release.Immutable
	}
	return shown
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	number, _ := strconv.Atoi(r.PathValue("id"))
	index, i := (number-1)/1000, (number-1)%1000
	if number < 1 || index >= len(one.Releases) || i >= len(one.Releases[index].Assets) {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	release := one.Releases[index]
	http.Redirect(w, r, fmt.Sprintf("%s/%d/download/%s/%s?sig=once", s.Storage.URL, id, release.Tag, url.PathEscape(release.Assets[i].Name)), http.StatusFound)
}

func (s *Server) ref(w http.ResponseWriter, r *http.Request, _ int, one Repository) {
	tag, is := one.Tags[r.PathValue("tag")]
	if !is {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	kind := "commit"
	if tag.Commit != "" {
		kind = "tag"
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{"ref": "refs/tags/" + r.PathValue("tag"), "object": map[string]any{"type": kind, "sha": tag.Object}})
}

func (s *Server) tag(w http.ResponseWriter, r *http.Request, _ int, one Repository) {
	for _, tag := range one.Tags {
		if tag.Object == r.PathValue("sha") && tag.Commit != "" {
			registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{"sha": tag.Object, "object": map[string]any{"type": "commit", "sha": tag.Commit}})
			return
		}
	}
	refuse(w, http.StatusNotFound, "Not Found")
}
