package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/text"
)

// All reports close with the same words.
func TestClosing(t *testing.T) {
	for name, r := range map[string]*reports.Report{
		"whole": specimen.Whole(), "empty": specimen.Empty(), "good": specimen.Good(), "unknown": specimen.Unknown(), "doubtful": specimen.Doubtful(),
	} {
		var out bytes.Buffer
		if err := text.Write(&out, r, text.Style{}); err != nil {
			t.Fatal(err)
		}
		verdict, rest := reports.Closing(r.Verdict)
		if want := "\n" + verdict + rest + "\n"; !strings.HasSuffix(out.String(), want) {
			t.Errorf("%s: the text ends with %q, the others with %q", name, out.String()[max(0, out.Len()-120):], want)
		}
		if want := "Findings: " + reports.Findings(r.Verdict.Summary) + "\n"; !strings.Contains(out.String(), want) {
			t.Errorf("%s: the text has not %q", name, want)
		}
	}
}
