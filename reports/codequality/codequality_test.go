package codequality_test

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/codequality"
	"github.com/sealvet/sealvet/reports/internal/specimen"
)

func write(t *testing.T, r *reports.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := codequality.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func all() map[string]*reports.Report {
	return map[string]*reports.Report{
		"whole": specimen.Whole(), "empty": specimen.Empty(), "doubtful": specimen.Doubtful(), "private": specimen.Private(),
		"hostile": specimen.Hostile("[click](https://evil.example)", "\x1b[31mred\x00", "::error::pwned", "./a"),
	}
}

func TestGolden(t *testing.T) {
	for name, r := range all() {
		specimen.Golden(t, name+".codequality.json", write(t, r))
	}
}

func TestSameReportSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, specimen.Whole()), write(t, specimen.Whole())) {
		t.Error("two runs differ")
	}
}

// GitLab drops the whole report where one entry lacks a field, and shows one of
// several with one fingerprint.
func TestShape(t *testing.T) {
	cases := all()
	for what, poison := range specimen.Poison {
		cases["poison, "+what] = specimen.Hostile(poison)
	}
	for name, r := range cases {
		report := write(t, r)
		specimen.Inert(t, name, report, false)
		if report[0] != '[' {
			t.Errorf("%s: it starts with %q", name, report[0])
		}
		var issues []struct {
			Description string
			Check       string `json:"check_name"`
			Fingerprint string
			Severity    string
			Location    struct {
				Path  string
				Lines struct{ Begin int }
			}
		}
		decoder := json.NewDecoder(bytes.NewReader(report))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&issues); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen := map[string]bool{}
		for _, i := range issues {
			if i.Description == "" || i.Check == "" || i.Fingerprint == "" || i.Location.Lines.Begin < 1 {
				t.Errorf("%s: %+v lacks something", name, i)
			}
			if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, i.Severity) {
				t.Errorf("%s: GitLab knows no severity %q", name, i.Severity)
			}
			if strings.HasPrefix(i.Location.Path, "./") || strings.HasPrefix(i.Location.Path, "/") || strings.HasPrefix(i.Location.Path, "../") {
				t.Errorf("%s: %q is no path from the root of the repository", name, i.Location.Path)
			}
			if seen[i.Fingerprint] {
				t.Errorf("%s: two entries with the fingerprint %s", name, i.Fingerprint)
			}
			seen[i.Fingerprint] = true
		}
		if len(issues) != r.Verdict.Summary.Open {
			t.Errorf("%s: %d entries for %d open findings", name, len(issues), r.Verdict.Summary.Open)
		}
	}
}

// A failing writer ends the report with its error.
func TestWriteError(t *testing.T) {
	if err := codequality.Write(broken{}, specimen.Whole()); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
