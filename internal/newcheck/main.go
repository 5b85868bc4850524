// Command newcheck lays out the parts of a new check: code, page, and one case
// of each kind. `make new-check ID=some-defect FAMILY=pinning` runs it.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed check.go.tmpl
var code string

//go:embed check.md.tmpl
var page string

//go:embed case.txtar.tmpl
var example string

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)

func main() {
	id := flag.String("id", "", "id of the check, naming the defect: some-defect")
	family := flag.String("family", "", "folder under checks/")
	flag.Parse()
	if err := layOut(*id, *family); err != nil {
		fmt.Fprintln(os.Stderr, "newcheck:", err)
		os.Exit(2)
	}
}

func layOut(id, family string) error {
	if !kebab.MatchString(id) {
		return fmt.Errorf("ID is kebab-case and names the defect, as unpinned-action, not %q", id)
	}
	if family == "" || strings.ContainsAny(family, `/\.`) {
		return errors.New("FAMILY is one folder under checks/, as pinning")
	}
	stem := strings.ReplaceAll(id, "-", "_")
	words := map[string]string{"ID": id, "Family": family, "Stem": stem, "Name": camel(id)}
	for path, text := range map[string]string{
		filepath.Join("checks", family, stem+".go"):                        code,
		filepath.Join("checks", family, stem+".md"):                        page,
		filepath.Join("testdata", "checks", id, "bad", "first.txtar"):      example,
		filepath.Join("testdata", "checks", id, "good", "first.txtar"):     example,
		filepath.Join("testdata", "checks", id, "unknown", "broken.txtar"): example,
	} {
		if err := write(path, text, words); err != nil {
			return err
		}
	}
	fmt.Printf("laid out %s; now write the cases, then the check, and add %s.%s to checks/checks.go\n", id, family, words["Name"])
	return nil
}

// write refuses to touch a file that is there.
func write(path, text string, words map[string]string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	err = template.Must(template.New(path).Parse(text)).Execute(file, words)
	return errors.Join(err, file.Close())
}

func camel(id string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(id, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
