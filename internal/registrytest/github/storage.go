package github

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/snappy"

	"github.com/sealvet/sealvet/internal/registrytest"
)

// store is the storage: assets, and bundles that are compressed.
func (s *Server) store(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 4)
	id, err := strconv.Atoi(parts[0])
	if err != nil || id < 0 || id >= len(s.repositories) || len(parts) != 4 {
		http.NotFound(w, r)
		return
	}
	one := s.repositories[id]
	if parts[1] == "attestations" {
		number, _ := strconv.Atoi(parts[3])
		if list := one.Attestations[parts[2]]; number >= 0 && number < len(list) {
			registrytest.Write(w, r, "application/x-snappy", snappy.Encode(nil, list[number]))
			return
		}
		http.NotFound(w, r)
		return
	}
	for _, release := range one.Releases {
		index := slices.IndexFunc(release.Assets, func(a Asset) bool { return a.Name == parts[3] })
		if release.Tag == parts[2] && index >= 0 {
			registrytest.Write(w, r, "application/octet-stream", release.Assets[index].Content)
			return
		}
	}
	http.NotFound(w, r)
}
