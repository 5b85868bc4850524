package reports_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/reports"
	"github.com/sealvet/sealvet/reports/codequality"
	"github.com/sealvet/sealvet/reports/gitlabsast"
	"github.com/sealvet/sealvet/reports/internal/specimen"
	"github.com/sealvet/sealvet/reports/json"
	"github.com/sealvet/sealvet/reports/junit"
	"github.com/sealvet/sealvet/reports/markdown"
	"github.com/sealvet/sealvet/reports/sarif"
	"github.com/sealvet/sealvet/reports/text"
)

// No writer knows a way around what was withheld.
func TestWithheldNamesAreInNoReport(t *testing.T) {
	for name, write := range map[string]func(*bytes.Buffer, *reports.Report) error{
		"text":        func(w *bytes.Buffer, r *reports.Report) error { return text.Write(w, r, text.Style{}) },
		"json":        func(w *bytes.Buffer, r *reports.Report) error { return json.Write(w, r) },
		"sarif":       func(w *bytes.Buffer, r *reports.Report) error { return sarif.Write(w, r) },
		"full":        func(w *bytes.Buffer, r *reports.Report) error { return sarif.WriteFull(w, r) },
		"markdown":    func(w *bytes.Buffer, r *reports.Report) error { return markdown.Write(w, r) },
		"junit":       func(w *bytes.Buffer, r *reports.Report) error { return junit.Write(w, r) },
		"gitlab-sast": func(w *bytes.Buffer, r *reports.Report) error { return gitlabsast.Write(w, r) },
		"codequality": func(w *bytes.Buffer, r *reports.Report) error { return codequality.Write(w, r) },
	} {
		r := specimen.Private()
		var whole, public bytes.Buffer
		if err := write(&whole, r); err != nil {
			t.Fatal(err)
		}
		r.Verdict = r.Verdict.Withhold()
		if err := write(&public, r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.ToLower(whole.String()), "planted-bob") {
			t.Errorf("%s: the names are missing where they may be shown", name)
		}
		withoutWaiver := strings.ReplaceAll(public.String(), "secret PLANTED_F *", "") // what the policy's own waiver says
		if strings.Contains(strings.ToLower(withoutWaiver), "planted") {
			t.Errorf("%s tells what is withheld:\n%s", name, public.String())
		}
	}
}
