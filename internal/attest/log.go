package attest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	httptransport "github.com/go-openapi/runtime/client"
	"github.com/go-openapi/strfmt"
	rekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	tiles "github.com/sigstore/rekor-tiles/v2/pkg/generated/protobuf"
	"github.com/sigstore/rekor/pkg/generated/client"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"google.golang.org/protobuf/encoding/protojson"
)

// pause is what passes before a busy log is asked again, at first.
var pause = time.Second

// maxAnswer bounds what a log may answer.
const maxAnswer = 10 << 20

// log enters signatures into a transparency log. The libraries' own clients would
// leave by a way of their own; these take ours.
func (s Signing) log(to Log) (sign.Transparency, error) {
	address, err := url.Parse(strings.TrimSuffix(to.URL, "/"))
	if err != nil {
		return nil, fmt.Errorf("%q is no address of a log", to.URL)
	}
	leaves := &http.Client{
		Transport: bounded{again{s.Transport}}, Timeout: (retries + 1) * patient,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	options := &sign.RekorOptions{BaseURL: address.String(), Version: to.Version, Timeout: patient}
	if to.Version == 2 {
		options.ClientV2 = tiled{leaves, address.JoinPath("api/v2/log/entries").String()}
		return sign.NewRekor(options), nil
	}
	base := address.Path
	if base == "" {
		base = client.DefaultBasePath
	}
	options.Client = client.New(httptransport.NewWithClient(address.Host, base, []string{address.Scheme}, leaves), strfmt.Default).Entries
	return sign.NewRekor(options), nil
}

// tiled is a log of the second generation.
type tiled struct {
	leaves  *http.Client
	address string
}

// Add enters one signature. The log answers when it has made the entry's place sure,
// which takes it some seconds.
func (t tiled) Add(ctx context.Context, entry any) (*rekor.TransparencyLogEntry, error) {
	hashed, is := entry.(*tiles.HashedRekordRequestV002)
	if !is {
		return nil, fmt.Errorf("a log of the second generation takes no %T", entry)
	}
	body, err := protojson.Marshal(&tiles.CreateEntryRequest{Spec: &tiles.CreateEntryRequest_HashedRekordRequestV002{HashedRekordRequestV002: hashed}})
	if err != nil {
		return nil, err
	}
	answer, err := t.post(ctx, body)
	if err != nil {
		return nil, err
	}
	made := new(rekor.TransparencyLogEntry)
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(answer, made); err != nil {
		return nil, fmt.Errorf("the log's answer cannot be read: %w", err)
	}
	if len(made.GetCanonicalizedBody()) == 0 || made.GetInclusionProof().GetCheckpoint().GetEnvelope() == "" {
		return nil, errors.New("the log's answer does not prove that it holds the entry")
	}
	return made, nil
}

func (t tiled) post(ctx context.Context, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := t.leaves.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("the log answers %s: %.200s", response.Status, answer)
	}
	return answer, err
}

// again asks once more where a log is busy. To enter the same signature twice does
// no harm.
type again struct{ inner http.RoundTripper }

func (a again) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		body, err = io.ReadAll(request.Body)
		request.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	for attempt := 0; ; attempt++ {
		copied := request.Clone(request.Context())
		copied.Body, copied.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		response, err := a.inner.RoundTrip(copied)
		if err != nil || attempt == retries || response.StatusCode < http.StatusInternalServerError && response.StatusCode != http.StatusTooManyRequests {
			return response, err
		}
		response.Body.Close()
		select {
		case <-request.Context().Done():
			return nil, request.Context().Err()
		case <-time.After(pause << attempt):
		}
	}
}

// bounded cuts off answers that are too long to be honest.
type bounded struct{ inner http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.inner.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{&limit{response.Body, maxAnswer}, response.Body}
	return response, nil
}

// limit fails, rather than ends, where there is more.
type limit struct {
	from io.Reader
	left int
}

func (l *limit) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, errors.New("the answer is too long")
	}
	return n, err
}
