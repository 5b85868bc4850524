package gitlabsast

// The part of GitLab's SAST report 15.2 that sealvet writes.

type document struct {
	Schema          string          `json:"schema"`
	Version         string          `json:"version"`
	Scan            scan            `json:"scan"`
	Vulnerabilities []vulnerability `json:"vulnerabilities"`
}

type scan struct {
	Analyzer tool      `json:"analyzer"`
	Scanner  tool      `json:"scanner"`
	Type     string    `json:"type"`
	Start    string    `json:"start_time"` // UTC, and no zone is written
	End      string    `json:"end_time"`
	Status   string    `json:"status"`
	Messages []message `json:"messages"`
}

type tool struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	URL     string `json:"url"`
	Version string `json:"version"`
	Vendor  vendor `json:"vendor"`
}

type vendor struct {
	Name string `json:"name"`
}

// message is for whoever started the scan: info, warn or fatal.
type message struct {
	Level string `json:"level"`
	Value string `json:"value"`
}

type vulnerability struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description"` // Markdown
	Severity    string       `json:"severity"`
	Solution    string       `json:"solution,omitempty"` // Markdown
	Identifiers []identifier `json:"identifiers"`
	Links       []link       `json:"links"`
	Location    location     `json:"location"`
}

type identifier struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

type link struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type location struct {
	File  string `json:"file"`
	Start int    `json:"start_line"`
	End   int    `json:"end_line"`
}
