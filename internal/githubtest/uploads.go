package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
)

// Upload is one analysis that code scanning was given.
type Upload struct {
	ID         string
	Repository string // owner/name
	Commit     string
	Ref        string
	Tool       string
	SARIF      []byte // unpacked
	Category   string // automationDetails.id of its one run
}

// maxUpload is what GitHub takes of a packed analysis, in bytes. Source: its
// documentation.
const maxUpload = 10 << 20

// Uploads are the analyses that came in, in order.
func (s *Server) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.uploads)
}

func uploadRoutes() []route {
	writes := need{permission: "security_events:write", scopes: []string{"security_events", "repo"}, role: "write"}
	return []route{
		{method: "POST", path: repoPath + "/code-scanning/sarifs", need: writes, serve: (*call).upload},
		get(repoPath+"/code-scanning/sarifs/{sarif_id}", writes.can("security_events:read"), (*call).uploaded),
	}
}

// upload takes an analysis: base64 of gzip of SARIF with one run.
func (c *call) upload() any {
	if c.repo.NoCodeScanning {
		return &refusal{status: http.StatusForbidden, message: "Code scanning is not enabled for this repository. Please enable code scanning in the repository settings."}
	}
	var body struct {
		Commit string `json:"commit_sha"`
		Ref    string `json:"ref"`
		SARIF  string `json:"sarif"`
		Tool   string `json:"tool_name"`
	}
	if err := decode(c.r, &body); err != nil {
		return &refusal{status: http.StatusBadRequest, message: "Problems parsing JSON"}
	}
	packed, err := base64.StdEncoding.DecodeString(body.SARIF)
	if err != nil || body.Commit == "" || body.Ref == "" {
		return &refusal{status: http.StatusBadRequest, message: "Invalid request. commit_sha, ref and sarif are wanted."}
	}
	if len(packed) > maxUpload {
		return &refusal{status: http.StatusRequestEntityTooLarge, message: "Payload Too Large"}
	}
	one := Upload{Repository: c.repo.full(), Commit: body.Commit, Ref: body.Ref, Tool: body.Tool}
	if one.SARIF, one.Category, err = unzipped(packed); err != nil {
		return &refusal{status: http.StatusBadRequest, message: "Invalid SARIF. " + err.Error()}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	one.ID = fmt.Sprintf("00000000-0000-4000-8000-%012d", len(c.s.uploads)+1)
	c.s.uploads = append(c.s.uploads, one)
	c.status = http.StatusAccepted
	return fields{"id": one.ID, "url": c.s.URL + "/repos/" + c.repo.full() + "/code-scanning/sarifs/" + one.ID}
}

func unzipped(packed []byte) (raw []byte, category string, err error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, "", err
	}
	if raw, err = io.ReadAll(reader); err != nil {
		return nil, "", err
	}
	var document struct {
		Runs []struct {
			Automation struct{ ID string } `json:"automationDetails"`
		}
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, "", err
	}
	if len(document.Runs) != 1 {
		return nil, "", fmt.Errorf("%d runs", len(document.Runs))
	}
	return raw, document.Runs[0].Automation.ID, nil
}

// uploaded tells what became of an analysis: all that were taken are processed.
func (c *call) uploaded() any {
	for _, one := range c.s.Uploads() {
		if one.ID == c.arg("sarif_id") && one.Repository == c.repo.full() {
			return fields{"processing_status": "complete", "analyses_url": c.s.URL + "/repos/" + c.repo.full() + "/code-scanning/analyses?sarif_id=" + one.ID}
		}
	}
	return notFound
}
