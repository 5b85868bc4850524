package action

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"github.com/sealvet/sealvet/internal/collect/web"
)

// maxPacked is what GitHub takes of one packed analysis, in bytes. Source: its
// documentation.
const maxPacked = 10 << 20

// CodeScanning is where analyses of one repository go.
type CodeScanning struct {
	rest        *github.Client
	owner, name string
}

// NewCodeScanning uploads to the repository by the API at this address, which alone
// gets the token.
func NewCodeScanning(client *web.Client, api, token, repository string) (*CodeScanning, error) {
	owner, name, found := strings.Cut(repository, "/")
	base, err := url.Parse(strings.TrimSuffix(api, "/") + "/")
	if err != nil || base.Host == "" || !found {
		return nil, errors.New("the environment does not say which repository the workflow is of, and where its API is")
	}
	transport := client.Once(false, web.Token{Host: base.Host, Value: token})
	rest := github.NewClient(&http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
	rest.BaseURL = base
	return &CodeScanning{rest: rest, owner: owner, name: name}, nil
}

// Upload hands one analysis over. An error is one sentence for people, which says what
// to grant.
func (c *CodeScanning) Upload(ctx context.Context, sarif []byte, at Analysed) error {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(sarif); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	if packed.Len() > maxPacked {
		return fmt.Errorf("the analysis weighs %d bytes, and GitHub takes %d", packed.Len(), maxPacked)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	id, _, err := c.rest.CodeScanning.UploadSarif(ctx, c.owner, c.name, &github.SarifAnalysis{
		CommitSHA: github.String(at.Commit), Ref: github.String(at.Ref), ToolName: github.String("sealvet"),
		Sarif: github.String(base64.StdEncoding.EncodeToString(packed.Bytes())),
	})
	if err != nil {
		return explained(err)
	}
	return c.settled(ctx, id.GetID())
}

// settled waits a moment for GitHub to read the analysis. One that it has not read
// until then is taken for good: nobody's build waits for that.
func (c *CodeScanning) settled(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	for pause := 500 * time.Millisecond; pause <= 4*time.Second; pause *= 2 {
		status, _, err := c.rest.CodeScanning.GetSARIF(ctx, c.owner, c.name, id)
		if err != nil {
			return nil // it was taken; that we may not ask how it fares is no failure
		}
		switch status.GetProcessingStatus() {
		case "complete":
			return nil
		case "failed":
			return errors.New("GitHub could not read the analysis; please report it to sealvet")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
	return nil
}

// explained says a refusal in words, with what would lift it.
func explained(err error) error {
	var answer *github.ErrorResponse
	if !errors.As(err, &answer) || answer.Response == nil {
		return fmt.Errorf("GitHub was not reached: %w", err)
	}
	message := strings.ToLower(answer.Message)
	switch code := answer.Response.StatusCode; {
	case code == http.StatusForbidden && strings.Contains(message, "not accessible"):
		return errors.New("the token may not write to code scanning; give the job `permissions: security-events: write` (and `actions: read` in a private repository)")
	case code == http.StatusForbidden && (strings.Contains(message, "not enabled") || strings.Contains(message, "advanced security")):
		return errors.New("code scanning is off in this repository; turn it on in its security settings")
	case code == http.StatusUnauthorized:
		return errors.New("GitHub does not know the token; it is wrong or has expired")
	case code == http.StatusNotFound:
		return errors.New("there is no code scanning for this repository that the token could see")
	default:
		return fmt.Errorf("GitHub answered %d: %s", code, answer.Message)
	}
}
