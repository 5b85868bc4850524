package trust

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/theupdateframework/go-tuf/v2/metadata"
)

const (
	fetchTimeout   = 15 * time.Second // for one file
	refreshTimeout = time.Minute      // for all of them
)

// dialer fetches files of a TUF repository.
type dialer struct {
	client *http.Client
	until  time.Time
}

func newDialer(transport http.RoundTripper) dialer {
	return dialer{
		client: &http.Client{Transport: transport, CheckRedirect: sameHost},
		until:  time.Now().Add(refreshTimeout),
	}
}

// sameHost keeps a mirror from sending us elsewhere.
func sameHost(next *http.Request, past []*http.Request) error {
	if len(past) > 3 || next.URL.Host != past[0].URL.Host || next.URL.Scheme != past[0].URL.Scheme {
		return errors.New("the mirror redirects to another place")
	}
	return nil
}

func (d dialer) DownloadFile(address string, maxLength int64, _ time.Duration) ([]byte, error) {
	ctx, cancel := context.WithDeadline(context.Background(), d.until)
	defer cancel()
	ctx, cancelFile := context.WithTimeout(ctx, fetchTimeout)
	defer cancelFile()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "sealvet")
	response, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, &metadata.ErrDownloadHTTP{StatusCode: response.StatusCode, URL: address}
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxLength+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > maxLength {
		return nil, &metadata.ErrDownloadLengthMismatch{Msg: fmt.Sprintf("%s is larger than %d bytes", address, maxLength)}
	}
	return raw, nil
}

// recorder keeps what it hands on.
type recorder struct {
	dialer
	mirror string
	files  map[string][]byte
}

func (r *recorder) DownloadFile(address string, maxLength int64, timeout time.Duration) ([]byte, error) {
	raw, err := r.dialer.DownloadFile(address, maxLength, timeout)
	if err == nil {
		r.files[below(r.mirror, address)] = raw
	}
	return raw, err
}

// metadata is what was kept, without the targets.
func (r *recorder) metadata() map[string][]byte {
	kept := map[string][]byte{}
	for name, raw := range r.files {
		if !strings.HasPrefix(name, "targets/") {
			kept[name] = raw
		}
	}
	return kept
}

// player hands out what was recorded.
type player struct {
	mirror string
	files  map[string][]byte
}

func (p player) DownloadFile(address string, maxLength int64, _ time.Duration) ([]byte, error) {
	raw, has := p.files[below(p.mirror, address)]
	if !has || int64(len(raw)) > maxLength {
		return nil, &metadata.ErrDownloadHTTP{StatusCode: http.StatusNotFound, URL: address}
	}
	return raw, nil
}

func below(mirror, address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, strings.TrimSuffix(mirror, "/")), "/")
}
