package github

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sealvet/sealvet/internal/registrytest"
)

func (a Asset) sum() string {
	if a.Digest != "" {
		return a.Digest
	}
	return Digest(a.Content)
}

// Digest is the digest of a content, as sha256:...
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// permitted says whether the caller may read attestations, and tells it what is
// missing if not.
func (s *Server) permitted(w http.ResponseWriter, r *http.Request) bool {
	if s.Unpermitted && trusted(r) {
		w.Header().Set("X-Accepted-GitHub-Permissions", "attestations=read")
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
		return false
	}
	return true
}

func (s *Server) attestations(w http.ResponseWriter, r *http.Request, id int, one Repository) {
	if !s.permitted(w, r) {
		return
	}
	digest := r.PathValue("digest")
	list := one.Attestations[digest]
	if predicate := r.URL.Query().Get("predicate_type"); predicate == "release" && !strings.HasPrefix(digest, "sha1:") {
		list = nil
	}
	if len(list) == 0 {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	shown := s.stored(id, digest, list)
	if size > 0 && size < len(shown) {
		shown = shown[:size]
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?per_page=%d&after=cursor>; rel="next"`, s.URL, r.URL.EscapedPath(), size))
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{"attestations": shown})
}

// stored are attestations as the API shows them.
func (s *Server) stored(id int, digest string, list [][]byte) []any {
	var shown []any
	for i, bundle := range list {
		address := fmt.Sprintf("%s/%d/attestations/%s/%d", s.Storage.URL, id, digest, i)
		if s.Away != "" {
			address = fmt.Sprintf("%s/%d/attestations/%s/%d", s.Away, id, digest, i)
		}
		one := map[string]any{"repository_id": id + 1, "bundle_url": address + "?sig=once", "initiator": "user", "bundle": nil}
		if !s.ByAddress {
			one["bundle"] = json.RawMessage(bundle)
		}
		shown = append(shown, one)
	}
	return shown
}

// bulk answers for many digests of all repositories of an owner. It wants a token.
func (s *Server) bulk(w http.ResponseWriter, r *http.Request) {
	if s.NoBulk {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	if !trusted(r) {
		refuse(w, http.StatusUnauthorized, "Requires authentication")
		return
	}
	if !s.permitted(w, r) {
		return
	}
	var asked struct {
		Digests []string `json:"subject_digests"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || len(asked.Digests) == 0 || len(asked.Digests) > 1024 {
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed")
		return
	}
	owned := false
	found := map[string]any{}
	for id, one := range s.repositories {
		if !strings.EqualFold(one.Owner, r.PathValue("owner")) || one.User != strings.HasPrefix(r.URL.Path, "/users/") {
			continue // of somebody else, or asked for as the other kind of owner
		}
		owned = true
		for _, digest := range asked.Digests {
			if list := one.Attestations[digest]; len(list) > 0 {
				found[digest] = s.stored(id, digest, list)
			} else if _, is := found[digest]; !is && !s.Silent {
				found[digest] = nil
			}
		}
	}
	if !owned {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	registrytest.JSON(w, r, "application/json; charset=utf-8", map[string]any{
		"attestations_subject_digests": found, "page_info": map[string]any{"has_next": false, "has_previous": false},
	})
}
