package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// get asks the API for one answer. Paths are relative to the API and escaped by
// the caller. Many answers have fields that go-github does not know, so that it
// brings the requests, the pages and the errors, and we the types.
func (s *Source) get(ctx context.Context, path string, into any) (*github.Response, error) {
	return s.call(ctx, http.MethodGet, path, nil, into)
}

func (s *Source) call(ctx context.Context, method, path string, body, into any) (*github.Response, error) {
	request, err := s.client.NewRequest(method, path, body)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(ctx, request, into)
	if err != nil {
		return answer, s.failure(err)
	}
	return answer, nil
}

// failure says an error of go-github in our words: what the host answered as a
// web.Status, with what would let the request through.
func (s *Source) failure(err error) error {
	var limited *github.RateLimitError
	var slowed *github.AbuseRateLimitError
	var answered *github.ErrorResponse
	switch {
	case errors.As(err, &limited):
		wait := ""
		if at := limited.Rate.Reset.Time; !at.IsZero() {
			wait = " until " + at.UTC().Format(time.RFC3339)
		}
		return &Limited{Reason: fmt.Sprintf("%s has no more requests left%s", s.api.Host, wait), anonymous: s.token.Value == ""}
	case errors.As(err, &slowed):
		return &Limited{Reason: s.api.Host + " was asked too fast", anonymous: s.token.Value == ""}
	case errors.As(err, &answered) && answered.Response != nil:
		return s.answered(answered)
	}
	return err
}

func (s *Source) answered(answer *github.ErrorResponse) error {
	code, header := answer.Response.StatusCode, answer.Response.Header
	status := &web.Status{Code: code, URL: web.Clean(answer.Response.Request.URL)}
	switch {
	case code == http.StatusTooManyRequests, code == http.StatusForbidden && header.Get("Retry-After") != "":
		return &Limited{Reason: s.api.Host + " was asked too often", anonymous: s.token.Value == ""}
	case strings.HasPrefix(header.Get("X-GitHub-SSO"), "required"):
		return fmt.Errorf("the token is not authorised for the single sign-on of the organisation: %w", status)
	case code == http.StatusForbidden && header.Get("X-Accepted-GitHub-Permissions") != "":
		return fmt.Errorf("the token lacks %s: %w", words(header.Get("X-Accepted-GitHub-Permissions")), status)
	case code == http.StatusUnauthorized && s.token.Value == "":
		return fmt.Errorf("it wants a token: %w", status)
	}
	return status
}

// words bounds a header that goes into a message.
func words(text string) string {
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// Limited is a host that was asked more than it bears.
type Limited struct {
	Reason    string
	anonymous bool
}

func (l *Limited) Error() string {
	if l.anonymous {
		return l.Reason + "; a token raises the limit"
	}
	return l.Reason + "; run again later"
}

// unlock says what would let a request through that failed.
func unlock(err error) string {
	var limited *Limited
	switch {
	case errors.As(err, &limited) && limited.anonymous:
		return "a token (attestations: read)"
	case errors.As(err, &limited):
		return "a run after the limit is over"
	case web.Denied(err):
		return "a token with attestations: read"
	case errors.Is(err, web.ErrOffline):
		return "a run without --offline"
	}
	return "a run when GitHub answers"
}

// capped bounds what is read of each answer.
type capped struct{ http.RoundTripper }

func (c capped) RoundTrip(asked *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(asked)
	if err == nil {
		answer.Body = &cappedBody{ReadCloser: answer.Body, left: maxAnswer}
	}
	return answer, err
}

type cappedBody struct {
	io.ReadCloser
	left int64
}

func (b *cappedBody) Read(into []byte) (int, error) {
	if b.left <= 0 {
		return 0, web.ErrTooLarge
	}
	if int64(len(into)) > b.left {
		into = into[:b.left]
	}
	n, err := b.ReadCloser.Read(into)
	b.left -= int64(n)
	return n, err
}
