package github

import (
	"context"
	"fmt"
	"net/url"

	"github.com/sealvet/sealvet/internal/collect/web"
	"github.com/sealvet/sealvet/internal/verify"
)

// shelf shows the assets of a release as files that lie side by side.
type shelf struct {
	ctx        context.Context
	repository *repository
	assets     []asset
	names      []string
	asked      int
	spent      int64
}

const (
	shelfMost  = 64       // downloads of one release
	shelfBytes = 64 << 20 // of all of them
)

func (s *shelf) Names() []string {
	if s.names == nil {
		for _, a := range s.assets {
			s.names = append(s.names, a.Name)
		}
	}
	return s.names
}

func (s *shelf) Origin(name string) string {
	for _, a := range s.assets {
		if a.Name == name && a.Address != "" {
			return a.Address
		}
	}
	return name
}

func (s *shelf) Read(name string) ([]byte, error) {
	for _, a := range s.assets {
		if a.Name != name {
			continue // another asset
		}
		if a.Size > verify.MaxProof {
			return nil, fmt.Errorf("it has %d bytes, more than a proof may have", a.Size)
		}
		s.asked++
		s.spent += a.Size
		if s.asked > shelfMost || s.spent > shelfBytes {
			return nil, fmt.Errorf("more than %d proofs, or %d MiB of them, lie among the assets", shelfMost, shelfBytes>>20)
		}
		request, err := s.repository.source.download(s.repository, a)
		if err != nil {
			return nil, err
		}
		answer, err := s.repository.source.web.Do(s.ctx, request)
		if err != nil {
			return nil, err
		}
		return answer.Body, nil
	}
	return nil, fmt.Errorf("the release has no asset %s", name)
}

// download is the request for an asset. With a token it goes to the API, which
// redirects to storage; without, to the address that browsers use, which costs no
// request of the 60.
func (s *Source) download(r *repository, a asset) (web.Request, error) {
	request := web.Request{Accept: "application/octet-stream", Max: verify.MaxProof, Digest: a.digest()}
	if s.token.Value == "" && a.Address != "" {
		request.URL = a.Address
		return request, s.keeps(a.Address)
	}
	request.URL = s.api.String() + r.path("releases", "assets", fmt.Sprint(a.ID))
	request.Token = s.token
	if _, err := url.Parse(request.URL); err != nil {
		return request, err
	}
	return request, nil
}
