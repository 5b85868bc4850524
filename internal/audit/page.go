package audit

import "strings"

// Headings are the parts of every check's page, in order.
var Headings = []string{"Why", "What it looks at", "How to mend", "When a waiver is fair", "References"}

// Section returns the text under one heading of the page, without the heading.
func (c *Check) Section(heading string) string {
	_, rest, found := strings.Cut("\n"+c.Doc, "\n## "+heading+"\n")
	if !found {
		return ""
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	return strings.TrimSpace(section)
}

// Remedy is the first paragraph of "How to mend", on one line.
func (c *Check) Remedy() string {
	paragraph, _, _ := strings.Cut(c.Section("How to mend"), "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}
