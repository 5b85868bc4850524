package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sealvet/sealvet/checks"
	"github.com/sealvet/sealvet/internal/audit"
)

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// Every check brings along all that `explain`, SARIF and the index are made of.
func TestEveryCheckIsWhole(t *testing.T) {
	seen := make(map[string]bool)
	for _, check := range checks.All {
		if seen[check.ID] {
			t.Errorf("%s stands twice in the register", check.ID)
		}
		seen[check.ID] = true
		if !kebab.MatchString(check.ID) {
			t.Errorf("%s is not in kebab-case", check.ID)
		}
		if check.Title == "" || strings.HasSuffix(check.Title, ".") || len(check.Title) > 100 {
			t.Errorf("%s: a title is a short phrase without a full stop, not %q", check.ID, check.Title)
		}
		if check.Severity == audit.Unset || check.Family == "" || check.Source == "" || len(check.Controls) == 0 {
			t.Errorf("%s lacks a severity, a family, a source or control ids", check.ID)
		}
		if check.Inspect != nil && len(check.Needs) == 0 {
			t.Errorf("%s says which evidence it needs, or nobody notices when that is missing", check.ID)
		}
		checkPage(t, check)
		checkFiles(t, check)
	}
}

func checkPage(t *testing.T, check *audit.Check) {
	if first, _, _ := strings.Cut(check.Doc, "\n"); first != "# "+check.ID {
		t.Errorf("%s: its page starts with %q", check.ID, first)
	}
	at := 0
	for _, heading := range audit.Headings {
		next := strings.Index(check.Doc, "\n## "+heading+"\n")
		if next < at {
			t.Errorf("%s: its page lacks %q, or has it out of order", check.ID, heading)
			continue
		}
		at = next
		if check.Section(heading) == "" {
			t.Errorf("%s: its page says nothing under %q", check.ID, heading)
		}
	}
	if remedy := check.Remedy(); strings.HasPrefix(remedy, "Before") || strings.HasPrefix(remedy, "```") {
		t.Errorf("%s: \"How to mend\" starts with the remedy in a paragraph, not with an example", check.ID)
	}
}

// checkFiles: file, page and cases share the stem of the id.
func checkFiles(t *testing.T, check *audit.Check) {
	stem := strings.ReplaceAll(check.ID, "-", "_")
	page := filepath.Join("..", "..", "checks", string(check.Family), stem+".md")
	if _, err := os.Stat(page); err != nil {
		t.Errorf("%s: its page is not at %s", check.ID, page)
	}
	if check.Inspect == nil {
		return // policy's own checks share one file, and their cases stand in internal/policy
	}
	if _, err := os.Stat(strings.TrimSuffix(page, ".md") + ".go"); err != nil {
		t.Errorf("%s: its code is not beside its page", check.ID)
	}
	for _, folder := range []string{"bad", "good", "unknown"} {
		cases, _ := filepath.Glob(filepath.Join("..", "..", "testdata", "checks", check.ID, folder, "*.txtar"))
		if len(cases) == 0 {
			t.Errorf("%s has no case that is %s", check.ID, folder)
		}
	}
}
