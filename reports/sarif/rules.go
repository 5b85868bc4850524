package sarif

import (
	"strings"

	"github.com/sealvet/sealvet/internal/audit"
	"github.com/sealvet/sealvet/reports"
)

// mostTags is how many tags of a rule GitHub keeps.
const mostTags = 10

// newRule says of a check what is the same in every run, whatever was found: a
// rule that changes between uploads makes every alert of it look changed.
func newRule(check *audit.Check) rule {
	why, remedy := paragraph(check.Section("Why")), check.Remedy()
	tags := append([]string{"security", "supply-chain", string(check.Family)}, check.Controls...)
	return rule{
		ID:      check.ID,
		Name:    camel(check.ID),
		Short:   message{Text: sentence(check.Title)},
		Full:    message{Text: reports.Cut(why, 1000)},
		Help:    message{Text: why + "\n\n" + remedy, Markdown: check.Doc},
		HelpURI: reports.PageOf(check),
		Default: configuration{level(check.Severity)},
		Properties: ruleProperties{
			Tags:             tags[:min(len(tags), mostTags)],
			Precision:        check.Confidence.String(),
			ProblemSeverity:  problemSeverity(check.Severity),
			SecuritySeverity: securitySeverity(check.Severity),
		},
	}
}

func level(s audit.Severity) string {
	switch {
	case s >= audit.High:
		return "error"
	case s == audit.Medium:
		return "warning"
	}
	return "note"
}

func problemSeverity(s audit.Severity) string {
	if l := level(s); l != "note" {
		return l
	}
	return "recommendation"
}

// securitySeverity is a number in the middle of GitHub's bands. A note has none:
// it is shown by its level.
func securitySeverity(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return "9.5"
	case audit.High:
		return "8.0"
	case audit.Medium:
		return "5.5"
	case audit.Low:
		return "2.5"
	}
	return ""
}

func camel(id string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(id, "-") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

func paragraph(section string) string {
	first, _, _ := strings.Cut(section, "\n\n")
	return strings.Join(strings.Fields(first), " ")
}

func sentence(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// taxonomies lists the controls that the rules serve, a taxonomy per standard,
// and ties each rule to its own.
func taxonomies(checks []*audit.Check, rules []rule) []component {
	var all []component
	index := make(map[string]int)
	for i, check := range checks {
		for _, control := range check.Controls {
			standard := standardOf(control)
			at, known := index[standard]
			if !known {
				at = len(all)
				index[standard] = at
				all = append(all, component{Name: standard})
			}
			rules[i].Relationships = append(rules[i].Relationships, relationship{
				Target: reference{ID: control, Index: all[at].taxon(control), Component: &componentRef{standard, at}},
				Kinds:  []string{"relevant"},
			})
		}
	}
	return all
}

// taxon finds or adds one control.
func (c *component) taxon(id string) int {
	for i, one := range c.Taxa {
		if one.ID == id {
			return i
		}
	}
	c.Taxa = append(c.Taxa, taxon{id})
	return len(c.Taxa) - 1
}

// standards are the prefixes of control ids that hold a dash themselves.
var standards = []string{"CICD-SEC", "CIS-SSC", "OWASP-MCP", "OSPS", "SSDF", "S2C2F", "SLSA"}

func standardOf(control string) string {
	for _, standard := range standards {
		if strings.HasPrefix(control, standard) {
			return standard
		}
	}
	standard, _, _ := strings.Cut(control, "-")
	return standard
}
